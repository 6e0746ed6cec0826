"""Eight people who save at once: nothing is locked, nothing is lost."""

from collections.abc import Iterator

from crcaudit.core.models import JournalEntry
from tests.bench.timing import Line
from tests.factories.accounts import UserFactory
from tests.factories.audits import first_assessment, running_audit
from tests.writers import WRITERS, write_at_once

SAVES = 100


def measure() -> Iterator[Line]:
    row = first_assessment(running_audit())
    people = [UserFactory() for _n in range(WRITERS)]
    failed = [one.exception() for one in write_at_once(row, people, saves=SAVES)]
    errors = [error for error in failed if error is not None]
    for error in errors:
        print(repr(error))
    row.refresh_from_db()
    saved, asked = row.version - 1, WRITERS * SAVES
    entries = JournalEntry.objects.filter(object_key=str(row.pk)).count()
    yield Line("8 writers: errors such as database is locked", len(errors), 0, "errors")
    yield Line("8 writers: saves lost", asked - saved, 0, "saves")
    yield Line("8 writers: saves without journal row", abs(saved - entries), 0, "saves")
