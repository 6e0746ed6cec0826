"""F10: eight people save one requirement at once, over and over; nobody's text disappears."""

import pytest

from crcaudit.core import journal
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory
from tests.factories.audits import first_assessment, running_audit
from tests.writers import WRITERS, text_of, write_at_once

pytestmark = [pytest.mark.unit, pytest.mark.django_db(transaction=True), pytest.mark.long]
SAVES = 200


def test_eight_people_who_save_one_requirement_at_once_lose_nothing():
    row = first_assessment(running_audit())
    people = [UserFactory() for _n in range(WRITERS)]

    conflicts = [one.result() for one in write_at_once(row, people, saves=SAVES)]

    row.refresh_from_db()
    entries = list(JournalEntry.objects.of("assessment", row.pk).order_by("sequence"))
    written = [entry.after["comment"] for entry in entries]
    assert row.version == 1 + WRITERS * SAVES
    assert sorted(written) == sorted(text_of(user, n) for user in people for n in range(SAVES))
    # Each was written over what its author had read, and over nothing else.
    assert [entry.before["comment"] for entry in entries] == ["", *written[:-1]]
    assert row.comment == written[-1]
    assert journal.verify() == (JournalEntry.objects.count(), [])
    assert sum(conflicts) > 0  # they were in each other's way, or nothing was tried
