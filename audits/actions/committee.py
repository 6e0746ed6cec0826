"""The committee of one period: prepared by whoever manages quality, then held, for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.committee_enums import CommitteeRole
from audits.finding_rules import owners_in
from audits.logic.periods import Period
from audits.models import CommitteeMeeting, MeasuringPlace
from audits.snapshots.codec import digest, to_json
from audits.snapshots.committee import CommitteePack, pack_of
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "committee_meeting"
PREPARED, CHANGED, HELD = "committee.prepared", "committee.changed", "committee.held"
CONFLICT = gettext_lazy("Somebody wrote in this committee meanwhile. Nothing was overwritten.")
OVER = gettext_lazy("This committee was held: nothing more is written in it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFields:
    """What is written of a meeting: who is there, what is foreseen, what was said."""

    roles: Sequence[CommitteeRole] = ()
    people: Sequence[User] = ()
    flows: str = ""
    resources: str = ""
    notes: str = ""


@transaction.atomic
def prepare_meeting(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    organisation: Organisation,
    period: Period,
    version: int,
    fields: MeetingFields,
    by: User,
    at: datetime,
) -> CommitteeMeeting:
    """Write in the meeting about a period; the first time begins it. Twice changes nothing more.

    ``version`` is the one that was read, 0 when there was no meeting yet.

    Raises:
        EditConflictError: when somebody wrote in it since.
        NotAvailableError: when it was held.
        UserError: when the period is not over, or a person is no member.
    """
    row = begun(organisation=organisation, period=period, by=by, at=at)
    old, new = _as_json(_fields_of(row)), _as_json(fields)
    if old == new:
        return row
    # The meeting that this very call began has version 1 and nothing written.
    if row.version != max(version, 1):
        raise EditConflictError(CONFLICT, row)
    _require_members(organisation, fields.people)
    row.prepare(
        roles=[str(role) for role in fields.roles],
        flows=fields.flows,
        resources=fields.resources,
        notes=fields.notes,
    )
    row.people.set(fields.people)
    # Names are kept in the rows and not in the journal, where nothing is ever erased.
    _moved(row, CHANGED, before=_counted(old), after=_counted(new), by=by, at=at)
    return row


@transaction.atomic
def hold_meeting(
    *, meeting: CommitteeMeeting, version: int, held_on: date, by: User, at: datetime
) -> CommitteeMeeting:
    """The committee was held: its pack stays as it is now. A second click changes nothing.

    Raises:
        EditConflictError: when somebody wrote in it since ``version``.
        UserError: when nobody was there, or the day is not after the period, or has not come.
    """
    row = _locked(meeting)
    if row.is_held:
        return row
    if row.version != version:
        raise EditConflictError(CONFLICT, row)
    today = localdate(at)
    if not row.roles:
        raise UserError(_("Say first which functions are present."))
    if not row.period.end < held_on <= today:
        raise UserError(_("Give a day after the period, up to today."))
    text = to_json(frozen_pack(row, today=today, held_on=held_on))
    row.hold(on=held_on, by=by, at=at, frozen=(text, digest(text)))
    after = {"state": row.state, "held_on": held_on.isoformat(), "sha256": row.frozen_sha256}
    _moved(row, HELD, after=after, by=by, at=at)
    return row


def frozen_pack(meeting: CommitteeMeeting, *, today: date, held_on: date | None) -> CommitteePack:
    """The pack of a meeting as it is now, for every place of the organisation."""
    places = MeasuringPlace.objects.filter(organisation=meeting.organisation).in_order()
    return pack_of(
        meeting.organisation,
        meeting.period,
        places=list(places),
        meeting=meeting,
        today=today,
        held_on=held_on,
    )


def begun(
    *, organisation: Organisation, period: Period, by: User, at: datetime
) -> CommitteeMeeting:
    """The locked meeting about a period, begun when there is none. Call inside a transaction.

    Raises:
        NotAvailableError: when it was held.
        UserError: when the period is not over.
    """
    # So that two people who begin it at once begin one.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not period.is_over(localdate(at)):
        raise UserError(_("This period is not over yet."))
    row, is_new = CommitteeMeeting.objects.select_related("organisation").get_or_create(
        organisation=organisation,
        grain=str(period.grain),
        starts_on=period.start,
        defaults={"prepared_at": at, "prepared_by": by},
    )
    if row.is_held:
        raise NotAvailableError(OVER)
    if is_new:
        _moved(row, PREPARED, after={"state": row.state}, by=by, at=at)
    return row


def _locked(meeting: CommitteeMeeting) -> CommitteeMeeting:
    Organisation.objects.select_for_update(no_key=True).get(pk=meeting.organisation_id)
    return CommitteeMeeting.objects.select_related("organisation").get(pk=meeting.pk)


def _require_members(organisation: Organisation, people: Sequence[User]) -> None:
    keys = {person.pk for person in people}
    if owners_in(organisation.pk).filter(pk__in=keys).count() != len(keys):
        raise UserError(_("Choose people among the members of the organisation."))


def _fields_of(row: CommitteeMeeting) -> MeetingFields:
    return MeetingFields(
        roles=[CommitteeRole(role) for role in row.roles],
        people=list(row.people.order_by("pk")),
        flows=row.flows,
        resources=row.resources,
        notes=row.notes,
    )


def _as_json(fields: MeetingFields) -> dict[str, Any]:
    return {
        "roles": sorted(str(role) for role in fields.roles),
        "people": sorted(person.pk for person in fields.people),
        "flows": fields.flows,
        "available": fields.resources,
        "notes": fields.notes,
    }


def _counted(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**fields, "people": len(fields["people"])}


def _moved(  # noqa: PLR0913 -- keyword-only but two, one line each
    row: CommitteeMeeting,
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(action, KIND, row.key, row.reference, before=before or {}, after=after)
    stream = journal.organisation_stream(row.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
