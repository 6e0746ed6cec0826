"""Two wordings: the pieces add up to both of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.wording import MOST_WORDS, Kind, Piece, pieces

pytestmark = pytest.mark.unit


def test_a_word_that_changed_is_told_from_those_that_stayed():
    assert pieces("Vu le registre", "Vu le nouveau registre.") == [
        Piece(Kind.SAME, "Vu le "),
        Piece(Kind.NEW, "nouveau "),
        Piece(Kind.SAME, "registre"),
        Piece(Kind.NEW, "."),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_pieces_add_up_to_both_texts(old, new):
    found = pieces(old, new)

    assert "".join(piece.text for piece in found if piece.kind != Kind.NEW) == old
    assert "".join(piece.text for piece in found if piece.kind != Kind.GONE) == new
    assert all(piece.text for piece in found)


def test_a_long_text_is_shown_whole():
    old, new = "mot " * MOST_WORDS, "autre " * MOST_WORDS

    assert pieces(old, new) == [Piece(Kind.GONE, old), Piece(Kind.NEW, new)]
