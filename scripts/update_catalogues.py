"""Bring both catalogues up to the source: new messages added, unused ones removed.

French entries that are new stay empty, for a person to translate; English ones repeat the
source, which is English. No entry is ever guessed from a similar one.
"""

from babel.messages.catalog import Catalog, Message

from scripts.source_messages import LANGUAGES, read_catalogue, source_catalogue, write_catalogue


def _same_as_source(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def updated(source: Catalog, language: str) -> Catalog:
    """The messages of ``source`` with the translations that the language already has."""
    known = read_catalogue(language)
    result = Catalog(
        locale=language,
        header_comment=f"# CRC Audit, {language}.",
        project="CRC Audit",
        version="1",
        last_translator="CRC Audit",
        language_team="CRC Audit",
        # A date of today would make every run a change.
        creation_date=known.creation_date if len(known) else None,
        revision_date=known.revision_date if len(known) else None,
        fuzzy=False,
    )
    for message in source:
        if not message.id:
            continue
        entry = known.get(message.id, message.context)
        string = entry.string if entry else None
        if language == "en":
            string = _same_as_source(message)
        result.add(
            message.id,
            string,
            locations=message.locations,
            auto_comments=message.auto_comments,
            flags=message.flags,
            context=message.context,
        )
    return result


def main() -> None:
    """Rewrite both catalogues."""
    source = source_catalogue()
    for language in LANGUAGES:
        write_catalogue(language, updated(source, language))


if __name__ == "__main__":
    main()
