import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagements.logic.formula import (
    MAX_DEPTH,
    MAX_LENGTH,
    FormulaError,
    MissingInputError,
    evaluate,
    names,
    parse,
)

pytestmark = pytest.mark.unit


def test_a_rate_is_exact():
    value = evaluate("100 * answered / offered", {"answered": Fraction(1), "offered": Fraction(3)})

    assert value == Fraction(100, 3)


def test_forecast_accuracy_subtracts_a_given_percentage():
    assert evaluate("100 - mape", {"mape": Fraction(7, 2)}) == Fraction(193, 2)


def test_no_volume_is_not_computable_rather_than_zero():
    assert evaluate("100 * ok / total", {"ok": Fraction(0), "total": Fraction(0)}) is None


def test_a_zero_denominator_inside_a_sum_is_not_computable():
    inputs = {"a": Fraction(1), "b": Fraction(2)}

    assert evaluate("a + 1 / (b - 2)", inputs) is None


def test_division_reads_from_left_to_right():
    assert evaluate("12 / 3 / 2", {}) == 2


def test_names_lists_each_input_once():
    assert names("100 * (open_time - outage_time) / open_time") == {"open_time", "outage_time"}


def test_a_missing_input_is_an_error_and_not_zero():
    with pytest.raises(MissingInputError):
        evaluate("a + b", {"a": Fraction(1)})


@pytest.mark.parametrize(
    ("formula", "position"),
    [
        ("", 1),
        ("100 *", 6),
        ("a b", 3),
        ("(a + b", 7),
        ("a + b)", 6),
        ("a ** b", 4),
        ("a // b", 4),
        ("a.b", 2),
        ("1e5", 2),
        (".5", 1),
        ("Answered", 1),
        ("__import__('os')", 1),
        ("a if b", 3),
        ("a;b", 2),
        ("a\x00", 2),
        ("été", 1),
        ("²", 1),
        ("+a", 1),
        ("a" * (MAX_LENGTH + 1), MAX_LENGTH + 1),
    ],
)
def test_anything_but_arithmetic_is_refused_where_it_starts(formula, position):
    with pytest.raises(FormulaError) as caught:
        parse(formula)

    assert caught.value.position == position


@pytest.mark.parametrize("opening", ["(", "-"])
def test_endless_nesting_is_refused(opening):
    with pytest.raises(FormulaError):
        parse(opening * (MAX_DEPTH + 2) + "1")


KEYS = ("a", "b", "calls_2")
LEAVES = st.one_of(
    st.sampled_from(KEYS),
    st.integers(0, 10**6).map(str),
    st.decimals(0, 100, places=2).map(str),
)
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " - ", " * ", " / "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-{}".format),
    ),
    max_leaves=12,
)
VALUES = st.fixed_dictionaries({key: st.fractions(max_denominator=50) for key in KEYS})


@settings(max_examples=500)
@given(st.lists(FORMULAS, min_size=20, max_size=20), VALUES)
def test_ten_thousand_formulas_agree_with_the_arithmetic_of_python(formulas, values):
    for formula in formulas:
        try:
            ours = evaluate(formula, values)
        except FormulaError:
            assert len(formula) > MAX_LENGTH or formula.count("(") + formula.count("-") > MAX_DEPTH
        else:
            assert ours == _python(formula, values)


def _python(formula, values):
    exact = re.sub(r"(?<![\w.])\d+(\.\d+)?", lambda found: f"F('{found[0]}')", formula)
    try:
        return eval(exact, {"F": Fraction, **values})
    except ZeroDivisionError:
        return None


@given(st.text(max_size=60))
def test_a_refusal_always_says_where(text):
    try:
        position = 1 if parse(text) else 0
    except FormulaError as error:
        position = error.position

    assert 1 <= position <= len(text) + 1
