"""The storage against the rows: files that nothing speaks of, rows whose file is not as it was.

A server that stops between the move of a file and the commit leaves the former; somebody who
touches the storage, or a failing disk, makes the latter. Both are read in batches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice

from django.db import transaction

from audits import storage
from audits.models import EvidenceVersion, MeasureImport
from crcaudit.core import journal

KIND, REMOVED = "stored_file", "storage.orphan_removed"
_BATCH = 500
_LONGEST_KEY = 64  # of the journal


class Problem(StrEnum):
    """What is wrong with the file of a row."""

    MISSING = "MISSING"
    CHANGED = "CHANGED"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class Checked:
    """One deposited file as found; ``problem`` is None when its SHA-256 is that of the row."""

    label: str
    path: str
    problem: Problem | None


def check_files() -> Iterator[Checked]:
    """Read every deposited file again, in the order of their rows.

    By pages: a cursor left open over hours of reading would keep SQLite from being written.
    """
    last = 0
    rows = EvidenceVersion.objects.select_related("evidence").order_by("pk")
    while page := list(rows.filter(pk__gt=last)[:_BATCH]):
        for row in page:
            label = f"{row.evidence.reference} v{row.number}"
            yield Checked(label, row.path, _problem(row))
        last = page[-1].pk


def orphans(*, before: datetime) -> Iterator[str]:
    """Paths of files without a row that were last written before then.

    An upload under way has its file in place shortly before its row: ``before`` leaves it alone.
    Raises NotImplementedError when the storage cannot list what it holds.
    """
    found = storage.paths()
    while batch := list(islice(found, _BATCH)):
        for path in sorted(set(batch) - _known(batch)):
            if _is_older(path, before):
                yield path


@transaction.atomic
def remove_orphan(path: str, *, at: datetime) -> bool:
    """Remove a file without a row; False, and nothing done, when a row has come meanwhile."""
    if _known([path]):
        return False
    name = path.rpartition("/")[2]
    change = journal.Change(REMOVED, KIND, name[:_LONGEST_KEY], path)
    journal.record(change, stream=journal.SITE_STREAM, by=None, at=at)
    storage.remove(path)
    return True


def _known(paths: Sequence[str]) -> set[str]:
    """Those that a row speaks of: of evidence, or of a file of figures."""
    evidence = EvidenceVersion.objects.filter(path__in=paths).values_list("path", flat=True)
    figures = MeasureImport.objects.filter(file_path__in=paths).values_list("file_path", flat=True)
    return {*evidence, *figures}


def _problem(row: EvidenceVersion) -> Problem | None:
    try:
        digest = storage.digest_of(row.path)
    except FileNotFoundError:
        return Problem.MISSING
    except OSError:
        return Problem.UNREADABLE
    return None if digest == row.sha256 else Problem.CHANGED


def _is_older(path: str, before: datetime) -> bool:
    try:
        return storage.changed_at(path) < before
    except FileNotFoundError:  # its upload failed just now, and took it back
        return False
