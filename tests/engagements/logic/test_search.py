import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements.logic.search import fold, matches

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("query", ["reclamation", "RÉCLAMATION", "réclamation", "écl"])
def test_accents_and_case_do_not_matter(query):
    assert matches(query, "EX-6.3.1", "Toute réclamation écrite")


def test_every_word_must_be_found_in_any_of_the_texts():
    assert matches("6.3 écrite", "EX-6.3.1", "Toute réclamation écrite")
    assert not matches("6.3 orale", "EX-6.3.1", "Toute réclamation écrite")


@pytest.mark.parametrize("query", ["", "   ", "\x00"])
def test_without_a_word_everything_or_nothing_strange_matches(query):
    assert matches(query, "Facture") is (not query.strip())


def test_signs_are_searched_as_they_are():
    assert not matches("%", "Facture")
    assert matches("%", "95 % des appels")


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(min_size=1))
def test_a_text_matches_itself(text):
    assert matches(text, text)
