from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.number_text import COMMA, POINT, decimal_of, number_from

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1234,5", COMMA, "1234.5"),
        ("1 234,5", COMMA, "1234.5"),
        ("1\u202f234\u00a0567", COMMA, "1234567"),
        ("1.234,5", COMMA, "1234.5"),
        ("1234.5", POINT, "1234.5"),
        ("1,234.5", POINT, "1234.5"),
        ("-3", POINT, "-3"),
        ("\u22123,5", COMMA, "-3.5"),
        (" 0 ", COMMA, "0"),
    ],
)
def test_a_number_is_read_in_its_language(text, sign, value):
    assert number_from(text, sign) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "NaN",
        "inf",
        "1e5",
        "12 %",
        "1 23,5",
        "12,34.5",
        "--3",
        "1,2,3",
        "9" * 5000,
        "1_0",
    ],
)
@pytest.mark.parametrize("sign", [COMMA, POINT])
def test_anything_else_is_no_number(text, sign):
    assert number_from(text, sign) is None


def test_the_same_cell_is_two_numbers_in_two_languages():
    assert number_from("1,234", COMMA) == Decimal("1.234")
    assert number_from("1,234", POINT) == Decimal(1234)


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1,5", "2"], COMMA),
        (["1.5", "2"], POINT),
        (["1 234,5", "12,25"], COMMA),
        (["1,234.5"], POINT),
        (["1,234"], COMMA),  # either: the fallback
        (["12", "13"], COMMA),
        ([], COMMA),
    ],
)
def test_the_sign_of_a_column_is_the_one_that_reads_it(cells, sign):
    assert decimal_of(cells, fallback=COMMA) == sign


@given(st.decimals(-(10**6), 10**6, places=2))
def test_what_is_written_in_french_is_read_back(value):
    text = f"{value:,}".replace(",", "\u202f").replace(".", ",")

    assert number_from(text, COMMA) == value
