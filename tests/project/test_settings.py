"""The settings of a real installation, started as a real process: nothing of the tests' own."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.project.sources import ROOT

pytestmark = pytest.mark.unit

PRODUCTION = {
    "CRC_HTTPS": "True",
    "CRC_ALLOWED_HOSTS": "audit.example",
    "CRC_TRUSTED_ORIGINS": "https://audit.example",
    "CRC_DEBUG": "False",
    "CRC_SECRET_KEY_FALLBACKS": "",
    "WEB_CONCURRENCY": "1",
    "REDIS_URL": "",
    "CELERY_BROKER_URL": "memory://",
    "EMAIL_URL": "consolemail://",
}
KEY = "k3y-" + "abcdefghijklmnopqrstuvwxyz" * 2
SHOWN = (
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_PATH",
    "SESSION_COOKIE_DOMAIN",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "CSRF_COOKIE_PATH",
    "CSRF_COOKIE_DOMAIN",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "USE_TZ",
    "TIME_ZONE",
    "LANGUAGE_CODE",
    "DEBUG",
)
MESSAGE = re.compile(r"\(([\w.]+)\)")
SHOW = f"""
import json, django
django.setup()
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {SHOWN!r}}}))
"""


@pytest.fixture
def run(tmp_path):
    """Runs Python at the top of the repository, with an environment of its own."""

    def run_(*arguments, **variables):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = kept | PRODUCTION | variables
        environment |= {
            "CRC_DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path.as_posix()}/check.sqlite3",
            "DJANGO_SETTINGS_MODULE": "crcaudit.settings",
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_


def check(run, **variables):
    return run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables)


def test_the_settings_of_an_installation_pass_every_check(run):
    result = check(run, CRC_SECRET_KEY=KEY)

    # All that is said is that there is no antivirus.
    assert (result.returncode, MESSAGE.findall(result.stderr)) == (0, ["crcaudit.I001"])


def test_the_key_of_the_trial_is_refused_on_a_site_that_is_open_to_others(run):
    result = check(run, CRC_SECRET_KEY="trial-key-for-localhost-only-" + "0" * 32)

    assert result.returncode == 1
    assert "crcaudit.E001" in result.stderr


def test_gunicorn_alone_refuses_it_too(run):
    """Without ``manage.py`` nothing else runs a check."""
    refused = run("-c", "import crcaudit.wsgi", CRC_SECRET_KEY="trial-key-for-localhost-only-")
    started = run("-c", "import crcaudit.wsgi", CRC_SECRET_KEY=KEY)

    assert refused.returncode == 1
    assert "crcaudit.E001" in refused.stderr.splitlines()[-1]
    assert started.returncode == 0


def test_the_trial_starts_without_any_setting(run):
    trial = dict.fromkeys(("CRC_TRUSTED_ORIGINS",), "")
    result = run(
        "manage.py",
        "check",
        "--fail-level",
        "WARNING",
        **trial,
        CRC_ALLOWED_HOSTS="localhost,127.0.0.1",
        CRC_HTTPS="False",
        CRC_SECRET_KEY="trial-key-for-localhost-only-" + "0" * 32,
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_cookies_of_a_served_site_are_bound_to_it(run):
    result = run("-c", SHOW, CRC_SECRET_KEY=KEY)

    assert result.stderr == ""
    shown = json.loads(result.stdout)
    # A browser drops a __Host- cookie that is not secure, has a domain or another path.
    assert shown == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_DOMAIN": None,
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "CSRF_COOKIE_SECURE": True,
        "CSRF_COOKIE_PATH": "/",
        "CSRF_COOKIE_DOMAIN": None,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "USE_TZ": True,
        "TIME_ZONE": "Europe/Paris",
        "LANGUAGE_CODE": "fr",
        "DEBUG": False,
    }
