"""The lead auditor concludes: the audit is frozen with what was concluded."""

import pytest
from django.utils import timezone

from audits import snapshots
from audits.actions.audit import validate_audit
from audits.actions.closing import close_certification
from audits.actions.finding_steps import take_position
from audits.actions.freezing import reopen_audit
from audits.decision_enums import Recommendation, recommendation_label
from audits.enums import AuditeePosition, AuditKind, AuditState
from audits.logic.conclusion import ObstacleKind
from audits.models import Audit, AuditConclusion, EvidenceLink
from audits.snapshots import AuditSnapshot
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.factories.decisions import conclude, concluded_audit, led_audit
from tests.factories.reports import validated_audit
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def test_the_audit_is_frozen_with_its_conclusion_and_one_row_of_the_journal():
    audit, lead = led_audit()
    before = JournalEntry.objects.count()

    row = conclude(audit, lead, not_covered="Le site de Brest, fermé ce jour-là")

    audit.refresh_from_db()
    assert (audit.state, audit.validated_by) == (AuditState.VALIDATED, lead)
    assert (row.number, row.accepted) == (1, {ObstacleKind.NO_CLOSING_MEETING: 1})
    kept = snapshots.from_json(AuditSnapshot, audit.frozen["fr"]).conclusion
    assert (kept.summary, kept.recommendation_label) == (row.summary, "Accorder")
    assert kept.not_covered == "Le site de Brest, fermé ce jour-là"
    entry = JournalEntry.objects.latest("pk")
    assert JournalEntry.objects.count() == before + 1
    assert (entry.action, entry.after["recommendation"]) == ("audit.concluded", "GRANT")


def test_a_disagreement_is_frozen_with_its_reason():
    audit, lead = led_audit()
    found = FindingFactory(assessment=first_assessment(audit))
    take_position(
        finding=found,
        position=AuditeePosition.DISPUTED,
        comment="Le délai annoncé est de dix jours",
        by=manager_of(audit).user,
        at=timezone.now(),
    )

    conclude(audit, lead)

    audit.refresh_from_db()
    (kept,) = snapshots.from_json(AuditSnapshot, audit.frozen["fr"]).findings
    assert (kept.position, kept.position_label) == ("DISPUTED", "Contesté")
    assert kept.position_reason == "Le délai annoncé est de dix jours"


@pytest.mark.parametrize("made", ["drafts", "not_examined", "nothing_rated"])
def test_what_nobody_may_accept_refuses(made):
    if made == "nothing_rated":
        audit = running_audit(kind=AuditKind.INITIAL)
    else:
        audit, _lead = led_audit()
    if made == "drafts":
        FindingFactory(assessment=first_assessment(audit), draft=True)
    if made == "not_examined":
        first = audit.assessments.first()
        audit.assessments.filter(pk=first.pk).update(
            status="NOT_ASSESSED", level="", points=None, is_conform=False
        )

    with pytest.raises(NotAvailableError, match="personne ne peut accepter"):
        conclude(audit, UserFactory())

    assert not AuditConclusion.objects.exists()
    assert Audit.objects.get().is_open


def test_what_is_missing_must_be_accepted_by_name():
    audit, lead = led_audit()
    EvidenceLinkFactory(assessment=first_assessment(audit))

    with pytest.raises(NotAvailableError):
        conclude(audit, lead, accepted=frozenset({ObstacleKind.NO_CLOSING_MEETING}))
    row = conclude(
        audit,
        lead,
        accepted=frozenset({ObstacleKind.NO_CLOSING_MEETING, ObstacleKind.NOT_REVIEWED}),
    )

    assert row.accepted == {"NO_CLOSING_MEETING": 1, "NOT_REVIEWED": 1}


def test_an_own_audit_is_validated_and_a_third_partys_concluded():
    own = running_audit(kind=AuditKind.INTERNAL)
    third, lead = led_audit()

    with pytest.raises(NotAvailableError):
        conclude(own, lead)
    with pytest.raises(NotAvailableError):
        validate_audit(audit=third, by=lead, at=timezone.now())


def test_an_audit_is_concluded_once():
    audit, lead = led_audit()
    conclude(audit, lead)

    with pytest.raises(NotAvailableError):
        conclude(audit, lead)


