"""libmagic's opinion of a file, where the system library is installed.

The Python package ``python-magic`` finds ``libmagic`` at import time and cannot be imported
without it (Debian: ``libmagic1``). Our own signatures decide in every case; this only adds vetoes.
"""

from functools import cache
from pathlib import Path
from types import ModuleType


@cache
def _library() -> ModuleType | None:
    try:
        import magic  # noqa: PLC0415 - fails where the system library is missing
    except ImportError:
        return None
    return magic


def is_available() -> bool:
    """Whether libmagic can be asked on this machine."""
    return _library() is not None


def ask(path: Path) -> str | None:
    """Media type according to libmagic; None when it is missing or cannot say."""
    library = _library()
    if library is None:
        return None
    try:
        answer: str = library.from_file(str(path), mime=True)
    except (library.MagicException, OSError, ValueError):
        return None
    return answer
