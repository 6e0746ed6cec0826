"""`manage.py demo`: what somebody who tries the product is given; trying twice is harmless."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import RequestFactory, override_settings
from django.utils import timezone

from audits.actions import assessment as rating
from audits.models import Audit
from crcaudit.accounts.models import User
from engagements.models import Edition, Indicator
from reports.management.demo import cast
from reports.models import Report

pytestmark = [pytest.mark.pdf, pytest.mark.django_db]
LOCAL = override_settings(ALLOWED_HOSTS=["localhost", "127.0.0.1"])


@dataclass(frozen=True)
class Run:
    """The first run of the command on an empty database."""

    folder: Path
    told: str


def run_demo(folder: Path) -> str:
    output = io.StringIO()
    with LOCAL:
        call_command("demo", output=str(folder), stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def first_run(django_db_setup, django_db_blocker, tmp_path_factory):
    """One story for all tests of this file: each of them runs in a savepoint inside it."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        yield Run(folder, run_demo(folder))
        transaction.set_rollback(True)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_referentials_and_catalogue_are_published(first_run):
    sizes = {edition.referential.code: edition for edition in Edition.objects.published()}

    assert set(sizes) == {"SFR-2004", "ISO18295-1", "ISO18295-2"}
    assert sizes["SFR-2004"].requirements.count() == 53
    assert Indicator.objects.count() == 100


def test_two_documents_are_copied_as_they_were_made(first_run):
    made = Report.objects.order_by("pk")

    assert [row.kind for row in made] == ["DIAGNOSIS", "CONTROL_PLAN"]
    assert sorted(hashes(first_run.folder).values()) == sorted(row.file_sha256 for row in made)
    for path in first_run.folder.iterdir():
        assert path.suffix == ".pdf"
        assert path.read_bytes().startswith(b"%PDF-")
        assert str(path) in first_run.told


def test_director_issued_the_diagnosis_report_asked_for_by_somebody_else(first_run):
    report = Report.objects.get(kind="DIAGNOSIS")

    assert not report.is_draft
    assert report.issued_by.email == "direction@demo.example"
    assert report.requested_by.email == "qualite@demo.example"
    client = User.objects.get(email="client@demo.example")
    assert list(Report.objects.visible_to(client)) == [report]


def test_every_printed_address_signs_in_with_the_printed_password(first_run):
    request = RequestFactory().get("/connexion/")

    assert cast.PASSWORD in first_run.told
    assert len(cast.PASSWORD) >= 12
    invited = User.objects.get(email="nouvelle@demo.example")  # has no password yet
    assert invited.email not in first_run.told
    for user in User.objects.exclude(pk=invited.pk):
        assert user.email in first_run.told
        assert authenticate(request, email=user.email, password=cast.PASSWORD) == user


def test_second_run_keeps_what_the_user_entered_and_changes_nothing_else(first_run):
    manager = User.objects.get(email="qualite@demo.example")
    row = Audit.objects.get(kind="INTERNAL").assessments.get(code="EX-1.3.1")
    text = "Écrit entre les deux essais."
    rating.comment(assessment=row, version=row.version, text=text, by=manager, at=timezone.now())
    before, files_before = counts(), hashes(first_run.folder)

    told = run_demo(first_run.folder)

    row.refresh_from_db()
    assert row.comment == text
    assert counts() == before
    assert hashes(first_run.folder) == files_before
    assert all(str(path) in told for path in first_run.folder.iterdir())


def test_second_run_brings_back_a_copy_that_was_deleted(first_run, tmp_path):
    run_demo(tmp_path)

    assert hashes(tmp_path) == hashes(first_run.folder)


def test_report_whose_file_was_changed_is_not_handed_out(first_run, tmp_path):
    report = Report.objects.get(kind="CONTROL_PLAN")
    path = Path(default_storage.path(report.file_path))
    whole = path.read_bytes()
    path.write_bytes(whole + b"x")

    try:
        with pytest.raises(CommandError):
            run_demo(tmp_path)
    finally:
        path.write_bytes(whole)

    assert [name for name in hashes(tmp_path) if "plan" in name] == []
