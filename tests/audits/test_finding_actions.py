"""Findings: numbered in their file, due by their grade, closed when everything is verified."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from audits.actions import assessment as assessment_actions
from audits.actions.audit import validate_audit
from audits.actions.finding import (
    add_finding,
    close_finding,
    closing_obstacles,
    edit_finding,
    reopen_finding,
)
from audits.actions.finding_fields import FindingFields, fields_of
from audits.enums import ActionState, AuditKind, FindingState
from audits.models import Assessment, Audit, Finding
from crcaudit.accounts.enums import HolidayCalendar
from crcaudit.accounts.models import SiteClosure
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from engagements.enums import Criticality
from engagements.models import FindingGrade
from tests.factories.accounts import SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    running_audit,
)
from tests.factories.engagements import SchemeFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FOUND = date(2025, 11, 7)  # a Friday before 11 November, the example of domain.md 6.4


@pytest.fixture
def assessment():
    return first_assessment(running_audit())


def grade_of(assessment: Assessment, code: str) -> FindingGrade:
    return assessment.audit.certification.edition.referential.scheme.grades.get(code=code)


def fields_for(assessment: Assessment, code: str = "NC_MAJ", **changes) -> FindingFields:
    values = {
        "grade": grade_of(assessment, code),
        "title": "Délai non tenu",
        "required": "Répondre en cinq jours",
        "found": "Trois réponses sur dix hors délai",
        "found_date": FOUND,
    }
    return FindingFields(**values | changes)


def written(assessment: Assessment, code: str = "NC_MAJ", **changes) -> Finding:
    return add_finding(
        key=changes.pop("key", uuid4()),
        assessment=assessment,
        fields=fields_for(assessment, code, **changes),
        by=UserFactory(),
        at=AT,
    )


def rated(assessment: Assessment, level: str = "P") -> None:
    assessment_actions.rate(
        assessment=assessment, version=assessment.version, level=level, by=UserFactory(), at=AT
    )


def validated(audit: Audit) -> None:
    rated(first_assessment(audit))
    validate_audit(audit=audit, by=UserFactory(), at=timezone.now())


def test_findings_are_numbered_through_the_audits_of_their_file(assessment):
    certification = assessment.audit.certification
    later = first_assessment(running_audit(certification=certification, kind=AuditKind.INTERNAL))
    elsewhere = first_assessment(running_audit())

    rows = [written(assessment), written(later), written(elsewhere)]

    assert [row.reference for row in rows] == ["F-01", "F-02", "F-01"]


@pytest.mark.parametrize(
    ("code", "due"),
    [("NC_MAJ", date(2026, 2, 5)), ("NC_MIN", date(2026, 5, 6)), ("PS", None), ("PF", None)],
)
def test_proof_is_due_as_the_grade_says(assessment, code, due):
    assert written(assessment, code).due_date == due


@pytest.mark.parametrize(
    ("calendar", "found", "due"),
    [
        (HolidayCalendar.METROPOLE, FOUND, date(2025, 11, 17)),
        # Boxing Day is a holiday in Alsace-Moselle only.
        (HolidayCalendar.METROPOLE, date(2025, 12, 22), date(2025, 12, 30)),
        (HolidayCalendar.ALSACE_MOSELLE, date(2025, 12, 22), date(2025, 12, 31)),
    ],
)
def test_working_days_are_those_of_the_site(calendar, found, due):
    certification = CertificationFactory()
    certification.sites.add(SiteFactory(organisation=certification.organisation, calendar=calendar))
    assessment = first_assessment(running_audit(certification=certification, is_per_site=True))
    FindingGrade.objects.filter(code="NC_MAJ").update(working_days=True, evidence_days=5)

    assert written(assessment, found_date=found).due_date == due


def test_the_days_on_which_the_site_is_closed_do_not_count():
    certification = CertificationFactory()
    site = SiteFactory(organisation=certification.organisation)
    certification.sites.add(site)
    SiteClosure.objects.create(
        site=site, start_date=date(2025, 11, 12), end_date=date(2025, 11, 13)
    )
    assessment = first_assessment(running_audit(certification=certification, is_per_site=True))
    FindingGrade.objects.filter(code="NC_MAJ").update(working_days=True, evidence_days=5)

    assert written(assessment).due_date == date(2025, 11, 19)


def test_a_finding_on_the_whole_scope_counts_days_on_which_some_site_works():
    certification = CertificationFactory()
    for calendar in HolidayCalendar:
        site = SiteFactory(organisation=certification.organisation, calendar=calendar)
        certification.sites.add(site)
        SiteClosure.objects.create(
            site=site, start_date=date(2025, 12, 23), end_date=date(2025, 12, 24)
        )
    assessment = first_assessment(running_audit(certification=certification))
    FindingGrade.objects.filter(code="NC_MAJ").update(working_days=True, evidence_days=5)

    assert written(assessment, found_date=date(2025, 12, 22)).due_date == date(2025, 12, 30)


@pytest.mark.parametrize("code", ["NC_MAJ", "PS", "PF"])
def test_a_critical_requirement_takes_every_grade_but_the_minor_nonconformity(assessment, code):
    assessment.criticality = Criticality.CRITICAL

    assert written(assessment, code).grade.code == code


def test_a_minor_nonconformity_on_a_critical_requirement_is_refused(assessment):
    assessment.criticality = Criticality.CRITICAL

    with pytest.raises(UserError):
        written(assessment, "NC_MIN")

    assert not Finding.objects.exists()


def test_a_grade_of_another_scheme_is_refused(assessment):
    foreign = SchemeFactory().grades.get(code="NC_MAJ")

    with pytest.raises(UserError):
        written(assessment, grade=foreign)

    assert not Finding.objects.exists()


def test_only_evidence_linked_to_the_requirement_may_be_named(assessment):
    link = EvidenceLinkFactory(assessment=assessment)
    stranger = EvidenceFactory(organisation=assessment.audit.organisation)

    row = written(assessment, evidence=(link.evidence,))
    with pytest.raises(UserError):
        written(assessment, evidence=(link.evidence, stranger))

    assert list(row.evidence.all()) == [link.evidence]
    assert Finding.objects.count() == 1


def test_evidence_that_was_named_may_stay_when_its_link_ends(assessment):
    link = EvidenceLinkFactory(assessment=assessment)
    row = written(assessment, evidence=(link.evidence,))
    link.unlinked_at, link.unlinked_by = AT, UserFactory()
    link.save()

    edit_finding(
        finding=row,
        version=row.version,
        fields=replace(fields_of(row), title="Autre titre"),
        by=UserFactory(),
        at=AT,
    )

    assert list(row.evidence.all()) == [link.evidence]


def test_a_finding_moves_the_verdict_of_its_requirement_both_ways(assessment):
    rated(assessment)
    seen = []

    row = written(assessment)
    for change in (
        lambda: None,
        lambda: edit_finding(
            finding=row,
            version=1,
            fields=replace(fields_of(row), grade=grade_of(assessment, "NC_MIN")),
            by=UserFactory(),
            at=AT,
        ),
        lambda: edit_finding(
            finding=row,
            version=2,
            fields=replace(fields_of(row), grade=grade_of(assessment, "PS")),
            by=UserFactory(),
            at=AT,
        ),
    ):
        change()
        row.refresh_from_db()
        assessment.refresh_from_db()
        seen.append(assessment.shape)

    assert seen == ["major", "minor", "part"]


def test_the_same_form_sent_twice_writes_one_finding(assessment):
    sent = {
        "key": uuid4(),
        "assessment": assessment,
        "fields": fields_for(assessment),
        "by": UserFactory(),
        "at": AT,
    }

    assert add_finding(**sent) == add_finding(**sent)
    with pytest.raises(NotAvailableError):
        add_finding(**sent | {"fields": fields_for(assessment, title="Autre constat")})
    assert (
        Finding.objects.count() == JournalEntry.objects.filter(object_type="finding").count() == 1
    )


def test_a_validated_audit_takes_no_finding_and_no_change(assessment):
    row = written(assessment)
    validated(assessment.audit)

    with pytest.raises(NotAvailableError):
        written(assessment)
    with pytest.raises(NotAvailableError):
        edit_finding(
            finding=row,
            version=row.version,
            fields=replace(fields_of(row), title="Trop tard"),
            by=UserFactory(),
            at=AT,
        )

    row.refresh_from_db()
    assert (Finding.objects.count(), row.title) == (1, "Délai non tenu")


def test_an_edit_records_from_and_to_and_counts_the_due_date_again(assessment):
    row = written(assessment)

    saved = edit_finding(
        finding=row,
        version=1,
        fields=replace(fields_of(row), found_date=date(2025, 11, 10), title="Délai dépassé"),
        by=UserFactory(),
        at=AT,
    )

    entry = JournalEntry.objects.get(action="finding.edited")
    assert (saved.version, saved.due_date) == (2, date(2026, 2, 8))
    assert entry.before == {"title": "Délai non tenu", "found_date": "2025-11-07"}
    assert entry.after == {"title": "Délai dépassé", "found_date": "2025-11-10"}


def test_the_second_of_two_edits_overwrites_nothing(assessment):
    row = written(assessment)
    first, second = (replace(fields_of(row), title=title) for title in ("Premier", "Second"))
    edit_finding(finding=row, version=1, fields=first, by=UserFactory(), at=AT)

    with pytest.raises(EditConflictError) as raised:
        edit_finding(finding=row, version=1, fields=second, by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert row.title == raised.value.current.title == "Premier"
    assert raised.value.current.version == 2


def test_closing_says_who_when_and_what_was_verified():
    row, user = FindingFactory(), UserFactory()
    CorrectiveActionFactory(
        finding=row, state=ActionState.VERIFIED, done_at=AT, verified_at=AT, verified_by=user
    )

    close_finding(finding=row, version=1, comment="Écoutes refaites", by=user, at=AT)

    row.refresh_from_db()
    entry = JournalEntry.objects.get(action="finding.closed")
    assert (row.state, row.closed_by, row.closed_at) == (FindingState.CLOSED, user, AT)
    assert (row.closing_comment, row.version) == ("Écoutes refaites", 2)
    assert (entry.before, entry.after, entry.reason) == (
        {"state": "PRESENTED"},
        {"state": "CLOSED"},
        "Écoutes refaites",
    )


@pytest.mark.parametrize(
    ("code", "states", "closes"),
    [
        ("NC_MAJ", [], False),
        ("NC_MAJ", ["CANCELLED"], False),
        ("NC_MAJ", ["PLANNED"], False),
        ("NC_MAJ", ["IN_PROGRESS"], False),
        ("NC_MAJ", ["DONE"], False),
        ("NC_MAJ", ["VERIFIED", "DONE"], False),
        ("NC_MAJ", ["VERIFIED"], True),
        ("NC_MAJ", ["VERIFIED", "CANCELLED"], True),
        ("PS", [], True),
        ("PS", ["CANCELLED"], True),
        ("PS", ["PLANNED"], False),
    ],
)
def test_a_finding_closes_when_its_actions_are_verified(assessment, code, states, closes):
    row = written(assessment, code)
    for state in states:
        done = AT if state in {"DONE", "VERIFIED"} else None
        verified = AT if state == "VERIFIED" else None
        CorrectiveActionFactory(
            finding=row,
            state=state,
            done_at=done,
            verified_at=verified,
            verified_by=UserFactory() if verified else None,
        )

    assert (closing_obstacles(row) == []) is closes
    if closes:
        close_finding(finding=row, version=1, comment="Vu", by=UserFactory(), at=AT)
    else:
        with pytest.raises(NotAvailableError):
            close_finding(finding=row, version=1, comment="Vu", by=UserFactory(), at=AT)
    row.refresh_from_db()
    assert (row.state == FindingState.CLOSED) is closes


def test_what_is_missing_names_the_actions():
    row = FindingFactory()
    for number in (3, 12):
        CorrectiveActionFactory(finding=row, number=number)

    (sentence,) = closing_obstacles(row)

    assert "ACT-003, ACT-012" in sentence


def test_closing_twice_or_reopening_an_open_finding_is_not_available(assessment):
    row = written(assessment, "PS")
    with pytest.raises(NotAvailableError):
        reopen_finding(finding=row, version=1, reason="Pourquoi pas", by=UserFactory(), at=AT)
    close_finding(finding=row, version=1, comment="Vu", by=UserFactory(), at=AT)

    with pytest.raises(NotAvailableError):
        close_finding(finding=row, version=2, comment="Encore", by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert row.closing_comment == "Vu"
    assert JournalEntry.objects.filter(action="finding.closed").count() == 1


def test_closing_what_somebody_just_changed_is_a_conflict(assessment):
    row = written(assessment, "PS")
    edit_finding(
        finding=row,
        version=1,
        fields=replace(fields_of(row), found="Dix sur dix"),
        by=UserFactory(),
        at=AT,
    )

    with pytest.raises(EditConflictError):
        close_finding(finding=row, version=1, comment="Vu", by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert row.state == FindingState.PRESENTED


def test_a_finding_of_a_validated_audit_still_closes_and_reopens(assessment):
    rated(assessment)
    row = written(assessment, "PS")
    validate_audit(audit=assessment.audit, by=UserFactory(), at=timezone.now())

    close_finding(finding=row, version=1, comment="Vu", by=UserFactory(), at=AT)
    reopen_finding(finding=row, version=2, reason="Revenu", by=UserFactory(), at=AT)

    row.refresh_from_db()
    assert (row.state, row.closed_by, row.version) == (FindingState.PRESENTED, None, 3)
    reasons = JournalEntry.objects.filter(object_type="finding").values_list("reason", flat=True)
    assert list(reasons.order_by("pk")) == ["", "Vu", "Revenu"]


def test_closing_gives_the_requirement_its_verdict_back(assessment):
    rated(assessment, "C")
    row = written(assessment)
    FindingGrade.objects.update(needs_action=False)
    row.refresh_from_db()

    close_finding(finding=row, version=1, comment="Vu", by=UserFactory(), at=AT)

    assessment.refresh_from_db()
    assert assessment.shape == "ok"
