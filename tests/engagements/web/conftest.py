import pytest
from django.utils import translation

from tests.factories.accounts import MembershipFactory, UserFactory


@pytest.fixture
def reader(client):
    """A quality manager, signed in, who reads in English."""
    user = MembershipFactory(user__language="en").user
    client.force_login(user)
    return user


@pytest.fixture
def administrator(client):
    """A platform administrator, signed in."""
    user = UserFactory(is_superuser=True, is_staff=True, language="en")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield
