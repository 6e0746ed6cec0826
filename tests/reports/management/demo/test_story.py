"""The story of the demonstration: as promised, coherent, and in order of time."""

import hashlib
from collections import Counter
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from audits import snapshots
from audits.enums import (
    ActionState,
    AssessmentStatus,
    AuditKind,
    AuditState,
    TeamRole,
)
from audits.logic import gap
from audits.logic.conclusion import Obstacle, ObstacleKind, obstacles_of
from audits.logic.gap import Rated, Rating
from audits.logic.trajectory import FEWEST, past_lateness
from audits.models import (
    Assessment,
    Audit,
    Certificate,
    Certification,
    CorrectiveAction,
    Evidence,
    EvidenceVersion,
    Finding,
    InternalComplaint,
    Scenario,
)
from audits.snapshots import AuditSnapshot
from audits.snapshots.conclusion import conclusion_facts
from audits.snapshots.movement import lateness_days
from audits.snapshots.rollups import stored_rollups
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, Organisation, User
from crcaudit.core import journal
from crcaudit.core.models import JournalEntry

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.any_database]
MOBILE = "Service client mobile"


@pytest.fixture
def diagnosis(told) -> Audit:
    return Audit.objects.get(certification__title=MOBILE, kind=AuditKind.DIAGNOSIS)


@pytest.fixture
def internal(told) -> Audit:
    return Audit.objects.get(certification__title=MOBILE, kind=AuditKind.INTERNAL)


def frozen(audit: Audit) -> AuditSnapshot:
    return snapshots.from_json(AuditSnapshot, audit.frozen["fr"])


def test_each_role_is_held_by_a_person_with_an_obviously_fictitious_name(told, internal):
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert set(internal.team.values_list("role", flat=True)) == set(TeamRole.values)
    assert all(user.last_name.endswith("-Démo") for user in User.objects.all())
    assert all(row.name.endswith("Démo") for row in Organisation.objects.all())


def test_diagnosis_is_validated_on_the_53_requirements(diagnosis):
    status = Counter(diagnosis.assessments.values_list("status", flat=True))
    snapshot = frozen(diagnosis)

    assert diagnosis.state == AuditState.VALIDATED
    assert status == {AssessmentStatus.RATED: 52, AssessmentStatus.NOT_APPLICABLE: 1}
    assert round(snapshot.whole.score, 2) == Fraction(51, 100)
    assert snapshot.whole.coverage == 1
    assert not snapshot.readiness.ready
    assert Counter(f.severity for f in snapshot.findings) == {
        "major": 3,
        "minor": 8,
        "watch": 1,
        "improve": 1,
        "strong": 1,
        "note": 1,
    }


def test_internal_audit_runs_and_is_better_than_the_diagnosis(diagnosis, internal):
    snapshot = snapshots.audit_snapshot(internal, language="fr", on=timezone.localdate())

    assert internal.is_open
    assert (snapshot.whole.examined, snapshot.whole.applicable) == (41, 52)
    assert round(snapshot.whole.score, 2) == Fraction(71, 100)
    assert snapshot.baseline == frozen(diagnosis).whole.score
    assert [b.code for b in snapshot.readiness.blockers[:3]] == ["F-17", "F-20", "F-24"]


def test_scores_by_domain_are_those_of_the_gap_rule(diagnosis):
    rows = diagnosis.assessments.select_related("section__parent")
    items = [
        Rated(
            code=row.code,
            weight=row.weight,
            domain=row.section.parent.code,
            engagement=row.section.code,
            site="",
            criticality=row.criticality,
            rating=Rating(row.status),
            points=row.points,
            max_points=100,
            is_conform=row.is_conform,
            has_evidence=row.evidence_count > 0,
        )
        for row in rows.order_by("position")
    ]

    snapshot = frozen(diagnosis)

    assert {domain.code: domain.gap for domain in snapshot.domains} == gap.by_domain(items)
    assert snapshot.whole == gap.measure(items)


def test_roll_ups_of_the_running_audit_count_evidence_valid_today(internal):
    today = timezone.localdate()
    valid = internal.assessments.filter(evidence_until__gte=today)
    valid = valid.exclude(status=AssessmentStatus.NOT_APPLICABLE)

    rows = stored_rollups({internal.pk: today})[internal.pk]

    assert sum(row.with_evidence for row in rows) == valid.count()


def test_evidence_is_real_files_some_expired_some_shared(told):
    pieces = Evidence.objects.filter(links__assessment__audit__certification__title=MOBILE)
    pieces = pieces.distinct()
    expired = pieces.filter(valid_until__lt=timezone.localdate())
    names = EvidenceVersion.objects.values_list("file_name", flat=True)
    shared = [
        evidence
        for evidence in pieces
        if evidence.links.values("assessment__code").distinct().count() > 1
    ]

    assert pieces.count() >= 30
    assert expired.count() == 2
    assert len(shared) >= 5
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "xlsx", "csv", "png", "txt"}
    for version in EvidenceVersion.objects.all():
        with default_storage.open(version.path) as stored:
            assert hashlib.sha256(stored.read()).hexdigest() == version.sha256


