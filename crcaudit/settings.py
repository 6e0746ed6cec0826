"""All settings. Differences between installations are environment variables, read here only.

Every variable is listed in ``.env.example``; a test compares the two.
"""

import sqlite3
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DATA_DIR = Path(env.str("CRC_DATA_DIR", default=str(BASE_DIR / "data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("CRC_DEBUG", default=False)
# The trial key is refused by a system check as soon as a host other than localhost is served.
SECRET_KEY = env.str("CRC_SECRET_KEY", default="trial-key-for-localhost-only-" + "0" * 32)
SECRET_KEY_FALLBACKS = env.list("CRC_SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("CRC_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CRC_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("CRC_HTTPS", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "crcaudit.core",
    "crcaudit.accounts",
    # After ours: our sign-in templates win over its own.
    "allauth",
    "allauth.account",
    "engagements",
    "audits",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "crcaudit.core.middleware.ResponseHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "crcaudit.accounts.middleware.SignInRequiredMiddleware",
    "crcaudit.accounts.middleware.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "crcaudit.urls"
WSGI_APPLICATION = "crcaudit.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crcaudit.accounts.context.navigation",
            ],
        },
    },
]


def _journal_mode() -> str:
    """WAL only where SQLite's WAL-reset corruption is fixed; the rollback journal elsewhere."""
    fixed = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}
    version = sqlite3.sqlite_version_info
    safe = version >= fixed.get(version[:2], (3, 51, 3))
    return "WAL" if safe else "DELETE"


SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: with NORMAL a power cut loses saves that were already acknowledged.
    "init_command": (
        f"PRAGMA journal_mode={_journal_mode()};PRAGMA synchronous=FULL;"
        "PRAGMA recursive_triggers=ON;PRAGMA foreign_keys=ON;PRAGMA cache_size=-16000;"
        "PRAGMA mmap_size=134217728;PRAGMA temp_store=MEMORY;"
    ),
}
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR.as_posix()}/crcaudit.sqlite3"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "audits:home"
ACCOUNT_ADAPTER = "crcaudit.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "crcaudit.accounts.forms.sign_in.LoginForm",
    "reset_password": "crcaudit.accounts.forms.sign_in.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Django's own: allauth's writes a row when somebody merely follows a link.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 -- a class
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip"}

SESSION_COOKIE_AGE = 10 * 60 * 60  # a working day, then one signs in again
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "crcaudit.core.views.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "crcaudit" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "crcaudit.core.statics.StaticStorage"},
}
# Pictures and fonts; the ttf are for documents only, and a third of the time of collecting files.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "jpg", "webp", "woff2", "ttf", "gz", "br")
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "crcaudit.core.files.handlers.CappedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
EVIDENCE_MAX_BYTES = env.int("CRC_EVIDENCE_MAX_MB", default=100) * 1024 * 1024
CLAMD_ADDRESS = env.str("CRC_CLAMD_ADDRESS", default="")
ORGANISATION_QUOTA_BYTES = env.int("CRC_ORGANISATION_QUOTA_GB", default=20) * 1024**3
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 50

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Where links in messages that no request writes lead to.
SITE_ADDRESS = env.str(
    "CRC_SITE_ADDRESS", default=next(iter(CSRF_TRUSTED_ORIGINS), "http://localhost:8000")
)
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # a request never waits longer for a mail server that is away
DEFAULT_FROM_EMAIL = env.str("CRC_FROM_EMAIL", default="crc-audit@localhost")

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://localhost")
CELERY_EMBEDDED = CELERY_BROKER_URL.startswith("memory://")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 600_000  # kB
CELERY_TASK_TIME_LIMIT = 900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"polling_interval": 0.05}
    if CELERY_EMBEDDED
    else {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        # A request never waits for a broker that is away: the row waits, the sweep sends it.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
)
REPORT_LEASE_SECONDS = env.int("CRC_REPORT_LEASE_SECONDS", default=30)
# As often as leases end: what a dead worker held is made again within twice that time.
CELERY_BEAT_SCHEDULE = {
    "sweep-reports": {
        "task": "reports.sweep_reports",
        "schedule": float(min(60, REPORT_LEASE_SECONDS)),
    },
    "sweep-figures": {"task": "audits.sweep_figures", "schedule": 60.0},
    "deliver-messages": {"task": "accounts.deliver_messages", "schedule": 60.0},
    # Does each thing once a day, whenever it is asked: a server that was off at night misses none.
    "daily-round": {"task": "audits.daily_round", "schedule": 3600.0},
}
# Gunicorn reads the same variable for its number of processes.
WEB_PROCESSES = env.int("WEB_CONCURRENCY", default=1)
REPORT_MAX_ATTEMPTS = 3
REPORT_MAX_RUNNING_PER_USER = 2
REPORT_MAX_WAITING_PER_USER = 10

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "crcaudit.core.logs.SecretsFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("CRC_LOG_LEVEL", default="WARNING")},
}
