"""Review of evidence: a verdict with its reason, a rating and a finding in one stroke, kept."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from audits.actions.evidence_links import renew
from audits.actions.finding_fields import FindingFields
from audits.actions.review import RatingFields, ReviewFields, review_evidence
from audits.actions.rollup import refresh_evidence
from audits.enums import AuditKind, FindingState, ReviewVerdict
from audits.models import Assessment, Audit, EvidenceLink, EvidenceReview, Finding
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import UserFactory
from tests.factories.audits import (
    EvidenceFactory,
    EvidenceLinkFactory,
    first_assessment,
    running_audit,
)
from tests.factories.decisions import conclude
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ACCEPT = ReviewFields(seen=0, verdict=ReviewVerdict.ACCEPTED)


@pytest.fixture
def audit():
    return running_audit(kind=AuditKind.INITIAL)


@pytest.fixture
def link(audit):
    row = EvidenceLinkFactory(assessment=first_assessment(audit))
    EvidenceFactory(organisation=audit.organisation)
    return row


def test_a_review_is_kept_with_the_version_that_was_read(link, lead):
    review, finding = review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)

    assert finding is None
    assert (review.verdict, review.number, review.version) == (
        "ACCEPTED",
        1,
        link.evidence.versions.get(),
    )
    assert EvidenceLink.objects.get(pk=link.pk).review == "ACCEPTED"
    entry = JournalEntry.objects.get(action="evidence.reviewed")
    assert entry.after == {"evidence": link.evidence.reference, "review": "ACCEPTED"}


@pytest.mark.parametrize("verdict", [ReviewVerdict.TO_COMPLETE, ReviewVerdict.REJECTED])
def test_a_refusal_says_what_is_missing_in_the_database_too(link, lead, verdict):
    with pytest.raises(UserError):
        review_evidence(link=link, fields=ReviewFields(seen=0, verdict=verdict), by=lead, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceReview.objects.create(
            link=link, number=1, verdict=verdict, reviewed_at=AT, reviewed_by=lead
        )


def test_two_auditors_on_one_piece_overwrite_nothing(link, lead):
    review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)

    with pytest.raises(EditConflictError):
        review_evidence(
            link=link,
            fields=ReviewFields(seen=0, verdict=ReviewVerdict.REJECTED, reason="Non"),
            by=lead,
            at=AT,
        )
    assert EvidenceReview.objects.count() == 1


def test_verdict_rating_and_finding_are_one_stroke(link, lead):
    grade = link.assessment.audit.certification.edition.referential.scheme.grades.get(code="PS")
    said = FindingFields(
        grade=grade,
        title="Relevé partiel",
        required="Mesurer chaque mois",
        found="Un mois sur trois",
        found_date=date(2026, 11, 22),
        evidence=(link.evidence,),
        page=3,
    )

    _review, finding = review_evidence(
        link=link,
        fields=ACCEPT,
        rated=RatingFields(version=1, level="P"),
        finding=(uuid4(), said),
        by=lead,
        at=AT,
    )

    row = Assessment.objects.get(pk=link.assessment_id)
    assert (row.level, row.version) == ("P", 2)
    assert (finding.page, finding.state) == (3, FindingState.DRAFT)


def test_a_rating_that_is_refused_keeps_nothing_of_the_rest(link, lead):
    with pytest.raises(EditConflictError):
        review_evidence(
            link=link, fields=ACCEPT, rated=RatingFields(version=7, level="P"), by=lead, at=AT
        )

    assert not EvidenceReview.objects.exists()
    assert EvidenceLink.objects.get(pk=link.pk).review == ""


def test_rejected_evidence_is_there_and_proves_nothing_until_it_is_accepted(link, lead):
    refresh_evidence([link.assessment_id])
    review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)
    assert Assessment.objects.get(pk=link.assessment_id).evidence_until is not None
    reject = ReviewFields(seen=1, verdict=ReviewVerdict.REJECTED, reason="Autre service")

    review_evidence(link=link, fields=reject, by=lead, at=AT)

    row = Assessment.objects.get(pk=link.assessment_id)
    assert (row.evidence_until, row.evidence_count) == (None, 1)

    accept_again = ReviewFields(seen=2, verdict=ReviewVerdict.ACCEPTED)
    review_evidence(link=link, fields=accept_again, by=lead, at=AT)

    row.refresh_from_db()
    assert row.evidence_until is not None


def test_a_newer_file_is_to_be_reviewed_again(link, lead):
    review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)

    renew(link.evidence)

    row = EvidenceLink.objects.get(pk=link.pk)
    assert (row.review, row.reviews) == ("", 1)


def test_withdrawn_evidence_is_not_reviewed(link, lead):
    EvidenceLink.objects.filter(pk=link.pk).update(unlinked_at=AT, unlinked_by=lead)

    with pytest.raises(NotAvailableError):
        review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)


def test_a_validated_audit_takes_no_review_from_the_database_either(audit, link, lead):
    rate_everything(audit)
    conclude(Audit.objects.get(pk=audit.pk), lead, at=AT)

    with pytest.raises(NotAvailableError):
        review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        EvidenceReview.objects.create(
            link=link, number=1, verdict="ACCEPTED", reviewed_at=AT, reviewed_by=lead
        )


def test_a_review_never_changes_nor_goes(link, lead):
    review, _finding = review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)

    for change in (lambda: EvidenceReview.objects.update(verdict="REJECTED"), review.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# screens


def page(audit, **query) -> str:
    return reverse("audits:review", args=[audit.key], query=query or None)


def test_the_queue_starts_with_the_first_piece_that_waits(client, audit, link, lead):
    second = EvidenceLinkFactory(assessment=audit.assessments.order_by("position")[1])
    review_evidence(link=link, fields=ACCEPT, by=lead, at=AT)
    client.force_login(lead)

    queue = client.get(page(audit)).context["queue"]

    assert (queue.current, queue.place, queue.total) == (second.pk, 2, 2)
    assert queue.previous.endswith(f"piece={link.pk}")


def test_saving_goes_on_to_the_next_piece(client, audit, link, lead):
    second = EvidenceLinkFactory(assessment=audit.assessments.order_by("position")[1])
    client.force_login(lead)

    answer = client.post(
        reverse("audits:review-evidence", args=[audit.key, link.pk]),
        {"seen": 0, "version": 1, "verdict": "ACCEPTED"},
    )

    assert answer.status_code == 302
    assert answer.url.endswith(f"piece={second.pk}")


@pytest.mark.parametrize(
    "sent_and_field",
    [
        ({}, "verdict"),
        ({"verdict": "REJECTED"}, "reason"),
        ({"verdict": "ACCEPTED", "level": "NA"}, "na_reason"),
        ({"verdict": "ACCEPTED", "grade": "PS"}, "title"),
        ({"verdict": "ACCEPTED", "title": "Sans degré"}, "grade"),
        ({"verdict": "ACCEPTED", "page": "0"}, "page"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_kept(client, link, lead, sent_and_field):
    sent, field = sent_and_field
    audit = link.assessment.audit
    client.force_login(lead)

    answer = client.post(
        reverse("audits:review-evidence", args=[audit.key, link.pk]),
        {"seen": 0, "version": 1, **sent},
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not EvidenceReview.objects.exists()


def test_a_conflict_comes_back_with_what_was_typed(client, audit, link, lead):
    review_evidence(link=link, fields=ACCEPT, by=UserFactory(), at=AT)
    client.force_login(lead)

    answer = client.post(
        reverse("audits:review-evidence", args=[audit.key, link.pk]),
        {"seen": 0, "version": 1, "verdict": "REJECTED", "reason": "Autre service"},
    )

    assert answer.status_code == 409
    assert "Autre service" in answer.content.decode()
    assert answer.context["form"]["seen"].value() == "1"
    assert Finding.objects.count() == 0


@pytest.mark.parametrize("pieces", [1, 60])
def test_the_queue_takes_the_same_queries_whatever_waits(client, audit, lead, pieces):
    for _number in range(pieces):
        EvidenceLinkFactory(assessment=first_assessment(audit))
    client.force_login(lead)

    with counted() as queries:
        answer = client.get(page(audit))

    assert answer.context["queue"].total == pieces
    assert len(queries) == 13


@pytest.mark.parametrize("odd", ["abc", "-1", "9" * 40, "²"])
def test_an_odd_piece_gives_the_first_one(client, audit, link, lead, odd):
    client.force_login(lead)

    assert client.get(page(audit, piece=odd)).context["queue"].current == link.pk
