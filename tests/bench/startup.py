"""Start of the web process against a bare ``django.setup()``.

Start is what happens before the process listens: the application, its models and its URLs. Celery
is not part of it, a thread imports it afterwards (`crcaudit.worker`), while requests are answered
already; what that thread then spends is a line of its own, so that nothing is hidden.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

from tests.bench.timing import Line

ROUNDS = 8
BARE = (
    "import time; s = time.process_time(); import django; from django.conf import settings; "
    "settings.configure(INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', "
    "'django.contrib.sessions', 'django.contrib.messages', 'django.contrib.staticfiles'], "
    "SECRET_KEY='x'); django.setup(); print(time.process_time() - s)"
)
OURS = (
    "import time; s = time.process_time(); import crcaudit.wsgi; "
    "from django.urls import get_resolver; get_resolver().url_patterns; "
    "print(time.process_time() - s); import sys; "
    "print(*(int(name in sys.modules) for name in ('weasyprint', 'openpyxl', 'celery'))); "
    "s = time.process_time(); import crcaudit.celery, crcaudit.embedded, reports.tasks; "
    "print(time.process_time() - s)"
)


def measure() -> Iterator[Line]:
    bare, ours = [], []
    for _round in range(ROUNDS):  # in turn, so that both meet the same load
        bare.append(float(_run(BARE)[0]))
        ours.append(_run(OURS))
    spent = min(float(output[0]) for output in ours)
    yield Line("start of the web process: CPU", spent * 1000, 10_000, "ms CPU")
    yield Line("start of the web process over django.setup()", spent / min(bare), 2, "x")
    yield Line("WeasyPrint imported at start", int(ours[0][1]), 0, "")
    yield Line("openpyxl imported at start", int(ours[0][2]), 0, "")
    yield Line("Celery imported at start", int(ours[0][3]), 0, "")
    after = min(float(output[4]) for output in ours)
    yield Line("Celery imported by a thread, once listening: CPU", after * 1000, 10_000, "ms CPU")


def _run(code: str) -> list[str]:
    command = [sys.executable, "-c", code]
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "crcaudit.settings"}
    seen = subprocess.run(command, capture_output=True, text=True, check=True, env=settings)
    return seen.stdout.split()
