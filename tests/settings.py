"""Settings of the test suite: fast hasher, memory mail, a scratch folder, eager tasks."""

import os
import tempfile
from pathlib import Path

from crcaudit.settings import *  # noqa: F403
from crcaudit.settings import (
    CACHES,
    CELERY_BROKER_URL,
    DATABASES,
    REDIS_URL,
    SQLITE_OPTIONS,
    STORAGES,
)

# Of the test processes that run side by side, the number of this one.
_PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _own_database(address: str, place: int) -> str:
    """Redis has sixteen: two a process, or one would empty another's cache, or take its tasks."""
    return f"{address.rpartition('/')[0]}/{2 * _PROCESS + place}"


# One folder for a test process and for the processes that it starts, which read this file too.
_KEY = "CRC_TESTS_SCRATCH_" + os.environ.get("PYTEST_XDIST_WORKER", "main")
_SCRATCH = Path(os.environ.get(_KEY) or tempfile.mkdtemp(prefix="crc-tests-"))
os.environ[_KEY] = str(_SCRATCH)
MEDIA_ROOT = _SCRATCH / "files"
FILE_UPLOAD_TEMP_DIR = _SCRATCH / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
SECRET_KEY = "tests-only-" + "x" * 50
SECRET_KEY_FALLBACKS: list[str] = []
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "tests.static_files.QuickStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server and threads share it as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(_SCRATCH / "tests.sqlite3")}
    # Nothing of a test survives it: the disk need not be waited for.
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": SQLITE_OPTIONS["init_command"].replace("=FULL", "=OFF")
    }
if REDIS_URL:
    CELERY_BROKER_URL = _own_database(CELERY_BROKER_URL, 0)
    REDIS_URL = _own_database(REDIS_URL, 1)
    CACHES["default"]["LOCATION"] = REDIS_URL
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = True
