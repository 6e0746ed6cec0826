"""`.env.example` and the settings agree on which variables there are, and on their defaults."""

import ast
import re

import environ
import pytest

from tests.project.sources import ROOT, python_files, shown

pytestmark = pytest.mark.unit

SETTINGS = ROOT / "crcaudit" / "settings.py"
EXAMPLE = ROOT / ".env.example"
LINE = re.compile(r"^# ([A-Z][A-Z0-9_]*)=(.*)$")
# Who reads the environment outside the settings, and what for.
OTHER_READERS = {
    "crcaudit/celery.py": {"DJANGO_SETTINGS_MODULE"},
    "crcaudit/wsgi.py": {"DJANGO_SETTINGS_MODULE"},
    "reports/builders/child.py": {"DJANGO_SETTINGS_MODULE"},
    "crcaudit/worker.py": {"CELERY_SKIP_CHECKS"},  # set for Celery, not read
    "reports/builders/run.py": set(),  # hands the environment on to its child
}


def described() -> dict[str, str]:
    """Variables of the example, with the value that it shows for each."""
    found = (LINE.match(line) for line in EXAMPLE.read_text(encoding="utf-8").splitlines())
    return {match[1]: match[2] for match in found if match}


def reads() -> dict[str, tuple[str, ast.expr | None]]:
    """Variables that the settings read: how (``bool``, ``list``...) and the default, if written."""
    found = {}
    for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "env":
            defaults = [word.value for word in node.keywords if word.arg == "default"]
            name = ast.literal_eval(node.args[0])
            found[name] = (node.func.attr, defaults[0] if defaults else None)
    return found


def test_the_example_describes_every_variable_and_no_other():
    assert described().keys() == reads().keys()


def test_every_variable_has_a_default_so_that_the_trial_needs_no_setting():
    assert [name for name, (_how, default) in reads().items() if default is None] == []


def literals() -> list[str]:
    """Variables whose default is a plain value."""
    return sorted(n for n, (_how, value) in reads().items() if isinstance(value, LITERAL))


LITERAL = (ast.Constant, ast.List)


@pytest.mark.parametrize("name", literals())
def test_the_example_shows_the_value_taken_in_its_absence(name):
    how, default = reads()[name]
    text = described()[name]
    expected = ast.literal_eval(default)

    if how == "email_url":
        assert text == expected
    elif text == "":
        assert expected in ("", [])
    else:
        assert environ.Env.parse_value(text, type(expected)) == expected


def test_only_the_settings_read_the_environment():
    readers = {
        shown(path): set(re.findall(r"environ\.\w+\(\"(\w+)\"", text))
        for path in python_files()
        if path != SETTINGS and "os.environ" in (text := path.read_text(encoding="utf-8"))
    }

    assert readers == OTHER_READERS


def test_the_example_sets_nothing_by_itself():
    """Copied as it is, it changes nothing: every line is a comment."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []
