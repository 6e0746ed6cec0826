"""Reports made for real, in the child process: each kind, the same bytes again, a killed child."""

import hashlib
import os
import signal

import pikepdf
import pytest
from django.utils import timezone

from reports import actions, storage
from reports.actions.build import meta_of
from reports.builders import run
from reports.enums import ReportKind, ReportState
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, running_audit
from tests.factories.reports import requested_report, validated_audit

pytestmark = [pytest.mark.pdf, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


def built(report):
    actions.build_report(report_id=report.pk)
    report.refresh_from_db()
    return report


def render_again(report, path):
    job = run.RenderJob(
        document=report.kind, snapshot=report.snapshot, meta=meta_of(report), output=path
    )
    run.render_in_child(job, lambda *_news: None, lambda: False)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_report_of_a_validated_audit_is_made_again_to_the_same_bytes(tmp_path):
    report = built(requested_report(audit=validated_audit()))

    assert (report.state, report.error) == (ReportState.READY, "")
    with pikepdf.open(storage.full_path(report.file_path)) as document:
        assert len(document.pages) == report.page_count
    assert render_again(report, tmp_path / "again.pdf") == report.file_sha256


def test_a_control_plan_in_english_is_made():
    certification = CertificationFactory()
    manager = MembershipFactory(organisation=certification.organisation).user

    report = built(
        actions.request_report(
            kind=ReportKind.CONTROL_PLAN,
            certification=certification,
            audit=None,
            language="en",
            by=manager,
            at=timezone.now(),
        )
    )

    assert (report.state, report.error) == (ReportState.READY, "")
    with pikepdf.open(storage.full_path(report.file_path)) as document:
        assert str(document.Root.Lang) == "en"


def test_a_child_that_is_killed_costs_one_attempt(monkeypatch):
    report = requested_report(audit=running_audit())
    started = run.subprocess.Popen

    def killed(*arguments, **options):
        child = started(*arguments, **options)
        os.kill(child.pid, signal.SIGKILL)
        return child

    monkeypatch.setattr(run.subprocess, "Popen", killed)
    with pytest.raises(run.RenderBrokenError):
        built(report)
    monkeypatch.undo()

    report.refresh_from_db()
    assert (report.state, report.attempt) == (ReportState.QUEUED, 1)
    assert storage.parts() == []
