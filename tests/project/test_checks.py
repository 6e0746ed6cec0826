"""What an installation is refused, and told, before it starts."""

from pathlib import Path

import pytest
from django.core.checks.registry import registry
from django.core.exceptions import ImproperlyConfigured

from crcaudit import checks
from crcaudit import settings as project_settings
from tests.core.files import clamd

pytestmark = pytest.mark.unit

LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SHARED = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
TRIAL = "trial-key-for-localhost-only"
OURS = {name for name in vars(checks) if name.startswith("check_")}
SQLITE_WAL = {"default": {"OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;"}}}


def ids(found):
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("key", "hosts", "expected"),
    [
        (TRIAL, ["localhost", "127.0.0.1", "[::1]"], []),
        (TRIAL, ["localhost", "audit.example.test"], ["crcaudit.E001"]),
        (TRIAL, ["*"], ["crcaudit.E001"]),
        ("x" * 50, ["audit.example.test"], []),
    ],
)
def test_the_trial_key_is_refused_as_soon_as_others_are_served(settings, key, hosts, expected):
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = key, hosts

    assert ids(checks.check_secret_key()) == expected


def test_the_key_of_the_trial_is_the_one_that_is_refused():
    source = Path(project_settings.__file__).read_text()

    assert f'"CRC_SECRET_KEY", default="{checks.TRIAL_KEY}' in source


@pytest.mark.parametrize(
    ("debug", "hosts", "expected"),
    [
        (True, ["localhost"], []),
        (True, ["audit.example.test"], ["crcaudit.E005"]),
        (False, ["audit.example.test"], []),
    ],
)
def test_debug_pages_are_for_localhost(settings, debug, hosts, expected):
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts

    assert ids(checks.check_debug()) == expected


@pytest.mark.parametrize(
    ("embedded", "processes", "expected"),
    [(True, 1, []), (True, 2, ["crcaudit.E002"]), (False, 4, [])],
)
def test_several_processes_need_a_broker(settings, embedded, processes, expected):
    settings.CELERY_EMBEDDED, settings.WEB_PROCESSES = embedded, processes

    assert ids(checks.check_broker()) == expected


@pytest.mark.parametrize(
    ("caches", "processes", "expected"),
    [(LOCMEM, 1, []), (LOCMEM, 2, ["crcaudit.E003"]), (SHARED, 2, [])],
)
def test_several_processes_need_a_shared_cache(settings, caches, processes, expected):
    settings.WEB_PROCESSES = processes
    settings.CACHES = caches

    assert ids(checks.check_cache()) == expected


@pytest.mark.parametrize(
    ("version", "databases", "expected"),
    [
        ((3, 40, 1), SQLITE_WAL, ["crcaudit.E004"]),
        ((3, 51, 3), SQLITE_WAL, []),
        ((3, 40, 1), {"default": {"OPTIONS": {"init_command": "PRAGMA journal_mode=DELETE;"}}}, []),
        ((3, 40, 1), {"default": {}}, []),
    ],
)
def test_wal_is_refused_on_an_affected_sqlite(monkeypatch, version, databases, expected):
    monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", version)
    monkeypatch.setattr(checks.settings, "DATABASES", databases)

    assert ids(checks.check_sqlite()) == expected


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_the_check_and_the_settings_agree_on_which_sqlite_is_safe(monkeypatch, version, safe):
    monkeypatch.setattr(project_settings.sqlite3, "sqlite_version_info", version)

    assert checks.is_wal_safe(version) is safe
    assert project_settings._journal_mode() == ("WAL" if safe else "DELETE")


def test_missing_pdf_libraries_are_named_in_one_line(monkeypatch):
    absent = (("Pango", "no PDF can be made", ("libnothing-of-this-name.so.9",)),)
    monkeypatch.setattr(checks, "PDF_LIBRARIES", absent)

    (found,) = checks.check_pdf_libraries()

    assert found.id == "crcaudit.W001"
    assert found.msg == (
        "Pango is missing: no PDF can be made. "
        "On Debian: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def test_this_machine_has_the_pdf_libraries():
    assert checks.check_pdf_libraries() == []


def test_every_check_is_run_by_the_command_that_checks():
    ours = {check for name, check in vars(checks).items() if name.startswith("check_")}

    assert ours <= set(registry.get_checks(include_deployment_checks=True))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", []),
        ("/run/clamav/clamd.ctl", []),
        ("clamav:3310", []),
        ("clamav", ["crcaudit.E006"]),
        ("http://clamav:3310/", ["crcaudit.E006"]),
    ],
)
def test_an_address_of_the_antivirus_that_leads_nowhere_is_refused(settings, address, expected):
    settings.CLAMD_ADDRESS = address

    assert ids(checks.check_clamd_address()) == expected


def test_the_deployment_is_told_whether_files_are_examined(settings, tmp_path):
    settings.CLAMD_ADDRESS = ""
    off = checks.check_antivirus()
    with clamd.running(tmp_path) as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        on = checks.check_antivirus()
    gone = checks.check_antivirus()

    assert ids(off + on + gone) == ["crcaudit.I001", "crcaudit.I002", "crcaudit.E007"]
    assert on[0].msg == f"Deposited files are examined by {clamd.VERSION}."
    assert settings.CLAMD_ADDRESS in gone[0].msg
    assert [message.is_serious() for message in off + on + gone] == [False, False, True]


def test_a_server_without_the_command_refuses_what_a_check_refuses(settings):
    settings.SECRET_KEY, settings.DEBUG = TRIAL, True
    settings.ALLOWED_HOSTS = ["audit.example.test"]

    with pytest.raises(ImproperlyConfigured) as refused:
        checks.refuse_to_serve()

    lines = str(refused.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["crcaudit.E001", "crcaudit.E005"]
    assert "CRC_SECRET_KEY" in lines[0]


def test_a_server_without_the_command_starts_where_no_check_refuses():
    assert checks.refuse_to_serve() is None


def test_every_check_that_can_refuse_is_asked_before_a_server_starts(monkeypatch):
    """A new one that is an error has to be named there; a warning stops nobody."""
    asked = []
    for name in [name for name in vars(checks) if name.startswith("check_")]:
        monkeypatch.setattr(checks, name, lambda name=name: asked.append(name) or [])

    checks.refuse_to_serve()

    assert set(asked) == OURS - {"check_pdf_libraries", "check_antivirus"}
