"""Why measures propose a rating, in words: on screen, in the comment, and in the audit report."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.logic.indicators import Figure
from audits.logic.periods import Grain, Period
from audits.logic.statistics import Interval, TargetVerdict
from audits.models import VerdictProposal
from audits.proposal_enums import ProposalChoice
from audits.snapshots.common import in_mapping
from crcaudit.core.formats import number
from engagements.words import terms_text

_SAID: Mapping[str, Any] = {
    TargetVerdict.PROVEN: gettext_lazy("target proven"),
    TargetVerdict.MISSED: gettext_lazy("target missed"),
    TargetVerdict.NOT_PROVEN: gettext_lazy("neither proven nor missed"),
}
MOST_NEEDED = 50_000


def reason_text(figures: Iterable[Mapping[str, Any]]) -> str:
    """The figures of a proposal, one sentence each, as `audits.snapshots.kept_figures` has them."""
    return " ".join(_sentence(one) for one in figures)


def _sentence(kept: Mapping[str, Any]) -> str:
    if kept["value"] is None or kept["period"] is None:
        return _("%(code)s: not measured over a closed period.") % {"code": kept["code"]}
    grain, start = kept["period"]
    words = {
        "code": kept["code"],
        "period": wording.period_text(Period(Grain(grain), date.fromisoformat(start))),
        "value": _value(kept),
    }
    if kept["target"] is None:
        return _("%(code)s, %(period)s: %(value)s, without a target.") % words
    target = kept["target"]
    words["target"] = terms_text(target["operator"], Decimal(target["value"]), kept["unit"])
    words["said"] = _SAID[kept["verdict"]]
    text = _("%(code)s, %(period)s: %(value)s, target %(target)s, %(said)s.") % words
    return f"{text} {needed_text(kept)}".rstrip()


def _value(kept: Mapping[str, Any]) -> str:
    """The value with its size and its interval."""
    interval = Interval(*kept["interval"]) if kept["interval"] else None
    found = Figure(Fraction(kept["value"]), kept["size"], kept["is_exhaustive"], interval)
    beside = [wording.size_text(found), wording.interval_text(found, kept["unit"])]
    text = wording.value_text(found.value, kept["unit"])
    return f"{text} ({', '.join(filter(None, beside))})"


def needed_text(kept: Mapping[str, Any]) -> str:
    """What would decide, "" when it is decided."""
    if kept["verdict"] != TargetVerdict.NOT_PROVEN:
        return ""
    size = kept["deciding_size"]
    if size is None or size > MOST_NEEDED:
        return _("Only a measure of everything would decide.")
    return _("A sample of %(n)s at the same rate would decide.") % {"n": number(size)}


def line_text(kept: VerdictProposal, scale: Iterable[Mapping[str, Any]]) -> str:
    """A kept proposal on one line, in the active language: what, why, and what was made of it."""
    labels = {row["code"]: in_mapping(row, "label", get_language() or "fr") for row in scale}
    reason = reason_text(kept.figures)
    if not kept.level:
        return _("No rating proposed: %(reason)s") % {"reason": reason}
    words = {"level": labels.get(kept.level, kept.level), "reason": reason}
    text = _("Proposed by the measures: %(level)s. %(reason)s") % words
    if kept.choice == ProposalChoice.DEPARTED:
        return f"{text} " + _("Rated otherwise: %(reason)s") % {"reason": kept.reason}
    return text
