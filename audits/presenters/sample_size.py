"""The size that is proposed for a sample while its form is filled in, with its reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from audits.forms.sample import UNDRAWN, SampleForm
from audits.logic.sampling import MAX_SIZE, allocation, strata_of
from audits.logic.statistics import sample_size
from audits.sample_enums import SampleMethod

SHOWN_STRATA = 30


@dataclass(frozen=True, slots=True)
class Proposal:
    """A size and where it comes from.

    ``size`` is what margin and confidence ask for, ``unbounded`` the same for a population
    without end; both None while something is missing. ``taken`` is how many units the sample
    would have, None likewise. ``strata`` holds name, units and share of the sample, for a
    stratified draw only. ``problems`` are the sentences of the fields that decide of it.
    """

    method: str
    population: int | None = None
    size: int | None = None
    unbounded: int | None = None
    margin: int | None = None
    confidence: int | None = None
    taken: int | None = None
    strata: tuple[tuple[str, int, int], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_random(self) -> bool:
        """Whether margin and confidence mean something."""
        return self.method not in UNDRAWN

    @property
    def is_too_many(self) -> bool:
        """Whether the proposed size is more than a sample may have."""
        return self.size is not None and self.size > MAX_SIZE


def proposal(form: SampleForm) -> Proposal:
    """The proposal for a bound form, as far as what it holds allows."""
    form.is_valid()
    data = form.cleaned_data
    population, method = data.get("population_size"), data.get("method") or ""
    deciding = ("units", "population_size", "method", "margin", "confidence", "size", "chosen")
    problems = tuple(str(text) for name in deciding for text in form.errors.get(name, ()))
    margin, confidence = data.get("margin"), data.get("confidence")
    taken = None if problems else data.get("size")
    if not (population and margin and confidence):
        return Proposal(method, population, taken=taken, problems=problems)
    share = Fraction(margin, 100)
    size = sample_size(share, population=population, confidence=confidence)
    return Proposal(
        method=method,
        population=population,
        size=size,
        unbounded=sample_size(share, confidence=confidence),
        margin=margin,
        confidence=confidence,
        taken=taken,
        strata=_strata(data) if method == SampleMethod.STRATIFIED and not problems else (),
        problems=problems,
    )


def _strata(data: Mapping[str, Any]) -> tuple[tuple[str, int, int], ...]:
    counts = strata_of(data["units"])
    shares = allocation(counts, data["size"]) if data.get("size") else dict.fromkeys(counts, 0)
    return tuple((name, counts[name], shares[name]) for name in sorted(counts))[:SHOWN_STRATA]
