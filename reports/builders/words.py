"""Figures and dates as documents print them, in the active language."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from audits.logic.gap import Gap
from crcaudit.core.formats import date_text, french_typography, number, percent
from crcaudit.core.verdicts import VERDICTS

DASH = "\u2013"


def typo(text: str) -> str:
    """The text with the no-break spaces of its language; nothing but spaces changes."""
    return french_typography(text) if (get_language() or "").startswith("fr") else text


def score(value: Fraction | None, threshold: Fraction | None = None) -> str:
    """A score with one decimal, "not assessed" for None.

    A score short of its threshold never reads as the threshold: decimals are added until the
    two differ.
    """
    decimals = 1
    if value is not None and threshold is not None and value < threshold:
        while percent(value, decimals=decimals) == percent(threshold, decimals=decimals):
            decimals += 1
    return percent(value, decimals=decimals)


def pooled(gap: Gap, threshold: Fraction | None = None) -> str:
    """The score of a group, "Not applicable" when nothing in it applies."""
    return score(gap.score, threshold) if gap.applicable else str(VERDICTS["na"].label)


def in_points(value: Fraction | None) -> str:
    """A difference of shares as a number of points with one decimal; a dash for None."""
    return DASH if value is None else number(value * 100, decimals=1)


def limit(threshold: Fraction) -> str:
    """A threshold, without a decimal when it is a whole percentage."""
    return percent(threshold, decimals=0 if (threshold * 100).denominator == 1 else 1)


def share(part: int, whole: int) -> str:
    """Part and whole, as in "24 of 48"; a dash when the whole is empty."""
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole} if whole else DASH


def spelled(count: int) -> str:
    """A number that opens a sentence: in words from two to ten, else in digits."""
    words = (
        pgettext("opens a sentence", "Two"),
        pgettext("opens a sentence", "Three"),
        pgettext("opens a sentence", "Four"),
        pgettext("opens a sentence", "Five"),
        pgettext("opens a sentence", "Six"),
        pgettext("opens a sentence", "Seven"),
        pgettext("opens a sentence", "Eight"),
        pgettext("opens a sentence", "Nine"),
        pgettext("opens a sentence", "Ten"),
    )
    return dict(enumerate(words, start=2)).get(count, str(count))


def period(start: date | None, end: date | None) -> str:
    """As in "from 2 to 13 March 2026"; one day alone; "" when neither is known."""
    if start is None or end is None or start == end:
        day = start or end
        return _("on %(day)s") % {"day": date_text(day)} if day else ""
    first = date_text(start)
    if (start.year, start.month) == (end.year, end.month):
        first = first.split(" ", 1)[0]
    elif start.year == end.year:
        first = first.rsplit(" ", 1)[0]
    return _("from %(first)s to %(last)s") % {"first": first, "last": date_text(end)}


def listed(items: Sequence[str]) -> str:
    """As in "Lyon, Massy and Tours"; "" for none."""
    if len(items) < 2:  # noqa: PLR2004 - one item has no conjunction
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}