def test_the_manager_and_the_director_are_told_and_the_lead_is_not():
    audit, lead = led_audit()
    manager = manager_of(audit).user
    director = MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user
    MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)

    conclude(audit, lead)

    told = QueuedMessage.objects.filter(subject="Un audit est conclu")
    assert {row.recipient for row in told} == {manager, director}
    assert all(f"/audits/{audit.key}/conclusion/" in row.body for row in told)


def test_a_reopened_audit_changes_again_and_keeps_its_conclusion_as_withdrawn():
    audit, lead = led_audit()
    link = EvidenceLinkFactory(assessment=first_assessment(audit))
    conclude(audit, lead)
    assert EvidenceLink.objects.get(pk=link.pk).pinned_id is not None

    reopen_audit(audit=audit, reason="Une pièce a été retrouvée", by=lead, at=timezone.now())

    audit.refresh_from_db()
    row = audit.conclusions.get()
    assert (audit.state, audit.frozen, audit.validated_by) == (AuditState.IN_PROGRESS, {}, None)
    assert (row.withdrawn_by, row.withdrawn_reason) == (lead, "Une pièce a été retrouvée")
    assert EvidenceLink.objects.get(pk=link.pk).pinned_id is None
    entry = JournalEntry.objects.latest("pk")
    assert (entry.action, entry.reason) == ("audit.reopened", "Une pièce a été retrouvée")
    assert conclude(audit, lead).number == 2


def test_a_running_audit_a_diagnosis_and_one_of_a_closed_file_are_not_reopened():
    running = running_audit(kind=AuditKind.INITIAL)
    diagnosis = validated_audit()
    closed = concluded_audit()
    close_certification(
        certification=closed.certification, reason="Fini", by=UserFactory(), at=timezone.now()
    )

    for audit in (running, diagnosis, closed):
        with pytest.raises(NotAvailableError):
            reopen_audit(audit=audit, reason="Erreur", by=UserFactory(), at=timezone.now())


def test_the_database_reopens_no_diagnosis_nor_an_audit_whose_conclusion_stands():
    back = {"state": "IN_PROGRESS", "validated_at": None, "validated_by": None, "frozen": {}}
    mock = validated_audit(kind=AuditKind.MOCK)

    for audit in (validated_audit(), concluded_audit()):
        rows = Audit.objects.filter(pk=audit.pk)
        assert refused(lambda rows=rows: rows.update(**back))
    assert refused(lambda: Audit.objects.filter(pk=mock.pk).update(**back, objectives="Autres"))
    assert not refused(lambda: Audit.objects.filter(pk=mock.pk).update(**back))


def test_the_database_keeps_a_conclusion_as_it_was_written():
    audit, lead = led_audit()
    rows = AuditConclusion.objects.filter(pk=conclude(audit, lead).pk)
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": lead}

    assert refused(lambda: rows.update(summary="Tout est conforme"))
    assert refused(lambda: rows.update(recommendation="REFUSE"))
    assert refused(rows.delete)
    assert refused(lambda: rows.update(**gone, withdrawn_reason=""))
    assert not refused(lambda: rows.update(**gone, withdrawn_reason="Erreur"))
    assert refused(lambda: rows.update(withdrawn_reason="Autre"))


@pytest.mark.parametrize("kind", [AuditKind.INITIAL, AuditKind.INTERNAL])
def test_the_database_takes_a_conclusion_of_a_frozen_audit_of_a_third_party_only(kind):
    audit = running_audit() if kind == AuditKind.INITIAL else validated_audit(kind=kind)
    row = AuditConclusion(
        audit=audit,
        number=1,
        summary="Conforme",
        recommendation=Recommendation.GRANT,
        concluded_at=timezone.now(),
        concluded_by=audit.started_by,
    )

    assert refused(row.save)


def test_an_audit_has_one_standing_conclusion():
    row = concluded_audit().conclusions.get()
    row.pk, row.number = None, 2

    assert refused(lambda: row.save(force_insert=True))


def test_recommendations_speak_of_the_certificate_that_exists():
    said = {kind: recommendation_label("GRANT", kind) for kind in AuditKind}

    assert said[AuditKind.INITIAL] == "Accorder"
    assert said[AuditKind.SURVEILLANCE] == "Maintenir"
    assert said[AuditKind.RENEWAL] == "Renouveler"
