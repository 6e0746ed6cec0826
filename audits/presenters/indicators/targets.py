"""What is followed and wanted, what could be followed, and whether a formula can be read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from audits import figure_words as wording
from audits.actions.own_indicator import unreadable
from audits.measure_enums import TargetKind
from audits.models import MeasuringPlace, Target
from audits.presenters.indicators.journey import SOCIAL_SHARE
from crcaudit.accounts.models import Organisation
from crcaudit.core.formats import percent
from crcaudit.core.templatetags.crc import localized
from engagements import words
from engagements.enums import Dimension
from engagements.logic.formula import FormulaError, keys_of
from engagements.models import Indicator


@dataclass(frozen=True, slots=True)
class FollowedLine:
    """One indicator that is followed, with what is wanted of it today."""

    indicator: Indicator
    stage: str
    frequency: str
    target: str
    alert: str
    nonconformity: str
    source: str
    of_places: int


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line of targets, as printed."""

    text: str
    place: MeasuringPlace
    starts_on: date
    created_by: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class UsualLine:
    """A usual target of the catalogue, as printed."""

    text: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """Indicators of one stage that are not followed."""

    label: str
    indicators: Sequence[Indicator]


@dataclass(frozen=True, slots=True)
class TargetsPage:
    """``offered`` are all indicators that could still be followed, ``groups`` the same by stage."""

    lines: Sequence[FollowedLine]
    groups: Sequence[Group]
    offered: Sequence[Indicator]
    shares: Sequence[tuple[str, int, str]]
    is_short: bool


@dataclass(frozen=True, slots=True)
class FormulaCheck:
    """``error`` is "" for a formula that can be read, and for none."""

    error: str
    keys: tuple[str, ...]


def targets_page(organisation: Organisation, *, today: date) -> TargetsPage:
    """Everything that is followed, in the order of the codes, and what could be. Two queries."""
    rows = Target.objects.filter(organisation=organisation).select_related("indicator", "place")
    latest: dict[int, Target] = {}
    places: Counter[int] = Counter()
    for row in rows.order_by("starts_on"):
        if not row.place.is_whole:
            places[row.indicator_id] += 1
        elif row.starts_on <= today or row.indicator_id not in latest:
            latest[row.indicator_id] = row
    followed = [row for row in latest.values() if row.kind != TargetKind.STOPPED]
    followed.sort(key=lambda row: row.indicator.code)
    known = {row.indicator_id for row in followed}
    catalogue = Indicator.objects.offered_to(organisation).order_by("code", "pk")
    offered = [row for row in catalogue.prefetch_related("targets") if row.pk not in known]
    counts = Counter(row.indicator.dimension for row in followed)
    total = counts.total()
    social = Fraction(counts[Dimension.SOCIAL], total) if total else None
    return TargetsPage(
        lines=[_line(row, places[row.indicator_id]) for row in followed],
        groups=_groups(offered),
        offered=offered,
        shares=[
            (str(label), counts[code], percent(Fraction(counts[code], total), decimals=0))
            for code, label in Dimension.choices
            if total
        ],
        is_short=social is not None and social < SOCIAL_SHARE,
    )


def lines_of(organisation: Organisation, indicator: Indicator) -> list[SetLine]:
    """Every line of an indicator, latest first. One query."""
    rows = Target.objects.filter(organisation=organisation, indicator=indicator)
    related = ("place__site", "place__subcontractor", "created_by")
    ordered = rows.select_related(*related).order_by("-starts_on", "place")
    return [set_line(row, indicator) for row in ordered]


def set_line(row: Target, indicator: Indicator) -> SetLine:
    """A line with what it wants as printed; its kind when it wants nothing."""
    text = wording.target_text(row, indicator.unit) or row.get_kind_display()
    return SetLine(
        text=text,
        place=row.place,
        starts_on=row.starts_on,
        created_by=str(row.created_by),
        source=row.source,
        reason=row.reason,
    )


def usual_targets(indicator: Indicator) -> list[UsualLine]:
    """The usual targets of the catalogue, as printed."""
    return [
        UsualLine(words.target_text(row), localized(row, "label"), localized(row, "source"))
        for row in indicator.targets.all()
    ]


def formula_check(formula: str) -> FormulaCheck:
    """What a formula asks for as it is typed."""
    if not formula.strip():
        return FormulaCheck("", ())
    try:
        return FormulaCheck("", keys_of(formula))
    except FormulaError as error:
        return FormulaCheck(unreadable(error), ())


def _line(row: Target, of_places: int) -> FollowedLine:
    indicator = row.indicator
    unit = indicator.unit

    def text(value: object) -> str:
        return wording.value_text(Fraction(str(value)), unit) if value is not None else ""

    return FollowedLine(
        indicator=indicator,
        stage=words.word(words.STAGES, indicator.journey_stage),
        frequency=row.get_grain_display(),
        target=wording.target_text(row, unit),
        alert=text(row.alert),
        nonconformity=text(row.nonconformity),
        source=row.source,
        of_places=of_places,
    )


def _groups(offered: Sequence[Indicator]) -> list[Group]:
    stages = dict.fromkeys([*words.STAGES, *(row.journey_stage for row in offered)])
    found = [
        Group(
            words.word(words.STAGES, code),
            [row for row in offered if row.journey_stage == code],
        )
        for code in stages
    ]
    return [group for group in found if group.indicators]
