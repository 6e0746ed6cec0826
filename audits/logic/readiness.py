"""The verdict "ready for certification", and by name what stands in its way.

Source: ADR-0004; the thresholds come from the scheme.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from audits.logic import gap, verdicts
from audits.logic.gap import Gap, Rated, Rating
from audits.logic.gap_rules import v1
from audits.logic.gap_rules.v1 import Thresholds
from engagements.logic.codes import natural_key


class BlockerKind(StrEnum):
    """Why a file is not ready, in order of decision."""

    OPEN_MAJOR = "OPEN_MAJOR"
    CRITICAL_NOT_CONFORM = "CRITICAL_NOT_CONFORM"
    DOMAIN_UNDER = "DOMAIN_UNDER"
    GLOBAL_UNDER = "GLOBAL_UNDER"
    NOT_EXAMINED = "NOT_EXAMINED"
    NO_EVIDENCE = "NO_EVIDENCE"
    TOO_MANY_MINORS = "TOO_MANY_MINORS"


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that is still open; severity "major", "minor", or any word that never blocks."""

    reference: str
    requirement: str
    title: str
    severity: str


@dataclass(frozen=True, slots=True)
class Blocker:
    """One named reason.

    ``code`` is the finding's reference, or the code of the requirement or domain, "" for the
    whole. ``label`` is the finding's title, the site of a requirement, or the references of
    the minors; else "". ``value`` and ``threshold`` are ratios, or counts for TOO_MANY_MINORS;
    None when there is no such number.
    """

    kind: BlockerKind
    code: str
    label: str
    value: Fraction | None
    threshold: Fraction | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """The verdict: ready when nothing blocks.

    ``blockers`` are in order of decision, then in the order of the input. ``weakest`` is the
    engagement with the lowest score, shown beside the mean because a mean hides a zero; None
    when nothing was examined.
    """

    ready: bool
    blockers: tuple[Blocker, ...]
    weakest: tuple[str, Fraction] | None


def assess_readiness(
    items: Iterable[Rated], findings: Iterable[OpenFinding], thresholds: Thresholds
) -> Readiness:
    """Judge the requirements of an audit and its open findings, both in the order to be shown.

    Nothing applicable is never ready: there is no score to reach.
    """
    items, findings = tuple(items), tuple(findings)
    blockers = (
        *_open_majors(findings),
        *_critical_not_conform(items),
        *_domains_under(gap.by_domain(items), thresholds),
        *_global_under(gap.measure(items), thresholds),
        *_not_examined(items),
        *_without_evidence(items),
        *_too_many_minors(findings, thresholds),
    )
    scores = {code: engagement.score for code, engagement in gap.by_engagement(items).items()}
    return Readiness(ready=not blockers, blockers=blockers, weakest=_weakest(scores))


@dataclass(frozen=True, slots=True)
class Sums:
    """An audit without its requirements: the gap of each domain, the score of each engagement.

    Both by code, in the order to be shown; a score is None when nothing was examined.
    ``shortfalls`` are the critical requirements rated below conform: code, site ("" for the whole
    scope), and what was reached of the best level, a ratio in [0, 1].
    """

    domains: Mapping[str, Gap]
    engagements: Mapping[str, Fraction | None]
    shortfalls: Sequence[tuple[str, str, Fraction]]


def assess_sums(sums: Sums, findings: Iterable[OpenFinding], thresholds: Thresholds) -> Readiness:
    """The verdict of `assess_readiness`, in a time that does not grow with the requirements.

    What is not examined, and what lacks evidence, is counted instead of named: one blocker each,
    with "" as its code and the count as its value.
    """
    findings = tuple(findings)
    whole = sum(sums.domains.values(), gap.EMPTY)
    blockers = (
        *_open_majors(findings),
        *(
            Blocker(BlockerKind.CRITICAL_NOT_CONFORM, code, site, value=value, threshold=None)
            for code, site, value in sums.shortfalls
        ),
        *_domains_under(sums.domains, thresholds),
        *_global_under(whole, thresholds),
        *_counted(BlockerKind.NOT_EXAMINED, whole.applicable - whole.examined),
        *_counted(BlockerKind.NO_EVIDENCE, whole.applicable - whole.with_evidence),
        *_too_many_minors(findings, thresholds),
    )
    return Readiness(ready=not blockers, blockers=blockers, weakest=_weakest(sums.engagements))


def _open_majors(findings: Sequence[OpenFinding]) -> Iterator[Blocker]:
    for finding in findings:
        if finding.severity == verdicts.MAJOR:
            yield Blocker(
                BlockerKind.OPEN_MAJOR, finding.reference, finding.title, value=None, threshold=None
            )


def _critical_not_conform(items: Sequence[Rated]) -> Iterator[Blocker]:
    """Critical requirements with a level below conform; those without one are not examined."""
    for item in items:
        if item.criticality == gap.CRITICAL and item.points is not None and not item.is_conform:
            yield Blocker(
                BlockerKind.CRITICAL_NOT_CONFORM,
                item.code,
                item.site,
                value=Fraction(item.points, item.max_points),
                threshold=None,
            )


def _domains_under(domains: Mapping[str, Gap], thresholds: Thresholds) -> Iterator[Blocker]:
    """Domains with a score under the threshold; one without a score is named by its items."""
    for code, domain in domains.items():
        score, threshold = domain.score, thresholds.domain_score
        if score is not None and not v1.reaches(score, threshold):
            yield Blocker(BlockerKind.DOMAIN_UNDER, code, "", value=score, threshold=threshold)


def _global_under(whole: Gap, thresholds: Thresholds) -> Iterator[Blocker]:
    if whole.applicable and not whole.examined:
        return  # all of it is listed as not examined
    score, threshold = whole.score, thresholds.global_score
    if not v1.reaches(score, threshold):
        yield Blocker(BlockerKind.GLOBAL_UNDER, "", "", value=score, threshold=threshold)


def _not_examined(items: Sequence[Rated]) -> Iterator[Blocker]:
    for item in items:
        if item.rating == Rating.NOT_ASSESSED:
            yield Blocker(
                BlockerKind.NOT_EXAMINED, item.code, item.site, value=None, threshold=None
            )


def _without_evidence(items: Sequence[Rated]) -> Iterator[Blocker]:
    for item in items:
        if item.rating != Rating.NOT_APPLICABLE and not item.has_evidence:
            yield Blocker(BlockerKind.NO_EVIDENCE, item.code, item.site, value=None, threshold=None)


def _counted(kind: BlockerKind, count: int) -> Iterator[Blocker]:
    if count:
        yield Blocker(kind, "", "", value=Fraction(count), threshold=None)


def _too_many_minors(findings: Sequence[OpenFinding], thresholds: Thresholds) -> Iterator[Blocker]:
    references = [f.reference for f in findings if f.severity == verdicts.MINOR]
    if len(references) > thresholds.open_minors:
        yield Blocker(
            BlockerKind.TOO_MANY_MINORS,
            "",
            ", ".join(references),
            value=Fraction(len(references)),
            threshold=Fraction(thresholds.open_minors),
        )


def _weakest(scores: Mapping[str, Fraction | None]) -> tuple[str, Fraction] | None:
    """The engagement with the lowest score; the first in code order on ties."""
    examined = [(code, score) for code, score in scores.items() if score is not None]
    lowest = min((score for _code, score in examined), default=None)
    ties = (pair for pair in examined if pair[1] == lowest)
    return min(ties, key=lambda pair: natural_key(pair[0]), default=None)
