"""Looks into one PDF from a process of its own, with little memory and little time.

Run as ``python -I pdf_probe.py <path>``; prints one JSON object: ``{"pages": n}`` or
``{"refused": code}``. Only pikepdf and the standard library are imported: the process starts in a
tenth of a second, and whatever a hostile file does to it, the web process goes on.
"""

import json
import re
import sys
from contextlib import suppress
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits

_MEMORY = 256 * 1024 * 1024
_CPU_SECONDS = 10
_STREAM_MEMORY = 16 * 1024 * 1024
_MAX_OBJECTS = 150_000
_MAX_DEPTH = 60
_SUSPECT = re.compile(
    rb"/(?:JavaScript|Launch|GoToE|ImportData|RichMedia\w*|XFA|EF|Rendition|Movie)(?![\w])"
)
_ACTIONS = {"/JavaScript", "/Launch", "/GoToE", "/ImportData", "/RichMediaExecute", "/Movie"}
_SCRIPTED = {"/XFA", "/RichMediaContent"}
# Data that electronic invoices and archival PDFs carry beside the page.
_HARMLESS_ATTACHMENTS = (".xml", ".json", ".csv", ".txt")


def restrict() -> None:  # pragma: no cover - in the child process only
    """Bound the memory and the time of this process, where the system can.

    Called after the imports, so that only what the file asks for counts.
    """
    set_qpdf_limits(
        flate_max_memory=_STREAM_MEMORY,
        png_max_memory=_STREAM_MEMORY,
        tiff_max_memory=_STREAM_MEMORY,
        run_length_max_memory=_STREAM_MEMORY,
    )
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on every system

        with open("/proc/self/statm", encoding="ascii") as figures:  # noqa: PTH123
            used = int(figures.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))


class _RefusedError(Exception):
    """The reason, a code of `Refusal`, is its only argument."""


def probe(path: str) -> dict[str, int | str]:
    """What is in the PDF at ``path``: its page count, or the code of the reason to refuse it."""
    try:
        with pikepdf.open(path, attempt_recovery=False, suppress_warnings=True) as pdf:
            return {"pages": _inspect(pdf)}
    except _RefusedError as error:
        return {"refused": str(error)}
    except pikepdf.PasswordError:
        return {"refused": "PASSWORD"}
    except (MemoryError, RecursionError):
        return {"refused": "TOO_COMPLEX"}
    except (pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError):
        return {"refused": "DAMAGED"}


def _inspect(pdf: pikepdf.Pdf) -> int:
    if pdf.is_encrypted:
        raise _RefusedError("PASSWORD")
    if len(pdf.objects) > _MAX_OBJECTS:
        raise _RefusedError("TOO_COMPLEX")
    unread = 0
    for item in pdf.objects:
        top: Any = item.stream_dict if isinstance(item, pikepdf.Stream) else item
        unread += top is None
        # A number or a null that stands as an object of its own comes as a Python value.
        if isinstance(top, pikepdf.Object) and _SUSPECT.search(top.unparse(resolved=True)):
            _walk(top, 0)
    _check_unread(unread, pdf.get_warnings())
    if not pdf.pages:
        raise _RefusedError("DAMAGED")
    return len(pdf.pages)


def _check_unread(unread: int, warnings: list[str]) -> None:
    """Refuse a file with objects that qpdf turned into nulls because it could not read them.

    Nobody looked at those, and another reader might manage to. An object declared at offset 0 is
    a common mistake of PDF writers and hides nothing; a null without a warning is one.
    """
    serious = [text for text in warnings if "has offset 0" not in text]
    if unread <= len(warnings) - len(serious) or not serious:
        return
    if any("limit exceeded" in text or "alloc" in text for text in serious):
        raise _RefusedError("TOO_COMPLEX")
    raise _RefusedError("DAMAGED")


def _walk(item: Any, depth: int) -> None:
    """Judge one object and all it holds directly; what it refers to has its own turn."""
    if depth > _MAX_DEPTH:
        raise _RefusedError("TOO_COMPLEX")
    children: list[Any] = []
    if isinstance(item, pikepdf.Dictionary):
        _judge(item)
        children = [value for _key, value in item.items()]
    elif isinstance(item, pikepdf.Array):
        children = list(item)
    elif isinstance(item, pikepdf.Name) and depth == 0 and str(item) in _ACTIONS:
        raise _RefusedError("PDF_ACTIONS")
    for child in children:
        if not getattr(child, "is_indirect", False):
            _walk(child, depth + 1)


def _judge(item: Any) -> None:
    action = str(item.get("/S", ""))
    if action in _ACTIONS or (action == "/Rendition" and "/JS" in item):
        raise _RefusedError("PDF_ACTIONS")
    if any(key in item for key in _SCRIPTED) or str(item.get("/Subtype", "")) == "/Movie":
        raise _RefusedError("PDF_ACTIONS")
    if "/EF" in item:
        names = [str(item[key]).lower() for key in ("/UF", "/F") if key in item]
        if not names or not all(name.endswith(_HARMLESS_ATTACHMENTS) for name in names):
            raise _RefusedError("EMBEDDED_FILES")


if __name__ == "__main__":  # pragma: no cover - in the child process only
    restrict()
    print(json.dumps(probe(sys.argv[1])))  # noqa: T201
