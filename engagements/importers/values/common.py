"""Values that both kinds of file share."""

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in a file.

    ``place`` is the path of the field (``domains[2].engagements[0].code``), empty for the file
    as a whole. ``line`` counts from 1, None when the problem has no line. ``message`` is
    translated, one sentence that says what is wrong and what is expected.
    """

    place: str
    line: int | None
    message: str
    severity: Literal["error"] = "error"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same text in French and in English; both empty when the field is absent."""

    fr: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a vocabulary. ``meaning`` explains it and may be empty."""

    code: str
    label: Bilingual
    meaning: Bilingual = field(default_factory=Bilingual)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting of an indicator fixed by a target, such as a threshold in seconds."""

    key: str
    value: int


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Content]):
    """The outcome of reading a file: ``value`` is None as soon as there is one problem."""

    value: Content | None
    problems: tuple[Problem, ...]
