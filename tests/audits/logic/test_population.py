import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.population import (
    ListProblem,
    PopulationError,
    read_population,
    write_population,
)
from audits.logic.sampling import MAX_LISTED, Unit
from crcaudit.core.text import clean_text

pytestmark = pytest.mark.unit


def problem_of(text):
    with pytest.raises(PopulationError) as raised:
        read_population(text)
    error = raised.value
    return error.problem, error.count, error.lines


def test_one_unit_per_line_with_its_stratum():
    text = "REC-1\tLille\n\n  REC-2 ; Brest ; autre\nREC-3\n"

    assert read_population(text) == (
        Unit("REC-1", "Lille"),
        Unit("REC-2", "Brest"),
        Unit("REC-3"),
    )


def test_a_tab_comes_before_a_semicolon():
    assert read_population("a;b\tLille") == (Unit("a;b", "Lille"),)


@pytest.mark.parametrize("text", ["'=1+1", "'-12", "'@x", "'+33", "'%a", "'|x"])
def test_the_apostrophe_of_a_spreadsheet_is_not_part_of_the_name(text):
    assert read_population(text) == (Unit(text[1:]),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", (ListProblem.EMPTY, 0, ())),
        (" \n\t\n", (ListProblem.EMPTY, 0, ())),
        ("a\n;Lille\n\tBrest", (ListProblem.NAMELESS, 2, (2, 3))),
        ("a\n" + "x" * 101, (ListProblem.TOO_LONG, 1, (2,))),
        ("a;" + "x" * 61, (ListProblem.TOO_LONG, 1, (1,))),
        ("a\nb\na\n a ;x", (ListProblem.TWICE, 2, (3, 4))),
        ("a\n" * 9, (ListProblem.TWICE, 8, (2, 3, 4, 5, 6))),
    ],
)
def test_a_list_that_cannot_be_drawn_from_says_where(text, problem):
    assert problem_of(text) == problem


def test_a_list_may_have_so_many_lines_and_no_more():
    lines = [f"DOS-{n}" for n in range(MAX_LISTED + 1)]

    assert len(read_population("\n".join(lines[:-1]))) == MAX_LISTED
    assert problem_of("\n".join(lines)) == (ListProblem.TOO_MANY, MAX_LISTED + 1, ())


@pytest.mark.parametrize("label", ["٣٤", "مكالمة 12", "😀", "a\u202eb", '"x"', "é" * 100, "#12"])
def test_strange_characters_stay(label):
    assert read_population(label) == (Unit(label),)


@given(st.text(max_size=200))
def test_a_list_that_is_written_reads_the_same(text):
    try:
        units = read_population(clean_text(text))
    except PopulationError:
        return

    assert read_population(write_population(units)) == units
