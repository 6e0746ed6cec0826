"""The two commands, as an administrator runs them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from crcaudit.core.models import JournalEntry
from engagements.enums import EditionState
from engagements.models import Edition, Indicator, Scheme
from tests.engagements.conftest import FIXTURES

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

PART_TWO = FIXTURES / "referentials" / "iso18295-2.yaml"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def run(command, *args):
    out, errors = StringIO(), StringIO()
    try:
        call_command(command, *map(str, args), stdout=out, stderr=errors)
    except CommandError as error:
        return out.getvalue(), errors.getvalue(), error
    return out.getvalue(), errors.getvalue(), None


def test_a_referential_is_imported_as_a_draft(catalogue):
    out, _errors, error = run("import_referential", PART_TWO)

    assert error is None
    assert out == ("ISO18295-2 2017 (Draft): 3 domains, 3 engagements, 23 requirements.\n")
    assert Edition.objects.get().state == EditionState.DRAFT


def test_publish_publishes_at_once_and_once(catalogue):
    run("import_referential", PART_TWO, "--publish")
    out, _errors, error = run("import_referential", PART_TWO, "--publish")

    assert error is None
    assert out.startswith("ISO18295-2 2017 is already there with the same content.\n")
    assert Edition.objects.get().state == EditionState.PUBLISHED
    assert JournalEntry.objects.filter(action="edition.published").count() == 1


def test_a_trial_run_writes_nothing(catalogue):
    before = JournalEntry.objects.count()

    out, _errors, error = run("import_referential", PART_TWO, "--publish", "--dry-run")

    assert error is None
    assert out.endswith("23 requirements.\nTrial run: nothing was written.\n")
    assert not Scheme.objects.exists()
    assert JournalEntry.objects.count() == before


def test_every_problem_is_printed_on_its_line_and_nothing_is_written(catalogue, tmp_path):
    text = PART_TWO.read_text().replace("weight: 3", "weight: 12", 1)
    text = text.replace("title_fr: Expérience client\n", "colour: red\n", 1)
    (tmp_path / "wrong.yaml").write_text(text)

    out, errors, error = run("import_referential", tmp_path / "wrong.yaml")

    assert out == ""
    lines = errors.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "domains[0].engagements[0].requirements[0].weight",
        "domains[1].title_fr",
        "domains[1].colour",
    ]
    assert all(line.startswith("line ") for line in lines)
    assert (str(error), error.returncode) == ("3 problems: nothing was written.", 1)
    assert not Edition.objects.exists()


def test_references_are_checked_against_the_indicators_already_there(db):
    _out, errors, error = run("import_referential", PART_TWO)

    assert 'The indicator "ACC-01" is not in the catalogue' in errors
    assert error.returncode == 1


def test_a_content_that_changed_is_refused_in_one_sentence(catalogue, tmp_path):
    run("import_referential", PART_TWO)
    text = PART_TWO.read_text().replace("weight: 3", "weight: 4", 1)
    (tmp_path / "other.yaml").write_text(text)

    _out, _errors, error = run("import_referential", tmp_path / "other.yaml")

    assert str(error) == (
        "ISO18295-2 2017 is already there with another content: give the file a new version."
    )


def test_rules_that_were_kept_are_announced(catalogue):
    run("import_referential", FIXTURES / "referentials" / "iso18295-1.yaml")
    Scheme.objects.update(domain_threshold=75)

    out, _errors, _error = run("import_referential", PART_TWO)

    assert "The scheme is already there with other rules: those are kept." in out


@pytest.mark.parametrize("command", ["import_referential", "import_indicators"])
def test_a_file_that_is_not_there_is_said_so(db, tmp_path, command):
    _out, _errors, error = run(command, tmp_path / "none.yaml")

    assert str(error).startswith(f"The file {tmp_path}/none.yaml cannot be read")


def test_the_catalogue_is_imported_once(db):
    path = FIXTURES / "indicators.yaml"

    first, _errors, _error = run("import_indicators", path)
    second, _errors, _error = run("import_indicators", path)

    assert first == "Indicators created: 100, changed: 0.\n"
    assert second == "This catalogue is already there with the same content.\n"
    assert Indicator.objects.count() == 100


def test_a_trial_run_of_the_catalogue_writes_nothing(db):
    out, _errors, _error = run("import_indicators", FIXTURES / "indicators.yaml", "--dry-run")

    assert out.endswith("Trial run: nothing was written.\n")
    assert not Indicator.objects.exists()


def test_problems_of_the_catalogue_stop_it(db, tmp_path):
    text = (FIXTURES / "indicators.yaml").read_text().replace("100 - mape", "100 ** mape")
    (tmp_path / "wrong.yaml").write_text(text)

    _out, errors, error = run("import_indicators", tmp_path / "wrong.yaml")

    assert "The formula cannot be read from character 6 on." in errors
    assert str(error) == "1 problem: nothing was written."
    assert not Indicator.objects.exists()


def test_another_catalogue_under_the_same_version_stops_it(catalogue, tmp_path):
    text = (FIXTURES / "indicators.yaml").read_text().replace("100 - mape", "99 - mape")
    (tmp_path / "other.yaml").write_text(text)

    _out, _errors, error = run("import_indicators", tmp_path / "other.yaml")

    assert str(error).startswith("CRC-100 1 is already there with another content")
