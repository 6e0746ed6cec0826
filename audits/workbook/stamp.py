"""The hidden sheet: which audit, which edition, and every row as it was when it was taken away.

One signed text, packed and cut to the size of cells: no spreadsheet can change it unseen, and none
of them has a reason to touch its letters: there is no "_" in it, so it never spells a character
as cells do ("_x6F11_").
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer

FORMAT = 2
PIECE = 30_000
NO_TABLE = ("", (), ())
_SALT = "audits.workbook"
_UNDERSCORE, _INSTEAD = "_", "~"  # base64 of URLs, which the signature is in too, has the first one


class BadStampError(Exception):
    """The hidden sheet is not as it was written."""


@dataclass(frozen=True, slots=True)
class RowStamp:
    """One requirement as taken away. ``is_cut`` when its cell does not hold the whole comment."""

    pk: int
    version: int
    level: str
    na_reason: str
    comment: str
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class SheetStamp:
    """The rows of one sheet, in order."""

    title: str
    rows: tuple[RowStamp, ...]


@dataclass(frozen=True, slots=True)
class TableRowStamp:
    """One finding or one action as taken away.

    ``cells`` has, by column, what the cell stands for and what is read in it: a code and its
    word, a day in ISO and as people write it. Both are the same for a text that fits.
    """

    reference: str
    pk: int
    version: int
    cells: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TableStamp:
    """The findings, or the actions, in order. ``columns`` are all but the reference."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRowStamp, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Everything that the way back needs. ``by`` is the key of who took the workbook away."""

    format: int
    audit: str
    reference: str
    edition: str
    at: datetime
    by: str
    language: str
    per_site: bool
    sheets: tuple[SheetStamp, ...]
    findings: TableStamp
    actions: TableStamp


def seal(stamp: Stamp) -> list[str]:
    """The stamp as signed pieces of plain letters, each of which a cell holds."""
    rows = [
        [sheet.title, [[r.pk, r.version, r.level, r.na_reason, r.comment, int(r.is_cut)]
                       for r in sheet.rows]]
        for sheet in stamp.sheets
    ]  # fmt: skip
    tables = [_table_content(table) for table in (stamp.findings, stamp.actions)]
    head = [stamp.format, stamp.audit, stamp.reference, stamp.edition, stamp.at.isoformat()]
    content = [*head, stamp.by, stamp.language, stamp.per_site, rows, *tables]
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode("ascii"), 1)
    text = Signer(salt=_SALT).sign(base64.urlsafe_b64encode(packed).decode("ascii"))
    text = text.replace(_UNDERSCORE, _INSTEAD)
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def unseal(pieces: Iterable[str]) -> Stamp:
    """The stamp of these pieces. Nothing of it is read before its signature is checked.

    Raises:
        BadStampError: when a letter of it was changed, or it is not ours.
    """
    try:
        packed = Signer(salt=_SALT).unsign("".join(pieces).replace(_INSTEAD, _UNDERSCORE))
    except BadSignature as error:
        raise BadStampError from error
    return _stamp(json.loads(zlib.decompress(base64.urlsafe_b64decode(packed))))


def _table_content(table: TableStamp) -> list[Any]:
    rows = [
        [
            row.reference,
            row.pk,
            row.version,
            [row.cells[name][:1] if len(set(row.cells[name])) == 1 else row.cells[name]
             for name in table.columns],
        ]
        for row in table.rows
    ]  # fmt: skip
    return [table.title, table.columns, rows]


def _stamp(content: list[Any]) -> Stamp:
    number, audit, reference, edition, at, *more = content
    # Of an earlier or a later version of the product, only the head can be understood.
    nothing = ("", "fr", False, (), NO_TABLE, NO_TABLE)
    by, language, per_site, sheets, findings, actions = more if number == FORMAT else nothing
    return Stamp(
        format=number,
        audit=audit,
        reference=reference,
        edition=edition,
        at=datetime.fromisoformat(at),
        by=by,
        language=language,
        per_site=per_site,
        sheets=tuple(SheetStamp(title, tuple(map(_row, rows))) for title, rows in sheets),
        findings=_table(*findings),
        actions=_table(*actions),
    )


def _row(row: list[Any]) -> RowStamp:
    pk, version, level, na_reason, comment, is_cut = row
    return RowStamp(pk, version, level, na_reason, comment, bool(is_cut))


def _table(title: str, columns: Sequence[str], rows: Iterable[list[Any]]) -> TableStamp:
    return TableStamp(
        title,
        tuple(columns),
        tuple(
            TableRowStamp(
                reference,
                pk,
                version,
                {name: (cell[0], cell[-1]) for name, cell in zip(columns, cells, strict=True)},
            )
            for reference, pk, version, cells in rows
        ),
    )
