"""Settings of the measures: production's, with the hello page and a scratch database."""

import tempfile
from pathlib import Path

from crcaudit.settings import *  # noqa: F403
from crcaudit.settings import DATABASES

ROOT_URLCONF = "tests.bench.hello"
_SCRATCH = Path(tempfile.mkdtemp(prefix="crc-bench-"))
MEDIA_ROOT = _SCRATCH / "files"
ALLOWED_HOSTS = ["testserver", "localhost"]
STATIC_ROOT = _SCRATCH / "static"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_SCRATCH / "bench.sqlite3")}
