"""Criteria, lines and sources of a scorecard in words."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from audits import figure_words as wording
from audits.logic.indicators import Figure, Rank, Unpooled
from audits.logic.scorecard import Criterion, Held
from audits.logic.statistics import Interval, TargetVerdict
from audits.scorecard_enums import CriterionChoice
from audits.snapshots.scorecard import MEASURED, SHARED
from audits.snapshots.scorecard_values import CriterionValue, LineValue
from crcaudit.core.formats import percent
from engagements.words import terms_text

SHAPES = {Held.HELD: "ok", Held.PARTLY: "part", Held.MISSED: "major", Held.NONE: "none"}
HELD = {
    Held.HELD: pgettext_lazy("criterion", "Held"),
    Held.PARTLY: pgettext_lazy("criterion", "Partly held"),
    Held.MISSED: pgettext_lazy("criterion", "Not held"),
    Held.NONE: pgettext_lazy("criterion", "Not assessed"),
}
SOURCES = {
    MEASURED: gettext_lazy("measured by who it works for"),
    SHARED: gettext_lazy("shared by the provider"),
    f"{MEASURED} {SHARED}": gettext_lazy("measured, and shared by providers"),
}


def criterion_label(criterion: Criterion) -> str:
    """Its name."""
    return str(CriterionChoice(criterion).label)


def held_text(found: CriterionValue) -> str:
    """Where a criterion stands, in words."""
    return str(HELD[found.held])


def share_text(found: CriterionValue) -> str:
    """The part of the weights at their target: "83 %"; "" when nothing was judged."""
    return percent(found.share, decimals=0) if found.share is not None else ""


def counted_text(found: CriterionValue) -> str:
    """How much of the criterion could be judged."""
    text = ngettext("%(n)s indicator judged of %(of)s", "%(n)s judged of %(of)s", found.judged)
    return text % {"n": found.judged, "of": found.total}


def is_under(line: LineValue) -> bool:
    """Whether it is proven to miss its target."""
    return line.verdict == TargetVerdict.MISSED


def verdict_of(line: LineValue) -> tuple[str, str]:
    """Shape and words of a line."""
    if line.unpooled:
        return "none", str(wording.WHY_NOT[Unpooled(line.unpooled)])
    if line.value is None:
        return "none", _("Not measured")
    if not line.verdict:
        return "na", _("Without a target")
    verdict, rank = TargetVerdict(line.verdict), Rank(line.rank)
    if verdict is TargetVerdict.NOT_PROVEN:
        return "part", str(wording.VERDICTS[verdict])
    if rank is Rank.MET:
        return "ok", str(wording.VERDICTS[TargetVerdict.PROVEN])
    return wording.SHAPES[rank], str(wording.RANKS[rank])


def figure_of(line: LineValue) -> Figure:
    """The line as the words of indicators take it."""
    bounds = None
    if line.low is not None and line.high is not None:
        bounds = Interval(float(line.low), float(line.high))
    return Figure(line.value, line.size, line.is_exhaustive, bounds)


def target_text(line: LineValue) -> str:
    """The target: "≥ 90 %"; "" without one."""
    if line.target is None:
        return ""
    value = Decimal(line.target.numerator) / Decimal(line.target.denominator)
    return terms_text(line.operator, value.normalize(), line.unit)
