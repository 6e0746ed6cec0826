"""Search that ignores case and accents, the same on every database."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents and without case: "Réclamation" gives "reclamation"."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def matches(query: str, *texts: str) -> bool:
    """Whether every word of the query is somewhere in the texts. No word matches everything."""
    folded = fold("\n".join(texts))
    return all(word in folded for word in fold(query).split())
