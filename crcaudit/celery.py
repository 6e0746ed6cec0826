"""The Celery application. Start a worker with ``celery -A crcaudit worker``.

Tasks name it and importing it imports Celery, so the web process does neither before it listens:
see `crcaudit.worker`.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crcaudit.settings")

app = Celery("crcaudit")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["crcaudit.accounts", "audits", "reports"])
