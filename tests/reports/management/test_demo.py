"""`manage.py demo`: what somebody who tries the product is given; trying twice is harmless."""

import hashlib
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError
from django.test import RequestFactory
from django.utils import timezone

from audits.actions import assessment as rating
from audits.models import Audit
from crcaudit.accounts.models import User
from engagements.models import Edition, Indicator
from reports.management.demo import cast
from reports.models import Report
from tests.told import run_demo

pytestmark = [pytest.mark.pdf, pytest.mark.django_db]


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_referentials_and_catalogue_are_published(told):
    sizes = {edition.referential.code: edition for edition in Edition.objects.published()}

    assert set(sizes) == {"SFR-2004", "ISO18295-1", "ISO18295-2"}
    assert sizes["SFR-2004"].requirements.count() == 53
    assert Indicator.objects.count() == 100


def test_three_documents_are_copied_as_they_were_made(told):
    made = Report.objects.order_by("pk")

    assert [row.kind for row in made] == ["DIAGNOSIS", "CONTROL_PLAN", "COMMITTEE_PACK"]
    assert sorted(hashes(told.documents).values()) == sorted(row.file_sha256 for row in made)
    for path in told.documents.iterdir():
        assert path.suffix == ".pdf"
        assert path.read_bytes().startswith(b"%PDF-")
        assert path.name in told.said


def test_director_issued_the_diagnosis_report_asked_for_by_somebody_else(told):
    report = Report.objects.get(kind="DIAGNOSIS")

    assert not report.is_draft
    assert report.issued_by.email == "direction@demo.example"
    assert report.requested_by.email == "qualite@demo.example"
    client = User.objects.get(email="client@demo.example")
    assert list(Report.objects.visible_to(client)) == [report]


def test_every_printed_address_signs_in_with_the_printed_password(told):
    request = RequestFactory().get("/connexion/")

    assert cast.PASSWORD in told.said
    assert len(cast.PASSWORD) >= 12
    invited = User.objects.get(email="nouvelle@demo.example")  # has no password yet
    assert invited.email not in told.said
    for user in User.objects.exclude(pk=invited.pk):
        assert user.email in told.said
        assert authenticate(request, email=user.email, password=cast.PASSWORD) == user


def test_second_run_keeps_what_the_user_entered_and_changes_nothing_else(told):
    manager = User.objects.get(email="qualite@demo.example")
    row = Audit.objects.get(kind="INTERNAL").assessments.get(code="EX-1.3.1")
    text = "Écrit entre les deux essais."
    rating.comment(assessment=row, version=row.version, text=text, by=manager, at=timezone.now())
    before, files_before = counts(), hashes(told.documents)

    said = run_demo(told.documents)

    row.refresh_from_db()
    assert row.comment == text
    assert counts() == before
    assert hashes(told.documents) == files_before
    assert all(str(path) in said for path in told.documents.iterdir())


def test_second_run_brings_back_a_copy_that_was_deleted(told, tmp_path):
    run_demo(tmp_path)

    assert hashes(tmp_path) == hashes(told.documents)


def test_report_whose_file_was_changed_is_not_handed_out(told, tmp_path):
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
