"""The translatable messages of the source, read with Babel and Django's own template parser.

Django's ``makemessages`` needs GNU gettext; this needs only what uv.lock installs. Shared by
``update_catalogues.py`` and ``check_catalogues.py``.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("crcaudit", "engagements", "audits", "reports")
LANGUAGES = ("fr", "en")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Django's own rule (makemessages): %(name)s and %s, but not the "85 % d" of a sentence.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdifr]|%[sd]\b|\{\w*\}")


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language code ("fr") lies; it may not exist yet."""
    return ROOT / "crcaudit" / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language, empty when its file does not exist."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write_catalogue(language: str, catalogue: Catalog) -> None:
    """Write a catalogue without line numbers, so that moving code changes no line of it."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=False
        )


def source_catalogue() -> Catalog:
    """Every message of the four packages' Python files and templates, without translation."""
    catalogue = Catalog(charset="utf-8")
    for path in _sources():
        for line, messages, comments, context in _messages(path):
            catalogue.add(
                messages,
                locations=[(path.relative_to(ROOT).as_posix(), line)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            is_source = path.suffix in {".py", ".html", ".txt", ".svg"}
            if is_source and not {"migrations", "static"} & set(path.parts):
                yield path


def _messages(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "templates" not in path.parts:
            return
        if not settings.configured:
            settings.configure()
        text = template.templatize(text, origin=str(path))
        # What it returns reads as Python line by line, but keeps the indents of the HTML.
        text = "\n".join(line.strip() for line in text.splitlines())
    yield from extract(
        "python",
        io.BytesIO(text.encode()),
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        options={"encoding": "utf-8"},
    )
