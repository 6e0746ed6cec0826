"""Why a file is refused: one code, one sentence, one answer status each."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class Refusal(StrEnum):
    """Codes kept in the journal and in tests; the sentences may be reworded freely."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    TYPE_NOT_ACCEPTED = "TYPE_NOT_ACCEPTED"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    DAMAGED = "DAMAGED"
    PASSWORD = "PASSWORD"  # noqa: S105 - a code, not a secret
    MACROS = "MACROS"
    ACTIVE_CONTENT = "ACTIVE_CONTENT"
    EXTERNAL_LINKS = "EXTERNAL_LINKS"
    EMBEDDED_FILES = "EMBEDDED_FILES"
    PDF_ACTIONS = "PDF_ACTIONS"
    XML_ENTITIES = "XML_ENTITIES"
    UNPACKED_TOO_LARGE = "UNPACKED_TOO_LARGE"
    COMPRESSION_TOO_HIGH = "COMPRESSION_TOO_HIGH"
    TOO_MANY_PARTS = "TOO_MANY_PARTS"
    BAD_PART_NAME = "BAD_PART_NAME"
    NESTED_ARCHIVE = "NESTED_ARCHIVE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    TOO_MANY_FRAMES = "TOO_MANY_FRAMES"
    TOO_COMPLEX = "TOO_COMPLEX"
    INFECTED = "INFECTED"
    NOT_SCANNED = "NOT_SCANNED"

    @property
    def status(self) -> int:
        """HTTP status of an answer that refuses one file.

        413 for its size, 503 when nothing is wrong with it and it may be sent again, 422 otherwise.
        """
        return {Refusal.TOO_LARGE: 413, Refusal.NOT_SCANNED: 503}.get(self, 422)


_MESSAGES: "dict[Refusal, StrPromise]" = {
    Refusal.EMPTY: _("This file is empty: check the original and send it again."),
    Refusal.TOO_LARGE: _(
        "This file is larger than {limit} MB: reduce it or split it, then send the parts."
    ),
    Refusal.TYPE_NOT_ACCEPTED: _(
        "Files of this type ({extension}) are not accepted: send one of {accepted}."
    ),
    Refusal.TYPE_MISMATCH: _(
        "The content of the file does not match its extension ({extension}): "
        "open it, save it in the right format and send it again."
    ),
    Refusal.DAMAGED: _(
        "This file is damaged or incomplete: open it, save it again and send the new copy."
    ),
    Refusal.PASSWORD: _(
        "This file is protected by a password: save a copy without protection and send the copy."
    ),
    Refusal.MACROS: _(
        "This file contains macros: save it in a format without macros "
        "(.docx, .xlsx, .pptx) or as PDF."
    ),
    Refusal.ACTIVE_CONTENT: _(
        "This file contains active content (controls, scripts or live data links): "
        "remove it or send the file as PDF."
    ),
    Refusal.EXTERNAL_LINKS: _(
        "This file contains links to other files: break these links or send the file as PDF."
    ),
    Refusal.EMBEDDED_FILES: _(
        "This file contains other files: send each of them separately, or this one as a plain PDF."
    ),
    Refusal.PDF_ACTIONS: _(
        "This PDF contains scripts or launches programs: print it to a new PDF and send that one."
    ),
    Refusal.XML_ENTITIES: _(
        "This file contains declarations that are not allowed (XML entities): "
        "open it, save it again and send the new copy."
    ),
    Refusal.UNPACKED_TOO_LARGE: _(
        "This file is too large once unpacked (at most {limit} MB): split it or send an extract."
    ),
    Refusal.COMPRESSION_TOO_HIGH: _(
        "This file is compressed in an unusual way: open it, save it again and send the new copy."
    ),
    Refusal.TOO_MANY_PARTS: _(
        "This file is made of too many parts (at most {limit}): split it or send it as PDF."
    ),
    Refusal.BAD_PART_NAME: _(
        "This file contains a part with a forbidden name (part number {position}): "
        "open it, save it again and send the new copy."
    ),
    Refusal.NESTED_ARCHIVE: _(
        "This file contains an archive or a program: remove it and send the file again."
    ),
    Refusal.TOO_MANY_ROWS: _(
        "This workbook has too many rows or cells (at most {limit} rows): "
        "send an extract, or the data as CSV."
    ),
    Refusal.TOO_MANY_PIXELS: _(
        "This image is too large (at most {limit} million pixels): reduce it and send it again."
    ),
    Refusal.TOO_MANY_FRAMES: _(
        "This animated image has too many frames (at most {limit}): send a still image."
    ),
    Refusal.TOO_COMPLEX: _(
        "This PDF is too complex to be checked: print it to a new PDF or split it."
    ),
    Refusal.INFECTED: _(
        "This file is recognised as malicious: it was not kept; warn your IT department."
    ),
    Refusal.NOT_SCANNED: _(
        "The antivirus could not examine this file, which was not kept: send it again in a few "
        "minutes, or warn the person who runs the server."
    ),
}


class FileRefusedError(Exception):
    """A file that may not be kept.

    ``code`` says why; ``message`` is a lazy translatable sentence for the user: what is wrong
    and what to do. Neither holds anything of the file's content or name.
    """

    def __init__(self, code: Refusal, **details: object) -> None:
        super().__init__(str(code))
        self.code = code
        self.message: StrPromise = format_lazy(_MESSAGES[code], **details)

    @property
    def status(self) -> int:
        """HTTP status of an answer about this file alone."""
        return self.code.status
