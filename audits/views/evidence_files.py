"""The content of deposited files. Every answer here was checked, and is traced.

Files never run: they are sent as attachments, sandboxed, of a type that is not to be guessed.
What the page shows is a PDF handed to our own viewer, a picture drawn again, or a table of text.
"""

import logging
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import storage
from audits.actions.evidence import (
    DOWNLOADED,
    PREVIEWED,
    VIEWED,
    VIEWED_OR_SAVED,
    record_read,
)
from audits.models import EvidenceVersion
from audits.views.evidence import visible_version
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.files import FileRefusedError, Preview
from crcaudit.core.files.previews import TablePreview, read_csv, read_text, read_workbook
from crcaudit.core.files.texts import encoding_of
from crcaudit.core.http import render_page, writes_on_get
from crcaudit.core.views import error_page

GONE = 410
_MAX_DIGITS = 4
logger = logging.getLogger(__name__)
_SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@writes_on_get
@require_safe
def evidence_file(request: AuthRequest, key: UUID, number: int) -> HttpResponseBase:
    version = visible_version(request.user, key, number)
    try:
        stream = storage.open_file(version.path)
    except FileNotFoundError:
        return _gone(request, version)
    try:
        _trace(request, version, _way(request, version))
    except BaseException:
        stream.close()
        raise
    return FileResponse(
        stream,
        as_attachment=True,  # our viewer reads it all the same, nobody else shows it
        filename=version.file_name,
        content_type=version.media_type,
        headers=_SANDBOX,
    )


@writes_on_get
@require_safe
def evidence_preview(request: AuthRequest, key: UUID, number: int) -> HttpResponseBase:
    version = visible_version(request.user, key, number)
    if version.preview not in {Preview.IMAGE, Preview.TABLE, Preview.TEXT}:
        raise Http404
    try:
        with storage.on_disk(version.path) as path:
            if version.preview == Preview.IMAGE:
                answer = _picture(path)
            else:
                answer = _content(request, version, path)
    except FileNotFoundError:
        return _gone(request, version)
    except FileRefusedError as error:
        logger.warning(
            "No preview: %s, %s version %s", error.code, version.evidence, version.number
        )
        context = _context(version) | {"problem": True}
        return render_page(request, "audits/evidence_preview.html", context, status=error.status)
    _trace(request, version, PREVIEWED)
    return answer


def _picture(path: Path) -> HttpResponse:
    # Not at the top: Pillow is long to import, and few requests draw.
    from crcaudit.core.files import images  # noqa: PLC0415

    drawn = images.make_preview_image(path)
    return HttpResponse(drawn, content_type=images.PREVIEW_MEDIA_TYPE, headers=_SANDBOX)


def _content(request: AuthRequest, version: EvidenceVersion, path: Path) -> HttpResponse:
    context = _context(version)
    encoding = encoding_of(path) or "utf-8"
    if version.preview == Preview.TEXT:
        text, is_cut = read_text(path, encoding)
        context |= {"text": text, "is_cut": is_cut}
    elif version.media_type == "text/csv":
        context |= _table_context(read_csv(path, encoding), version)
    else:
        wanted = request.GET.get("feuille", "")
        is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MAX_DIGITS
        sheet = int(wanted) - 1 if is_number else 0
        context |= _table_context(read_workbook(path, sheet), version)
    return render_page(request, "audits/evidence_preview.html", context)


def _context(version: EvidenceVersion) -> dict[str, Any]:
    return {
        "evidence": version.evidence,
        "version": version,
        "text": None,
        "head": (),
        "rows": (),
        "sheets": (),
        "is_cut": False,
        "problem": False,
    }


def _table_context(table: TablePreview, version: EvidenceVersion) -> dict[str, Any]:
    """A table with its first row as head, and a link per sheet when there are several."""
    here = reverse("audits:evidence-preview", args=[version.evidence.key, version.number])
    return {
        "head": _cells(table.rows[0], table) if table.rows else (),
        "rows": [_cells(row, table) for row in table.rows[1:]],
        "is_cut": table.is_cut,
        "sheets": [
            {"label": name, "url": f"{here}?feuille={number + 1}", "active": number == table.sheet}
            for number, name in enumerate(table.sheets)
        ],
    }


def _cells(row: tuple[str, ...], table: TablePreview) -> list[tuple[str, bool]]:
    """Each cell, and whether its column holds numbers: these stand on the right."""
    return list(zip(row, table.numeric, strict=True))


def _way(request: AuthRequest, version: EvidenceVersion) -> str:
    """How the file is taken, as far as the browser says.

    Our viewer asks with ``view=1``, from a script ("empty"). Any other destination saves it. A
    browser that does not say, or a site served without HTTPS, leaves both possible.
    """
    if request.GET.get("view") != "1" or version.preview != Preview.PDF:
        return DOWNLOADED
    return {"empty": VIEWED, "": VIEWED_OR_SAVED}.get(
        request.headers.get("Sec-Fetch-Dest", ""), DOWNLOADED
    )


def _trace(request: AuthRequest, version: EvidenceVersion, how: str) -> None:
    record_read(version=version, how=how, by=request.user, at=timezone.now())


def _gone(request: AuthRequest, version: EvidenceVersion) -> HttpResponse:
    """The row is there and its file is not: somebody touched the storage."""
    logger.error("Stored file missing: evidence %s, version %s", version.evidence, version.number)
    message = _(
        "The file of this version is missing on the server. What was recorded about it is "
        "intact: tell the person who runs the server."
    )
    return error_page(request, status=GONE, message=message)
