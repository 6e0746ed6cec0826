"""Who asks, signed in and reading in English."""

import pytest
from django.utils import translation

from tests.factories.accounts import MembershipFactory, UserFactory


@pytest.fixture
def administrator(client):
    """A platform administrator, member of nothing."""
    user = UserFactory(is_superuser=True, is_staff=True, language="en")
    client.force_login(user)
    return user


@pytest.fixture
def manager(client):
    """A quality manager; the membership."""
    member = MembershipFactory(user__language="en")
    client.force_login(member.user)
    return member


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield
