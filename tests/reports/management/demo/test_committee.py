"""The weekly committees of the demonstration: as promised, and readable by who they are for."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.committee_enums import CommitteeDecisionState, MeetingState
from audits.logic.periods import Grain, period_of
from audits.models import CommitteeDecision, CommitteeMeeting
from audits.snapshots.codec import from_json
from audits.snapshots.committee import CommitteePack
from crcaudit.accounts.models import User

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.any_database]


def test_four_were_held_with_decisions_and_the_last_week_is_prepared(told):
    rows = list(CommitteeMeeting.objects.order_by("starts_on"))
    last = period_of(localdate(), Grain.WEEK).after(-1)

    assert [row.state for row in rows] == [MeetingState.HELD] * 4 + [MeetingState.PREPARED]
    assert [row.period for row in rows] == [last.after(-back) for back in range(4, -1, -1)]
    assert all(row.decisions.exists() for row in rows)


def test_one_decision_is_late(told):
    today = localdate()
    late = [row for row in CommitteeDecision.objects.all() if row.is_late(today)]

    assert len(late) == 1
    dropped = CommitteeDecision.objects.get(state=CommitteeDecisionState.DROPPED)
    assert dropped.note


def test_each_pack_that_was_held_begins_with_what_became_of_the_one_before(told):
    held = CommitteeMeeting.objects.held().order_by("starts_on")
    packs = [from_json(CommitteePack, row.frozen) for row in held]

    assert [pack.previous_meeting for pack in packs][1:] == [row.reference for row in held[:3]]
    assert all(pack.previous for pack in packs[1:])
    assert any(line.causes for pack in packs for line in pack.figures)
    assert all(pack.complaints for pack in packs)


def test_the_owner_of_the_late_decision_finds_it_at_home(told, client):
    today = localdate()
    (late,) = (row for row in CommitteeDecision.objects.all() if row.is_late(today))
    client.force_login(User.objects.get(pk=late.owner_id))

    assert late.text in client.get(reverse("audits:home")).content.decode()
