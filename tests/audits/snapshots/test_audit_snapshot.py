"""An audit as values: what reading it costs, and which version of a file it shows."""

from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from audits import snapshots
from audits.actions import assessment as assessment_actions
from audits.actions.audit import validate_audit
from audits.enums import AuditKind
from audits.models import Audit, Evidence, EvidenceVersion
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceLinkFactory,
    FindingFactory,
    running_audit,
)
from tests.factories.engagements import published_edition

pytestmark = [pytest.mark.unit, pytest.mark.django_db]
TODAY = date(2026, 3, 10)


def snapshot_of(audit: Audit) -> snapshots.AuditSnapshot:
    return snapshots.audit_snapshot(audit, language="fr", on=TODAY)


def filled(audit: Audit) -> Audit:
    for row in audit.assessments.all():
        link = EvidenceLinkFactory(assessment=row)
        finding = FindingFactory(assessment=row, audit=audit)
        finding.evidence.add(link.evidence)
        CorrectiveActionFactory(finding=finding, organisation=audit.organisation)
    return audit


def add_version(evidence, number: int) -> EvidenceVersion:
    first = evidence.versions.get(number=1)
    return EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        path=f"{first.path}-{number}",
        file_name=f"v{number}.pdf",
        media_type="application/pdf",
        size=5_000_000_000,
        sha256=str(number) * 64,
        uploaded_at=first.uploaded_at,
        uploaded_by=first.uploaded_by,
    )


@pytest.mark.parametrize("requirements", [1, 4])
def test_reading_costs_ten_queries_at_most_with_its_file_whatever_its_size(
    requirements, django_assert_num_queries
):
    edition = published_edition(requirements=requirements)
    audit = filled(running_audit(certification=CertificationFactory(edition=edition)))
    cache.clear()
    snapshot_of(audit)

    alone = Audit.objects.get(pk=audit.pk)
    with django_assert_num_queries(10):
        snapshot_of(alone)
    loaded = Audit.objects.select_related(
        "organisation", "certification__edition__referential__scheme"
    ).get(pk=audit.pk)
    with django_assert_num_queries(9):
        snapshot_of(loaded)


def test_the_diagnosis_to_compare_with_costs_one_more_query(django_assert_num_queries):
    diagnosis = running_audit()
    row, user = diagnosis.assessments.order_by("position").first(), UserFactory()
    assessment_actions.rate(
        assessment=row, version=row.version, level="P", by=user, at=timezone.now()
    )
    validate_audit(audit=diagnosis, by=user, at=timezone.now())
    later = filled(running_audit(certification=diagnosis.certification, kind=AuditKind.INTERNAL))
    cache.clear()
    then = snapshot_of(diagnosis)

    alone = Audit.objects.get(pk=later.pk)
    with django_assert_num_queries(11):
        now = snapshot_of(alone)

    assert now.baseline == then.whole.score is not None
    assert [view.baseline for view in now.domains] == [view.gap.score for view in then.domains]


def test_a_running_diagnosis_is_no_baseline():
    diagnosis = running_audit()
    later = running_audit(certification=diagnosis.certification, kind=AuditKind.INTERNAL)

    assert snapshot_of(later).baseline is None


def test_evidence_shows_the_version_judged_else_the_newest():
    audit = running_audit()
    rows = list(audit.assessments.order_by("position")[:2])
    pinned, free = (EvidenceLinkFactory(assessment=row) for row in rows)
    add_version(pinned.evidence, 2)
    add_version(free.evidence, 2)
    pinned.pinned = pinned.evidence.versions.get(number=1)
    pinned.save()

    views = {view.reference: view for view in snapshot_of(audit).evidence}

    judged, newest = views[pinned.evidence.reference], views[free.evidence.reference]
    assert (judged.version, judged.media_type) == (1, "text/plain")
    assert (newest.version, newest.file_name, newest.media_type) == (2, "v2.pdf", "application/pdf")
    assert (newest.size, newest.sha256) == (5_000_000_000, "2" * 64)


def test_evidence_without_a_file_says_where_it_is():
    audit = running_audit()
    evidence = Evidence.objects.create(
        organisation=audit.organisation,
        number=1,
        kind="LINK",
        title="Page publique",
        url="https://example.org/a",
        created_at=timezone.now(),
        created_by=UserFactory(),
    )
    EvidenceLinkFactory(assessment=audit.assessments.first(), evidence=evidence)

    (view,) = snapshot_of(audit).evidence

    assert (view.file_name, view.version, view.size, view.sha256) == (evidence.url, 0, 0, "")
