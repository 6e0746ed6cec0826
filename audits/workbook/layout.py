"""Cells and sheets of the workbook: a text comes out of its cell as it went in."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from crcaudit.core.text import clean_text

HIDDEN = "_audit"
HEAD_ROW, FIRST_ROW = 1, 2
CELL_UNITS = 32_000  # Excel holds 32,767 units of UTF-16
CUT = 1_000
_LONG = CELL_UNITS // 4  # protected, and counted as Excel counts, a text may be twice as long
TITLE_LENGTH = 31
FORMULA_STARTS = ("=", "+", "-", "@", "#", "\t", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Excel writes a character that XML cannot hold as "_x000D_", and openpyxl forgets each "x005F_" of
# what Excel saved. A word joiner, which nobody sees, keeps the texts of people out of both.
_CODED = re.compile("x(\u2060*[0-9A-Fa-f]{4}_)")
_JOINED = re.compile("x\u2060(\u2060*[0-9A-Fa-f]{4}_)")
# A text that stands in a cell as it is, as nearly all do: nothing to clean, no formula.
_PLAIN = re.compile("(?![-=+@#])[\n -^`-~\u00a0-\u02ff\u2010-\u2027\u202f-\u205e\u20ac]*").fullmatch
_EXCEL_CONTROL = re.compile("_x00([01][0-9A-Fa-f]|7[fF])_")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


def sheet_titles(wanted: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Titles that Excel accepts, each one once: 31 characters, no brackets, stars or slashes."""
    seen = {title.casefold() for title in taken}
    titles = []
    for text in wanted:
        clean = " ".join(_NOT_IN_TITLES.sub(" ", clean_text(text)).split()).strip(" '")
        title, count = clean[:TITLE_LENGTH].strip(" '") or "-", 1
        while title.casefold() in seen:
            count += 1
            end = f" ({count})"
            title = clean[: TITLE_LENGTH - len(end)] + end
        seen.add(title.casefold())
        titles.append(title)
    return titles


def is_plain(text: str) -> bool:
    """Whether a text is the same in its cell and out of it, and no formula by its looks."""
    return _PLAIN(text) is not None


def protect_text(text: str) -> str:
    """A text as it stands in a cell. `restore_text` gives the same text back."""
    if is_plain(text):
        return text
    return _CODED.sub("x\u2060\\1", clean_text(text)) if "_" in text else clean_text(text)


def restore_text(cell: str) -> str:
    """The text of a cell, cleaned; control characters that Excel spelt out are cleaned too."""
    if is_plain(cell):
        return cell
    if "_" in cell:
        cell = _EXCEL_CONTROL.sub(lambda found: chr(int(found[1], 16)), cell)
        cell = _JOINED.sub("x\\1", cell)
    return clean_text(cell)


def fits(text: str) -> bool:
    """Whether a cell can hold the whole of a protected text, as Excel counts."""
    return len(text) <= CELL_UNITS // 2 or len(text.encode("utf-16-le")) // 2 <= CELL_UNITS


def is_cut(text: str) -> bool:
    """Whether a cell cannot hold the whole text, which may then not be changed there."""
    return len(text) > _LONG and not fits(protect_text(text))


def held(text: str) -> str:
    """What stands in the cell of a text: its beginning when the cell cannot hold all of it."""
    return f"{text[:CUT].rstrip()}…" if is_cut(text) else text


def read_back(value: Any) -> str:
    """What `shown` gives of the cell in which this value is written."""
    return clean_text(value) if isinstance(value, str) else shown(value)


def shown(value: Any) -> str:
    """What a person reads in a cell, "" for an empty one."""
    if isinstance(value, str):
        return restore_text(value)
    return "" if value is None else _typed(value)


def _typed(value: Any) -> str:
    """A value that a spreadsheet made of what was typed, as it was typed."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime) and value.time() != time.min:
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    return str(value)
