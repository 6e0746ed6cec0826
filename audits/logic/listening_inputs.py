"""Inputs of the indicators that listening feeds, by code of the catalogue.

Each function takes what was heard over one period, of one site or of all of them, and gives the
declared inputs of the indicator under their keys: counts, and totals of scores as exact fractions.
An input of zero cases is 0; the indicator itself is then not computable.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from audits.logic.agreement import Gaps
from audits.logic.listening import Mark

Inputs = Mapping[str, Fraction | int]
GREETING, CLOSING, RESTATING = "PEC-12", "CLO-01", "CLO-02"
ACCURACY, CONFIDENTIALITY = "TRT-14", "TRT-15"
FED = (GREETING, CLOSING, RESTATING, ACCURACY, CONFIDENTIALITY)


@dataclass(frozen=True, slots=True)
class Heard:
    """One contact. ``score`` is out of 100, None when nothing applied.

    ``is_random`` contacts measure; the others coach. ``is_debriefed`` says whether feedback was
    given, whenever; ``in_time`` whether within 48 working hours, None while there is time left.
    ``marks`` are those of the criteria that feed an indicator, by its code.
    """

    score: Fraction | None
    critical_errors: int = 0
    is_random: bool = True
    is_debriefed: bool = False
    in_time: bool | None = None
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)


def quality_score(heard: Iterable[Heard]) -> Inputs:
    """QUA-01: total of the scores, and contacts assessed, of the random ones only."""
    scores = [row.score for row in heard if row.is_random and row.score is not None]
    return {"score_total": sum(scores, Fraction(0)), "evaluated": len(scores)}


def error_free(heard: Iterable[Heard]) -> Inputs:
    """QUA-02: contacts without critical error, of the random ones that were assessed."""
    rows = [row for row in heard if row.is_random and row.score is not None]
    return {
        "error_free": sum(not row.critical_errors for row in rows),
        "evaluated": len(rows),
    }


def plan_completion(heard: Iterable[Heard], planned: int) -> Inputs:
    """QUA-03: contacts heard and debriefed, random and targeted alike, over those planned."""
    return {"done": sum(row.is_debriefed for row in heard), "planned": planned}


def calibration_gap(rounds: Iterable[Gaps]) -> Inputs:
    """QUA-04: total of the absolute gaps to the agreed scores, and scores compared."""
    rows = list(rounds)
    return {
        "abs_gap_total": sum((row.total for row in rows), Fraction(0)),
        "scores": sum(row.scores for row in rows),
    }


def mystery_score(scores: Iterable[Fraction | None]) -> Inputs:
    """QUA-05: total of the scores of mystery contacts, and contacts assessed."""
    known = [score for score in scores if score is not None]
    return {"score_total": sum(known, Fraction(0)), "tests": len(known)}


def greeting(heard: Iterable[Heard]) -> Inputs:
    """PEC-12: contacts whose greeting meets the grid."""
    return _met(heard, GREETING, "compliant")


def closing(heard: Iterable[Heard]) -> Inputs:
    """CLO-01: contacts whose closing meets the grid."""
    return _met(heard, CLOSING, "compliant")


def restating(heard: Iterable[Heard]) -> Inputs:
    """CLO-02: contacts in which the request is restated."""
    return _met(heard, RESTATING, "compliant")


def accuracy(heard: Iterable[Heard]) -> Inputs:
    """TRT-14: contacts with a right, complete and suitable answer."""
    return _met(heard, ACCURACY, "accurate")


def confidentiality(heard: Iterable[Heard]) -> Inputs:
    """TRT-15: contacts in which identity and confidentiality were respected."""
    return _met(heard, CONFIDENTIALITY, "compliant")


def debriefed_in_time(heard: Iterable[Heard]) -> Inputs:
    """SOC-11: feedback within 48 working hours, random and targeted alike.

    A contact without feedback is left out while there is time for it.
    """
    known = [row.in_time for row in heard if row.in_time is not None]
    return {"debriefed": sum(known), "evaluations": len(known)}


def _met(heard: Iterable[Heard], code: str, key: str) -> Inputs:
    """Random contacts of which every criterion of the indicator that applied is compliant."""
    found = []
    for row in heard:
        marks = [mark for mark in row.marks.get(code, ()) if mark != Mark.NOT_APPLICABLE]
        if row.is_random and marks:
            found.append(all(mark == Mark.COMPLIANT for mark in marks))
    return {key: sum(found), "evaluated": len(found)}


OF_CONTACTS: Mapping[str, Callable[[Iterable[Heard]], Inputs]] = {
    "QUA-01": quality_score,
    "QUA-02": error_free,
    GREETING: greeting,
    CLOSING: closing,
    RESTATING: restating,
    ACCURACY: accuracy,
    CONFIDENTIALITY: confidentiality,
    "SOC-11": debriefed_in_time,
}
