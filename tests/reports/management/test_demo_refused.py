"""`manage.py demo` where it must create nothing, or where it fails on the way."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import override_settings

from crcaudit.accounts.models import Organisation, User
from engagements.models import Edition
from reports.management.demo.agenda import Agenda

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.long]


@pytest.mark.parametrize(
    "open_site", [{"ALLOWED_HOSTS": ["audit.example"]}, {"ALLOWED_HOSTS": [], "HTTPS": True}]
)
def test_public_password_is_refused_where_other_machines_reach_the_site(open_site, tmp_path):
    with override_settings(**open_site), pytest.raises(CommandError):
        call_command("demo", output=str(tmp_path), stdout=io.StringIO())

    assert not User.objects.exists()
    assert not Edition.objects.exists()


@override_settings(ALLOWED_HOSTS=["localhost"])
def test_failure_on_the_way_leaves_neither_rows_nor_files(monkeypatch, tmp_path):
    def stored() -> set[str]:
        root = Path(default_storage.path(""))
        return {str(path) for path in root.rglob("*") if path.is_file()}

    def run_until_a_file_is_there(agenda: Agenda) -> None:
        for at, step in sorted(agenda._steps, key=lambda pair: pair[0]):
            step(at)
            if stored() != before:
                raise OSError("full")

    before = stored()
    monkeypatch.setattr(Agenda, "run", run_until_a_file_is_there)

    with pytest.raises(OSError, match="full"):
        call_command("demo", output=str(tmp_path), stdout=io.StringIO())

    assert not Organisation.objects.exists()
    assert not User.objects.exists()
    assert stored() == before
