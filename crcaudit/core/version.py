"""The version of the application: the newest one that the changelog names."""

import re
from functools import cache
from pathlib import Path

_CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
_RELEASE = re.compile(r"^## \[?(\d+(?:\.\d+)+)", re.MULTILINE)
UNRELEASED = "0.0"


@cache
def application_version() -> str:
    """Such as "1.2.0"; "0.0" before the first release or without a changelog."""
    try:
        found = _RELEASE.search(_CHANGELOG.read_text(encoding="utf-8"))
    except OSError:
        return UNRELEASED
    return found[1] if found else UNRELEASED
