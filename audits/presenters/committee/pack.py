"""A pack, or the part of it that a reader sees, as the rows of its page and of its document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import figure_words as wording
from audits.alert_enums import ComplaintState, EscalationLevel
from audits.charts.series import band_of, spark
from audits.committee_enums import CommitteeRole
from audits.logic.alerts import Status
from audits.logic.committee import Sense, Subject, in_order_of_moves
from audits.logic.periods import Grain, Period
from audits.measure_enums import PlaceKind
from audits.presenters.alerts import LEVEL_SHAPES, ago_text
from audits.presenters.committee import words
from audits.presenters.nearness import days_text
from audits.snapshots.committee import (
    ActionLine,
    CommitteePack,
    ComplaintLine,
    ControlItem,
    DecisionLine,
    FigureLine,
    PlaceName,
    ProposalLine,
)
from crcaudit.core.formats import date_text


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One indicator in words. ``place`` is "" at the place that the page is about."""

    line: FigureLine
    name: str
    place: str
    value: str
    previous: str
    target: str
    when: str
    shape: str
    verdict: str
    why: str
    arrow: str
    sense: str
    worth: str
    missed: str
    spark: SafeString


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One complaint in words; ``plan`` says what is planned, or by when."""

    line: ComplaintLine
    name: str
    place: str
    age: str
    plan: str
    level: str
    level_shape: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """A control or an action: where, by when, how near."""

    line: ControlItem | ActionLine
    where: str
    near: str


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it stood, and where it stands now; ``now`` is "" where that is the same."""

    line: DecisionLine
    shape: str
    state: str
    near: str
    first: str
    now_shape: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A decision to take, in words."""

    line: ProposalLine
    kind: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class PackView:
    """Everything that a page or a document of a pack shows.

    ``met``, ``judged`` and ``silent`` count the indicators of its place, ``shown`` the lines that
    are judged, those of the other places with them.
    """

    title: str
    coming: str
    made_on: date
    held_on: date | None
    previous_meeting: str
    met: int
    judged: int
    shown: int
    silent: int
    moved: Sequence[FigureRow]
    under: Sequence[FigureRow]
    unproven: Sequence[FigureRow]
    complaints: Sequence[ComplaintRow]
    late_complaints: int
    late_controls: Sequence[DueRow]
    due_controls: Sequence[DueRow]
    late_actions: Sequence[DueRow]
    due_actions: Sequence[DueRow]
    proposals: Sequence[ProposalRow]
    previous: Sequence[DecisionRow]
    late_decisions: int
    decisions: Sequence[DecisionRow]
    roles: Sequence[str]
    people: Sequence[str]
    flows: str
    resources: str
    notes: str


def view_of(
    pack: CommitteePack, place: PlaceName, *, now: Mapping[str, DecisionLine] | None = None
) -> PackView:
    """The rows of a pack that was cut to what its reader sees at a place.

    ``now`` are decisions as they stand today, by key, for a pack that is frozen.
    """
    today = pack.made_on
    names = {one.pk: place_title(one) for one in pack.places} | {place.pk: ""}
    rows = [_figure(line, names.get(line.place, "")) for line in pack.figures]
    judged = [row for row in rows if row.line.status != Status.NO_FIGURE]
    here = [row for row in judged if row.line.place == place.pk]
    controls = [_control(line, today) for line in pack.controls]
    actions = [_action(line, today) for line in pack.actions]
    previous = [_decision(line, today, {}) for line in pack.previous]
    period = Period(Grain(pack.grain), pack.start)
    return PackView(
        title=wording.period_text(period),
        coming=wording.period_text(period.after(1)),
        made_on=pack.made_on,
        held_on=pack.held_on,
        previous_meeting=pack.previous_meeting,
        met=sum(row.line.status == Status.MET for row in here),
        judged=len(here),
        shown=len(judged),
        silent=sum(row.line.value is None and row.line.place == place.pk for row in rows),
        moved=_moved(rows),
        under=_under(judged),
        unproven=[row for row in judged if row.line.status == Status.NOT_PROVEN],
        complaints=[_complaint(line, today) for line in pack.complaints],
        late_complaints=sum(line.is_late for line in pack.complaints),
        late_controls=[row for row in controls if row.line.is_late],
        due_controls=[row for row in controls if not row.line.is_late],
        late_actions=[row for row in actions if row.line.is_late],
        due_actions=[row for row in actions if not row.line.is_late],
        proposals=[_proposal(line) for line in pack.proposals],
        previous=previous,
        late_decisions=sum(row.shape == "major" for row in previous),
        decisions=[_decision(line, today, now or {}) for line in pack.decisions],
        roles=[str(CommitteeRole(role).label) for role in pack.roles],
        people=pack.people,
        flows=pack.flows,
        resources=pack.resources,
        notes=pack.notes,
    )


def place_title(place: PlaceName) -> str:
    """Name of a place, that of the whole in the active language."""
    return _("All sites") if place.kind == PlaceKind.WHOLE else place.name


def _moved(rows: Iterable[FigureRow]) -> list[FigureRow]:
    found = {(row.line.code, str(row.line.place)): row for row in rows if row.line.causes}
    keys = in_order_of_moves((row.line.causes, row.line.sense, key) for key, row in found.items())
    return [found[key] for key in keys]


def _under(rows: Iterable[FigureRow]) -> list[FigureRow]:
    """Missed ones, the longest first."""
    missed = [row for row in rows if row.line.status == Status.MISSED]
    return sorted(missed, key=lambda row: (-row.line.missed, row.line.code, row.line.place))


def _figure(line: FigureLine, place: str) -> FigureRow:
    shape, verdict = words.verdict_of(line)
    sense = Sense(line.sense) if line.sense else Sense.NONE
    values = [None if value is None else float(value) for value in line.series]
    band = band_of(words.terms_of(line))
    return FigureRow(
        line=line,
        name=words.name_of(line),
        place=place,
        value=words.value_text(line),
        previous=words.previous_text(line),
        target=words.target_text(line),
        when=words.period_of_line(line),
        shape=shape,
        verdict=verdict,
        why=words.why_text(line),
        arrow=words.ARROWS.get(sense, ""),
        sense=str(words.SENSES.get(sense, "")),
        worth=words.worth_text(line),
        missed=words.missed_text(line),
        spark=spark(values, band=band, is_bad=line.status == Status.MISSED),
    )


def _complaint(line: ComplaintLine, today: date) -> ComplaintRow:
    if not line.is_planned:
        plan = _("no plan written")
        if line.state == ComplaintState.OPEN:
            plan = _("plan to be written, %(near)s") % {"near": days_text(line.plan_due, today)}
    else:
        text = ngettext(
            "%(done)s action done of %(n)s", "%(done)s actions done of %(n)s", line.actions_done
        )
        plan = text % {"done": line.actions_done, "n": line.actions}
        if line.is_late:
            plan = _("%(plan)s, one is late") % {"plan": plan}
    return ComplaintRow(
        line=line,
        name=words.in_language(line.name_fr, line.name_en),
        place=line.place_name or _("All sites"),
        age=ago_text(line.opened_on, today),
        plan=plan,
        level=str(EscalationLevel(str(line.level)).label),
        level_shape=LEVEL_SHAPES[line.level],
    )


def _control(line: ControlItem, today: date) -> DueRow:
    return DueRow(line, line.site_name or _("All sites"), days_text(line.due, today))


def _action(line: ActionLine, today: date) -> DueRow:
    return DueRow(line, line.reference, days_text(line.due, today))


def _decision(line: DecisionLine, today: date, now: Mapping[str, DecisionLine]) -> DecisionRow:
    is_open = line.closed_on is None
    shape, state = words.decision_state(line, is_late=is_open and line.due < today)
    latest = now.get(line.key, line)
    now_shape = now_text = ""
    if (latest.state, latest.due, latest.owner) != (line.state, line.due, line.owner):
        now_shape, now_text = words.decision_state(latest, is_late=False)
        if latest.closed_on is None:
            day = date_text(latest.due, short=True)
            now_text = _("%(owner)s, by %(day)s") % {"owner": latest.owner, "day": day}
    return DecisionRow(
        line=line,
        shape=shape,
        state=state,
        near=days_text(line.due, today) if is_open else "",
        first=date_text(line.first_due, short=True) if line.first_due != line.due else "",
        now_shape=now_shape,
        now=now_text,
    )


_KINDS = {
    Subject.PLAN_LATE: "complaint",
    Subject.NO_COMPLAINT: "indicator",
    Subject.CONTROL_LATE: "control",
    Subject.ACTION_LATE: "action",
}


def _proposal(line: ProposalLine) -> ProposalRow:
    return ProposalRow(
        line=line,
        kind=_KINDS[Subject(line.subject)],
        what=words.in_language(line.text_fr, line.text_en),
        text=words.proposal_text(line),
    )
