"""Names of files: what is shown to people, and what a package may call its parts.

A display name is shown and offered for download; it is never used as a path.
"""

import re
import unicodedata

MAX_DISPLAY_NAME = 180
_MAX_EXTENSION = 12
_SEPARATORS = re.compile(r"[/\\]")
_DRIVE = re.compile(r"^[A-Za-z]:")
_RESERVED = re.compile(r"(?i)^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$")
# Control, format (bidirectional marks, zero width), surrogate, private and unassigned characters.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def _clean_part(text: str) -> str:
    shown = (" " if char.isspace() else char for char in text)
    kept = "".join(char for char in shown if unicodedata.category(char) not in _HIDDEN)
    return " ".join(kept.split()).replace(":", "-").strip(" .")


def display_name(name: str, *, fallback: str = "document") -> str:
    """Name to show for a file sent as ``name``.

    NFC; without path, drive, control, format and bidirectional characters; spaces collapsed;
    never empty, never starting or ending with a dot, never a name reserved by Windows; at most
    180 characters, cut before the extension. Applying it twice changes nothing.
    """
    last = _SEPARATORS.split(_DRIVE.sub("", name.strip()))[-1]
    clean = _clean_part(unicodedata.normalize("NFC", last))
    stem, dot, extension = clean.rpartition(".")
    if not dot or len(extension) > _MAX_EXTENSION:
        stem, dot, extension = clean, "", ""
    stem = stem[: MAX_DISPLAY_NAME - len(extension) - 2].rstrip(" .") or fallback
    if _RESERVED.match(stem.split(".", maxsplit=1)[0].strip()):
        stem = f"_{stem}"
    return f"{stem}{dot}{extension}"


def extension_of(name: str) -> str:
    """Lower-case extension without dot; "" when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_safe_part_name(name: str) -> bool:
    """Whether a package may hold a part of this name: relative, plain, going nowhere else."""
    if not name or len(name) > 1000 or name.startswith("/") or "\\" in name:  # noqa: PLR2004
        return False
    if _DRIVE.match(name) or any(unicodedata.category(char) == "Cc" for char in name):
        return False
    return ".." not in name.split("/")
