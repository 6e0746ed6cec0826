"""Where everything stands in the workbook: one place for who writes it and who reads it again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crcaudit.core.text import clean_text

HIDDEN = "_audit"
HEAD_ROW, FIRST_ROW = 1, 2
CELL_UNITS = 32_000  # Excel holds 32,767 units of UTF-16
CUT = 1_000
TITLE_LENGTH = 31
FORMULA_STARTS = ("=", "+", "-", "@", "#", "\t", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Excel writes a character that XML cannot hold as "_x000D_", and openpyxl forgets each "x005F_" of
# what Excel saved. A word joiner, which nobody sees, keeps the texts of people out of both.
_CODED = re.compile("x(\u2060*[0-9A-Fa-f]{4}_)")
_JOINED = re.compile("x\u2060(\u2060*[0-9A-Fa-f]{4}_)")
# A text that stands in a cell as it is, as nearly all do: nothing to clean, no formula.
_PLAIN = re.compile("(?![-=+@#])[\n -^`-~\u00a0-\u02ff\u2010-\u2027\u202f-\u205e\u20ac]*").fullmatch
_EXCEL_CONTROL = re.compile("_x00([01][0-9A-Fa-f]|7[fF])_")
_DASH = " \u2013 "
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


class Name(StrEnum):
    """Columns of a requirement. ``KEY`` is hidden: a sheet that was sorted is read all the same."""

    KEY = "KEY"
    CODE = "CODE"
    SECTION = "SECTION"
    TEXT = "TEXT"
    CRITICALITY = "CRITICALITY"
    SITE = "SITE"
    EVIDENCE = "EVIDENCE"
    RATING = "RATING"
    REASON = "REASON"
    COMMENT = "COMMENT"


ENTRY = (Name.RATING, Name.REASON, Name.COMMENT)
WIDTHS = {
    Name.KEY: 4,
    Name.CODE: 12,
    Name.SECTION: 24,
    Name.TEXT: 60,
    Name.CRITICALITY: 12,
    Name.SITE: 18,
    Name.EVIDENCE: 9,
    Name.RATING: 26,
    Name.REASON: 30,
    Name.COMMENT: 60,
}


def columns(*, per_site: bool) -> tuple[Name, ...]:
    """Columns in order; the site only where requirements are rated site by site."""
    return tuple(name for name in Name if per_site or name is not Name.SITE)


def headers() -> dict[Name, str]:
    """What stands at the head of each column, in the active language."""
    return {
        Name.KEY: "",
        Name.CODE: _("Code"),
        Name.SECTION: _("Engagement"),
        Name.TEXT: _("Requirement"),
        Name.CRITICALITY: _("Criticality"),
        Name.SITE: _("Site"),
        Name.EVIDENCE: _("Evidence"),
        Name.RATING: pgettext("column of the workbook", "Rating"),
        Name.REASON: _("Reason for not applicable"),
        Name.COMMENT: _("Comment"),
    }


def letter_of(name: Name, *, per_site: bool) -> str:
    """Letter of a column: there are never more than twenty-six."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[columns(per_site=per_site).index(name)]


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
    """Whether a cell can hold the whole protected text, as Excel counts."""
    return len(text) <= CELL_UNITS // 2 or len(text.encode("utf-16-le")) // 2 <= CELL_UNITS


def cut_text(text: str) -> str:
    """What stands in a cell that cannot hold the whole text, and may then not be changed."""
    return f"{text[:CUT].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the audit's scale as a person chooses it."""

    code: str
    word: str
    is_excluded: bool


class Levels:
    """The scale of an audit, from what people read to its codes and back."""

    def __init__(self, scale: list[dict[str, Any]], language: str) -> None:
        self.all = tuple(
            Level(
                row["code"],
                f"{row['letter']}{_DASH}{row[f'label_{language}']}",
                row["is_excluded"],
            )
            for row in scale
        )
        self._words = {level.code: level.word for level in self.all}
        self._excluded = {level.code for level in self.all if level.is_excluded}
        self._codes: dict[str, str] = {"": ""}
        ways = (
            lambda row: f"{row['letter']}{_DASH}{row['label_fr']}",
            lambda row: f"{row['letter']}{_DASH}{row['label_en']}",
            lambda row: row["letter"],
            lambda row: row["code"],
            lambda row: row["label_fr"],
            lambda row: row["label_en"],
        )
        for way in ways:
            for row in scale:
                self._codes.setdefault(_plain(way(row)), row["code"])

    def word(self, code: str) -> str:
        """What stands in the cell; "" when not assessed."""
        return self._words.get(code, code)

    def code(self, word: str) -> str | None:
        """Code of a word, a letter or a label, "" for an empty cell; None when unknown."""
        return self._codes.get(_plain(word))

    def is_excluded(self, code: str) -> bool:
        """Whether it means that the requirement does not apply."""
        return code in self._excluded


def _plain(word: str) -> str:
    return " ".join(re.sub(r"[-\u2010-\u2015]", " ", word).split()).casefold()
