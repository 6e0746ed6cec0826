"""The files of the product, for the tests that read them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crcaudit", "engagements", "audits", "reports")
# Lower first: a layer knows of those before it, and of none after it.
LAYERS = ("core", "accounts", "engagements", "audits", "reports")


def python_files() -> list[Path]:
    """Sources of the four packages, migrations apart, which are generated."""
    return _files("*.py", without="migrations")


def templates() -> list[Path]:
    """Templates of screens and documents."""
    return [path for path in _files("*.html", without="static") if "templates" in path.parts]


def template_name(path: Path) -> str:
    """The name by which a template is loaded."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[parts.index("templates") + 1 :])


def layer_of(path: Path) -> str:
    """The app that a file belongs to."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "crcaudit" else parts[0]


def shown(path: Path) -> str:
    """A path for messages."""
    return path.relative_to(ROOT).as_posix()


def views() -> dict[str, Callable[..., Any]]:
    """The view of every URL of the site, by its name with its namespace."""
    return {name: pattern.callback for name, pattern in _patterns()}


def nested() -> set[str]:
    """Names of the URLs about a part of something: a requirement of an audit, a site."""
    return {name for name, one in _patterns() if {"key", "pk"} <= one.pattern.converters.keys()}


def _patterns() -> Iterator[tuple[str, URLPattern]]:
    return _within(get_resolver("crcaudit.urls").url_patterns, "")


def _within(patterns: list, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _within(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern


def _files(pattern: str, *, without: str) -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob(pattern)]
    return sorted(path for path in found if without not in path.parts)
