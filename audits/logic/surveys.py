"""What a wave of a survey says, from its answers by mark, and which indicators it feeds.

Counts are summed, never averaged. A question that was not asked is no question of zero answers.
Source: indicators SAT-01 to SAT-06, SOC-05 and SOC-06 of the catalogue; domain section 6.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from audits.logic.indicators import Definition, Part

Counts = Mapping[int, int]
SATISFIED_FROM, PROMOTER_FROM, DETRACTOR_TO = 4, 9, 6
MONTHS_OF_YEAR = 12


class Question(StrEnum):
    """What is asked."""

    SATISFACTION = "SATISFACTION"
    RECOMMENDATION = "RECOMMENDATION"
    EFFORT = "EFFORT"


class Kind(StrEnum):
    """Who is asked, and when."""

    HOT = "HOT"
    COLD = "COLD"
    STAFF = "STAFF"


SCALES: Mapping[Question, range] = {
    Question.SATISFACTION: range(1, 6),
    Question.RECOMMENDATION: range(11),
    Question.EFFORT: range(1, 8),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back from one place, or from several.

    ``counts`` holds, for each question that was asked, the answers by mark. ``invited`` people were
    asked, of whom ``answered`` said something; both are 0 where nobody knows how many were asked.
    ``is_exhaustive`` when every person of the population answered.
    """

    counts: Mapping[Question, Counts]
    invited: int = 0
    answered: int = 0
    is_exhaustive: bool = False

    def size(self, question: Question) -> int:
        """Answers to the question; 0 when it was not asked."""
        return sum(self.counts.get(question, {}).values())


@dataclass(frozen=True, slots=True)
class Feed:
    """An indicator that waves feed: its definition in the catalogue, and where it is taken from.

    Of one place and period the first of ``kinds`` that asked is taken and no other: hot and cold
    answers are never added up. ``question`` is None for the response rate.
    """

    code: str
    definition: Definition
    kinds: Sequence[Kind]
    question: Question | None


_SHARE = "100 * satisfied / respondents"
SATISFACTION_HOT = Feed(
    "SAT-01", Definition(_SHARE, "proportion"), (Kind.HOT,), Question.SATISFACTION
)
SATISFACTION_COLD = Feed(
    "SAT-02", Definition(_SHARE, "proportion"), (Kind.COLD,), Question.SATISFACTION
)
# What a customer recommends is the company: asked cold. What was hard is the contact: asked hot.
PROMOTERS = Feed(
    "SAT-03",
    Definition("100 * (promoters - detractors) / respondents", "nps"),
    (Kind.COLD, Kind.HOT),
    Question.RECOMMENDATION,
)
EFFORT = Feed(
    "SAT-04",
    Definition("score_total / respondents", "mean"),
    (Kind.HOT, Kind.COLD),
    Question.EFFORT,
)
RESPONSE = Feed(
    "SAT-05",
    Definition("100 * respondents / invited", "proportion"),
    (Kind.HOT, Kind.COLD),
    None,
)
SATISFACTION_STAFF = Feed(
    "SOC-05", Definition(_SHARE, "proportion"), (Kind.STAFF,), Question.SATISFACTION
)
RESPONSE_STAFF = Feed(
    "SOC-06", Definition("100 * respondents / staff", "proportion"), (Kind.STAFF,), None
)
FEEDS = (
    SATISFACTION_HOT,
    SATISFACTION_COLD,
    PROMOTERS,
    EFFORT,
    RESPONSE,
    SATISFACTION_STAFF,
    RESPONSE_STAFF,
)
WAVES = "SAT-06"
CUSTOMERS = (Kind.HOT, Kind.COLD)


def together(parts: Iterable[Answers]) -> Answers:
    """Answers of several places or waves as one: every count summed, mark by mark."""
    found = list(parts)
    counts: dict[Question, dict[int, int]] = {}
    for part in found:
        for question, by_mark in part.counts.items():
            total = counts.setdefault(question, {})
            for mark, count in by_mark.items():
                total[mark] = total.get(mark, 0) + count
    return Answers(
        counts=counts,
        invited=sum(part.invited for part in found),
        answered=sum(part.answered for part in found),
        is_exhaustive=bool(found) and all(part.is_exhaustive for part in found),
    )


def part_of(feed: Feed, answers: Answers) -> Part | None:
    """What the indicator is made of; None when it was not asked, or nobody knows of how many."""
    if feed.question is None:
        if not answers.invited:
            return None
        whole = "staff" if feed is RESPONSE_STAFF else "invited"
        inputs = {"respondents": answers.answered, whole: answers.invited}
        # How many were asked is known to the last one: a response rate is no estimate.
        return Part({key: Fraction(value) for key, value in inputs.items()})
    if feed.question not in answers.counts:
        return None
    counts = answers.counts[feed.question]
    size = sum(counts.values())
    inputs = {**_INPUTS[feed.question](counts), "respondents": size}
    return Part(
        inputs={key: Fraction(value) for key, value in inputs.items()},
        is_exhaustive=answers.is_exhaustive,
        distribution=dict(counts) if feed is EFFORT else {},
    )


def waves_of_year(days: Iterable[date], today: date) -> int:
    """How many waves began over the twelve months that end with this one."""
    first = today.year * MONTHS_OF_YEAR + today.month - MONTHS_OF_YEAR
    last = first + MONTHS_OF_YEAR - 1
    months = (day.year * MONTHS_OF_YEAR + day.month - 1 for day in days)
    return sum(first <= month <= last for month in months)


def _satisfied(counts: Counts) -> dict[str, int]:
    return {"satisfied": _sum(counts, range(SATISFIED_FROM, 6))}


def _promoters(counts: Counts) -> dict[str, int]:
    return {
        "promoters": _sum(counts, range(PROMOTER_FROM, 11)),
        "detractors": _sum(counts, range(DETRACTOR_TO + 1)),
    }


def _effort(counts: Counts) -> dict[str, int]:
    return {"score_total": sum(mark * count for mark, count in counts.items())}


def _sum(counts: Counts, marks: range) -> int:
    return sum(counts.get(mark, 0) for mark in marks)


_INPUTS = {
    Question.SATISFACTION: _satisfied,
    Question.RECOMMENDATION: _promoters,
    Question.EFFORT: _effort,
}
