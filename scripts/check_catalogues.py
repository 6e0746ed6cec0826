"""Fail when a message of the source is missing from a catalogue, untranslated, fuzzy or broken.

Prints one line per problem: language, kind, message. Exit code 1 when there is one.
"""

import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from scripts.source_messages import LANGUAGES, PLACEHOLDER, read_catalogue, source_catalogue


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def _forms(message: Message) -> list[tuple[str, str]]:
    """Pairs of source and translation: one, or one per plural form of the language."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    singular, plural = message.id[0], message.id[-1]
    texts = message.string or ()
    return [(plural if form else singular, text) for form, text in enumerate(texts)]


def _problem(entry: Message | None) -> str:
    """What is wrong with the catalogue's entry for a source message; empty when nothing is."""
    if entry is None:
        return "absent"
    if entry.fuzzy:
        return "approximatif (fuzzy)"
    forms = _forms(entry)
    if not forms or not all(text for _source, text in forms):
        return "non traduit"
    # The plural's placeholders may be a subset in the singular ("un constat"), never others.
    allowed = set(_placeholders(forms[-1][0])) | set(_placeholders(forms[0][0]))
    for source, text in forms:
        if set(_placeholders(text)) - allowed:
            return "variables différentes"
        if len(forms) == 1 and _placeholders(text) != _placeholders(source):
            return "variables différentes"
    return ""


def problems(source: Catalog, language: str) -> Iterator[tuple[str, str]]:
    """Each message of ``source`` that the language's catalogue serves badly, and why."""
    catalogue = read_catalogue(language)
    for message in source:
        if not message.id:
            continue
        entry = catalogue.get(message.id, message.context)
        problem = _problem(entry)
        if problem:
            text = message.id if isinstance(message.id, str) else message.id[0]
            yield problem, text


def main() -> int:
    """Print every problem of both catalogues; the number decides the exit code."""
    source = source_catalogue()
    count = 0
    for language in LANGUAGES:
        for problem, text in problems(source, language):
            sys.stdout.write(f"{language} : {problem} : {text!r}\n")
            count += 1
    sys.stdout.write(f"Catalogues : {len(source)} messages, {count} problème(s).\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
