"""Rules of the whole suite: a GET never writes; the journal survives a flush."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations  # operations alone is circular
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from tests.template import migrated_name, place_migrated

# A busy machine is no reason for a test to fail.
property_settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
property_settings.load_profile("untimed")

pytest_plugins = ("tests.people",)
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# The session and the sign-in limits belong to the framework, not to the business.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
FREE_TABLES = ("django_session", "accounts_user", "django_content_type")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--services",
        action="store_true",
        help="only what meets the database or the broker; the rest would be the same test again",
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Say which tests one process runs alone; xdist reads it before any order is made."""
    asked = getattr(item, "fixturenames", ())
    # Made once per process, and of the world per module: by one process alone, but for the few
    # long walks that two share.
    if ("world" in asked or "told" in asked) and "birds" not in asked:
        group = "told" if "told" in asked else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # What one process does alone begins first, the longest before the others, so that no process
    # is left waiting for it at the end.
    items.sort(key=_turn)
    if not config.getoption("--services"):
        return
    kept = [item for item in items if _meets_services(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _meets_services(item)])
    items[:] = kept


ALONE = ("test_access_matrix", "test_odd_bodies", "told", "test_hostile_text")


def _turn(item: pytest.Item) -> int:
    marker = item.get_closest_marker("xdist_group")
    if marker is None:
        return len(ALONE) + 1
    return ALONE.index(marker.args[0]) if marker.args[0] in ALONE else len(ALONE)


def _meets_services(item: pytest.Item) -> bool:
    if item.get_closest_marker("any_database"):
        return False
    marked = any(item.get_closest_marker(name) for name in ("django_db", "services", "browser"))
    return marked or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


class SafeGetClient(Client):
    """A test client that fails when a GET writes, unless the view is marked for it."""

    def get(self, path, *args, **kwargs):
        if kwargs.get("follow") or _may_write(path):
            return super().get(path, *args, **kwargs)
        with connection.execute_wrapper(_refuse_writes):
            return super().get(path, *args, **kwargs)


def _may_write(path: str) -> bool:
    try:
        view = resolve(path.partition("?")[0]).func
    except Resolver404:
        return False
    return getattr(view, "writes_on_get", False)


def _refuse_writes(execute, sql, params, many, context):
    statement = sql.lstrip().upper()
    if statement.startswith(WRITES) and not any(name in sql for name in FREE_TABLES):
        raise AssertionError(f"A GET wrote to the database: {sql[:200]}")
    return execute(sql, params, many, context)


@pytest.fixture(autouse=True)
def _language_of_the_site() -> None:
    """A request leaves its language to what comes after it in the same thread."""
    translation.deactivate()


@pytest.fixture
def client() -> Client:
    return SafeGetClient()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """What `django_db_modify_db_settings` has put there is used as it is."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Each process begins with a copy of a database that is migrated already."""
    chosen = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        place_migrated(Path(chosen["NAME"]))
    else:
        chosen["TEMPLATE"] = migrated_name(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session", autouse=True)
def _scratch() -> Iterator[None]:
    yield
    shutil.rmtree(settings.MEDIA_ROOT.parent, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)  # the flush comes after the test's own fixtures
def _journal_survives_flush() -> Iterator[None]:
    """Between live-server tests SQLite empties tables with DELETE, which the triggers refuse."""
    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self, sql_list):
        if self.connection.vendor != "sqlite":
            return flush(self, sql_list)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            try:
                return flush(self, sql_list)
            finally:
                for _name, sql in triggers:
                    cursor.execute(sql)

    with patch.object(DatabaseOperations, "execute_sql_flush", without_triggers):
        yield
