"""More than 300 crafted files and what the gate must say of each.

Nothing is stored: a case is a function that makes the bytes. Each row is tried with three sizes of
ballast under two names, the second with a path, accents and a right-to-left mark; rows whose size
is the point come once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from crcaudit.core.files import Preview, Refusal
from tests.core.files import builders as b
from tests.core.files import corpus_packages, corpus_plain

PADS = (0, 40_000, 700_000)
ACCEPTED = None


@dataclass(frozen=True)
class Case:
    """``expected`` is the reason of the refusal, or None when the file is accepted."""

    id: str
    name: str
    make: Callable[[], bytes]
    expected: Refusal | None
    preview: Preview | None


def _names(extension: str) -> tuple[str, str]:
    return f"rapport.{extension}", f"Dossier/../\u202eÉcoutes n° 3.{extension.upper()}"


def _cases(rows, *, pads=PADS):
    for row_id, extension, make, expected, preview in rows:
        for number, pad in enumerate(pads):
            for letter, name in zip("ab", _names(extension), strict=True):
                yield Case(
                    f"{row_id}-{number}{letter}",
                    name,
                    lambda make=make, pad=pad: make(pad),
                    expected,
                    preview,
                )


def _good_rows():
    previews = {
        "pdf": Preview.PDF,
        "csv": Preview.TABLE,
        "xlsx": Preview.TABLE,
        "txt": Preview.TEXT,
    }
    previews |= dict.fromkeys(("png", "jpg", "jpeg", "webp"), Preview.IMAGE)
    for extension, make in b.GOOD.items():
        yield f"good-{extension}", extension, make, ACCEPTED, previews.get(extension)


def _empty_rows():
    for extension in b.GOOD:
        yield f"empty-{extension}", extension, lambda pad: b"", Refusal.EMPTY, None


CASES = [
    *_cases(_good_rows()),
    *_cases(_empty_rows(), pads=(0,)),
    *_cases(corpus_plain.rows()),
    *_cases(corpus_plain.single_rows(), pads=(0,)),
    *_cases(corpus_packages.rows()),
    *_cases(corpus_packages.single_rows(), pads=(0,)),
]
