"""Files of the demonstration."""

from datetime import date

import pytest

from reports.management.demo import files

pytestmark = pytest.mark.unit


def test_files_of_an_unknown_kind_are_not_made():
    with pytest.raises(KeyError):
        files.make_file("preuve.exe", files.Content(title="Preuve", day=date(2026, 1, 2)))
