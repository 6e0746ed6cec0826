"""Every crafted file is refused for its own reason, or accepted and shown no further than safe."""

import io

import pytest

from crcaudit.core.files import FileRefusedError, inspect_upload
from tests.core.files.corpus import CASES

# Every line of the gate is met by its own tests.
pytestmark = [pytest.mark.unit, pytest.mark.long]


def outcome(case):
    """(reason or None, preview or None) of one crafted file."""
    try:
        inspected = inspect_upload(io.BytesIO(case.make()), name=case.name)
    except FileRefusedError as error:
        return error.code, None
    return None, inspected.preview


def test_the_corpus_is_large_and_every_case_has_its_own_name():
    assert len(CASES) >= 300
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_gate_answers_each_crafted_file_as_specified(case):
    assert outcome(case) == (case.expected, case.preview)
