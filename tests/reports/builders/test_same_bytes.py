"""Same data, same bytes: whoever renders, where and when."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from tests.reports.builders import documents

pytestmark = [*documents.MARKS, pytest.mark.long]

CODE = """
import sys, django
django.setup()
from hashlib import sha256
from tests.reports.builders import documents
sys.stdout.write(sha256(documents.pdf(sys.argv[1])).hexdigest())
"""


def elsewhere(name: str, zone: str, seed: str) -> str:
    environment = os.environ | {
        "TZ": zone,
        "PYTHONHASHSEED": seed,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    command = [sys.executable, "-W", "ignore", "-c", CODE, name]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("name", ["audit", "control_plan"])
def test_two_processes_in_two_time_zones_make_the_same_file(name):
    here = sha256(documents.pdf(name)).hexdigest()

    there = elsewhere(name, "Pacific/Kiritimati", "1")

    assert there == here
    assert elsewhere(name, "Pacific/Pago_Pago", "2") == here
