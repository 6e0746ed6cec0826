"""Periods as people write them in a spreadsheet, in French and in English."""

import re
from collections.abc import Mapping
from datetime import date

from audits.logic.periods import Grain, Period, period_of

_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "jan", "january"),
            ("février", "fevrier", "févr", "fevr", "fév", "fev", "february", "feb"),
            ("mars", "march", "mar"),
            ("avril", "avr", "april", "apr"),
            ("mai", "may"),
            ("juin", "june", "jun"),
            ("juillet", "juil", "july", "jul"),
            ("août", "aout", "august", "aug"),
            ("septembre", "sept", "sep", "september"),
            ("octobre", "oct", "october"),
            ("novembre", "nov", "november"),
            ("décembre", "decembre", "déc", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_DAY = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
)
_NUMBERED = {
    Grain.WEEK: re.compile(
        r"(?P<year>\d{4})[ -]?[WS](?P<n>\d{1,2})"
        r"|[WS](?:emaine|eek)? ?(?P<n2>\d{1,2})[ /-](?P<year2>\d{4})",
        re.IGNORECASE,
    ),
    Grain.MONTH: re.compile(
        r"(?P<year>\d{4})[/-](?P<n>\d{1,2})|(?P<n2>\d{1,2})[/-](?P<year2>\d{4})"
    ),
    Grain.QUARTER: re.compile(
        r"(?P<year>\d{4})[ -]?[TQ](?P<n>\d)|[TQ](?P<n2>\d)[ /-](?P<year2>\d{4})", re.IGNORECASE
    ),
    Grain.HALF: re.compile(
        r"(?P<year>\d{4})[ -]?[SH](?P<n>\d)|[SH](?P<n2>\d)[ /-](?P<year2>\d{4})", re.IGNORECASE
    ),
}
_NAMED = re.compile(r"([^\W\d_]+)\.? (\d{4})")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


def period_from(text: str, grain: Grain) -> Period | None:
    """The period that a cell names; a day names the period that holds it. None for anything else.

    Days are read as ISO 8601 has them, or day first. Years from 2000 to 2099.
    """
    clean = " ".join(text.split())
    try:
        found = _day(clean) or _numbered(clean, grain) or _named(clean, grain)
    except ValueError:  # the 30th of February, week 54
        return None
    if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        return None
    return period_of(found, grain)


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day, day2, month2, year2 = match.groups()
    if year:
        return date(int(year), int(month), int(day))
    return date(int(year2), int(month2), int(day2))


def _numbered(text: str, grain: Grain) -> date | None:
    if grain is Grain.YEAR:
        return date(int(text), 1, 1) if re.fullmatch(r"\d{4}", text) else None
    pattern = _NUMBERED.get(grain)
    match = pattern.fullmatch(text) if pattern else None
    if match is None:
        return None
    year = int(match["year"] or match["year2"])
    number = int(match["n"] or match["n2"])
    if grain is Grain.WEEK:
        return date.fromisocalendar(year, number, 1)
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.HALF: 6}[grain]
    return date(year, (number - 1) * months + 1, 1)


def _named(text: str, grain: Grain) -> date | None:
    match = _NAMED.fullmatch(text)
    if match is None or grain is not Grain.MONTH:
        return None
    month = _MONTHS.get(match[1].casefold())
    return date(int(match[2]), month, 1) if month else None
