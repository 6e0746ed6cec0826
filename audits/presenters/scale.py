"""The levels of an audit's own scale as they are shown."""

from django.utils.translation import get_language

from audits.models import Audit
from crcaudit.core.verdicts import VERDICTS


def levels_of(audit: Audit) -> dict[str, tuple[str, str]]:
    """Shape and label of each level of the audit's own scale, by code."""
    language = get_language() or "fr"
    return {row["code"]: (row["shape"], row[f"label_{language}"]) for row in audit.scale}


def level_shown(audit: Audit, code: str) -> tuple[str, str]:
    """Shape and label of a level; those of what is not assessed for none.

    An open finding makes the verdict on a requirement worse than its level: the word of a level
    goes with the shape of the level, that of a verdict with `Assessment.shape`.
    """
    if not code:
        return "none", str(VERDICTS["none"].label)
    return levels_of(audit).get(code, ("none", code))
