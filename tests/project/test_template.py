"""The migrated database that tests copy: one is kept, that of the migrations of today."""

import pytest

from tests import template

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache of its own, and migrations that take no time."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(template, "KEPT", folder)
    monkeypatch.setattr(
        template, "_migrate", lambda address: (folder / address.rpartition("/")[2]).touch()
    )
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_database_replaces_those_of_other_migrations(kept, tmp_path):
    kept.mkdir()
    for name in ("migrated-0123.sqlite3", "migrated-4567.part", "v"):
        (kept / name).touch()

    template.place_migrated(tmp_path / "one.sqlite3")

    made = f"migrated-{template._version()}.sqlite3"
    assert names(kept) == sorted([made, "migrated.lock", "v"])
    assert (tmp_path / "one.sqlite3").exists()


def test_one_that_another_run_removed_is_made_again(kept, tmp_path):
    template.place_migrated(tmp_path / "one.sqlite3")
    (kept / f"migrated-{template._version()}.sqlite3").unlink()

    template.place_migrated(tmp_path / "two.sqlite3")

    assert (tmp_path / "two.sqlite3").exists()


def test_the_same_migrations_are_run_once(kept, tmp_path, monkeypatch):
    template.place_migrated(tmp_path / "one.sqlite3")
    monkeypatch.setattr(template, "_migrate", lambda _address: pytest.fail("migrated again"))

    template.place_migrated(tmp_path / "two.sqlite3")

    assert (tmp_path / "two.sqlite3").exists()
