"""Files that people send: the gate every one of them goes through, and safe pictures of them.

Used by every app that keeps or reads an upload. No table and no setting of its own. What draws
pictures is not named here: `crcaudit.core.files.images` imports Pillow, which few requests need.
"""

from crcaudit.core.files.antivirus import Scanner
from crcaudit.core.files.gate import (
    PART_GLOB,
    Inspected,
    Received,
    inspect_upload,
    receive_upload,
)
from crcaudit.core.files.limits import DEFAULT, IMPORT, Limits
from crcaudit.core.files.names import MAX_DISPLAY_NAME, display_name
from crcaudit.core.files.refusals import FileRefusedError, Refusal
from crcaudit.core.files.types import ACCEPTED_EXTENSIONS, Preview

__all__ = [
    "ACCEPTED_EXTENSIONS",
    "DEFAULT",
    "IMPORT",
    "MAX_DISPLAY_NAME",
    "PART_GLOB",
    "FileRefusedError",
    "Inspected",
    "Limits",
    "Preview",
    "Received",
    "Refusal",
    "Scanner",
    "display_name",
    "inspect_upload",
    "receive_upload",
]
