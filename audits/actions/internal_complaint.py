"""Steps that people take on an internal complaint: opened by hand, planned, given, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import alert_notices as notices
from audits.actions.complaint_moves import KIND, OPENED, locked, moved, periods_json
from audits.actions.once import require_same_form
from audits.alert_enums import AlertCause, ComplaintState
from audits.alert_people import People, Rules
from audits.calendars import calendar_of_place
from audits.finding_rules import owners_in
from audits.logic.alerts import USUAL_DAYS, Reading, Rule, Status, returned
from audits.logic.periods import Grain, period_of
from audits.measure_enums import TargetKind
from audits.models import ComplaintComment, InternalComplaint, MeasuringPlace, Target
from audits.snapshots.alerts import SLACK, Series, readings_of
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.numbering import next_number
from engagements.models import Indicator

PLANNED, PLAN_CHANGED, STARTED, ASSIGNED, COMMENTED, CLOSED = (
    "complaint.planned",
    "complaint.plan_changed",
    "complaint.started",
    "complaint.assigned",
    "complaint.commented",
    "complaint.closed",
)


@transaction.atomic
def open_complaint(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    organisation: Organisation,
    indicator: Indicator,
    place: MeasuringPlace,
    facts: str,
    former: InternalComplaint | None = None,
    by: User,
    at: datetime,
) -> InternalComplaint:
    """A complaint that figures did not open; with ``former``, one that was closed is taken up.

    The same form sent twice gives the same complaint.

    Raises:
        NotAvailableError: when one is open there already, or the form was sent with other contents.
        UserError: when nothing is wanted of the indicator there: no figure could close it.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    sent = {"indicator": indicator.code, "place": place.pk, "facts": facts}
    known = InternalComplaint.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=OPENED, sent=sent, by=by)
        return known
    rows = InternalComplaint.objects.filter(indicator=indicator, place=place)
    current = rows.not_closed().first()
    if current is not None:
        raise NotAvailableError(
            _("%(reference)s is open already for this indicator and this place.")
            % {"reference": current.reference}
        )
    rule = Rules(organisation).of(indicator.pk, place.pk)
    today = localdate(at)
    days = rule.plan_days if rule else USUAL_DAYS
    row = InternalComplaint.objects.create(
        key=key,
        organisation=organisation,
        year=today.year,
        number=next_number(f"complaint:{organisation.key}:{today.year}"),
        indicator=indicator,
        place=place,
        former=former or rows.order_by("-closed_at", "-pk").first(),
        cause=AlertCause.HAND,
        grain=(grain := _grain(indicator, place)),
        since_on=period_of(today, grain).start,
        facts=facts,
        owner=People(organisation).owner(rule),
        plan_due=calendar_of_place(place).add_working_days(today, days),
        level_days=rule.level_days if rule else USUAL_DAYS,
        return_periods=rule.return_periods if rule else Rule().held,
        opened_at=at,
        opened_by=by,
    )
    moved(row, OPENED, after=sent, by=by, at=at)
    notices.assigned(row, by=by, at=at)
    return row


@transaction.atomic
def write_plan(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    complaint: InternalComplaint,
    version: int,
    cause: str,
    plan: str,
    by: User,
    at: datetime,
) -> InternalComplaint:
    """Write the plan, or change it. The same form twice changes nothing more.

    Raises:
        EditConflictError: when somebody changed the complaint since ``version``.
        NotAvailableError: when it is closed.
    """
    row = locked(complaint)
    old, new = _plan_json(row.plan_cause, row.plan), _plan_json(cause, plan)
    if old == new:
        return row
    row = locked(complaint, version=version)
    is_new = row.planned_at is None
    if is_new:
        row.write_plan(cause=cause, plan=plan, by=by, at=at)
    else:
        row.plan_cause, row.plan, row.version = cause, plan, row.version + 1
        row.save(update_fields=["plan_cause", "plan", "version"])
    moved(row, PLANNED if is_new else PLAN_CHANGED, before=old, after=new, by=by, at=at)
    return row


@transaction.atomic
def start_plan(*, complaint: InternalComplaint, by: User, at: datetime) -> InternalComplaint:
    """The plan is under way. A second click changes nothing.

    Raises:
        NotAvailableError: when no plan is written, or the complaint is closed.
    """
    row = locked(complaint)
    if row.started_at is not None:
        return row
    if row.planned_at is None:
        raise NotAvailableError(_("Write the plan first: then its actions may begin."))
    source = row.state
    row.start(at=at)
    moved(row, STARTED, before={"state": source}, after={"state": row.state}, by=by, at=at)
    return row


