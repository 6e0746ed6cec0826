"""Values of a pack. Numbers of rows tell places and indicators apart; keys lead to objects.

Bounds of intervals are rounded to six decimals. Names of indicators are kept in both languages.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place of measure. ``site`` is the number of its site, None for another kind of place."""

    pk: int
    kind: str
    site: int | None
    name: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    """An indicator at a place, in the last period closed when that of the pack ended.

    ``is_new`` when that period ended within the pack's. ``value`` is None without a figure, and
    ``target`` without a target; ``status`` is one of `audits.logic.alerts.Status`, ``rank`` one of
    `audits.logic.indicators.Rank` or "". ``causes`` (`audits.logic.committee.Cause`) say why it
    moved, none when it did not. ``missed`` counts periods running, ``complaint`` is the reference
    of the open one and ``unpooled`` says why places were not put together, "" for neither.
    ``series`` are the last closed periods, oldest first.
    """

    place: int
    indicator: int
    code: str
    name_fr: str
    name_en: str
    unit: str
    grain: str
    start: date
    is_new: bool
    value: Fraction | None
    previous: Fraction | None
    low: Fraction | None
    high: Fraction | None
    size: int | None
    is_exhaustive: bool
    operator: str
    target: Fraction | None
    status: str
    previous_status: str
    rank: str
    missed: int
    causes: tuple[str, ...]
    sense: str
    unpooled: str
    complaint: str
    series: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """An internal complaint that is not closed. ``owner`` is "" while nobody is named.

    ``site`` is None but for a site; ``place_name`` is "" for the whole.
    """

    key: str
    reference: str
    code: str
    name_fr: str
    name_en: str
    place: int
    site: int | None
    place_name: str
    state: str
    level: int
    opened_on: date
    plan_due: date
    is_planned: bool
    is_late: bool
    actions: int
    actions_done: int
    owner: str


@dataclass(frozen=True, slots=True)
class ControlItem:
    """An internal control that is late, or due by the end of the coming period.

    ``run`` counts the controls of its line late running there. ``site`` is None for all sites.
    """

    key: str
    line: str
    requirement: str
    point: str
    site: int | None
    site_name: str
    due: date
    is_late: bool
    run: int
    owner: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action that is late, or due by the end of the coming period.

    ``key`` is that of the corrective action, or of the complaint when ``is_of_complaint``; ``site``
    and ``place`` are None for all sites.
    """

    key: str
    is_of_complaint: bool
    reference: str
    title: str
    site: int | None
    place: int | None
    due: date
    is_late: bool
    owner: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision as it stood. ``meeting`` is the reference of the committee that took it.

    ``about`` names what it is about, "" for nothing; ``closed_on`` is None while it is to be done.
    """

    key: str
    meeting: str
    number: int
    text: str
    owner: str
    due: date
    first_due: date
    state: str
    closed_on: date | None
    note: str
    place: int | None
    site: int | None
    about: str


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A decision that the facts call for (`audits.logic.committee.Proposal`).

    ``key`` leads to the complaint, the control or the action; for an indicator it is "" and
    ``indicator`` its number. ``label`` is a reference or a code.
    """

    subject: str
    key: str
    indicator: int | None
    label: str
    text_fr: str
    text_en: str
    weight: int
    place: int | None
    site: int | None


@dataclass(frozen=True, slots=True)
class CommitteePack:
    """What a committee looks at. ``held_on`` is None while it was not held.

    ``until`` is the last day of the coming period, up to which controls and actions are shown.
    ``previous`` are the decisions of the meeting before and the older ones not done, ``decisions``
    those taken. ``roles`` are codes of `audits.committee_enums.CommitteeRole`.
    """

    schema: int
    organisation: str
    grain: str
    start: date
    until: date
    made_on: date
    held_on: date | None
    previous_meeting: str
    places: tuple[PlaceName, ...]
    figures: tuple[FigureLine, ...]
    complaints: tuple[ComplaintLine, ...]
    controls: tuple[ControlItem, ...]
    actions: tuple[ActionLine, ...]
    proposals: tuple[ProposalLine, ...]
    previous: tuple[DecisionLine, ...]
    decisions: tuple[DecisionLine, ...]
    roles: tuple[str, ...]
    people: tuple[str, ...]
    flows: str
    resources: str
    notes: str
