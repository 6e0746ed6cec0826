"""The WSGI application. It refuses to start with settings that a check refuses."""
# ruff: noqa: E402 -- the collector is off before the first long import

import gc

# What is imported stays as long as the process does: collecting while it is read takes a tenth of
# the start and finds nothing, and no later collection needs to look through it again.
gc.disable()

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from crcaudit.checks import refuse_to_serve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crcaudit.settings")

application = get_wsgi_application()
refuse_to_serve()
import_module(settings.ROOT_URLCONF)  # not by the first request
gc.freeze()
gc.enable()
