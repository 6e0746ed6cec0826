"""Fingerprint of what a file says, blind to comments, order of keys and layout."""

import hashlib
import json
from dataclasses import asdict, replace
from decimal import Decimal
from typing import TypeVar

from engagements.importers.values import CatalogueFile, ReferentialFile

Content = TypeVar("Content", ReferentialFile, CatalogueFile)


def fingerprint(value: Content) -> Content:
    """The same value with its ``sha256``, of the canonical JSON of everything else."""
    content = asdict(value)
    del content["sha256"]
    # These came after editions were imported: their fingerprint stays as it was.
    for name in ("cycle", "escalation"):
        content.get("scheme", {}).pop(name, None)
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return replace(value, sha256=hashlib.sha256(text.encode()).hexdigest())


def _plain(value: Decimal) -> str:
    """Decimals without trailing zeros: 99.5 and 99.50 are the same target."""
    return f"{value.normalize():f}"
