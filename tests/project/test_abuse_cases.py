"""The page of the abuse cases names tests that exist, and every case once."""

import re

import pytest

from tests.project.sources import ROOT

pytestmark = pytest.mark.unit

PAGE = ROOT / "docs" / "abuse-cases.md"
MODULE = re.compile(r"`(tests/[\w/]+\.py)`")
NAME = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
CASE = re.compile(r"\| (AB-\d\d|F\d+) \|")
ROWS = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if CASE.match(line)]


def modules(text: str) -> list[str]:
    return MODULE.findall(text)


def defined(module: str) -> set[str]:
    """Names of the tests of a module; empty when there is no such module."""
    path = ROOT / module
    return set(DEFINED.findall(path.read_text())) if path.is_file() else set()


def test_every_case_has_its_row():
    cases = [CASE.match(row)[1] for row in ROWS]

    assert cases == [f"AB-{n:02d}" for n in range(1, 26)] + [f"F{n}" for n in range(1, 16)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: CASE.match(row)[1])
def test_the_tests_of_a_case_are_there_under_these_names(row):
    """Each module holds tests, each named test is in one of them; or the page says: none yet."""
    by_module = {module: defined(module) for module in modules(row)}
    known = set().union(*by_module.values())

    assert [module for module, names in by_module.items() if not names] == []
    assert [name for name in NAME.findall(row) if name not in known] == []
    assert bool(by_module) == bool(NAME.findall(row))
    assert by_module or "| pas encore |" in row


def test_what_the_page_says_elsewhere_is_there_too():
    assert [name for name in modules(PAGE.read_text()) if not defined(name)] == []
