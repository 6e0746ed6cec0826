"""Eight people who save at once: nothing is locked, nothing is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.utils import timezone

from audits.actions import assessment as actions
from audits.models import Assessment
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.models import JournalEntry
from tests.bench.timing import Line
from tests.factories.accounts import UserFactory
from tests.factories.audits import first_assessment, running_audit

WRITERS, SAVES = 8, 100


def measure() -> Iterator[Line]:
    row = first_assessment(running_audit())
    users = [UserFactory() for _n in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = list(pool.map(lambda user: _write(row.pk, user), users))
    saved = sum(done for done, _failed in outcomes)
    failed = sum(failed for _done, failed in outcomes)
    row.refresh_from_db()
    entries = JournalEntry.objects.filter(object_key=str(row.pk)).count()
    yield Line("8 writers: errors such as database is locked", failed, 0, "errors")
    yield Line("8 writers: saves lost", abs(saved - (row.version - 1)), 0, "saves")
    yield Line("8 writers: saves without journal row", abs(saved - entries), 0, "saves")


def _write(pk: int, user: object) -> tuple[int, int]:
    done = failed = 0
    while done < SAVES and not failed:
        row = Assessment.objects.select_related("audit__organisation").get(pk=pk)
        try:
            actions.comment(
                assessment=row,
                version=row.version,
                text=f"{user} {done}",
                by=user,
                at=timezone.now(),
            )
            done += 1
        except EditConflictError:
            continue
        except Exception as error:  # noqa: BLE001 -- counted and printed
            print(repr(error))
            failed += 1
    connection.close()
    return done, failed
