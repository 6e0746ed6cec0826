"""Lines of a pack in the active language."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.committee_enums import CommitteeDecisionState
from audits.logic.alerts import Status
from audits.logic.committee import Cause, Sense, Subject
from audits.logic.indicators import Rank, Terms, Unpooled
from audits.logic.periods import Grain, Period
from audits.snapshots.committee import DecisionLine, FigureLine, ProposalLine
from crcaudit.core.formats import DASH, date_text
from engagements.words import terms_text

CAUSES: Mapping[Cause, str | Promise] = {
    Cause.CROSSED_DOWN: gettext_lazy("fell under its target"),
    Cause.CROSSED_UP: gettext_lazy("back at its target"),
    Cause.VERDICT: gettext_lazy("another verdict"),
    Cause.SIGNAL: gettext_lazy("signal of the control chart"),
    Cause.INTERVAL: gettext_lazy("change beyond the interval"),
}
SENSES: Mapping[Sense, str | Promise] = {
    Sense.WORSE: gettext_lazy("worse"),
    Sense.BETTER: gettext_lazy("better"),
}
ARROWS = {Sense.WORSE: "▼", Sense.BETTER: "▲"}


def in_language(fr: str, en: str) -> str:
    """The text in the active language; the other one when it was not written."""
    is_english = (get_language() or "fr").startswith("en")
    return (en or fr) if is_english else (fr or en)


def name_of(row: FigureLine) -> str:
    """Name of the indicator."""
    return in_language(row.name_fr, row.name_en)


def terms_of(row: FigureLine) -> Terms | None:
    """The target as charts take it; None without one."""
    return None if row.target is None else Terms(row.operator, row.target)


def target_text(row: FigureLine) -> str:
    """As printed: "≥ 90 %"; "" without a target."""
    if row.target is None:
        return ""
    value = Decimal(row.target.numerator) / Decimal(row.target.denominator)
    return terms_text(row.operator, value.normalize(), row.unit)


def verdict_of(row: FigureLine) -> tuple[str, str]:
    """Shape and word of a line."""
    if row.unpooled:
        return "none", _("Not put together")
    if row.status == Status.NO_FIGURE:
        if row.value is None:
            return "none", _("No figure")
        return "na", _("Without a target")
    if row.status == Status.NOT_PROVEN:
        return "part", _("Not proven")
    if row.status == Status.MET:
        return "ok", _("At the target")
    rank = Rank(row.rank)
    return wording.SHAPES[rank], str(wording.RANKS[rank])


def why_text(row: FigureLine) -> str:
    """Why the line moved: "fell under its target, signal of the control chart"."""
    return ", ".join(str(CAUSES[Cause(cause)]) for cause in row.causes)


def worth_text(row: FigureLine) -> str:
    """What the figure is worth: exhaustive, or the sample with its interval."""
    if row.unpooled:
        return str(wording.WHY_NOT[Unpooled(row.unpooled)])
    if row.value is None:
        return ""
    if row.is_exhaustive:
        return _("exhaustive")
    size = _("sample") if row.size is None else _("n = %(n)s") % {"n": row.size}
    if row.low is None or row.high is None:
        return size
    bounds = {
        "low": wording.value_text(row.low, row.unit),
        "high": wording.value_text(row.high, row.unit),
    }
    return f"{size}, {_('%(low)s to %(high)s') % bounds}"


def missed_text(row: FigureLine) -> str:
    """How long it has been missed: "3 periods running"; "" below two."""
    if row.missed < 2:  # noqa: PLR2004
        return ""
    return ngettext("%(n)s period running", "%(n)s periods running", row.missed) % {"n": row.missed}


def period_of_line(row: FigureLine) -> str:
    """The period that was measured, in short."""
    return wording.period_text(Period(Grain(row.grain), row.start), short=True)


def proposal_text(row: ProposalLine) -> str:
    """What the facts are: "The plan is 3 days late"."""
    subject, count = Subject(row.subject), {"n": row.weight}
    if subject is Subject.PLAN_LATE:
        if not row.weight:
            return _("An action of the plan is late")
        return ngettext("Plan %(n)s day late", "Plan %(n)s days late", row.weight) % count
    if subject is Subject.NO_COMPLAINT:
        text = ngettext(
            "Missed %(n)s period running, without a complaint",
            "Missed %(n)s periods running, without a complaint",
            row.weight,
        )
        return text % count
    if subject is Subject.CONTROL_LATE:
        return _("Control late %(n)s times running") % count
    return ngettext("Action %(n)s day late", "Action %(n)s days late", row.weight) % count


def decision_state(row: DecisionLine, *, is_late: bool) -> tuple[str, str]:
    """Shape and word of a decision as it stood."""
    if row.state == CommitteeDecisionState.DONE:
        return "ok", _("done on %(day)s") % {"day": date_text(row.closed_on, short=True)}
    if row.state == CommitteeDecisionState.DROPPED:
        return "na", _("given up")
    return ("major", _("Late")) if is_late else ("none", _("To do"))


def value_text(row: FigureLine) -> str:
    """The value as printed; "not computable" never reads as zero."""
    return wording.value_text(row.value, row.unit)


def previous_text(row: FigureLine) -> str:
    """The period before; a dash when it has no figure."""
    return DASH if row.previous is None else wording.value_text(row.previous, row.unit)
