"""A list of requests for evidence from CSV: separated by ; or by a comma, UTF-8 or cp1252.

Columns by their heading, in any order: requirement code or codes, what is asked, due date, and
if wanted the period or sample. All of it is read before anything is asked.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from audits.actions.evidence_request import RequestFields
from audits.models import Assessment
from audits.workbook.problems import Problem, Problems, quoted
from crcaudit.core.csvs import restored
from crcaudit.core.forms import LAST_DAY, MAX_REASON
from crcaudit.core.text import MAX_TEXT, clean_text

MAX_ROWS = 300
MAX_BYTES = 512 * 1024
CODES, ASKED, DUE, SCOPE = "codes", "asked", "due", "scope"
HEADINGS = {
    CODES: {"code", "codes", "code(s)", "exigence", "exigences", "requirement", "requirements"},
    ASKED: {"demande", "pièce demandée", "request", "what is asked"},
    DUE: {"échéance", "echeance", "due", "due date"},
    SCOPE: {
        *("période", "periode", "période ou échantillon", "échantillon"),
        *("period", "period or sample", "sample"),
    },
}
DAYS = ("%d/%m/%Y", "%Y-%m-%d")
_BETWEEN = re.compile(r"[\s,;/+]+")

ByCode = Mapping[str, Sequence[Assessment]]


@dataclass(slots=True)
class Read:
    """What a file holds: every request of it, or every problem."""

    requests: list[RequestFields] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def decoded(content: bytes) -> str:
    """The text of a file that a spreadsheet saved: UTF-8, else as Windows writes French."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_requests(text: str, *, by_code: ByCode, today: date) -> Read:
    """Every request of the file, or every problem with row and column, never both.

    ``by_code`` are the requirements of the audit; rows count from 1, the headings included.
    """
    problems = Problems()
    rows = _rows(text)
    if not rows:
        problems.add(_("This file is empty: check the original and send it again."))
        return Read(problems=problems.listed())
    places = _places(rows[0][1], problems)
    if problems:
        return Read(problems=problems.listed())
    body = [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]
    if not body:
        problems.add(_("The file has headings and no request."))
    if len(body) > MAX_ROWS:
        problems.add(_("This file holds more than %(n)s requests: split it.") % {"n": MAX_ROWS})
        return Read(problems=problems.listed())
    found = [_Row(n, row, places, problems).request(by_code, today) for n, row in body]
    if problems:
        return Read(problems=problems.listed())
    return Read(requests=[fields for fields in found if fields is not None])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows with their number as a spreadsheet shows them."""
    clean = text.replace("\x00", "").lstrip("\ufeff")
    first = clean.partition("\n")[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(io.StringIO(clean, newline=""), delimiter=delimiter)
    return list(enumerate(_lenient(reader), start=1))


def _lenient(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """What can be read before a cell that is longer than the reader takes."""
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _places(heading: Sequence[str], problems: Problems) -> dict[str, int]:
    """Place of each column that the file has."""
    titles = [cell.strip().casefold() for cell in heading]
    places = {
        name: place
        for name, known in HEADINGS.items()
        for place, title in enumerate(titles)
        if title in known
    }
    for name in (CODES, ASKED, DUE):
        if name not in places:
            problems.add(
                _("The column “%(column)s” is missing: name it so in the first row.")
                % {"column": _title(name)},
                row=1,
                column=_title(name),
            )
    return places


def _title(name: str) -> str:
    return {
        CODES: _("code"),
        ASKED: _("request"),
        DUE: _("due date"),
        SCOPE: _("period or sample"),
    }[name]


@dataclass(slots=True)
class _Row:
    """One row of the file on its way to a request; what is wrong goes to ``problems``."""

    number: int
    cells: Sequence[str]
    places: Mapping[str, int]
    problems: Problems

    def request(self, by_code: ByCode, today: date) -> RequestFields | None:
        """The request, None when something is wrong with it."""
        wanted = _assessments(self._cell(CODES), by_code)
        if isinstance(wanted, str):
            self._refuse(CODES, wanted)
        text = self._text(ASKED, MAX_TEXT)
        scope = self._text(SCOPE, MAX_REASON)
        if not text:
            self._refuse(ASKED, _("Say what is asked."))
        day = self._due(today)
        if isinstance(wanted, str) or day is None:
            return None
        return RequestFields(assessments=wanted, text=text, scope=scope, due_date=day)

    def _cell(self, name: str) -> str:
        place = self.places.get(name, len(self.cells))
        cell = self.cells[place] if place < len(self.cells) else ""
        return clean_text(restored(cell)).strip()

    def _refuse(self, name: str, message: str) -> None:
        self.problems.add(message, row=self.number, column=_title(name))

    def _text(self, name: str, limit: int) -> str:
        text = self._cell(name)
        if len(text) > limit:
            self._refuse(name, _("This text is too long: %(n)s characters at most.") % {"n": limit})
        return text

    def _due(self, today: date) -> date | None:
        sent = self._cell(DUE)
        day = _day(sent)
        if day is None:
            self._refuse(
                DUE, _("“%(value)s” is not a day such as 31/12/2026.") % {"value": quoted(sent)}
            )
        elif not today <= day <= LAST_DAY:
            self._refuse(DUE, _("This day has passed: give a day from today on."))
        return day


def _assessments(codes: str, by_code: ByCode) -> tuple[Assessment, ...] | str:
    """The requirements of one or several codes, or what is wrong with them."""
    found: dict[int, Assessment] = {}
    names = [name for name in _BETWEEN.split(codes) if name]
    if not names:
        return _("Give the code of a requirement of the audit.")
    for name in names:
        rows = by_code.get(name.casefold(), ())
        if not rows:
            return _("“%(code)s” is not a requirement of this audit.") % {"code": quoted(name)}
        found |= {row.pk: row for row in rows}
    return tuple(found.values())


def _day(text: str) -> date | None:
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day, not a moment
        except ValueError:
            continue
    return None
