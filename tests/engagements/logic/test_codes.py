import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements.logic.codes import natural_key

pytestmark = pytest.mark.unit


def test_numbers_inside_codes_count_as_numbers():
    codes = ["EX-1.10.2", "EX-1.9.1", "EX-1.2.10", "EX-1.2.9", "EX-10.1.1", "EX-2.1.1"]

    assert sorted(codes, key=natural_key) == [
        "EX-1.2.9",
        "EX-1.2.10",
        "EX-1.9.1",
        "EX-1.10.2",
        "EX-2.1.1",
        "EX-10.1.1",
    ]


def test_a_chapter_comes_before_its_clauses():
    assert sorted(["4.1", "4", "4.10", "4.2"], key=natural_key) == ["4", "4.1", "4.2", "4.10"]


def test_case_does_not_separate_codes():
    assert sorted(["b2", "A10", "a9", "B1"], key=natural_key) == ["a9", "A10", "B1", "b2"]


def test_a_run_of_five_thousand_digits_is_ordered_like_any_other():
    long = "EX-" + "9" * 5000

    assert sorted([long, "EX-10"], key=natural_key) == ["EX-10", long]


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_different_codes_never_tie(one, other):
    assert (natural_key(one) == natural_key(other)) is (one == other)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_order_of_numbers_is_kept(one, other):
    assert (natural_key(f"E{one}") < natural_key(f"E{other}")) is (one < other)
