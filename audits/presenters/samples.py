"""Samples as screens and records show them: figures in words, units, the record of a draw."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.logic.draw_record import DrawRecord
from audits.logic.sample_result import Basis, Counts, Outcome, outcome
from audits.logic.sampling import Method, Taken, Unit
from audits.logic.statistics import TargetVerdict
from audits.models import Sample, SampleItem
from audits.sample_enums import UnitResult
from crcaudit.core.formats import DASH, NO_BREAK, number, percent

VERDICTS: dict[TargetVerdict, tuple[str, str | Promise]] = {
    TargetVerdict.PROVEN: ("ok", gettext_lazy("Target proven")),
    TargetVerdict.MISSED: ("major", gettext_lazy("Target missed")),
    TargetVerdict.NOT_PROVEN: ("part", gettext_lazy("Target not proven")),
}
SHAPES = {
    UnitResult.CONFORM: "ok",
    UnitResult.NOT_CONFORM: "major",
    UnitResult.NOT_ASSESSABLE: "na",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a sample says so far, in words; "" for what does not apply.

    ``rate`` is "94,0 %", or says that there is none. ``kind`` is the shape of the verdict.
    """

    counts: Counts
    rate: str
    detail: str
    interval: str
    scope: str
    kind: str
    verdict: str
    remark: str


@dataclass(frozen=True, slots=True)
class Line:
    """One sample of the list; ``figures`` is None before the draw and for sites."""

    sample: Sample
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Option:
    """A result as the segmented control shows it; pressing the chosen one takes it back."""

    value: str
    label: str
    kind: str
    selected: bool
    title: str = ""
    key: str = ""


def counts_of(samples: Iterable[Sample]) -> dict[int, Counts]:
    """Units by result, by primary key of the sample: one query."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = SampleItem.objects.filter(sample__in=[row.pk for row in samples]).order_by()
    for sample, result, count in rows.values_list("sample", "result").annotate(n=Count("pk")):
        found[sample][result] = count
    return {
        sample: Counts(
            conform=n[UnitResult.CONFORM],
            not_conform=n[UnitResult.NOT_CONFORM],
            not_assessable=n[UnitResult.NOT_ASSESSABLE],
            pending=n[""],
        )
        for sample, n in found.items()
    }


def counted(sample: Sample) -> Counts:
    """Units of one sample by result."""
    return counts_of([sample]).get(sample.pk, Counts())


def lines(samples: Sequence[Sample]) -> list[Line]:
    """Every sample with its figures, in the same order."""
    counts = counts_of(samples)
    return [Line(row, figures_of(row, counts.get(row.pk, Counts()))) for row in samples]


def figures_of(sample: Sample, counts: Counts) -> Figures | None:
    """Figures of a sample that has some."""
    if sample.is_draft or sample.is_of_sites:
        return None
    found = outcome(
        counts,
        population=sample.population_size,
        method=Method(sample.method),
        target=sample.target_share,
    )
    kind, verdict = VERDICTS[found.verdict] if found.verdict else ("", "")
    return Figures(
        counts=counts,
        rate=_("not computable") if found.rate is None else percent(found.rate, decimals=1),
        detail="" if found.rate is None else _out_of(counts),
        interval=_interval(found),
        scope=_scope(found),
        kind=kind,
        verdict=str(verdict),
        remark=_remark(found, sample.target_share),
    )


def sentence(figures: Figures) -> str:
    """The figures on one line: "47 / 50 = 94,0 %, IC 95 % 83,8 to 97,9 %, ..."."""
    rate = f"{figures.detail} = {figures.rate}" if figures.detail else figures.rate
    return ", ".join(part for part in (rate, figures.interval, figures.scope) if part)


def options(item: SampleItem) -> list[Option]:
    """The three results of a unit, in order."""
    return [
        Option(
            value="" if item.result == result else result,
            label=str(result.label),
            kind=SHAPES[result],
            selected=item.result == result,
        )
        for result in UnitResult
    ]


def record_of(sample: Sample) -> DrawRecord:
    """The record of a drawn sample; needs its list, its people and its audit."""
    items = list(sample.items.order_by("rank"))
    results = {str(value): str(label) for value, label in UnitResult.choices}
    return DrawRecord(
        reference=sample.reference,
        audit=sample.audit.reference,
        source=sample.source,
        day=_moment(sample.drawn_at),
        by=str(sample.drawn_by or ""),
        algorithm=sample.algorithm,
        method=sample.method,
        seed=sample.seed,
        population=sample.units(),
        population_hash=sample.population_hash,
        taken=tuple(
            Taken(row.position, Unit(row.label, row.stratum), is_chosen=row.is_chosen)
            for row in items
        ),
        findings={
            row.position: (results.get(row.result, ""), row.comment)
            for row in items
            if row.result or row.comment
        },
    )


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def _out_of(counts: Counts) -> str:
    return f"{number(counts.conform)}{NO_BREAK}/{NO_BREAK}{number(counts.assessed)}"


def _interval(found: Outcome) -> str:
    if found.interval is None:
        return ""
    low, high = (
        percent(Fraction(end), decimals=1) for end in (found.interval.low, found.interval.high)
    )
    # The sign of percent is said once.
    short = low.rstrip(f"%{NO_BREAK}")
    values = {"low": short, "high": high, "dash": DASH}
    return _("95%% CI %(low)s%(dash)s%(high)s") % values


def _scope(found: Outcome) -> str:
    counts, whole = found.counts, number(found.population)
    if found.basis == Basis.EXHAUSTIVE:
        return _("exhaustive: all %(n)s units") % {"n": whole}
    if found.basis == Basis.JUDGEMENT:
        return _("%(n)s chosen by the auditor among %(whole)s") % {
            "n": number(counts.size),
            "whole": whole,
        }
    return _("%(n)s drawn among %(whole)s") % {"n": number(counts.size), "whole": whole}


def _remark(found: Outcome, target: Fraction | None) -> str:
    """What a reader must know beside the figures."""
    if found.basis == Basis.JUDGEMENT:
        return _("Chosen, not drawn: this figure says nothing of the other units.")
    if found.basis == Basis.PARTIAL:
        return _("No verdict before every unit was looked at.")
    if found.verdict == TargetVerdict.NOT_PROVEN and target is not None:
        return _deciding(found)
    return ""


def _deciding(found: Outcome) -> str:
    if found.deciding_size is None:
        return _("Only looking at the whole population would decide.")
    return ngettext(
        "At the same rate, %(n)s assessed unit would decide.",
        "At the same rate, %(n)s assessed units would decide.",
        found.deciding_size,
    ) % {"n": number(found.deciding_size)}
