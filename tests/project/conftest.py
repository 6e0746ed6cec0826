"""The world is built once per module and rolled back after it; each test works in a savepoint."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Max
from django.test import Client

from tests.conftest import SafeGetClient
from tests.factories.accounts import UserFactory
from tests.factories.engagements import published_edition
from tests.project.traces import fingerprint, our_models
from tests.project.world import Side, build_side, shared_things

ANONYMOUS = "anonymous"
ADMINISTRATOR = "administrator"
FOREIGN = "foreign"
HERE = Path(__file__).parent


@dataclass
class World:
    """Both organisations, what they share, and a session per principal of the matrix."""

    own: Side
    other: Side
    shared: dict[str, object]
    sessions: dict[str, str]
    rest: dict[str, tuple[int, int]]  # fingerprint that every test finds
    marks: dict[type, int]  # last row of each table before the other organisation came

    def client(self, principal: str) -> Client:
        """A browser in which the principal is signed in."""
        client = SafeGetClient()
        if principal != ANONYMOUS:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[principal]
        return client


def build_world() -> World:
    edition = published_edition()
    shared = shared_things(edition)
    own = build_side(edition)
    administrator = UserFactory(is_staff=True, is_superuser=True)
    marks = {model: last_row(model) for model in our_models()}
    other = build_side(edition)
    people = own.people | {ADMINISTRATOR: administrator, FOREIGN: other.people["manager"]}
    sessions = {name: _session(user) for name, user in people.items()}
    return World(own, other, shared, sessions, fingerprint(), marks)


def last_row(model) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def _session(user) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        frame = transaction.atomic()
        frame.__enter__()
        built = build_world()
    yield built
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        frame.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    """Limits of sign-in and vocabularies are cached by keys that the next world uses again."""
    cache.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Called with the tests of every folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("whole")
