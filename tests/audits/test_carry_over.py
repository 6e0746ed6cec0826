"""An audit that follows another one: what is taken over, what is not, what the database refuses."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits.actions.audit import validate_audit
from audits.actions.evidence_withdrawal import withdraw_evidence
from audits.actions.rollup import evidence_of, refresh_assessment, refresh_evidence
from audits.enums import AuditKind, TeamRole
from audits.models import Assessment, Audit, EvidenceLink, SectionRollup
from audits.models.evidence import NEVER_EXPIRES
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    name_on_team,
    running_audit,
)
from tests.factories.decisions import conclude
from tests.factories.engagements import published_edition
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def validated(audit):
    """Frozen: validated, or concluded by the lead of a third party."""
    rate_everything(audit)
    if not audit.is_own:
        lead = name_on_team(audit=audit, user=UserFactory(), role=TeamRole.LEAD).user
        return conclude(audit, lead).audit
    return validate_audit(audit=audit, by=audit.started_by, at=timezone.now())


def following(previous, **fields):
    return running_audit(
        certification=previous.certification,
        kind=fields.pop("kind", AuditKind.INTERNAL),
        previous=previous,
        **fields,
    )


def piece_on(row, number, *, until=None, **link):
    organisation = row.audit.organisation
    piece = EvidenceFactory(organisation=organisation, number=number, valid_until=until)
    EvidenceLinkFactory(assessment=row, evidence=piece, **link)
    return piece


@pytest.fixture
def first():
    return running_audit()


def test_people_and_standing_evidence_are_taken_over_and_ratings_are_not(first):
    rows = list(first.assessments.select_related("audit__organisation").order_by("position"))
    organisation = first.organisation
    here = MembershipFactory(organisation=organisation, role=Role.CONTRIBUTOR).user
    gone = MembershipFactory(organisation=organisation, role=Role.CONTRIBUTOR, is_active=False).user
    for row, user in zip(rows, (here, gone), strict=False):
        Assessment.objects.filter(pk=row.pk).update(assigned_to=user)
    kept = piece_on(rows[0], 1)
    dated = piece_on(rows[0], 2, until=date(2030, 1, 1))
    withdrawn = piece_on(rows[0], 3)
    piece_on(rows[1], 4, review="REJECTED", reviews=1)
    ended = {"unlinked_at": timezone.now(), "unlinked_by": UserFactory()}
    piece_on(rows[1], 5, **ended)
    withdraw_evidence(evidence=withdrawn, reason="Autre", by=here, at=timezone.now())

    audit = following(validated(first))

    new = list(audit.assessments.order_by("position"))
    links = EvidenceLink.objects.filter(assessment__audit=audit)
    assert [row.assigned_to for row in new] == [here, None, None, None]
    assert {(link.assessment_id, link.evidence_id, link.review) for link in links} == {
        (new[0].pk, kept.pk, ""),
        (new[0].pk, dated.pk, ""),
    }
    assert {(row.status, row.level, row.comment) for row in new} == {("NOT_ASSESSED", "", "")}
    told = JournalEntry.objects.filter(action="audit.started").latest("pk").after
    assert (told["previous"], told["evidence_links"]) == (first.reference, 2)


def test_figures_are_those_that_a_refresh_gives(first):
    row = first.assessments.select_related("audit__organisation").first()
    piece_on(row, 1, until=date(2030, 1, 1))
    piece_on(row, 2)
    audit = following(validated(first))
    before = list(SectionRollup.objects.filter(audit=audit).values())

    for new in audit.assessments.all():
        assert (new.evidence_until, new.evidence_count) == evidence_of([new.pk])[new.pk]
        refresh_evidence([new.pk])
        refresh_assessment(assessment_id=new.pk)

    assert list(SectionRollup.objects.filter(audit=audit).values()) == before
    assert audit.assessments.filter(evidence_until=NEVER_EXPIRES, evidence_count=2).count() == 1


@pytest.mark.parametrize("requirements", [2, 9])
def test_following_takes_four_queries_more_whatever_the_size(requirements):
    edition = published_edition(domains=2, engagements=3, requirements=requirements)
    file = CertificationFactory(edition=edition)
    first = running_audit(certification=file)
    for number, row in enumerate(first.assessments.select_related("audit__organisation"), start=1):
        piece_on(row, number)
    first = validated(first)

    with counted() as alone:
        running_audit(certification=file, kind=AuditKind.MOCK)
    with counted() as statements:
        audit = running_audit(certification=file, kind=AuditKind.INTERNAL, previous=first)

    assert EvidenceLink.objects.filter(assessment__audit=audit).count() == 6 * requirements
    assert len(statements) == len(alone) + 4
    assert len(alone) <= 12


def test_what_was_on_a_site_is_taken_over_on_that_site(first):
    """An audit of the whole scope leaves nothing to one that is rated site by site."""
    first.certification.sites.add(SiteFactory(organisation=first.organisation))
    piece_on(first.assessments.select_related("audit__organisation").first(), 1)

    audit = following(validated(first), is_per_site=True)

    assert audit.assessments.exclude(site=None).exists()
    assert not EvidenceLink.objects.filter(assessment__audit=audit).exists()


def test_only_a_validated_audit_of_the_same_file_is_followed(first):
    other = validated(running_audit())

    for previous in (first, other):
        with pytest.raises(NotAvailableError):
            running_audit(
                certification=first.certification, kind=AuditKind.INTERNAL, previous=previous
            )

    assert Audit.objects.filter(certification=first.certification).count() == 1


def test_the_database_refuses_what_cannot_be_followed(first):
    running = running_audit(certification=first.certification, kind=AuditKind.MOCK)
    audit = running_audit(certification=first.certification, kind=AuditKind.INTERNAL)
    later = running_audit(certification=first.certification, kind=AuditKind.SURVEILLANCE)
    Audit.objects.filter(pk=later.pk).update(started_at=audit.started_at + timedelta(days=1))
    later = validated(Audit.objects.get(pk=later.pk))
    foreign = validated(running_audit())

    for wrong in (running, audit, later, foreign):
        with pytest.raises(IntegrityError), transaction.atomic():
            Audit.objects.filter(pk=audit.pk).update(previous=wrong)

    validated(first)
    Audit.objects.filter(pk=audit.pk).update(previous=first)


def test_the_followed_audit_is_the_latest_validated_one(first):
    file = first.certification
    assert Audit.objects.to_follow(file) is None

    validated(first)
    second = validated(following(first))
    running_audit(certification=file, kind=AuditKind.MOCK)

    assert Audit.objects.to_follow(file) == second
