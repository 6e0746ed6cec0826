"""Two wordings of one text, as pieces that stayed, went and came."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Comparing takes time that grows with the product of both lengths: longer texts are shown whole.
MOST_WORDS = 600
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


class Kind(StrEnum):
    """What became of a piece."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a text; never empty."""

    kind: Kind
    text: str


def pieces(old: str, new: str) -> list[Piece]:
    """Pieces in reading order, what went before what came in its place.

    Those that are not ``NEW`` add up to the old text, those that are not ``GONE`` to the new one.
    """
    words, others = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(words), len(others)) > MOST_WORDS:
        return _kept((Kind.GONE, old), (Kind.NEW, new))
    found: list[tuple[Kind, str]] = []
    matcher = SequenceMatcher(None, words, others, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            found.append((Kind.SAME, "".join(words[start:end])))
            continue
        found.append((Kind.GONE, "".join(words[start:end])))
        found.append((Kind.NEW, "".join(others[other_start:other_end])))
    return _kept(*found)


def _kept(*found: tuple[Kind, str]) -> list[Piece]:
    return [Piece(kind, text) for kind, text in found if text]