@transaction.atomic
def assign_complaint(
    *, complaint: InternalComplaint, version: int, owner: User, by: User, at: datetime
) -> InternalComplaint:
    """Give it to another member.

    Raises:
        EditConflictError: when somebody changed the complaint since ``version``.
        NotAvailableError: when it is closed.
        UserError: when the owner is no member of the organisation.
    """
    row = locked(complaint)
    if row.owner_id == owner.pk:
        return row
    row = locked(complaint, version=version)
    if not owners_in(row.organisation_id).filter(pk=owner.pk).exists():
        raise UserError(_("Choose an owner among the members of the organisation."))
    before = {"owner": str(row.owner.key) if row.owner else ""}
    row.owner, row.version = owner, row.version + 1
    row.save(update_fields=["owner", "version"])
    moved(row, ASSIGNED, before=before, after={"owner": str(owner.key)}, by=by, at=at)
    notices.assigned(row, by=by, at=at)
    return row


@transaction.atomic
def comment_complaint(
    *, key: UUID, complaint: InternalComplaint, text: str, by: User, at: datetime
) -> ComplaintComment:
    """Say something about it, closed or not. The same form twice says it once.

    Raises:
        NotAvailableError: when the form was sent with other contents.
    """
    sent = {"comment": text}
    known = ComplaintComment.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=complaint.key, action=COMMENTED, sent=sent, by=by)
        return known
    row = ComplaintComment.objects.create(key=key, complaint=complaint, text=text, at=at, by=by)
    moved(complaint, COMMENTED, after=sent, by=by, at=at)
    return row


@transaction.atomic
def close_complaint(
    *, complaint: InternalComplaint, comment: str, by: User, at: datetime
) -> InternalComplaint:
    """Close it, with the periods that show the return as they stand now.

    A second click changes nothing more.

    Raises:
        NotAvailableError: when no return was measured.
        UserError: when its owner closes it.
    """
    rows = InternalComplaint.objects.select_for_update(of=("self",))
    if rows.get(pk=complaint.pk).state == ComplaintState.CLOSED:
        return InternalComplaint.objects.get(pk=complaint.pk)
    row = locked(complaint)
    if row.owner_id == by.pk:
        raise UserError(_("Somebody who is not its owner closes a complaint."))
    readings = readings_since(row, today=localdate(at))
    rule = Rules(row.organisation).of(row.indicator_id, row.place_id)
    test = replace(rule.test if rule else Rule(), held=row.return_periods)
    shown = returned(readings, test)
    # Nothing is wanted there any more: what was measured before stands.
    is_kept = not readings and row.state == ComplaintState.RETURNED
    is_shown = row.state == ComplaintState.RETURNED and len(shown) >= row.return_periods
    if not (is_shown or is_kept):
        raise NotAvailableError(
            _("It cannot be closed yet: a return over the target must be measured first.")
        )
    if is_shown:
        row.returned_by = periods_json(shown)
        row.save(update_fields=["returned_by"])
    settled = _last_judged(row, readings)
    row.close(by=by, at=at, comment=comment, settled_on=settled)
    after = {"state": row.state, "comment": comment, "periods": row.returned_by}
    moved(row, CLOSED, before={"state": ComplaintState.RETURNED}, after=after, by=by, at=at)
    return row


def readings_since(complaint: InternalComplaint, *, today: Any, reach: int = 0) -> list[Reading]:
    """The closed periods since it was opened, as they are known now."""
    series = Series(complaint.indicator_id, complaint.place_id)
    found = readings_of(
        complaint.organisation,
        today=today,
        reach=max(reach, complaint.return_periods + SLACK),
        indicators=[series.indicator],
        places=[series.place],
        also=[series],
    )
    return [one for one in found.get(series, ()) if one.period.start >= complaint.since_on]


def _last_judged(complaint: InternalComplaint, readings: Sequence[Reading]) -> date:
    """First day of the last closed period with a figure."""
    known = [one.period.start for one in readings if one.status is not Status.NO_FIGURE]
    kept = [date.fromisoformat(one["start"]) for one in complaint.returned_by]
    return max([*known, *kept])


def _grain(indicator: Indicator, place: MeasuringPlace) -> Grain:
    """Of what is wanted there now. Raises UserError when nothing is."""
    rows = Target.objects.filter(indicator=indicator).in_force(localdate())
    own = rows.filter(place=place).first()
    whole = rows.filter(place__organisation=place.organisation_id, place__kind="WHOLE").first()
    found = own or whole
    if found is None or found.kind != TargetKind.TARGET:
        raise UserError(
            _("Set a target for this indicator first: a figure that meets it closes a complaint.")
        )
    return Grain(found.grain)


def _plan_json(cause: str, plan: str) -> Mapping[str, Any]:
    return {"plan_cause": cause, "plan": plan}
