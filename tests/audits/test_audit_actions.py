"""Starting an audit on its own copy of the edition, and freezing it."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audits import snapshots
from audits.actions import assessment as assessment_actions
from audits.actions.audit import validate_audit
from audits.actions.team import remove_team_member, set_team_member
from audits.enums import AuditKind, AuditState, TeamRole
from audits.models import Assessment, Audit
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from engagements.models import RatingLevel
from tests.factories.accounts import SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def validated(audit: Audit) -> Audit:
    row = first_assessment(audit)
    user = UserFactory()
    assessment_actions.rate(
        assessment=row, version=row.version, level="P", by=user, at=timezone.now()
    )
    return validate_audit(audit=audit, by=user, at=timezone.now())


def test_the_audit_keeps_its_own_copy_of_what_it_judges_on():
    audit = running_audit()

    row = first_assessment(audit)
    assert (row.code, row.text_fr) == (row.requirement.code, row.requirement.text_fr)
    assert (row.weight, row.criticality) == (2, "major")
    assert [level["code"] for level in audit.scale] == ["C", "P", "NC", "NA"]
    assert (audit.max_points, audit.global_threshold, audit.gap_rule) == (100, 90, "v1")


def test_a_change_of_the_scale_changes_nothing_in_a_running_audit():
    audit = running_audit()
    RatingLevel.objects.filter(code="P").update(points=99, label_fr="Presque")

    row = first_assessment(audit)
    assessment_actions.rate(
        assessment=row, version=1, level="P", by=UserFactory(), at=timezone.now()
    )

    row.refresh_from_db()
    assert row.points == 50


def test_one_assessment_per_requirement_and_site_when_rated_site_by_site():
    certification = CertificationFactory()
    lyon, massy = (
        SiteFactory(organisation=certification.organisation, name=name)
        for name in ("Lyon", "Massy")
    )
    certification.sites.set([lyon, massy])

    audit = running_audit(certification=certification, is_per_site=True)

    assert audit.assessments.count() == 8
    codes = audit.assessments.order_by("position").values_list("code", "site__name")[:3]
    assert list(codes) == [("EX-1.1.1", "Lyon"), ("EX-1.1.1", "Massy"), ("EX-1.1.2", "Lyon")]
    assert audit.rollups.count() == 4


def test_the_diagnosis_is_started_once():
    audit = running_audit()

    with pytest.raises(NotAvailableError):
        running_audit(certification=audit.certification)


def test_references_tell_kind_and_month():
    diagnosis = running_audit()
    first, second = (
        running_audit(certification=diagnosis.certification, kind=AuditKind.INTERNAL)
        for _n in range(2)
    )

    assert [a.reference for a in (diagnosis, first, second)] == [
        "DI-2026-03",
        "AI-2026-03",
        "AI-2026-03-2",
    ]


@pytest.mark.parametrize("requirements", [2, 9])
def test_starting_takes_few_queries_whatever_the_size(requirements):
    edition = published_edition(domains=2, engagements=3, requirements=requirements)
    certification = CertificationFactory(edition=edition)
    running_audit(certification=certification)

    with counted() as statements:
        running_audit(certification=certification, kind=AuditKind.INTERNAL)

    assert len(statements) <= 12


def test_validation_needs_at_least_one_rating():
    with pytest.raises(NotAvailableError):
        validate_audit(audit=running_audit(), by=UserFactory(), at=timezone.now())


def test_validation_happens_once():
    audit = validated(running_audit())

    with pytest.raises(NotAvailableError):
        validate_audit(audit=audit, by=UserFactory(), at=timezone.now())


def test_validation_keeps_the_snapshot_in_both_languages():
    audit = running_audit()
    FindingFactory(assessment=first_assessment(audit))

    audit = validated(audit)

    assert set(audit.frozen) == {"fr", "en"}
    frozen = snapshots.from_json(snapshots.AuditSnapshot, audit.frozen["fr"])
    assert (frozen.state, frozen.is_draft) == (AuditState.VALIDATED, False)
    assert frozen.domains[0].engagements[0].requirements[0].level == "P"
    assert [finding.found for finding in frozen.findings] == ["Trois réponses sur dix hors délai"]
    assert json.loads(audit.frozen["en"])["language"] == "en"


def test_validation_pins_the_version_of_the_evidence_that_was_judged():
    link = EvidenceLinkFactory()

    validated(link.assessment.audit)

    link.refresh_from_db()
    assert link.pinned == link.evidence.versions.get(number=1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audits_audit SET global_threshold = 1",
        "DELETE FROM audits_audit",
        "UPDATE audits_assessment SET comment = 'x'",
        "DELETE FROM audits_assessment",
        "UPDATE audits_auditsection SET title_fr = 'x'",
        "DELETE FROM audits_evidencelink",
        "UPDATE audits_finding SET found = 'x'",
        "DELETE FROM audits_finding",
        "DELETE FROM audits_evidenceversion",
    ],
)
def test_the_database_itself_refuses_to_change_a_validated_audit(statement):
    link = EvidenceLinkFactory()
    FindingFactory(assessment=link.assessment)
    validated(link.assessment.audit)

    with (
        pytest.raises(DatabaseError, match="change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_closing_a_finding_goes_on_after_validation():
    finding = FindingFactory()
    validated(finding.audit)
    finding.refresh_from_db()

    finding.close(by=UserFactory(), at=timezone.now(), comment="Vérifié")

    finding.refresh_from_db()
    assert finding.state == "CLOSED"


def test_an_audit_has_one_lead():
    audit = running_audit(lead=UserFactory())

    with pytest.raises(NotAvailableError):
        set_team_member(
            audit=audit, user=UserFactory(), role=TeamRole.LEAD, by=UserFactory(), at=timezone.now()
        )


def test_leaving_the_team_is_traced():
    audit = running_audit()
    user = UserFactory()
    member = set_team_member(
        audit=audit, user=user, role=TeamRole.OBSERVER, by=UserFactory(), at=timezone.now()
    )

    remove_team_member(member=member, by=UserFactory(), at=timezone.now())

    assert not audit.team.exists()
    entry = JournalEntry.objects.order_by("sequence").last()
    assert (entry.action, entry.before) == ("audit.team_removed", {str(user.key): "OBSERVER"})


def test_a_second_edition_changes_no_byte_of_a_validated_diagnosis():
    audit = validated(running_audit())
    edition = audit.certification.edition
    before = dict(audit.frozen)
    rows = list(Assessment.objects.filter(audit=audit).order_by("pk").values())

    second = published_edition(
        referential=edition.referential, version="2027", engagements=1, requirements=1
    )

    audit.refresh_from_db()
    assert second.requirements.count() < edition.requirements.count()
    assert audit.frozen == before
    assert list(Assessment.objects.filter(audit=audit).order_by("pk").values()) == rows
    live = snapshots.audit_snapshot(audit, language="fr", on=audit.validated_at.date())
    assert live.domains == snapshots.from_json(snapshots.AuditSnapshot, before["fr"]).domains
