"""How numbers, dates, sizes and sentences are written, in French and in English.

Pure functions of values, used by templates (through the ``crc`` tag library), charts and
documents alike, so that a score reads the same everywhere. ``language`` is "fr" or "en"; None
means the active language. Spaces inside a number or before a sign never break the line:
U+202F (narrow) groups thousands and precedes ``; ! ?``, U+00A0 precedes ``: % €`` and units.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone, translation
from django.utils.translation import gettext

NARROW = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
HASH_ENDS = 4
KILO = 1024
SMALL = 10

Number = int | Fraction | Decimal | float

MONTHS = {
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
SHORT_MONTHS = {
    "fr": (
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
SIZE_UNITS = {"fr": ("octet", "Ko", "Mo", "Go", "To"), "en": ("byte", "KB", "MB", "GB", "TB")}


def percent(value: Fraction | None, *, decimals: int = 2, language: str | None = None) -> str:
    """A share in [0, 1] as a percentage: "42,86 %".

    None gives "not assessed" in the language. Rounded half up, except that a share short of the
    whole is never shown as 100: 199 of 200 reads 99 %, not 100 %, without decimals.
    """
    lang = _language(language)
    if value is None:
        with translation.override(lang):
            return gettext("not assessed")
    scale = 10**decimals
    scaled = _round_half_up(value * 100 * scale)
    if value < 1 and scaled >= 100 * scale:
        scaled = 100 * scale - 1
    return _digits(scaled, decimals, lang) + (f"{NO_BREAK}%" if lang == "fr" else "%")


def points(value: Fraction | None, *, signed: bool = False, language: str | None = None) -> str:
    """A difference of shares, in [-1, 1], in points of percentage: "14 points", "+20 points".

    One decimal when the value has one. None gives a dash.
    """
    if value is None:
        return DASH
    lang = _language(language)
    tenths = _round_half_up(value * 1000)
    decimals = 1 if tenths % 10 else 0
    text = _digits(tenths if decimals else tenths // 10, decimals, lang)
    if signed and tenths > 0:
        text = f"+{text}"
    # French: singular below two. English: singular for exactly one.
    single = abs(tenths) < 2 * SMALL if lang == "fr" else abs(tenths) == SMALL
    return f"{text}{NO_BREAK}{'point' if single else 'points'}"


def number(value: Number, *, decimals: int = 0, language: str | None = None) -> str:
    """A number with grouped thousands: "12 345,6". Rounded half away from zero."""
    exact = Fraction(value)
    return _digits(_round_half_up(exact * 10**decimals), decimals, _language(language))


def exact(value: Decimal | None, *, language: str | None = None) -> str:
    """A number with the decimals that it has: "2,5", "3". Empty for None."""
    if value is None:
        return ""
    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    return number(value, decimals=decimals, language=language)


def filesize(size: int, *, language: str | None = None) -> str:
    """A size in bytes as the file explorers of our users show it (1 Ko = 1024): "212 Ko"."""
    lang = _language(language)
    units = SIZE_UNITS[lang]
    if size < KILO:
        plural = size > 1 if lang == "fr" else size != 1
        return f"{size}{NO_BREAK}{units[0]}{'s' if plural else ''}"
    value, unit = Fraction(size, KILO), 1
    while _round_half_up(value) >= KILO and unit < len(units) - 1:
        value, unit = value / KILO, unit + 1
    tenths = _round_half_up(value * 10)
    decimals = 1 if tenths < SMALL * 10 and tenths % 10 else 0
    return f"{number(value, decimals=decimals, language=lang)}{NO_BREAK}{units[unit]}"


def date_text(value: date | None, *, short: bool = False, language: str | None = None) -> str:
    """A date in words: "21 novembre 2026", short "21 nov. 2026". Empty for None.

    An aware datetime is first brought to the site's time zone.
    """
    if value is None:
        return ""
    lang = _language(language)
    day = _local(value)
    first = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    month = (SHORT_MONTHS if short else MONTHS)[lang][day.month - 1]
    return f"{first} {month} {day.year}"


def month_text(value: date, *, language: str | None = None) -> str:
    """The month of a day in words: "novembre 2026"."""
    return f"{MONTHS[_language(language)][value.month - 1]} {value.year}"


def time_text(value: datetime | None, *, language: str | None = None) -> str:
    """An hour: "14 h 32". Empty for None."""
    if value is None:
        return ""
    at = timezone.localtime(value) if timezone.is_aware(value) else value
    if _language(language) == "fr":
        return f"{at.hour}{NO_BREAK}h{NO_BREAK}{at.minute:02}"
    return f"{at.hour:02}:{at.minute:02}"


def datetime_text(
    value: datetime | None, *, short: bool = False, language: str | None = None
) -> str:
    """A date and hour: "21 novembre 2026 à 14 h 32". Empty for None."""
    if value is None:
        return ""
    joint = "à" if _language(language) == "fr" else "at"
    day = date_text(value, short=short, language=language)
    return f"{day} {joint} {time_text(value, language=language)}"


def short_hash(digest: str) -> str:
    """Both ends of a fingerprint: "9f2c…41ab". Short texts come back as they are."""
    if len(digest) <= 2 * HASH_ENDS + 1:
        return digest
    return f"{digest[:HASH_ENDS]}…{digest[-HASH_ENDS:]}"


_SPACES = f"[ {NO_BREAK}{NARROW}\u2009]"
# (pattern, replacement), applied in this order. A sign glued to what follows (14:30,
# https://, page?x=1) is left alone: only a sign that ends a word gets a space put before it.
_FRENCH_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"«{_SPACES}*(?=\S)", f"«{NARROW}"),
        (rf"(?<=[^\s«]){_SPACES}*»", f"{NARROW}»"),
        (rf"(?<=\S){_SPACES}+(?=[;!?])", NARROW),
        (r"(?<=[^\W_])(?=[;!?]+(?:\s|$))", NARROW),
        (rf"(?<=\S){_SPACES}+(?=:)", NO_BREAK),
        (r"(?<=[^\W_])(?=:(?:\s|$))", NO_BREAK),
        (rf"(?<=\d){_SPACES}*(?=[%€])", NO_BREAK),
    )
)


def french_typography(text: str) -> str:
    """Put the no-break spaces that French wants before signs and inside guillemets.

    Only spaces are added or exchanged, line breaks are kept, and doing it twice changes nothing
    more. Works on plain text, before HTML escaping.
    """
    for pattern, replacement in _FRENCH_RULES:
        text = pattern.sub(replacement, text)
    return text


def _language(language: str | None) -> str:
    return "en" if (language or translation.get_language() or "fr").startswith("en") else "fr"


def _round_half_up(value: Fraction) -> int:
    """Nearest integer, halves away from zero: what people do on paper."""
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole


def _digits(scaled: int, decimals: int, language: str) -> str:
    """``scaled`` / 10**decimals with the language's separators."""
    whole, rest = divmod(abs(scaled), 10**decimals)
    text = f"{whole:,}"
    tail = f"{rest:0{decimals}}" if decimals else ""
    if language == "fr":
        text = text.replace(",", NARROW) + (f",{tail}" if tail else "")
    elif tail:
        text = f"{text}.{tail}"
    return f"{MINUS}{text}" if scaled < 0 else text


def _local(value: date) -> date:
    """The site's time zone for an aware datetime; anything else as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
