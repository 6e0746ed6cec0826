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


@pytest.mark.parametrize(
    ("name", "zone", "seed"),
    [("audit", "Pacific/Kiritimati", "1"), ("control_plan", "Pacific/Pago_Pago", "2")],
)
def test_a_process_in_another_time_zone_makes_the_same_file(name, zone, seed):
    here = sha256(documents.pdf(name)).hexdigest()

    assert elsewhere(name, zone, seed) == here
