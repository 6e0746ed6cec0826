"""Compile the message catalogues (.po) to what Django reads (.mo); only those that changed.

Run by the Python of .venv/tools, where Babel is, so that the application does not depend on it.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "crcaudit" / "locale"


def main() -> None:
    """Compile every catalogue that is newer than its compiled twin."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        unfinished = target.with_suffix(".new")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(target)


if __name__ == "__main__":
    main()
