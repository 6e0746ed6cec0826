"""The spread of mystery contacts is even, lawful, and can be redone."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.mystery import MAX_SIZE, Ground, deal, opinions, spread

pytestmark = pytest.mark.unit

DAYS = st.lists(
    st.dates(date(2026, 1, 1), date(2026, 12, 31)), min_size=1, max_size=12, unique=True
)
NUMBERS = st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True)
GROUNDS = st.builds(
    Ground,
    days=st.dictionaries(st.integers(1, 9), DAYS, min_size=1, max_size=4),
    scenarios=st.dictionaries(st.sampled_from(["PHONE", "EMAIL", "CHAT"]), NUMBERS, min_size=1),
    hours=st.lists(st.integers(8, 19), min_size=1, max_size=9, unique=True),
    testers=NUMBERS,
)
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=16)


def is_even(counts, values) -> bool:
    found = [counts[value] for value in values]
    return max(found) - min(found) <= 1


@given(GROUNDS, st.integers(1, 80), SEEDS)
def test_no_count_differs_by_more_than_one_from_even(ground, size, seed):
    plan = spread(ground, size=size, seed=seed)

    assert len(plan) == size
    assert is_even(Counter(row.channel for row in plan), ground.scenarios)
    assert is_even(Counter(row.site for row in plan), ground.days)
    assert is_even(Counter(row.hour for row in plan), ground.hours)
    assert is_even(Counter(row.tester for row in plan), ground.testers)
    for channel, scenarios in ground.scenarios.items():
        assert is_even(Counter(r.scenario for r in plan if r.channel == channel), scenarios)
    for site, days in ground.days.items():
        assert is_even(Counter(row.day for row in plan if row.site == site), days)


@given(GROUNDS, st.integers(1, 80), SEEDS)
def test_only_days_hours_and_scenarios_that_are_there_are_taken(ground, size, seed):
    for row in spread(ground, size=size, seed=seed):
        assert row.day in ground.days[row.site]
        assert row.scenario in ground.scenarios[row.channel]
        assert row.hour in ground.hours


@given(GROUNDS, st.integers(1, 40), SEEDS)
def test_the_same_seed_gives_the_same_plan_in_the_order_of_time(ground, size, seed):
    plan = spread(ground, size=size, seed=seed)

    assert spread(ground, size=size, seed=seed) == plan
    assert list(plan) == sorted(plan, key=lambda row: (row.day, row.hour))


def test_another_seed_gives_another_plan():
    ground = Ground(
        days={1: [date(2026, 3, day) for day in range(2, 7)]},
        scenarios={"PHONE": [1, 2, 3]},
        hours=range(9, 18),
        testers=[1, 2],
    )

    plans = {spread(ground, size=10, seed=str(n)) for n in range(5)}

    assert len(plans) == 5


def test_the_draw_is_the_one_that_is_documented():
    """Golden: keys are the SHA-256 of "{seed}:{name}:{round}:{place}"."""
    assert deal("abc", 7, seed="graine", name="hour") == list("bacbacb")


def test_nothing_to_spread_over_is_refused():
    full = Ground({1: [date(2026, 3, 2)]}, {"PHONE": [1]}, [9], [1])

    for size in (0, MAX_SIZE + 1):
        with pytest.raises(ValueError, match="contacts"):
            spread(full, size=size, seed="a")
    for name, nothing in (("days", {1: []}), ("hours", []), ("testers", []), ("scenarios", {})):
        with pytest.raises(ValueError, match="Nothing to deal"):
            spread(Ground(**{**fields(full), name: nothing}), size=1, seed="a")


def fields(ground):
    return {name: getattr(ground, name) for name in ("days", "scenarios", "hours", "testers")}


def test_promoters_and_detractors():
    assert opinions([0, 6, 7, 8, 9, 10]) == (2, 2)
    with pytest.raises(ValueError, match="0 to 10"):
        opinions([11])
