"""Collected static files: made again when, and only when, their sources changed."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

MARK = ".sources"


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Works out the address of a file once: every page asks for some forty of them.

    The manifest is read when the process starts and written by a collection, which forgets
    the addresses; nothing else changes one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[tuple[str | None, bool, bool], str] = {}

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002 -- Django's
        """As Django's: the address with the fingerprint of the content."""
        key = (name, force, settings.DEBUG)
        if key not in self._addresses:
            self._addresses[key] = super().url(name, force)
        return self._addresses[key]

    def save_manifest(self) -> None:
        """Called at the end of a collection."""
        super().save_manifest()
        self._addresses.clear()


def collect_if_needed() -> bool:
    """Whether files were collected. Nothing to do where the storage keeps no manifest."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return False
    mark = Path(settings.STATIC_ROOT) / MARK
    sources = fingerprint_of_sources()
    if mark.exists() and mark.read_text() == sources and staticfiles_storage.hashed_files:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(sources)
    return True


def fingerprint_of_sources() -> str:
    """Changes when a source file appears, goes, or is saved again."""
    lines = []
    for finder in finders.get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            about = Path(storage.path(path)).stat()
            lines.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
