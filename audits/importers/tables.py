"""Tables that people send, CSV or XLSX: what they look like, and their rows with flat memory.

A CSV is handed on in pieces of whole rows, in UTF-8, whatever it is written in, so that memory
does not grow with the file. A sheet is turned into such a CSV first.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from django.utils.translation import gettext as _

from crcaudit.core.exceptions import UserError

PIECE: Final = 2 * 1024 * 1024
SAMPLE_ROWS: Final = 20
# Of a sheet, to find its titles and sample: those may stand below some empty rows.
HEAD_ROWS: Final = 1000
MOST_COLUMNS: Final = 200
DELIMITERS: Final = (";", ",", "\t", "|")
_MOST_PIECES_OF_A_ROW: Final = 4
_HEAD: Final = 64 * 1024


class UnreadableTableError(UserError):
    """A file that cannot be read as a table at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a CSV is written. ``encoding`` is a codec of `crcaudit.core.files`."""

    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a table begins with: its titles in order, and at most `SAMPLE_ROWS` rows."""

    form: Form
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table as UTF-8, and how many bytes of the file are behind with them.

    The first one begins with the titles.
    """

    content: bytes
    is_first: bool
    done: int


def read_head(path: Path, *, encoding: str) -> Head:
    """Titles and first rows of a CSV.

    Raises UnreadableTableError when there is no row below the titles, or too many columns.
    """
    with path.open("rb") as stream:
        text = _decoded(stream.read(_HEAD), encoding)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    rows = list(_leading(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    if len(rows) < 2 or not any(cell.strip() for cell in rows[0]):  # noqa: PLR2004
        raise UnreadableTableError(
            _("This file has no row below its titles: check the original and send it again.")
        )
    if len(rows[0]) > MOST_COLUMNS:
        raise UnreadableTableError(
            _("This file has %(n)s columns: keep those that are needed, %(most)s at most.")
            % {"n": len(rows[0]), "most": MOST_COLUMNS}
        )
    columns = tuple(
        " ".join(title.split()) or _("Column %(n)s") % {"n": place}
        for place, title in enumerate(rows[0], start=1)
    )
    sample = tuple(tuple(row[: len(columns)]) for row in rows[1:] if any(row))
    return Head(Form(encoding, delimiter), columns, sample)


def pieces(path: Path, form: Form) -> Iterator[Piece]:
    """The whole file in order, cut between rows; a quoted cell may hold line ends.

    Raises UnreadableTableError when a quotation mark is never closed.
    """
    decoder = _Recoder(form.encoding)
    rest, is_first, done = b"", True, 0
    with path.open("rb") as stream:
        while chunk := stream.read(PIECE):
            done += len(chunk)
            held = rest + decoder.utf8(chunk)
            cut = _end_of_rows(held)
            if not cut and len(held) > _MOST_PIECES_OF_A_ROW * PIECE:
                raise UnreadableTableError(
                    _(
                        "A quotation mark of this file is never closed: "
                        "correct it and send it again."
                    )
                )
            rest = held[cut:]
            if cut:
                yield Piece(held[:cut], is_first, done)
                is_first = False
    rest += decoder.utf8(b"", final=True)
    if rest.strip():
        yield Piece(rest, is_first, done)


@contextmanager
def as_csv(book: Path, *, most: int | None = None) -> Iterator[Path]:
    """The first sheet of a workbook as a CSV in UTF-8, separated by semicolons; gone at the end.

    ``most`` rows of it; None: all of them.
    """
    from openpyxl import load_workbook

    text = NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="")  # noqa: SIM115
    # By the open file: openpyxl refuses a path that does not end in .xlsx.
    with text as target, book.open("rb") as source:
        loaded = load_workbook(source, read_only=True, data_only=True)
        try:
            sheet = loaded.worksheets[0]
            sheet.reset_dimensions()
            writer = csv.writer(target, delimiter=";")
            writer.writerows(map(_texts, sheet.iter_rows(max_row=most, values_only=True)))
        finally:
            loaded.close()
        target.flush()
        yield Path(target.name)


class _Recoder:
    """Bytes in the encoding of the file to bytes in UTF-8, without its mark."""

    def __init__(self, encoding: str) -> None:
        self._is_utf8 = encoding in {"utf-8", "utf-8-sig"}
        self._is_at_start = True
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def utf8(self, chunk: bytes, *, final: bool = False) -> bytes:
        if not self._is_utf8:
            return self._decoder.decode(chunk, final).encode()
        if self._is_at_start and chunk:
            self._is_at_start = False
            return chunk.removeprefix(codecs.BOM_UTF8)
        return chunk


def _end_of_rows(held: bytes) -> int:
    """Where the last whole row ends; 0 when none does."""
    cut = held.rfind(b"\n") + 1
    while cut and held.count(b'"', 0, cut) % 2:
        cut = held.rfind(b"\n", 0, cut - 1) + 1
    return cut


def _decoded(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)().decode(head)


def _leading(reader: Iterable[list[str]]) -> Iterator[list[str]]:
    """The titles and the first rows, without the empty ones; what is cut off does not count."""
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            yield row
            if reader.line_num > SAMPLE_ROWS:  # type: ignore[attr-defined]
                return
    except csv.Error:
        return


def _texts(row: tuple[object, ...]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: object) -> str:
    """A cell as the readers of a CSV expect it: days and hours as ISO 8601 has them."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "" if cell is None else str(cell)  # days and hours are written so too
