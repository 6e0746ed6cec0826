"""Reports made for real, in the child process: each kind, the same bytes again, a killed child."""

import hashlib
import os
import signal
from io import StringIO

import pikepdf
import pytest
import yaml
from django.core.management import call_command
from django.utils import timezone

from audits.models import Audit
from engagements.models import Edition
from reports import actions, storage
from reports.actions.build import meta_of
from reports.builders import run
from reports.enums import ReportKind, ReportState
from tests.engagements.conftest import FIXTURES
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, running_audit
from tests.factories.reports import requested_report, validated_audit

pytestmark = [pytest.mark.pdf, pytest.mark.django_db]

SFR = FIXTURES / "referentials" / "sfr-2004.yaml"
GONE = (
    "Chaque canal est utilisable sans compétence particulière : numéro court ou mémorisable, "
    "formulaire accessible en trois clics au plus, adresse postale complète."
)
REWORDED = (
    "Numéros, adresses et horaires figurent sur le contrat, la facture, le site, l'espace client "
    "et les supports remis en point de vente."
)


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


@pytest.mark.any_database
def test_the_report_of_a_validated_audit_is_made_again_to_the_same_bytes(tmp_path):
    report = built(requested_report(audit=validated_audit()))

    assert (report.state, report.error) == (ReportState.READY, "")
    with pikepdf.open(storage.full_path(report.file_path)) as document:
        assert len(document.pages) == report.page_count
    assert render_again(report, tmp_path / "again.pdf") == report.file_sha256


def test_a_second_edition_changes_no_byte_of_a_diagnosis_or_of_its_report(tmp_path):
    """One requirement gone, another reworded, loaded from a file as an administrator does."""
    call_command("import_indicators", FIXTURES / "indicators.yaml", stdout=StringIO())
    first = loaded(SFR)
    audit = validated_audit(certification=CertificationFactory(edition=first))
    report = built(requested_report(audit=audit))
    content, rows = storage.full_path(report.file_path).read_bytes(), rows_of(audit)

    second = loaded(second_edition(tmp_path / "second.yaml"))

    assert texts_of(first) - texts_of(second) == {GONE, REWORDED}
    assert rows_of(audit) == rows
    assert storage.full_path(report.file_path).read_bytes() == content
    assert render_again(report, tmp_path / "again.pdf") == report.file_sha256
    later = requested_report(audit=audit, language="en")
    assert later.snapshot == audit.frozen["en"]


def loaded(path) -> Edition:
    call_command("import_referential", path, "--publish", stdout=StringIO())
    return Edition.objects.latest("pk")


def second_edition(path):
    content = yaml.safe_load(SFR.read_text())
    content["version"] = "2027"
    kept, changed = content["domains"][0]["engagements"][:2]
    gone = kept["requirements"].pop()
    reworded = changed["requirements"][0]
    assert (gone["text_fr"], reworded["text_fr"]) == (GONE, REWORDED)
    reworded["text_fr"] = "Autrement dit."
    path.write_text(yaml.safe_dump(content, allow_unicode=True))
    return path


def texts_of(edition) -> set[str]:
    return set(edition.requirements.values_list("text_fr", flat=True))


def rows_of(audit) -> list[list[dict]]:
    """Everything that is stored of an audit."""
    kept = [Audit.objects.filter(pk=audit.pk), audit.sections, audit.assessments, audit.rollups]
    return [list(rows.order_by("pk").values()) for rows in kept]


@pytest.mark.any_database
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
