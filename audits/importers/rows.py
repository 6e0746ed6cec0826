"""Rows of a table handed on one by one, each with its number; see `audits.importers.tables`."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from audits.importers.tables import Form, UnreadableTableError, pieces
from audits.workbook.problems import Problems


def read_rows(
    path: Path,
    form: Form,
    take: Callable[[int, Sequence[str]], object],
    *,
    most: int,
    problems: Problems,
) -> int:
    """Hand every row below the titles to ``take`` with its number, from 1 titles included.

    Empty rows are passed over. How many there were; one beyond ``most`` ends the reading and is
    said among the problems of the file.

    Raises:
        UnreadableTableError: when a quotation mark is never closed, or a cell is too long.
    """
    rows = 0
    for number, row in _numbered(path, form):
        if number == 1 or not any(cell.strip() for cell in row):
            continue
        rows += 1
        if rows > most:
            problems.add(_("This file holds more than %(n)s rows: split it.") % {"n": most})
            break
        take(number, row)
    return rows


def _numbered(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for piece in pieces(path, form):
        text = io.StringIO(piece.content.decode(), newline="")
        try:
            for row in csv.reader(text, delimiter=form.delimiter):
                count += 1
                yield count, row
        except csv.Error as error:
            message = _("Row %(row)s holds a cell that is too long: shorten it.")
            raise UnreadableTableError(message % {"row": count + 1}) from error
