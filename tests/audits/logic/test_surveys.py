"""What answers by mark say, and what may be put together."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from audits.logic import surveys as logic
from audits.logic.indicators import figure
from audits.logic.spread import mean_interval, student
from audits.logic.surveys import SCALES, Answers, Question, part_of, together, waves_of_year

pytestmark = pytest.mark.unit
CATALOGUE = Path(__file__).resolve().parents[3] / "fixtures/indicators.yaml"


def said(feed, answers):
    """The figure of what was answered."""
    part = part_of(feed, answers)
    return None if part is None else figure(feed.definition, part)


def nps(promoters, detractors, size):
    counts = dict.fromkeys(SCALES[Question.RECOMMENDATION], 0)
    counts |= {10: promoters, 0: detractors, 8: size - promoters - detractors}
    return Answers({Question.RECOMMENDATION: counts})


def test_the_net_score_has_its_own_interval():
    # domain 6.3: 45 % promoters, 20 % detractors, n = 400
    found = said(logic.PROMOTERS, nps(180, 80, 400))

    assert (found.value, found.size) == (25, 400)
    assert found.interval.high - float(found.value) == pytest.approx(7.5, abs=0.05)


def test_marks_of_nine_and_ten_promote_and_six_detracts():
    counts = dict.fromkeys(SCALES[Question.RECOMMENDATION], 1)

    part = part_of(logic.PROMOTERS, Answers({Question.RECOMMENDATION: counts}))

    assert part.inputs == {"promoters": 2, "detractors": 7, "respondents": 11}


def test_four_and_five_are_satisfied():
    counts = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}

    part = part_of(logic.SATISFACTION_HOT, Answers({Question.SATISFACTION: counts}))

    assert part.inputs == {"satisfied": 9, "respondents": 15}


def test_a_mean_effort_has_the_interval_of_a_mean():
    counts = {1: 0, 2: 0, 3: 5, 4: 10, 5: 20, 6: 30, 7: 35}

    found = said(logic.EFFORT, Answers({Question.EFFORT: counts}))

    # by hand: mean 5.80, s = 1.1721, s / 10 = 0.1172, t(99) = 1.984
    assert (found.value, found.size) == (Fraction(580, 100), 100)
    assert (found.interval.low, found.interval.high) == (
        pytest.approx(5.5675, abs=0.0005),
        pytest.approx(6.0325, abs=0.0005),
    )


@pytest.mark.parametrize(("freedom", "table"), [(4, 2.776), (9, 2.262), (29, 2.045), (99, 1.984)])
def test_quantiles_are_those_of_the_tables(freedom, table):
    assert student(freedom) == pytest.approx(table, abs=0.02)


def test_few_answers_have_a_mean_and_no_interval():
    found = said(logic.EFFORT, Answers({Question.EFFORT: {1: 0, 7: 4}}))

    assert (found.value, found.size, found.interval) == (7, 4, None)


def test_what_was_not_asked_is_no_figure_and_what_nobody_answered_is_no_value():
    asked = Answers({Question.SATISFACTION: dict.fromkeys(range(1, 6), 0)})

    assert part_of(logic.EFFORT, asked) is None
    assert said(logic.SATISFACTION_HOT, asked).value is None
    assert part_of(logic.RESPONSE, asked) is None


def test_a_response_rate_is_counted_to_the_last_one():
    found = said(logic.RESPONSE, Answers({}, invited=400, answered=100))

    assert (found.value, found.interval, found.is_exhaustive) == (25, None, True)


def test_a_place_of_unknown_invitations_stays_out_of_the_response_rate():
    known = Answers({}, invited=400, answered=100)
    unknown = Answers({Question.SATISFACTION: {5: 900}})

    assert said(logic.RESPONSE, together([known, unknown])).value == 25


counted = st.builds(
    lambda counts, invited: Answers({Question.SATISFACTION: counts}, invited, invited // 3),
    st.fixed_dictionaries({mark: st.integers(0, 500) for mark in SCALES[Question.SATISFACTION]}),
    st.integers(0, 5000),
)


@given(st.lists(counted, min_size=1, max_size=5))
def test_places_are_summed_never_averaged(parts):
    found = part_of(logic.SATISFACTION_COLD, together(parts))

    for key in ("satisfied", "respondents"):
        assert found.inputs[key] == sum(
            part_of(logic.SATISFACTION_COLD, part).inputs[key] for part in parts
        )


@given(st.dictionaries(st.integers(1, 7), st.integers(0, 300), min_size=1))
def test_the_interval_holds_the_mean(counts):
    found = mean_interval(counts)
    if found is not None:
        mean = sum(mark * count for mark, count in counts.items()) / sum(counts.values())
        assert found.low - 1e-9 <= mean <= found.high + 1e-9


def test_waves_are_counted_over_twelve_months_that_end_with_this_one():
    days = [date(2025, 11, 30), date(2025, 12, 1), date(2026, 6, 1), date(2026, 12, 1)]

    assert waves_of_year(days, date(2026, 11, 15)) == 2


def test_the_definitions_are_those_of_the_catalogue():
    rows = yaml.safe_load(CATALOGUE.read_text())
    known = {row["code"]: row for row in rows["indicators"]}

    for feed in logic.FEEDS:
        row = known[feed.code]
        assert (row["formula"], row["statistic"]) == (
            feed.definition.formula,
            feed.definition.statistic,
        )
