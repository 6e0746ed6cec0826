"""Who asks, signed in and reading in English."""

import pytest
from django.utils import translation

from tests.factories.accounts import UserFactory


@pytest.fixture
def administrator(client):
    """A platform administrator, member of nothing."""
    user = UserFactory(is_superuser=True, is_staff=True, language="en")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield
