"""The pack of one period, as it is now: what is frozen when the committee is held."""

from collections.abc import Iterator, Sequence
from datetime import date

from audits.logic.alerts import Status
from audits.logic.committee import LATE_CONTROLS, MISSED_PERIODS, Proposal, Subject, in_order
from audits.logic.periods import Period
from audits.measure_enums import PlaceKind
from audits.models import CommitteeMeeting, MeasuringPlace
from audits.snapshots.committee import followup
from audits.snapshots.committee.figures import figure_lines
from audits.snapshots.committee.values import (
    SCHEMA,
    ActionLine,
    CommitteePack,
    ComplaintLine,
    ControlItem,
    FigureLine,
    PlaceName,
    ProposalLine,
)
from crcaudit.accounts.models import Organisation


def pack_of(  # noqa: PLR0913 -- keyword-only but two, one line each
    organisation: Organisation,
    period: Period,
    *,
    places: Sequence[MeasuringPlace],
    meeting: CommitteeMeeting | None,
    today: date,
    held_on: date | None = None,
) -> CommitteePack:
    """What the committee looks at about a period that is over.

    Figures are those of the period, of these places; complaints, controls and actions those of
    the whole organisation, as they stand today. The number of queries does not depend on the data.
    """
    until = period.after(1).end
    open_rows = followup.open_complaints(organisation)
    late = followup.late_complaints(organisation, today)
    complaints = followup.complaint_lines(open_rows, late)
    figures = figure_lines(organisation, places, period, open_rows)
    controls = followup.control_items(organisation, until=until, today=today)
    actions = followup.action_lines(organisation, until=until, today=today)
    before = followup.meeting_before(organisation, period, meeting)
    previous = followup.previous_decisions(organisation, before)
    names = _names(places)
    sites = {place.pk: place.site for place in names}
    return CommitteePack(
        schema=SCHEMA,
        organisation=organisation.name,
        grain=str(period.grain),
        start=period.start,
        until=until,
        made_on=today,
        held_on=held_on,
        previous_meeting=before.reference if before else "",
        places=names,
        figures=figures,
        complaints=complaints,
        controls=controls,
        actions=actions,
        proposals=_proposals(figures, complaints, controls, actions, today=today, sites=sites),
        previous=tuple(followup.decision_line(row) for row in previous),
        decisions=tuple(followup.decision_line(row) for row in followup.decisions_of(meeting)),
        roles=tuple(meeting.roles) if meeting else (),
        people=tuple(str(person) for person in _people(meeting)),
        flows=meeting.flows if meeting else "",
        resources=meeting.resources if meeting else "",
        notes=meeting.notes if meeting else "",
    )


def _names(places: Sequence[MeasuringPlace]) -> tuple[PlaceName, ...]:
    return tuple(
        PlaceName(
            pk=place.pk,
            kind=place.kind,
            site=place.site_id,
            name="" if place.kind == PlaceKind.WHOLE else place.name,
        )
        for place in places
    )


def _people(meeting: CommitteeMeeting | None) -> Sequence[object]:
    if meeting is None:
        return ()
    return list(meeting.people.order_by("last_name", "first_name", "pk"))


def _proposals(  # noqa: PLR0913 -- keyword-only but the facts, one line each
    figures: Sequence[FigureLine],
    complaints: Sequence[ComplaintLine],
    controls: Sequence[ControlItem],
    actions: Sequence[ActionLine],
    *,
    today: date,
    sites: dict[int, int | None],
) -> tuple[ProposalLine, ...]:
    """What the facts call for, in the order of `audits.logic.committee.in_order`."""
    found: dict[Proposal, ProposalLine] = {}
    made = (
        *_of_complaints(complaints, today),
        *_of_figures(figures, sites),
        *_of_controls(controls),
        *_of_actions(actions, today),
    )
    for line in made:
        key = line.key or f"{line.label} {line.place}"
        found.setdefault(Proposal(Subject(line.subject), key, line.weight), line)
    return tuple(found[one] for one in in_order(found))


def _of_complaints(rows: Sequence[ComplaintLine], today: date) -> Iterator[ProposalLine]:
    """Without a plan, by the days that it is late; those of which an action is late come after."""
    for row in rows:
        if row.is_late:
            yield ProposalLine(
                subject=str(Subject.PLAN_LATE),
                key=row.key,
                indicator=None,
                label=row.reference,
                text_fr=row.name_fr,
                text_en=row.name_en,
                weight=0 if row.is_planned else (today - row.plan_due).days,
                place=row.place,
                site=row.site,
            )


def _of_figures(rows: Sequence[FigureLine], sites: dict[int, int | None]) -> Iterator[ProposalLine]:
    for row in rows:
        is_missed = row.status == Status.MISSED
        if is_missed and row.missed >= MISSED_PERIODS and not row.complaint:
            yield ProposalLine(
                subject=str(Subject.NO_COMPLAINT),
                key="",
                indicator=row.indicator,
                label=row.code,
                text_fr=row.name_fr,
                text_en=row.name_en,
                weight=row.missed,
                place=row.place,
                site=sites.get(row.place),
            )


def _of_controls(rows: Sequence[ControlItem]) -> Iterator[ProposalLine]:
    """Once for a line at a place: by the oldest of its late controls."""
    seen: set[tuple[str, int | None]] = set()
    for row in rows:
        where = (row.line, row.site)
        if row.is_late and row.run >= LATE_CONTROLS and where not in seen:
            seen.add(where)
            yield ProposalLine(
                subject=str(Subject.CONTROL_LATE),
                key=row.key,
                indicator=None,
                label=row.requirement,
                text_fr=row.point,
                text_en=row.point,
                weight=row.run,
                place=None,
                site=row.site,
            )


def _of_actions(rows: Sequence[ActionLine], today: date) -> Iterator[ProposalLine]:
    """Corrective ones alone: an action of a complaint makes its plan late."""
    for row in rows:
        if row.is_late and not row.is_of_complaint:
            yield ProposalLine(
                subject=str(Subject.ACTION_LATE),
                key=row.key,
                indicator=None,
                label=row.reference,
                text_fr=row.title,
                text_en=row.title,
                weight=(today - row.due).days,
                place=None,
                site=row.site,
            )
