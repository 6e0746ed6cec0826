"""Small steps that every writer shares."""

from collections.abc import Iterable, Mapping

from engagements.importers.values import Bilingual, Parameter


def holds(row: object, fields: Mapping[str, object]) -> bool:
    """Whether a row has these values."""
    return all(getattr(row, name) == value for name, value in fields.items())


def both(name: str, text: Bilingual) -> dict[str, str]:
    """The two columns of a text."""
    return {f"{name}_fr": text.fr, f"{name}_en": text.en}


def plain(parameters: Iterable[Parameter]) -> dict[str, int]:
    """Parameters as stored."""
    return {parameter.key: parameter.value for parameter in parameters}
