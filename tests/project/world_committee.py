"""Committees of a side: one prepared, one held, with decisions in the states that screens show."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import committee, committee_decision
from audits.actions.place import place_of
from audits.committee_enums import CommitteeRole
from audits.logic.periods import Grain, period_of
from audits.models import CommitteeDecision, CommitteeMeeting


def add_committees(side) -> None:
    """By the quality manager; the contributor owns what is to be done."""
    last = period_of(localdate(), Grain.WEEK).after(-1)
    before = last.after(-1)
    contributor, director = side.people["contributor"], side.people["director"]
    _prepare(side, before)
    place = place_of(side.organisation, side.site)
    side.things["held_decision"] = _decide(side, before, "Tenir un renfort", contributor)
    side.things["done_decision"] = _decide(side, before, "Reprendre la prévision", director)
    side.things["site_decision"] = _decide(side, before, "Revoir le planning", director, place)
    meeting = CommitteeMeeting.objects.get(organisation=side.organisation)
    by, at = side.people["manager"], timezone.now()
    side.things["committee_held"] = committee.hold_meeting(
        meeting=meeting, version=meeting.version, held_on=localdate(), by=by, at=at
    )
    side.things["done_decision"] = committee_decision.finish_decision(
        decision=side.things["done_decision"], by=director, at=at
    )
    side.things["committee"] = _prepare(side, last)
    side.things["decision"] = _decide(side, last, "Former les équipes", contributor)


def _prepare(side, period) -> CommitteeMeeting:
    fields = committee.MeetingFields(
        roles=[CommitteeRole.QUALITY], flows="Volume habituel", resources="Effectif complet"
    )
    return committee.prepare_meeting(
        organisation=side.organisation,
        period=period,
        version=0,
        fields=fields,
        by=side.people["manager"],
        at=timezone.now(),
    )


def _decide(side, period, text, owner, place=None) -> CommitteeDecision:
    fields = committee_decision.DecisionFields(
        text=text, owner=owner, due_date=localdate() + timedelta(days=9), place=place
    )
    return committee_decision.take_decision(
        key=uuid4(),
        organisation=side.organisation,
        period=period,
        fields=fields,
        by=side.people["manager"],
        at=timezone.now(),
    )
