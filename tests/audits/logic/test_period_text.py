from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.period_text import period_from
from audits.logic.periods import GRAINS, Grain, period_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "grain", "start"),
    [
        ("12/03/2026", Grain.DAY, date(2026, 3, 12)),
        ("2026-03-12", Grain.DAY, date(2026, 3, 12)),
        ("2026-03-12 00:00:00", Grain.DAY, date(2026, 3, 12)),
        ("12.3.2026", Grain.MONTH, date(2026, 3, 1)),
        ("mars 2026", Grain.MONTH, date(2026, 3, 1)),
        ("Févr. 2026", Grain.MONTH, date(2026, 2, 1)),
        ("AOÛT 2026", Grain.MONTH, date(2026, 8, 1)),
        ("March 2026", Grain.MONTH, date(2026, 3, 1)),
        ("2026-03", Grain.MONTH, date(2026, 3, 1)),
        ("03/2026", Grain.MONTH, date(2026, 3, 1)),
        ("2026-W12", Grain.WEEK, date(2026, 3, 16)),
        ("S12 2026", Grain.WEEK, date(2026, 3, 16)),
        ("Semaine 12 2026", Grain.WEEK, date(2026, 3, 16)),
        ("S1 2026", Grain.HALF, date(2026, 1, 1)),
        ("2026-S2", Grain.HALF, date(2026, 7, 1)),
        ("T3 2026", Grain.QUARTER, date(2026, 7, 1)),
        ("2026-Q4", Grain.QUARTER, date(2026, 10, 1)),
        ("2026", Grain.YEAR, date(2026, 1, 1)),
        ("  12/03/2026 ", Grain.WEEK, date(2026, 3, 9)),
    ],
)
def test_a_period_is_read_as_people_write_it(text, grain, start):
    assert period_from(text, grain).start == start


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize(
    "text",
    ["", "hier", "32/01/2026", "2026-13", "S54 2026", "T5 2026", "12/03/1899", "99999", "mars"],
)
def test_anything_else_is_no_period(text, grain):
    assert period_from(text, grain) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(GRAINS))
def test_a_day_names_the_period_that_holds_it(day, grain):
    assert period_from(day.isoformat(), grain) == period_of(day, grain)
    assert period_from(f"{day:%d/%m/%Y}", grain) == period_of(day, grain)
