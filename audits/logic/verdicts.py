"""The verdict that a person sees beside a requirement, an engagement or a finding.

One kind is drawn as one shape everywhere, on screen and in print. Source: ADR-0004.
"""

from collections.abc import Iterable
from enum import StrEnum

from audits.logic.gap import CRITICAL, Rating

MAJOR = "major"
MINOR = "minor"


class Verdict(StrEnum):
    """Kinds of verdict: conform, partial, minor, major, not applicable, not assessed."""

    OK = "ok"
    PART = "part"
    MINOR = "minor"
    MAJOR = "major"
    NA = "na"
    NONE = "none"


_WORST_FIRST = (Verdict.MAJOR, Verdict.MINOR, Verdict.PART, Verdict.OK)


def verdict_shape(
    *,
    rating: Rating,
    is_conform: bool,
    points: int | None,
    severity: str,
    criticality: str,
) -> Verdict:
    """Verdict of one requirement from its rating and its open findings.

    ``severity`` is that of the worst open finding, "" when there is none (see
    ``worst_severity``). Without a level no finding changes the verdict. A level that is worth
    nothing is a nonconformity by itself: major on a critical requirement, else minor.
    """
    if rating == Rating.NOT_APPLICABLE:
        return Verdict.NA
    if rating == Rating.NOT_ASSESSED:
        return Verdict.NONE
    if severity == MAJOR:
        return Verdict.MAJOR
    if is_conform or points:
        if severity == MINOR:
            return Verdict.MINOR
        return Verdict.OK if is_conform else Verdict.PART
    return Verdict.MAJOR if criticality == CRITICAL else Verdict.MINOR


def worst_severity(severities: Iterable[str]) -> str:
    """The worst of the severities of open findings: "major", "minor", or "" for anything less."""
    found = set(severities)
    return next((severity for severity in (MAJOR, MINOR) if severity in found), "")


def group_shape(verdicts: Iterable[Verdict]) -> Verdict:
    """Verdict of a group, such as an engagement: the worst of its examined requirements.

    Requirements not assessed do not hide the others. NA when all are not applicable; NONE when
    nothing was examined, or the group is empty.
    """
    found = set(verdicts)
    worst = next((verdict for verdict in _WORST_FIRST if verdict in found), None)
    if worst is not None:
        return worst
    return Verdict.NA if found == {Verdict.NA} else Verdict.NONE
