"""Committees: prepared, with decisions, and held."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.utils.timezone import localdate

from audits.actions import committee, committee_decision
from audits.committee_enums import CommitteeRole
from audits.logic.periods import Grain, period_of
from audits.models import CommitteeDecision, CommitteeMeeting
from crcaudit.core.workdays import PARIS

WEEK = period_of(date(2026, 11, 23), Grain.WEEK)
MONDAY = date(2026, 11, 30)


def moment(day: date = MONDAY, hour: int = 9) -> datetime:
    """An hour of a day, in Paris."""
    return datetime.combine(day, time(hour), tzinfo=PARIS)


def last_week(back: int = 0):
    """The last week that is over, or an earlier one."""
    return period_of(localdate(), Grain.WEEK).after(-1 - back)


def prepared(organisation, by, *, period=WEEK, at=None, **fields) -> CommitteeMeeting:
    """A meeting where quality is present."""
    usual = {"roles": [CommitteeRole.QUALITY], "flows": "Volume habituel"}
    return committee.prepare_meeting(
        organisation=organisation,
        period=period,
        version=0,
        fields=committee.MeetingFields(**usual | fields),
        by=by,
        at=at or moment(),
    )


def decided(  # noqa: PLR0913 -- what a decision is made of
    organisation, by, *, owner=None, period=WEEK, at=None, about=None, **fields
) -> CommitteeDecision:
    """A decision due in a week."""
    at = at or moment()
    usual = {"text": "Tenir un renfort le lundi", "due_date": at.date() + timedelta(days=7)}
    return committee_decision.take_decision(
        key=uuid4(),
        organisation=organisation,
        period=period,
        fields=committee_decision.DecisionFields(**usual | {"owner": owner or by} | fields),
        about=about,
        by=by,
        at=at,
    )


def held(meeting: CommitteeMeeting, by, *, at=None) -> CommitteeMeeting:
    """The meeting, frozen."""
    at = at or moment()
    meeting.refresh_from_db()
    return committee.hold_meeting(
        meeting=meeting, version=meeting.version, held_on=at.date(), by=by, at=at
    )
