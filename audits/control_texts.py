"""Lines and results of controls in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from audits.control_enums import ControlFrequency, EscalationTarget
from audits.control_values import judged, thresholds_of
from audits.logic.control_result import HIGHER, Judged, Level, Sign
from audits.logic.statistics import TargetVerdict
from audits.models import ControlLine, ControlOccurrence
from audits.snapshots import common
from crcaudit.core.formats import MONTHS, NO_BREAK, SHORT_MONTHS, exact, percent
from engagements.enums import TermKind

MONTHS_OF_YEAR = 12
SHAPES: Final[Mapping[Level, str]] = {
    Level.CONFORM: "ok",
    Level.NOTHING: "na",
    Level.OFF_TARGET: "part",
    Level.GAPS: "part",
    Level.PARTIAL: "part",
    Level.ALERT: "part",
    Level.NONCONFORM: "major",
}
WORDS: Final[Mapping[Level, str | Promise]] = {
    Level.CONFORM: gettext_lazy("compliant"),
    Level.NOTHING: gettext_lazy("nothing to check"),
    Level.OFF_TARGET: gettext_lazy("below target"),
    Level.GAPS: gettext_lazy("some do not comply"),
    Level.PARTIAL: gettext_lazy("partly compliant"),
    Level.ALERT: gettext_lazy("below alert"),
    Level.NONCONFORM: gettext_lazy("not compliant"),
}
# Of what does not comply: there, more is worse.
WORDS_OF_GAPS: Final[Mapping[Level, str | Promise]] = {
    Level.OFF_TARGET: gettext_lazy("beyond target"),
    Level.ALERT: gettext_lazy("beyond alert"),
}
CERTAIN: Final[Mapping[TargetVerdict, str | Promise]] = {
    TargetVerdict.PROVEN: gettext_lazy("target proven"),
    TargetVerdict.MISSED: gettext_lazy("target missed for certain"),
    TargetVerdict.NOT_PROVEN: gettext_lazy("target neither proven nor missed for certain"),
}
SIGNS: Final = {Sign.AT_LEAST: "≥", Sign.MORE_THAN: ">", Sign.AT_MOST: "≤", Sign.LESS_THAN: "<"}
OPPOSITE: Final = {Sign.AT_LEAST: "<", Sign.MORE_THAN: "≤", Sign.AT_MOST: ">", Sign.LESS_THAN: "≥"}


@dataclass(frozen=True, slots=True)
class ResultWords:
    """A result: shape and words of the verdict, and what a sample is worth; "" when exhaustive."""

    shape: str
    text: str
    certainty: str


def result_words(found: Judged, line: ControlLine) -> ResultWords:
    """The verdict on a result of the line."""
    limits = thresholds_of(line)
    of_gaps = limits is not None and limits.sign not in HIGHER
    word = str((WORDS_OF_GAPS if of_gaps else WORDS).get(found.level, WORDS[found.level]))
    if found.share is None:
        return ResultWords(SHAPES[found.level], word, "")
    rate = percent(found.share, decimals=1)
    if of_gaps:
        rate = _("%(rate)s of gaps") % {"rate": rate}
    return ResultWords(SHAPES[found.level], f"{rate} · {word}", certainty_text(found))


def certainty_text(found: Judged) -> str:
    """What the figure is worth: "exhaustive", or the interval of a sample. "" without figure."""
    if found.share is None:
        return ""
    if found.interval is None:
        return _("exhaustive")
    words = {
        "low": percent(Fraction(found.interval.low), decimals=1),
        "high": percent(Fraction(found.interval.high), decimals=1),
    }
    text = _("sample: between %(low)s and %(high)s, 19 times out of 20") % words
    if found.certainty is not None:
        text += f", {CERTAIN[found.certainty]}"
    return text


def result_of(row: ControlOccurrence) -> ResultWords | None:
    """The verdict on a control, None while it is not done."""
    found = judged(row)
    return result_words(found, row.line) if found is not None else None


def counts_text(row: ControlOccurrence) -> str:
    """What was counted: "41 of 42", "" for a result that counts nothing."""
    if row.checked is None:
        return ""
    return _("%(compliant)s of %(checked)s") % {
        "compliant": row.compliant,
        "checked": row.checked,
    }


def thresholds_text(line: ControlLine) -> str:
    """Target, alert and nonconformity: "≥ 100 % · alert < 98 %"; in words without figures."""
    limits = thresholds_of(line)
    if limits is None:
        return line.threshold_note
    sign, against = SIGNS[limits.sign], OPPOSITE[limits.sign]
    target = f"{sign}{NO_BREAK}{_percent(line.target)}"
    if limits.sign not in HIGHER:
        target = _("gaps %(target)s") % {"target": target}
    parts = [target]
    for label, value in ((_("alert"), line.alert), (_("not compliant"), line.nonconformity)):
        if value is not None:
            parts.append(f"{label} {against}{NO_BREAK}{_percent(value)}")
    return " · ".join(parts)


def frequency_text(line: ControlLine) -> str:
    """How often and when: "Weekly, on Tuesday", "Monthly, working day 5"."""
    often = str(ControlFrequency(line.frequency).label)
    if line.weekday is not None:
        day = str(line.get_weekday_display())
        return _("%(often)s, on %(day)s") % {"often": often, "day": day.lower()}
    if line.rank is not None:
        return _("%(often)s, working day %(rank)s") % {"often": often, "rank": line.rank}
    return often


def window_text(line: ControlLine) -> str:
    """From when it may be done, "" when only on its day."""
    if not line.window_days:
        return ""
    text = ngettext(
        "from %(n)s working day before", "from %(n)s working days before", line.window_days
    )
    return text % {"n": line.window_days}


def sample_text(line: ControlLine) -> str:
    """What is looked at of the population, and how many of it."""
    size = ngettext("%(n)s unit", "%(n)s units", line.sample_size or 0)
    parts = (line.sample, size % {"n": line.sample_size} if line.sample_size else "")
    return " · ".join(filter(None, parts))


def retention_text(line: ControlLine) -> str:
    """How long the record is kept: "3 years" where the months make years."""
    years, rest = divmod(line.retention_months, MONTHS_OF_YEAR)
    if rest:
        text = ngettext("%(n)s month", "%(n)s months", line.retention_months)
        return text % {"n": line.retention_months}
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}


def record_text(line: ControlLine) -> str:
    """Name, place and retention of the record."""
    return ", ".join(filter(None, (line.record, line.record_place, retention_text(line))))


def escalation_text(line: ControlLine) -> str:
    """To whom and when: "Director after 10 working days"."""
    if line.escalation == EscalationTarget.NOBODY or line.escalate_after is None:
        return _("To nobody")
    is_person = line.escalation == EscalationTarget.PERSON
    who = str(line.escalate_to) if is_person else str(line.get_escalation_display())
    text = ngettext(
        "%(who)s after %(n)s working day", "%(who)s after %(n)s working days", line.escalate_after
    )
    return text % {"who": who, "n": line.escalate_after}


def places_text(line: ControlLine) -> str:
    """On which sites, each or together."""
    names = ", ".join(sorted(site.name for site in line.sites.all()))
    if not names:
        return _("each site of the file") if line.is_per_site else _("all sites together")
    return names if line.is_per_site else _("%(names)s together") % {"names": names}


def channels_text(line: ControlLine) -> str:
    """Channels of the line, all when it names none."""
    return ", ".join(common.channel_labels(line.channels)) or _("all channels")


def role_text(line: ControlLine, terms: common.Labels) -> str:
    """The role in charge, in the words of the edition."""
    return terms.get((TermKind.ROLE, line.role), line.role)


def method_text(line: ControlLine, terms: common.Labels) -> str:
    """The method, in the words of the edition."""
    return terms.get((TermKind.CONTROL_METHOD, line.method), line.method)


def month_text(month: date, *, short: bool = False) -> str:
    """A month in words: "mars 2026"."""
    names = (SHORT_MONTHS if short else MONTHS)[language()]
    return f"{names[month.month - 1]} {month.year}"


def language() -> str:
    """The active one of the two."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def _percent(value: Decimal | None) -> str:
    sign = f"{NO_BREAK}%" if language() == "fr" else "%"
    return exact(value) + sign
