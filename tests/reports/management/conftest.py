"""The told story, for all tests of the demonstration."""

import pytest

from tests.told import shared_folder, told_story


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """Each test runs in a savepoint: what it changes is gone before the next one."""
    shared = shared_folder(tmp_path_factory.getbasetemp())
    with (
        django_db_blocker.unblock(),
        told_story(shared, tmp_path_factory.mktemp("told")) as story,
    ):
        yield story
