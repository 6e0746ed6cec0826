"""The hidden sheet: which audit, which edition, and every row as it was when it was taken away.

One signed text, packed and cut to the size of cells: no spreadsheet can change it unseen, and none
of them has a reason to touch its letters.
"""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer

FORMAT = 1
PIECE = 30_000
_SALT = "audits.workbook"


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


def seal(stamp: Stamp) -> list[str]:
    """The stamp as signed pieces of plain letters, each of which a cell holds."""
    rows = [
        [sheet.title, [[r.pk, r.version, r.level, r.na_reason, r.comment, int(r.is_cut)]
                       for r in sheet.rows]]
        for sheet in stamp.sheets
    ]  # fmt: skip
    head = [stamp.format, stamp.audit, stamp.reference, stamp.edition, stamp.at.isoformat()]
    content = [*head, stamp.by, stamp.language, stamp.per_site, rows]
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode("ascii"), 1)
    text = Signer(salt=_SALT).sign(base64.urlsafe_b64encode(packed).decode("ascii"))
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def unseal(pieces: Iterable[str]) -> Stamp:
    """The stamp of these pieces. Nothing of it is read before its signature is checked.

    Raises:
        BadStampError: when a letter of it was changed, or it is not ours.
    """
    try:
        packed = Signer(salt=_SALT).unsign("".join(pieces))
    except BadSignature as error:
        raise BadStampError from error
    return _stamp(json.loads(zlib.decompress(base64.urlsafe_b64decode(packed))))


def _stamp(content: list[Any]) -> Stamp:
    number, audit, reference, edition, at, *more = content
    # Of an earlier or a later version of the product, only the head can be understood.
    by, language, per_site, sheets = more if number == FORMAT else ("", "fr", False, ())
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
    )


def _row(row: list[Any]) -> RowStamp:
    pk, version, level, na_reason, comment, is_cut = row
    return RowStamp(pk, version, level, na_reason, comment, bool(is_cut))
