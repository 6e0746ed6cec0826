"""The levels of an audit's own scale as they are shown."""

from django.utils.translation import get_language

from audits.models import Audit


def levels_of(audit: Audit) -> dict[str, tuple[str, str]]:
    """Shape and label of each level of the audit's own scale, by code."""
    language = get_language() or "fr"
    return {row["code"]: (row["shape"], row[f"label_{language}"]) for row in audit.scale}


def level_label(audit: Audit, code: str) -> str:
    """What a level is called; its code where the scale does not have it, "" for no level."""
    _shape, label = levels_of(audit).get(code, ("", code))
    return label
