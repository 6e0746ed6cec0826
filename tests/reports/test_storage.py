"""Files of reports: whole under their final name, or not there at all."""

import hashlib
import stat
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import storage

pytestmark = pytest.mark.unit

ORGANISATION, REPORT = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def published(content):
    part = storage.new_part(REPORT, 1)
    part.write_bytes(content)
    storage.settle(part)
    path = storage.relative_path(ORGANISATION, REPORT)
    storage.publish(part, path)
    return path


def test_a_published_file_is_private_and_leaves_no_part():
    path = published(b"document")

    full = storage.full_path(path)
    assert full.read_bytes() == b"document"
    assert stat.S_IMODE(full.stat().st_mode) == 0o600
    assert storage.parts() == []


def test_what_a_broken_attempt_left_is_replaced():
    published(b"half")

    path = published(b"whole")

    assert storage.full_path(path).read_bytes() == b"whole"


def test_two_attempts_never_write_to_the_same_place():
    assert storage.new_part(REPORT, 1) != storage.new_part(REPORT, 1)


def test_discarding_what_is_not_there_is_nothing():
    storage.discard(storage.relative_path(ORGANISATION, REPORT))


def test_parts_of_attempts_that_nobody_makes_are_removed():
    other = uuid.uuid4()
    kept, older, stray = (
        storage.new_part(REPORT, 12),
        storage.new_part(REPORT, 1),
        storage.new_part(other, 12),
    )
    for path in (kept, older, stray):
        path.touch()

    removed = storage.remove_parts(storage.parts(), kept=[(REPORT, 12)])

    assert removed == 2
    assert storage.parts() == [kept]


def test_without_a_folder_there_is_nothing_to_sweep():
    assert storage.parts() == []


@given(content=st.binary(max_size=4096), repeat=st.integers(min_value=1, max_value=600))
def test_the_fingerprint_is_the_sha256_of_the_whole_file(tmp_path_factory, content, repeat):
    path = tmp_path_factory.mktemp("f") / "file"
    path.write_bytes(content * repeat)

    found = storage.fingerprint(path)

    assert found.size == len(content) * repeat
    assert found.sha256 == hashlib.sha256(content * repeat).hexdigest()
