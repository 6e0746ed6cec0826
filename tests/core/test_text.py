import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crcaudit.core.text import clean_line, clean_text

pytestmark = pytest.mark.unit

# A joined emoji, Hebrew between right-to-left marks, a narrow no-break space.
EMOJI_AND_HEBREW = (
    "\U0001f469\U0001f3fd\u200d\U0001f4bb \u200f\u05e9\u05dc\u05d5\u05dd\u200f 12\u202f345"
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Écoute\x00 faite", "Écoute faite"),
        ("cafe\u0301", "café"),
        ("ligne 1\r\nligne 2\rligne 3\x0bligne 4", "ligne 1\nligne 2\nligne 3\nligne 4"),
        ("a\tb", "a\tb"),
        ("gras\x07 \x1b[1m \x9b", "gras [1m "),
        ("seul \ud800 et \udfff", "seul  et "),
        ("\ufffe\uffff", ""),
        (EMOJI_AND_HEBREW, EMOJI_AND_HEBREW),
    ],
)
def test_only_what_no_document_can_hold_is_removed(typed, kept):
    assert clean_text(typed) == kept


@given(st.text(alphabet=st.characters(), max_size=60))
def test_cleaned_text_is_stable_storable_and_composed(text):
    cleaned = clean_text(text)

    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode()
    assert {c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"}} <= {"\n", "\t"}


def test_a_line_keeps_the_words_apart_when_line_breaks_are_pasted():
    assert clean_line("  NC sur\r\nle décroché\t \n") == "NC sur le décroché"
