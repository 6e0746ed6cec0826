"""Text that people type or paste, made safe to store, print and export.

Everything visible is kept exactly; what goes is what no document can hold: control characters
(openpyxl and XML refuse them), lone surrogates (UTF-8 refuses them) and NUL (PostgreSQL does).
"""

import re
import unicodedata

MAX_TEXT = 20_000

# Word and Excel end a line inside a paragraph with a vertical tab or a form feed.
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85]")
# C0 and C1 but newline and tab; surrogates; the two noncharacters that XML forbids.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"[\n\t]+")


def clean_text(text: str) -> str:
    """The text in Unicode NFC, with plain newlines and without unstorable characters.

    Emoji sequences, right-to-left marks and every kind of space stay. Doing it twice changes
    nothing more.
    """
    text = _LINE_ENDS.sub("\n", text)
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text))


def clean_line(text: str) -> str:
    """`clean_text` on one line: newlines and tabs become a space, the ends are trimmed."""
    return _BREAKS.sub(" ", clean_text(text)).strip()
