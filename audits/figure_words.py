"""Values, periods and verdicts of indicators in words."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits.logic.indicators import Figure, Rank, Standing, Unpooled
from audits.logic.periods import Grain, Period
from audits.logic.statistics import TargetVerdict
from audits.measure_enums import MeasureOrigin
from audits.models import Target
from crcaudit.core.formats import DASH, MONTHS, NO_BREAK, SHORT_MONTHS, date_text, number
from engagements.words import terms_text, unit_label

NOTHING = DASH
_WHOLE_FROM = 1000  # decimals of larger values say nothing
SHAPES = {Rank.MET: "ok", Rank.BELOW: "part", Rank.ALERT: "minor", Rank.NONCONFORM: "major"}
RANKS = {
    Rank.MET: gettext_lazy("At the target"),
    Rank.BELOW: gettext_lazy("Under target"),
    Rank.ALERT: gettext_lazy("Alert"),
    Rank.NONCONFORM: gettext_lazy("Nonconformity"),
}
VERDICTS = {
    TargetVerdict.PROVEN: gettext_lazy("Target proven"),
    TargetVerdict.MISSED: gettext_lazy("Target missed"),
    TargetVerdict.NOT_PROVEN: gettext_lazy("Not proven"),
}
ORIGINS = {
    MeasureOrigin.LISTENING: gettext_lazy("from listening sessions"),
    MeasureOrigin.CALIBRATION: gettext_lazy("from calibration rounds"),
    MeasureOrigin.MYSTERY: gettext_lazy("from mystery contacts"),
    MeasureOrigin.CONTROLS: gettext_lazy("from internal controls"),
    MeasureOrigin.ACTIONS: gettext_lazy("from corrective actions"),
    MeasureOrigin.AUDITS: gettext_lazy("from audits"),
}
WHY_NOT = {
    Unpooled.CONVENTIONS: gettext_lazy(
        "Not put together: the places do not count in the same way (threshold, denominator)."
    ),
    Unpooled.SCORES: gettext_lazy(
        "Not put together: a percentile or a score cannot be summed. Read it place by place."
    ),
}


def origin_text(origin: str) -> str:
    """What a measure was counted from by the product; "" for one that somebody entered."""
    if origin not in MeasureOrigin.values or origin == MeasureOrigin.ENTERED:
        return ""
    return str(ORIGINS[MeasureOrigin(origin)])


def value_text(value: Fraction | float | None, unit: str) -> str:
    """A value as printed: "84,2 %", "12 s", "+21 points"; a dash for None."""
    if value is None:
        return NOTHING
    exact = Fraction(value)
    decimals = 0 if abs(exact) >= _WHOLE_FROM else 1
    if decimals and (exact * 10).limit_denominator(10**6) % 10 == 0 and unit not in {"%", "‰"}:
        decimals = 0
    text = number(exact, decimals=decimals)
    if unit == "points" and exact > 0:
        text = f"+{text}"
    return f"{text}{NO_BREAK}{unit_label(unit)}".rstrip(NO_BREAK)


def target_text(target: Target | None, unit: str) -> str:
    """A target as printed: "≥ 90 %"; "" without one."""
    if target is None or target.value is None:
        return ""
    return terms_text(target.operator, Decimal(target.value).normalize(), unit)


def period_text(period: Period, *, short: bool = False) -> str:
    """A period in words: "12 nov. 2026", "semaine 47 de 2026", "octobre 2026", "T4 2026"."""
    start = period.start
    if period.grain is Grain.WEEK:
        return _week(start, short=short)
    if period.grain is Grain.MONTH:
        names = (SHORT_MONTHS if short else MONTHS)[
            "en" if (get_language() or "fr").startswith("en") else "fr"
        ]
        return f"{names[start.month - 1]} {start.year}"
    if period.grain is Grain.QUARTER:
        words = {"number": (start.month + 2) // 3, "year": start.year}
        return _("Q%(number)s %(year)s") % words
    if period.grain is Grain.HALF:
        words = {"number": (start.month + 5) // 6, "year": start.year}
        return _("H%(number)s %(year)s") % words
    return str(start.year) if period.grain is Grain.YEAR else date_text(start, short=True)


def _week(start: date, *, short: bool) -> str:
    year, week, _day = start.isocalendar()
    if short:
        return _("W%(week)s") % {"week": week}
    return _("week %(week)s of %(year)s") % {"week": week, "year": year}


def interval_text(found: Figure, unit: str) -> str:
    """Bounds of a sample at 95 %, "" when there are none."""
    if found.interval is None:
        return ""
    bounds = {
        "low": value_text(found.interval.low, unit),
        "high": value_text(found.interval.high, unit),
    }
    return _("%(low)s to %(high)s") % bounds


def size_text(found: Figure) -> str:
    """What was measured: exhaustive, or a sample and its size."""
    if found.value is None:
        return ""
    if found.is_exhaustive:
        return _("exhaustive")
    return _("sample") if found.size is None else _("n = %(n)s") % {"n": number(found.size)}


def verdict_of(standing: Standing | None, *, has_target: bool) -> tuple[str, str]:
    """Shape and words of a standing."""
    if standing is None:
        return ("none", _("No figure")) if has_target else ("na", _("Without a target"))
    if standing.verdict is TargetVerdict.NOT_PROVEN:
        return "part", str(VERDICTS[standing.verdict])
    if standing.rank is Rank.MET:
        return "ok", str(VERDICTS[TargetVerdict.PROVEN])
    return SHAPES[standing.rank], str(RANKS[standing.rank])
