"""What an installation must not do, told before it starts, each in one line."""

import ctypes
import sqlite3
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from crcaudit.core.files import antivirus

CLAMD_SECONDS = 5
TRIAL_KEY = "trial-key-"
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", ".localhost", "testserver"})
# First release of each branch without the corruption at a reset of the write-ahead log.
WAL_FIXED_BRANCHES = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}
WAL_FIXED = (3, 51, 3)
# (what is missing, its consequence, file names on Debian, macOS and Windows)
PDF_LIBRARIES = (
    (
        "Pango",
        "no PDF can be made",
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    ),
    (
        "HarfBuzz's subsetter",
        "PDFs take longer and are bigger",
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
    ),
)
PDF_PACKAGES = "libpangoft2-1.0-0 libharfbuzz-subset0"


@register(Tags.security)
def check_secret_key(**_kwargs: Any) -> list[CheckMessage]:
    """The trial key is public: with it, anybody can forge a session."""
    others = _distant_hosts()
    if not settings.SECRET_KEY.startswith(TRIAL_KEY) or not others:
        return []
    return [
        Error(
            f"CRC_SECRET_KEY is not set although the site is served as {', '.join(others)}.",
            hint="Set it to 50 random characters.",
            id="crcaudit.E001",
        )
    ]


@register(Tags.security)
def check_debug(**_kwargs: Any) -> list[CheckMessage]:
    """Detailed error pages show settings and data."""
    others = _distant_hosts()
    if not settings.DEBUG or not others:
        return []
    return [
        Error(
            f"CRC_DEBUG is on although the site is served as {', '.join(others)}.",
            hint="Unset CRC_DEBUG.",
            id="crcaudit.E005",
        )
    ]


@register
def check_broker(**_kwargs: Any) -> list[CheckMessage]:
    """The memory broker is one process' own: a second one would never see its jobs."""
    if not settings.CELERY_EMBEDDED or settings.WEB_PROCESSES <= 1:
        return []
    return [
        Error(
            f"{settings.WEB_PROCESSES} web processes cannot share the queue memory://.",
            hint="Set CELERY_BROKER_URL (redis:// or amqp://), or serve with one process.",
            id="crcaudit.E002",
        )
    ]


@register(Tags.caches)
def check_cache(**_kwargs: Any) -> list[CheckMessage]:
    """Sign-in limits live in the cache: one per process multiplies them."""
    backend = settings.CACHES["default"]["BACKEND"]
    if settings.WEB_PROCESSES <= 1 or not backend.endswith("LocMemCache"):
        return []
    return [
        Error(
            f"{settings.WEB_PROCESSES} web processes need a shared cache: "
            "sign-in limits are counted in it.",
            hint="Set REDIS_URL, or serve with one process.",
            id="crcaudit.E003",
        )
    ]


@register(Tags.database)
def check_sqlite(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """WAL of an affected SQLite may lose committed rows."""
    del databases
    options = settings.DATABASES["default"].get("OPTIONS", {})
    uses_wal = "journal_mode=wal" in str(options.get("init_command", "")).lower()
    if not uses_wal or is_wal_safe(sqlite3.sqlite_version_info):
        return []
    return [
        Error(
            f"SQLite {sqlite3.sqlite_version} can corrupt a database in WAL mode.",
            hint="Use the rollback journal (journal_mode=DELETE), or SQLite 3.51.3 or later.",
            id="crcaudit.E004",
        )
    ]


@register(Tags.security)
def check_clamd_address(**_kwargs: Any) -> list[CheckMessage]:
    """With an address that leads nowhere, every file would be refused."""
    if not settings.CLAMD_ADDRESS or antivirus.is_address(settings.CLAMD_ADDRESS):
        return []
    return [
        Error(
            f"CRC_CLAMD_ADDRESS is neither a socket nor host:port: {settings.CLAMD_ADDRESS}.",
            hint="Set it to /run/clamav/clamd.ctl or to host:3310.",
            id="crcaudit.E006",
        )
    ]


@register(Tags.security, deploy=True)
def check_antivirus(**_kwargs: Any) -> list[CheckMessage]:
    """Whether deposited files are examined, and by which signatures: told, on or off."""
    address = settings.CLAMD_ADDRESS
    if not address:
        return [
            checks.Info(
                "Deposited files are not examined by an antivirus.",
                hint="Set CRC_CLAMD_ADDRESS to the address of a ClamAV daemon.",
                id="crcaudit.I001",
            )
        ]
    try:
        version = antivirus.Scanner(address, seconds=CLAMD_SECONDS).version()
    except antivirus.ScannerError as error:
        return [
            Error(
                f"The antivirus at {address} does not answer ({error}): every file is refused.",
                hint="Start clamd, or unset CRC_CLAMD_ADDRESS.",
                id="crcaudit.E007",
            )
        ]
    return [checks.Info(f"Deposited files are examined by {version}.", id="crcaudit.I002")]


@register
def check_pdf_libraries(**_kwargs: Any) -> list[CheckMessage]:
    """WeasyPrint would miss them only when the first report is made."""
    return [
        checks.Warning(
            f"{name} is missing: {consequence}. On Debian: apt-get install {PDF_PACKAGES}",
            id="crcaudit.W001",
        )
        for name, consequence, files in PDF_LIBRARIES
        if not _can_load(files)
    ]


def refuse_to_serve() -> None:
    """Raise ImproperlyConfigured when a setting is one that an installation must not have.

    For gunicorn without ``manage.py``, which runs no check. Ours only: they read settings alone,
    where all of Django's would load every model and URL first.
    """
    own = (
        check_secret_key,
        check_debug,
        check_broker,
        check_cache,
        check_sqlite,
        check_clamd_address,
    )
    found = [message for check in own for message in check()]
    if found:
        lines = (f"{message.id}: {message.msg} {message.hint}" for message in found)
        raise ImproperlyConfigured("\n".join(lines))


def is_wal_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite release is without the WAL-reset corruption."""
    return version >= WAL_FIXED_BRANCHES.get((version[0], version[1]), WAL_FIXED)


def _distant_hosts() -> list[str]:
    return [host for host in settings.ALLOWED_HOSTS if host not in LOCAL_HOSTS]


def _can_load(files: tuple[str, ...]) -> bool:
    for name in files:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False
