"""What people read in a list, what they may type instead, and the code of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import override

from audits.enums import ActionState
from audits.finding_rules import owner_text
from crcaudit.accounts.models import User
from engagements.models import FindingGrade

_DASH = " \u2013 "
_DASHES = re.compile(r"[-\u2010-\u2015]")
LANGUAGES = ("fr", "en")


class Words:
    """Codes by what is read or typed: the word itself, then the other ways, in their order.

    A way that leads to two codes leads to none.
    """

    def __init__(self, entries: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._ways = {code: tuple(ways) for code, ways in entries}
        self._codes: dict[str, str] = {"": ""}
        for place in range(max(map(len, self._ways.values()), default=0)):
            for word, codes in self._claims(place).items():
                if len(codes) == 1:
                    self._codes.setdefault(word, *codes)

    def _claims(self, place: int) -> dict[str, set[str]]:
        claims: dict[str, set[str]] = defaultdict(set)
        for code, ways in self._ways.items():
            for way in ways[place : place + 1]:
                claims[_plain(way)].add(code)
        return claims

    @property
    def all(self) -> tuple[str, ...]:
        """Every word, in order."""
        return tuple(ways[0] for ways in self._ways.values())

    def word(self, code: str) -> str:
        """What stands in the cell; an unknown code, and the empty one, as they are."""
        return self._ways[code][0] if code in self._ways else code

    def code(self, text: str) -> str | None:
        """Code of what was chosen or typed, "" for an empty cell; None when unknown."""
        return self._codes.get(_plain(text))


class Levels(Words):
    """The scale of an audit."""

    def __init__(self, scale: list[dict[str, Any]], language: str) -> None:
        super().__init__((row["code"], _level_ways(row, language)) for row in scale)
        self._excluded = {row["code"] for row in scale if row["is_excluded"]}

    def is_excluded(self, code: str) -> bool:
        """Whether it means that the requirement does not apply."""
        return code in self._excluded


def grade_words(grades: Iterable[FindingGrade], language: str) -> Words:
    """Grades by their label, their short label or their code."""
    names = [(f"label_{one}", f"short_{one}") for one in (language, *LANGUAGES)]
    ways = [name for pair in zip(*names, strict=True) for name in pair]
    return Words((row.code, [*(getattr(row, name) for name in ways), row.code]) for row in grades)


def owner_words(people: Iterable[User]) -> Words:
    """People by key: name and address together, the address, or the name alone."""
    return Words((str(row.key), [owner_text(row), row.email, str(row)]) for row in people)


def state_words(language: str) -> Words:
    """States of an action, in either language."""
    labels = {}
    for one in LANGUAGES:
        with override(one):
            labels[one] = {state: str(state.label) for state in ActionState}
    return Words(
        (state, [labels[one][state] for one in (language, *LANGUAGES)]) for state in ActionState
    )


def _level_ways(row: dict[str, Any], language: str) -> list[str]:
    whole = [f"{row['letter']}{_DASH}{row[f'label_{one}']}" for one in (language, *LANGUAGES)]
    return [*whole, row["letter"], row["code"], row["label_fr"], row["label_en"]]


def _plain(word: str) -> str:
    return " ".join(_DASHES.sub(" ", word).split()).casefold()
