"""Inputs of the indicators that listening feeds, against the catalogue itself."""

from fractions import Fraction

import pytest
import yaml
from django.conf import settings

from audits.logic import listening_inputs as inputs
from audits.logic.agreement import Gaps
from audits.logic.listening import Mark
from audits.logic.listening_inputs import Heard

pytestmark = pytest.mark.unit

C, N, NA = Mark.COMPLIANT, Mark.NOT_COMPLIANT, Mark.NOT_APPLICABLE
HEARD = (
    Heard(Fraction(100), marks={"PEC-12": [C, C], "TRT-14": [C]}, is_debriefed=True, in_time=True),
    Heard(Fraction(0), 2, marks={"PEC-12": [C, N], "TRT-14": [N]}, in_time=False),
    Heard(None, marks={"PEC-12": [NA]}),
    # Targeted: it coaches, and never measures.
    Heard(
        Fraction(10), 1, is_random=False, is_debriefed=True, in_time=False, marks={"PEC-12": [N]}
    ),
)


def declared():
    """Keys of the inputs of each indicator, as the shipped catalogue declares them."""
    path = settings.BASE_DIR / "fixtures" / "indicators.yaml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = rows["indicators"] if isinstance(rows, dict) else rows
    return {row["code"]: {one["key"] for one in row["inputs"]} for row in rows}


def test_every_input_has_the_key_of_the_catalogue():
    known = declared()
    found = {code: of(HEARD) for code, of in inputs.OF_CONTACTS.items()} | {
        "QUA-03": inputs.plan_completion(HEARD, 10),
        "QUA-04": inputs.calibration_gap([]),
        "QUA-05": inputs.mystery_score([]),
    }

    assert {code: set(one) for code, one in found.items()} == {c: known[c] for c in found}
    assert len(found) == 11


def test_targeted_contacts_and_those_not_assessed_are_not_measured():
    assert inputs.quality_score(HEARD) == {"score_total": 100, "evaluated": 2}
    assert inputs.error_free(HEARD) == {"error_free": 1, "evaluated": 2}


def test_an_indicator_is_met_when_each_of_its_criteria_that_applied_is():
    assert inputs.greeting(HEARD) == {"compliant": 1, "evaluated": 2}
    assert inputs.accuracy(HEARD) == {"accurate": 1, "evaluated": 2}
    assert inputs.closing(HEARD) == {"compliant": 0, "evaluated": 0}
    assert inputs.restating(HEARD) == inputs.confidentiality(HEARD) == inputs.closing(HEARD)


def test_the_plan_counts_what_was_debriefed_random_or_not():
    assert inputs.plan_completion(HEARD, 8) == {"done": 2, "planned": 8}


def test_feedback_that_may_still_come_is_not_late():
    assert inputs.debriefed_in_time(HEARD) == {"debriefed": 1, "evaluations": 3}


def test_gaps_and_mystery_scores_pool_their_counts():
    rounds = [Gaps(Fraction(15), 3), Gaps(Fraction(5), 2), Gaps(Fraction(0), 0)]

    assert inputs.calibration_gap(rounds) == {"abs_gap_total": 20, "scores": 5}
    assert inputs.mystery_score([Fraction(80), None, Fraction(60)]) == {
        "score_total": 140,
        "tests": 2,
    }
