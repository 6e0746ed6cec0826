"""Sizes beyond which a file is hard to hold in mind. Complexity of functions is ruff's to say."""

import pytest

from tests.project.sources import python_files, shown, templates

pytestmark = pytest.mark.unit

SOURCE, TEMPLATE = 300, 150


def lines(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def too_long(paths, limit) -> dict[str, int]:
    return {shown(path): lines(path) for path in paths if lines(path) > limit}


def test_no_source_file_is_too_long():
    assert too_long(python_files(), SOURCE) == {}


def test_no_template_is_too_long():
    assert too_long(templates(), TEMPLATE) == {}


def test_the_files_are_really_looked_at():
    assert "audits/permissions/files.py" in {shown(path) for path in python_files()}
    assert "audits/templates/audits/grid.html" in {shown(path) for path in templates()}
