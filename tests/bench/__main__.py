"""Prints one line per goal: name, measured, goal, ok or SHORT. Fails on nothing."""

import importlib
import os
import sys
from collections.abc import Iterable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.test.utils import get_runner  # noqa: E402

from crcaudit.core import statics  # noqa: E402
from tests.bench.timing import Line, show  # noqa: E402

MODULES = (
    "figures",
    "web",
    "followup",
    "controls",
    "charts",
    "pdf",
    "jobs",
    "startup",
    "writers",
    "workbook",
    "alerts",
    "volume",
)


def main(names: Iterable[str]) -> None:
    runner = get_runner(settings)(verbosity=0, interactive=False)
    statics.collect_if_needed()
    databases = runner.setup_databases()
    try:
        for name in names:
            for line in importlib.import_module(f"tests.bench.{name}").measure():
                show(line if isinstance(line, Line) else Line(*line[:3], unit="x"))
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main(sys.argv[1:] or MODULES)
