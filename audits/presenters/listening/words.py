"""What the screens of listening say in the same words: scores, shares, verdicts, marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from audits.listening_enums import MarkValue
from audits.logic.listening import FULL, Mean
from audits.logic.statistics import Interval, judge, wilson
from audits.presenters.samples import VERDICTS
from crcaudit.core.formats import DASH, NO_BREAK, number, percent
from engagements.models import IndicatorTarget

SHAPES = {
    MarkValue.COMPLIANT: "ok",
    MarkValue.PARTLY: "part",
    MarkValue.NOT_COMPLIANT: "major",
    MarkValue.NOT_APPLICABLE: "na",
}
# (name, label, URL name) of the screens that are one subject.
TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("sessions", gettext_lazy("Listening"), "audits:listening"),
    ("grids", gettext_lazy("Grids"), "audits:listening-grids"),
    ("calibration", gettext_lazy("Calibration"), "audits:calibrations"),
    ("mystery", gettext_lazy("Mystery contacts"), "audits:mystery"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the screens, as a link."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class ShareFigures:
    """A share from a sample in words: "94,0 %", "45 of 48", its interval, its verdict.

    ``kind`` and ``verdict`` are "" without a target, ``interval`` when nothing was counted.
    """

    share: str
    detail: str
    interval: str
    kind: str
    verdict: str


def tabs(name: str) -> list[Tab]:
    """The screens of the subject; ``name`` is the one that is shown."""
    return [Tab(str(label), reverse(url), one == name) for one, label, url in TABS]


def score_text(score: Fraction | None) -> str:
    """A score out of 100: "87,5"; "not assessed" without one."""
    if score is None:
        return _("not assessed")
    return number(score, decimals=1)


def mean_text(mean: Mean) -> str:
    """A mean of scores, with its standard error when there is one: "87,5 ± 1,2"."""
    if mean.value is None:
        return DASH
    text = number(mean.value, decimals=1)
    if mean.standard_error is None:
        return text
    return f"{text}{NO_BREAK}±{NO_BREAK}{number(mean.standard_error, decimals=1)}"


def interval_text(interval: Interval | None) -> str:
    """The 95 % interval of a share, in percent."""
    if interval is None:
        return ""
    low, high = (number(end * FULL, decimals=1) for end in (interval.low, interval.high))
    return _("95%% interval: %(low)s to %(high)s%%") % {"low": low, "high": high}


def share_figures(found: int, size: int, target: Fraction | None) -> ShareFigures:
    """A share of ``size`` cases drawn at random, against its target if there is one."""
    if not size:
        return ShareFigures(_("not computable"), "", "", "", "")
    kind, verdict = "", ""
    judged = judge(found, size, target) if target is not None else None
    if judged is not None:
        kind, label = VERDICTS[judged.verdict]
        verdict = str(label)
    detail = pgettext("share", "%(found)s of %(size)s") % {
        "found": number(found),
        "size": number(size),
    }
    share = percent(Fraction(found, size), decimals=1)
    return ShareFigures(share, detail, interval_text(wilson(found, size)), kind, verdict)


def target_of(code: str) -> Fraction | None:
    """The usual target of an indicator of the catalogue, in its own unit; None without one."""
    rows = IndicatorTarget.objects.filter(indicator__code=code, is_default=True)
    value = rows.order_by("pk").values_list("value", flat=True).first()
    return None if value is None else Fraction(value)


def mark_shapes(marks: Sequence[str]) -> list[tuple[str, str]]:
    """Shape and word of each mark."""
    return [(SHAPES[MarkValue(mark)], str(MarkValue(mark).label)) for mark in marks]
