"""What is followed up in a pack: complaints, controls, actions, and the decisions of committees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from audits.control_enums import ControlState
from audits.logic.committee import Turn, late_run
from audits.logic.periods import Period
from audits.models import (
    CommitteeDecision,
    CommitteeMeeting,
    ComplaintAction,
    ControlOccurrence,
    CorrectiveAction,
    InternalComplaint,
)
from audits.snapshots.committee.values import (
    ActionLine,
    ComplaintLine,
    ControlItem,
    DecisionLine,
)
from crcaudit.accounts.models import Organisation, User

LOOKED_BACK = timedelta(days=400)  # two controls of a yearly line
NEAREST = 8  # meetings among which the one before is: weeks of the month, and the month
DecisionRows = Sequence[CommitteeDecision]


def open_complaints(organisation: Organisation) -> list[InternalComplaint]:
    """Complaints not closed, highest level first, with what their lines say. One query."""
    rows = InternalComplaint.objects.not_closed().filter(organisation=organisation)
    rows = rows.select_related(
        "indicator", "owner", "place__site", "place__subcontractor"
    ).annotate(
        action_count=Count("actions"),
        done_count=Count("actions", filter=Q(actions__done_on__isnull=False)),
    )
    return list(rows.order_by("-level", "opened_at", "pk"))


def complaint_lines(
    rows: Iterable[InternalComplaint], late: Iterable[int]
) -> tuple[ComplaintLine, ...]:
    """As a pack keeps them; ``late`` are the numbers of those with a late plan or action."""
    known = set(late)
    return tuple(
        ComplaintLine(
            key=str(row.key),
            reference=row.reference,
            code=row.indicator.code,
            name_fr=row.indicator.name_fr,
            name_en=row.indicator.name_en,
            place=row.place_id,
            site=row.place.site_id,
            place_name="" if row.place.is_whole else row.place.name,
            state=row.state,
            level=row.level,
            opened_on=localdate(row.opened_at),
            plan_due=row.plan_due,
            is_planned=row.planned_at is not None,
            is_late=row.pk in known,
            actions=row.action_count,  # type: ignore[attr-defined]  # annotated above
            actions_done=row.done_count,  # type: ignore[attr-defined]
            owner=_name(row.owner),
        )
        for row in rows
    )


def late_complaints(organisation: Organisation, today: date) -> list[int]:
    """Numbers of the complaints of which the plan, or one of its actions, is late. One query."""
    rows = InternalComplaint.objects.filter(organisation=organisation).late(today)
    return list(rows.values_list("pk", flat=True))


def control_items(
    organisation: Organisation, *, until: date, today: date
) -> tuple[ControlItem, ...]:
    """Controls that are late or due by ``until``, oldest first. Two queries."""
    rows = ControlOccurrence.objects.planned().filter(
        line__plan__certification__organisation=organisation, due_date__lte=until
    )
    related = ("line__requirement", "site", "owner")
    found = list(rows.select_related(*related).order_by("due_date", "pk"))
    runs = _late_runs([row for row in found if row.due_date < today], today)
    return tuple(
        ControlItem(
            key=str(row.key),
            line=str(row.line.lineage),
            requirement=row.line.requirement.code,
            point=row.line.control_point,
            site=row.site_id,
            site_name=row.site.name if row.site else "",
            due=row.due_date,
            is_late=row.due_date < today,
            run=runs.get((str(row.line.lineage), row.site_id), 0),
            owner=_name(row.owner),
        )
        for row in found
    )


def _late_runs(
    late: Sequence[ControlOccurrence], today: date
) -> Mapping[tuple[str, int | None], int]:
    """For each line and site with a late control, how many running were late."""
    if not late:
        return {}
    rows = ControlOccurrence.objects.filter(
        line__lineage__in={row.line.lineage for row in late},
        state__in=[ControlState.PLANNED, ControlState.DONE],
        due_date__range=(today - LOOKED_BACK, today),
    )
    turns: dict[tuple[str, int | None], list[Turn]] = defaultdict(list)
    names = ("line__lineage", "site", "due_date", "done_on")
    for lineage, site, due, done_on in rows.values_list(*names):
        turns[str(lineage), site].append(Turn(due, done_on))
    return {key: late_run(found, today=today) for key, found in turns.items()}


def action_lines(organisation: Organisation, *, until: date, today: date) -> tuple[ActionLine, ...]:
    """Actions that are late or due by ``until``, oldest first. Two queries."""
    corrective = (
        CorrectiveAction.objects.pending()
        .filter(
            organisation=organisation,
            due_date__lte=until,
            finding__audit__certification__closed_at=None,
        )
        .select_related("owner", "finding__assessment")
        .order_by("due_date", "pk")
    )
    planned = (
        ComplaintAction.objects.filter(
            complaint__organisation=organisation,
            complaint__closed_at=None,
            done_on=None,
            due_date__lte=until,
        )
        .select_related("owner", "complaint__place")
        .order_by("due_date", "pk")
    )
    found = [_corrective(row, today) for row in corrective]
    found += [_planned(row, today) for row in planned]
    return tuple(sorted(found, key=lambda line: (line.due, line.reference, line.title)))


def _corrective(row: CorrectiveAction, today: date) -> ActionLine:
    return ActionLine(
        key=str(row.key),
        is_of_complaint=False,
        reference=row.reference,
        title=row.title,
        site=row.finding.assessment.site_id,
        place=None,
        due=row.due_date,
        is_late=row.due_date < today,
        owner=_name(row.owner),
    )


def _planned(row: ComplaintAction, today: date) -> ActionLine:
    return ActionLine(
        key=str(row.complaint.key),
        is_of_complaint=True,
        reference=row.complaint.reference,
        title=row.title,
        site=row.complaint.place.site_id,
        place=row.complaint.place_id,
        due=row.due_date,
        is_late=row.is_late(today),
        owner=_name(row.owner),
    )


def meeting_before(
    organisation: Organisation, period: Period, meeting: CommitteeMeeting | None
) -> CommitteeMeeting | None:
    """The last one that was held about a week or month that ended before this one. One query."""
    rows = CommitteeMeeting.objects.held().filter(
        organisation=organisation, starts_on__lte=period.end
    )
    if meeting is not None:
        rows = rows.exclude(pk=meeting.pk)
    latest = rows.defer("frozen").order_by("-starts_on", "-pk")[:NEAREST]
    found = [row for row in latest if row.period.end <= period.end]
    return max(found, key=lambda row: (row.period.end, row.held_at, row.pk), default=None)


def previous_decisions(organisation: Organisation, before: CommitteeMeeting | None) -> DecisionRows:
    """Those of the meeting before, whatever became of them, then older ones not done. One query."""
    if before is None:
        return ()
    rows = CommitteeDecision.objects.filter(meeting__organisation=organisation).filter(
        Q(meeting=before) | Q(state="OPEN", meeting__held_at__lte=before.held_at)
    )
    return sorted(
        _with_names(rows), key=lambda row: (row.meeting_id != before.pk, row.due_date, row.pk)
    )


def decisions_of(meeting: CommitteeMeeting | None) -> DecisionRows:
    """Those taken by a meeting, in their order. One query; none without a meeting."""
    if meeting is None:
        return ()
    return list(_with_names(meeting.decisions.all()).order_by("number"))


def decision_line(row: CommitteeDecision) -> DecisionLine:
    """A decision as it stands, from what `_with_names` loads."""
    return DecisionLine(
        key=str(row.key),
        meeting=row.meeting.reference,
        number=row.number,
        text=row.text,
        owner=_name(row.owner),
        due=row.due_date,
        first_due=row.first_due_date,
        state=row.state,
        closed_on=row.closed_on,
        note=row.note,
        place=row.place_id,
        site=row.place.site_id if row.place else None,
        about=about_text(row),
    )


def about_text(row: CommitteeDecision) -> str:
    """Reference or code of what a decision is about; "" for nothing."""
    if row.complaint is not None:
        return row.complaint.reference
    if row.indicator is not None:
        return row.indicator.code
    if row.control_line is not None:
        return row.control_line.requirement.code
    return row.action.reference if row.action is not None else ""


def _with_names(rows: QuerySet[CommitteeDecision]) -> QuerySet[CommitteeDecision]:
    related = ("owner", "meeting", "place", "complaint", "indicator", "action")
    return rows.select_related(*related, "control_line__requirement").defer("meeting__frozen")


def _name(person: User | None) -> str:
    return str(person) if person is not None else ""