def test_diagnosis_keeps_the_version_it_judged_when_a_newer_one_came(diagnosis, internal):
    supports = Evidence.objects.get(title="Liste de contrôle des supports")

    pinned = supports.links.filter(assessment__audit=diagnosis).values_list(
        "pinned__number", flat=True
    )

    assert supports.versions.count() == 2
    assert set(pinned) == {1}
    assert supports.links.filter(assessment__audit=internal).exists()


def test_actions_are_in_every_state_some_late_none_verified_by_its_owner(told):
    late = CorrectiveAction.objects.overdue(timezone.localdate())
    verified = CorrectiveAction.objects.filter(state=ActionState.VERIFIED)

    assert set(CorrectiveAction.objects.values_list("state", flat=True)) == set(ActionState.values)
    assert late.count() >= 3
    assert CorrectiveAction.objects.filter(effort_days=None).count() == 0
    assert all(row.verified_by_id != row.owner_id for row in verified)


def test_findings_name_the_findings_of_the_diagnosis_by_their_right_reference(told):
    """The texts quote F-02 and F-09: they must be the findings that are meant."""
    findings = Finding.objects.filter(audit__certification__title=MOBILE)
    by_number = {row.number: row for row in findings.filter(audit__kind="DIAGNOSIS")}

    assert by_number[2].assessment.code == "EX-1.3.1"
    assert by_number[9].assessment.code == "EX-4.3.1"
    assert "F-02" in findings.get(number=17).found
    assert "F-09" in findings.get(number=20).found


def test_journal_holds_and_tells_the_past_in_order(told):
    count, broken = journal.verify()

    assert count == JournalEntry.objects.count()
    assert broken == []
    for stream in set(JournalEntry.objects.values_list("stream", flat=True)):
        rows = JournalEntry.objects.filter(stream=stream).order_by("sequence")
        dates = list(rows.values_list("at", flat=True))
        assert dates == sorted(dates)
        assert dates[-1] <= timezone.now()


def test_other_organisations_are_not_seen_by_the_quality_manager(told):
    manager = User.objects.get(email="qualite@demo.example")
    adviser = User.objects.get(email="conseil@demo.example")

    seen = Certification.objects.visible_to(manager)
    other = Certification.objects.visible_to(adviser)

    assert {row.organisation.name for row in seen} == {"Opérateur Démo"}
    assert {row.organisation.name for row in other} == {"Prestataire Démo", "Donneur d'ordre Démo"}
    assert {row.edition.referential.code for row in other} == {
        "ISO18295-1",
        "ISO18295-2",
        "SFR-2004",
    }


def test_contributors_see_what_is_given_to_them_only(internal):
    contributor = User.objects.get(email="recouvrement@demo.example")

    seen = Assessment.objects.visible_to(contributor).filter(audit=internal)

    assert sorted(row.code for row in seen) == [
        "EX-4.3.1", "EX-4.3.2", "EX-4.4.1", "EX-4.4.2", "EX-5.3.1", "EX-5.3.2",
    ]  # fmt: skip


def test_certification_audit_is_in_113_days(told):
    target = Certification.objects.get(title=MOBILE).target_date

    assert target == timezone.localdate() + timedelta(days=113)


def test_a_scenario_supposes_the_planned_actions_done(told, internal):
    row = Scenario.objects.get()
    pending = CorrectiveAction.objects.filter(
        finding__audit__certification=internal.certification,
        state__in=[ActionState.PLANNED, ActionState.IN_PROGRESS],
    )

    assert row.audit == internal
    assert row.created_by.email == "qualite@demo.example"
    assert set(pending.values_list("pk", flat=True)) == set(row.actions)


def test_finished_actions_say_how_late_they_usually_are(told, internal):
    """Some early, most late: otherwise the band of the demonstration has no width."""
    lateness = past_lateness(lateness_days(internal.organisation_id))

    assert lateness.sample >= FEWEST
    assert lateness.high <= 0 < lateness.middle < lateness.low


def test_a_provider_has_its_certificate_and_a_surveillance_to_conclude(told):
    made = Certificate.objects.get()
    audits = {row.kind: row for row in made.certification.audits.all()}

    assert made.decision.conclusion.audit == audits[AuditKind.INITIAL]
    assert made.valid_from < timezone.localdate() < made.expires_on
    assert audits[AuditKind.SURVEILLANCE].is_open
    assert obstacles_of(conclusion_facts(audits[AuditKind.SURVEILLANCE])) == (
        Obstacle(ObstacleKind.NO_CLOSING_MEETING, 1),
    )


def test_five_alerts_are_open_at_different_levels_and_one_is_closed(told):
    rows = InternalComplaint.objects.select_related("indicator")

    open_ones = {row.indicator.code: (row.state, row.level) for row in rows.not_closed()}
    assert open_ones == {
        "PEC-01": ("IN_PROGRESS", 3),
        "TRT-06": ("IN_PROGRESS", 2),
        "REC-02": ("RETURNED", 2),
        "SOC-01": (open_ones["SOC-01"][0], 1),  # planned two days after it opened
        "TRT-09": ("OPEN", 1),
    }
    assert [row.indicator.code for row in rows.filter(state="CLOSED")] == ["BIL-02"]
    assert rows.late(timezone.localdate()).filter(indicator__code="PEC-01").exists()
