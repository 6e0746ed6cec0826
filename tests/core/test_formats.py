"""How numbers, dates, sizes and sentences are written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crcaudit.core import formats

pytestmark = pytest.mark.unit

NARROW, NO_BREAK = "\u202f", "\u00a0"
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (Fraction(3, 7), 2, "42,86\u00a0%", "42.86%"),
        (Fraction(3, 7), 1, "42,9\u00a0%", "42.9%"),
        (Fraction(3, 7), 0, "43\u00a0%", "43%"),
        (Fraction(1, 8), 1, "12,5\u00a0%", "12.5%"),
        (Fraction(125, 1000), 0, "13\u00a0%", "13%"),
        (Fraction(0), 2, "0,00\u00a0%", "0.00%"),
        (Fraction(1), 0, "100\u00a0%", "100%"),
        (Fraction(-1, 4), 0, "\u221225\u00a0%", "\u221225%"),
    ],
)
def test_percent(value, decimals, french, english):
    assert formats.percent(value, decimals=decimals, language="fr") == french
    assert formats.percent(value, decimals=decimals, language="en") == english


@given(missing=st.integers(1, 10**6), of=st.integers(1, 10**9), decimals=st.integers(0, 3))
def test_percent_never_says_all_when_something_is_missing(missing, of, decimals):
    share = Fraction(max(of - missing, 0), of)

    text = formats.percent(share, decimals=decimals, language="en")

    assert Fraction(text.rstrip("%")) < 100


def test_percent_of_nothing_says_it_was_not_assessed():
    assert formats.percent(None, language="en") == "not assessed"


@pytest.mark.parametrize(
    ("value", "signed", "french", "english"),
    [
        (Fraction(14, 100), False, "14\u00a0points", "14\u00a0points"),
        (Fraction(20, 100), True, "+20\u00a0points", "+20\u00a0points"),
        (Fraction(-3, 100), True, "\u22123\u00a0points", "\u22123\u00a0points"),
        (Fraction(0), True, "0\u00a0point", "0\u00a0points"),
        (Fraction(1, 100), False, "1\u00a0point", "1\u00a0point"),
        (Fraction(15, 1000), False, "1,5\u00a0point", "1.5\u00a0points"),
        (Fraction(143, 1000), False, "14,3\u00a0points", "14.3\u00a0points"),
        (Fraction(-143, 1000), False, "\u221214,3\u00a0points", "\u221214.3\u00a0points"),
        (None, True, "\u2013", "\u2013"),
    ],
)
def test_points(value, signed, french, english):
    assert formats.points(value, signed=signed, language="fr") == french
    assert formats.points(value, signed=signed, language="en") == english


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (12345, 0, "12\u202f345", "12,345"),
        (Decimal("12345.64"), 1, "12\u202f345,6", "12,345.6"),
        (Fraction(-1, 2), 0, "\u22121", "\u22121"),
        (Fraction(-1, 1000), 1, "0,0", "0.0"),
        (999, 0, "999", "999"),
        (1_000_000, 0, "1\u202f000\u202f000", "1,000,000"),
    ],
)
def test_number(value, decimals, french, english):
    assert formats.number(value, decimals=decimals, language="fr") == french
    assert formats.number(value, decimals=decimals, language="en") == english


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [
        (0, "0\u00a0octet", "0\u00a0bytes"),
        (1, "1\u00a0octet", "1\u00a0byte"),
        (2, "2\u00a0octets", "2\u00a0bytes"),
        (1024, "1\u00a0Ko", "1\u00a0KB"),
        (212 * 1024 + 300, "212\u00a0Ko", "212\u00a0KB"),
        (1024 * 1024 - 1, "1\u00a0Mo", "1\u00a0MB"),
        (int(3.4 * 1024 * 1024), "3,4\u00a0Mo", "3.4\u00a0MB"),
        (50 * 1024 * 1024, "50\u00a0Mo", "50\u00a0MB"),
        (20 * 1024**3, "20\u00a0Go", "20\u00a0GB"),
        (5000 * 1024**4, "5\u202f000\u00a0To", "5,000\u00a0TB"),
    ],
)
def test_filesize(size, french, english):
    assert formats.filesize(size, language="fr") == french
    assert formats.filesize(size, language="en") == english


@pytest.mark.parametrize(
    ("value", "short", "french", "english"),
    [
        (date(2026, 11, 21), False, "21 novembre 2026", "21 November 2026"),
        (date(2026, 11, 21), True, "21 nov. 2026", "21 Nov 2026"),
        (date(2027, 1, 1), False, "1er janvier 2027", "1 January 2027"),
        (None, False, "", ""),
    ],
)
def test_date_text(value, short, french, english):
    assert formats.date_text(value, short=short, language="fr") == french
    assert formats.date_text(value, short=short, language="en") == english


def test_moments_are_told_in_the_time_of_the_site():
    late = datetime(2026, 6, 30, 22, 5, tzinfo=UTC)  # five past midnight, 1 July, in Paris

    assert formats.date_text(late, language="fr") == "1er juillet 2026"
    assert formats.time_text(late, language="fr") == "0\u00a0h\u00a005"
    assert formats.time_text(late, language="en") == "00:05"
    assert formats.datetime_text(late, language="fr") == "1er juillet 2026 à 0\u00a0h\u00a005"
    assert formats.datetime_text(late, short=True, language="en") == "1 Jul 2026 at 00:05"
    assert formats.time_text(None) == formats.datetime_text(None) == ""


def test_local_moment_is_told_as_it_is():
    assert formats.time_text(datetime(2026, 6, 30, 9, 30), language="en") == "09:30"  # noqa: DTZ001


def test_language_is_the_active_one_when_not_given():
    with translation.override("en"):
        english = formats.number(Fraction(1, 2), decimals=1)
    with translation.override("fr"):
        french = formats.number(Fraction(1, 2), decimals=1)

    assert (english, french) == ("0.5", "0,5")


@pytest.mark.parametrize(
    ("digest", "shown"),
    [("9f2c" + "0" * 56 + "41ab", "9f2c…41ab"), ("9f2c41ab0", "9f2c41ab0"), ("", "")],
)
def test_short_hash(digest, shown):
    assert formats.short_hash(digest) == shown


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Exigé : 90 %", "Exigé\u00a0: 90\u00a0%"),
        ("Exigé: 90%", "Exigé\u00a0: 90\u00a0%"),
        ("Est-ce fait ? Oui ; non !", "Est-ce fait\u202f? Oui\u202f; non\u202f!"),
        ("Quoi?!", "Quoi\u202f?!"),
        ("un « mot » ici", "un «\u202fmot\u202f» ici"),
        ("«mot»", "«\u202fmot\u202f»"),
        ("12 € par mois", "12\u00a0€ par mois"),
        ("à 14:30, voir https://exemple.test/?a=1;b=2", None),
        ("une liste\n; la suite", None),
        ("le taux\u00a0: 5\u00a0%", None),
        ("", None),
    ],
)
def test_french_typography(typed, printed):
    assert formats.french_typography(typed) == (typed if printed is None else printed)


FRENCH_TEXT = st.text(alphabet=st.sampled_from("aé1 .,;:!?%€«»/&\n\u00a0\u202f\u2009()"))


@given(FRENCH_TEXT)
def test_french_typography_is_stable(text):
    once = formats.french_typography(text)

    assert formats.french_typography(once) == once


@given(FRENCH_TEXT)
def test_french_typography_touches_spaces_only(text):
    printed = formats.french_typography(text)

    assert printed.translate(SPACES) == text.translate(SPACES)
    assert printed.count("\n") == text.count("\n")


@pytest.mark.parametrize(("language", "text"), [("fr", "février 2026"), ("en", "February 2026")])
def test_a_month_is_written_in_words(language, text):
    assert formats.month_text(date(2026, 2, 28), language=language) == text
