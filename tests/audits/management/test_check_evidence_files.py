"""The command that compares the storage of evidence with the rows."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from audits.actions import evidence_files
from crcaudit.core import journal
from crcaudit.core.models import JournalEntry
from tests.audits.evidence import deposit, stored
from tests.core.files import builders as b
from tests.factories.audits import first_assessment, running_audit
from tests.queries import counted

pytestmark = [
    pytest.mark.unit,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files", "in_english"),
]

DAY = 24 * 60 * 60
LISTED = "tests.audits.evidence.ListedStorage"
NOT_LISTED = "tests.audits.evidence.RemoteStorage"


@pytest.fixture
def row():
    return first_assessment(running_audit())


@pytest.fixture
def check(capsys):
    """Runs the command: exit code, lines of output, lines of errors."""

    def run(*options: str) -> tuple[int, list[str], list[str]]:
        code = 0
        try:
            call_command("check_evidence_files", *options)
        except SystemExit as stop:
            code = stop.code
        seen = capsys.readouterr()
        return code, seen.out.splitlines(), seen.err.splitlines()

    return run


def orphan(name: str = "", *, hours: float = 25) -> str:
    """A file that a crash left behind, last written some hours ago."""
    path = default_storage.save(name or f"{uuid4()}/{uuid4()}", ContentFile(b"%PDF-1.7"))
    at = time.time() - hours * 60 * 60
    os.utime(Path(settings.MEDIA_ROOT) / path, (at, at))
    return path


def path_of(evidence) -> Path:
    return Path(settings.MEDIA_ROOT) / evidence.versions.get().path


def test_a_sound_storage_is_counted_and_confirmed(row, check):
    deposit(row)
    deposit(row, b.pdf(7))

    assert check() == (
        0,
        [
            "0 files without a row.",
            "2 deposited files read.",
            "Every file is the one that was deposited.",
        ],
        [],
    )


def test_nothing_was_ever_stored(check):
    Path(settings.MEDIA_ROOT).rmdir()

    assert check()[:2] == (
        0,
        [
            "0 files without a row.",
            "0 deposited files read.",
            "Every file is the one that was deposited.",
        ],
    )


def test_a_file_without_a_row_is_listed_and_kept(row, check):
    deposit(row)
    path = orphan()
    before = stored()

    code, out, err = check()

    assert (code, out[:2], err) == (0, [f"Without a row: {path}", "1 file without a row."], [])
    assert stored() == before
    assert len(before) == 2


def test_files_without_a_row_are_removed_when_asked_and_the_journal_says_which(row, check):
    evidence = deposit(row)
    paths = sorted([orphan(), orphan(f"{uuid4()}/{'x' * 150}")])

    code, out, _err = check("--delete-orphans")

    assert (code, out[:3]) == (0, [*(f"Removed: {path}" for path in paths), out[2]])
    assert stored() == {evidence.versions.get().path}
    entries = JournalEntry.objects.filter(action="storage.orphan_removed").order_by("pk")
    assert [(e.object_label, e.actor) for e in entries] == [(path, "") for path in paths]
    assert journal.verify()[1] == []
    assert "0 files without a row." in check()[1]


def test_a_file_on_its_way_in_is_left_alone(check):
    recent = orphan(hours=23)

    assert check("--delete-orphans")[1][0] == "0 files without a row."
    assert check("--min-age-hours=22")[1][0] == f"Without a row: {recent}"
    assert stored() == {recent}


@pytest.mark.parametrize("hours", ["0", "-5"])
def test_an_age_at_which_uploads_are_under_way_is_refused(check, hours):
    path = orphan(hours=0.5)

    with pytest.raises(CommandError, match="on their way in"):
        check("--delete-orphans", f"--min-age-hours={hours}")

    assert stored() == {path}


def test_reports_and_files_of_others_are_none_of_its_business(check):
    kept = {
        orphan(f"reports/{uuid4()}/{uuid4()}.pdf"),
        orphan("reports/parts/x.part"),
        orphan("logo.png"),
        orphan(f"{uuid4()}".upper() + "/x"),
    }

    assert check("--delete-orphans")[1][0] == "0 files without a row."
    assert stored() == kept


def test_a_row_that_comes_meanwhile_keeps_its_file(row):
    path = deposit(row).versions.get().path

    assert evidence_files.remove_orphan(path, at=row.updated_at or row.audit.started_at) is False

    assert stored() == {path}


def test_a_missing_file_and_a_changed_one_are_told_apart(row, check):
    gone, changed = deposit(row), deposit(row, b.pdf(7))
    sound, bit = deposit(row, b.pdf(8)), deposit(row, b.png(), "a.png")
    path_of(gone).unlink()
    path_of(changed).write_bytes(b.pdf(7) + b" ")
    flipped = bytearray(path_of(bit).read_bytes())
    flipped[-1] ^= 1
    path_of(bit).write_bytes(flipped)

    code, out, err = check("--delete-orphans")

    assert code == 1
    assert err == [
        f"P-001 v1: the file is missing ({gone.versions.get().path})",
        f"P-002 v1: the file is not the one deposited ({changed.versions.get().path})",
        f"P-004 v1: the file is not the one deposited ({bit.versions.get().path})",
    ]
    assert out == ["0 files without a row.", "4 deposited files read."]
    assert path_of(changed).exists()
    assert path_of(sound).exists()


def test_a_file_that_cannot_be_read_is_a_problem_too(row, check):
    path = path_of(deposit(row))
    path.unlink()
    path.mkdir()

    code, _out, err = check()

    assert code == 1
    assert err == [f"P-001 v1: the file cannot be read ({path.relative_to(settings.MEDIA_ROOT)})"]


def test_every_version_is_read_in_batches(row, check, monkeypatch):
    monkeypatch.setattr(evidence_files, "_BATCH", 2)
    pieces = [deposit(row, b.pdf(number)) for number in range(3, 8)]
    paths = sorted(orphan() for _ in range(3))
    path_of(pieces[-1]).unlink()

    with counted() as statements:
        code, out, err = check()

    assert code == 1
    assert out[:4] == [*(f"Without a row: {path}" for path in paths), "3 files without a row."]
    assert out[4] == "5 deposited files read."
    assert len(err) == 1
    # Four batches of the seven files that are there, looked for among evidence and among files of
    # figures; three of the rows and the empty one after.
    assert len(statements) == 4 * 2 + 4


@pytest.mark.parametrize(
    ("backend", "first"),
    [
        (LISTED, "0 files without a row."),
        (NOT_LISTED, "This storage cannot list its files: orphans were not looked for."),
    ],
)
def test_a_storage_without_local_paths_is_read_all_the_same(row, check, settings, backend, first):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": backend}}
    kept, gone = deposit(row), deposit(row, b.pdf(7))
    default_storage.delete(gone.versions.get().path)

    code, out, err = check()

    assert (code, out) == (1, [first, "2 deposited files read."])
    assert err == [f"P-002 v1: the file is missing ({gone.versions.get().path})"]
    assert default_storage.exists(kept.versions.get().path)
