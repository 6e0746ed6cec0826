"""Withdrawn evidence stays, and counts no longer; validated audits keep what was judged."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audits.actions import evidence_withdrawal as actions
from audits.actions.audit import validate_audit
from audits.actions.evidence_links import link_evidence
from audits.actions.finding_fields import evidence_choices
from audits.enums import AuditKind
from audits.models import Assessment, Evidence
from audits.presenters.detail import read_evidence
from audits.snapshots import audit_snapshot
from audits.snapshots.rollups import stored_rollups
from crcaudit.accounts.enums import Role
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.audits.evidence import AT, DAY, deposit, state, stored
from tests.core.files import builders as b
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import FindingFactory, first_assessment, running_audit

pytestmark = [
    pytest.mark.unit,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files", "in_english"),
]

LATER = AT + timedelta(days=1)


@pytest.fixture
def row():
    return first_assessment(running_audit())


def withdraw(evidence, reason="Mauvais dossier", by=None, at=AT):
    return actions.withdraw_evidence(
        evidence=evidence, reason=reason, by=by or UserFactory(), at=at
    )


def restore(evidence, by=None, at=LATER):
    return actions.restore_evidence(evidence=evidence, by=by or UserFactory(), at=at)


def validate(audit, at=AT):
    audit.assessments.update(status="RATED", level="C", points=100, is_conform=True)
    audit.rollups.update(examined=1)
    validate_audit(audit=audit, by=UserFactory(), at=at)


def counts(row) -> tuple[int, object, int]:
    """Pieces counted, until when, and requirements of the engagement with valid evidence."""
    row.refresh_from_db()
    rollups = stored_rollups({row.audit_id: DAY})[row.audit_id]
    (proven,) = (found.with_evidence for found in rollups if found.section == row.section_id)
    return row.evidence_count, row.evidence_until, proven


def gap_of(audit):
    return audit_snapshot(audit, language="fr", on=DAY)


def test_it_no_longer_counts_and_everything_of_it_is_kept(row):
    evidence = deposit(row)
    kept = stored()

    withdrawn = withdraw(evidence)

    assert counts(row) == (0, None, 0)
    assert (withdrawn.withdrawn_at, withdrawn.withdrawn_reason) == (AT, "Mauvais dossier")
    assert stored() == kept
    assert len(kept) == 1
    assert evidence.versions.count() == 1
    assert evidence.links.get().unlinked_at is None


def test_other_evidence_of_the_requirement_still_counts(row):
    first, second = deposit(row), deposit(row, b.pdf(7))
    Evidence.objects.filter(pk=first.pk).update(valid_until=DAY)

    withdraw(second)

    assert counts(row) == (1, DAY, 1)


def test_put_back_it_counts_as_before(row):
    evidence = deposit(row)
    before = counts(row)

    restored = restore(withdraw(evidence))

    assert counts(row) == before
    assert before[0] == 1
    assert (restored.withdrawn_at, restored.withdrawn_reason) == (None, "")


def test_reports_of_an_audit_under_way_are_without_it(row):
    kept, evidence = deposit(row, b.pdf(7)), deposit(row)
    finding = FindingFactory(assessment=row)
    finding.evidence.set([kept, evidence])
    whole = gap_of(row.audit)

    withdraw(evidence)

    left = gap_of(row.audit)
    assert [view.reference for view in whole.evidence] == ["P-001", "P-002"]
    assert [view.reference for view in left.evidence] == ["P-001"]
    assert left.domains[0].engagements[0].requirements[0].evidence == ("P-001",)
    # What the auditor cited stays cited, and says what became of it.
    assert left.findings[0].evidence[1] == f"P-002 {evidence.title}, retirée le 4 mars 2026"


def test_the_last_piece_withdrawn_leaves_the_requirement_without_valid_evidence(row):
    evidence = deposit(row)
    audit = row.audit
    with_it = gap_of(audit).whole.with_evidence

    withdraw(evidence)

    assert (with_it, gap_of(audit).whole.with_evidence) == (1, 0)


def test_a_validated_audit_keeps_what_was_judged(row):
    evidence = deposit(row)
    validate(row.audit)
    link, before = evidence.links.get(), counts(row)
    row.audit.refresh_from_db()
    frozen = row.audit.frozen

    withdraw(evidence, at=LATER)

    assert counts(row) == before
    assert before[0] == 1
    row.audit.refresh_from_db()
    assert row.audit.frozen == frozen
    assert (evidence.links.get().pinned, link.pinned) == (link.pinned, evidence.versions.get())
    (line,) = read_evidence(row)
    assert (line.is_withdrawn, line.is_struck) == (True, False)


def test_only_the_audit_under_way_moves_when_both_rest_on_it(row):
    evidence = deposit(row)
    running = first_assessment(
        running_audit(certification=row.audit.certification, kind=AuditKind.INTERNAL)
    )
    link_evidence(evidence=evidence, assessments=[running], by=UserFactory(), at=AT)
    validate(row.audit)

    withdraw(evidence, at=LATER)

    assert [counts(item)[0] for item in (row, running)] == [1, 0]
    restore(evidence)
    assert [counts(item)[0] for item in (row, running)] == [1, 1]


def test_what_was_withdrawn_before_is_not_judged_at_validation(row):
    evidence = withdraw(deposit(row))

    validate(row.audit, at=LATER)

    assert evidence.links.get().pinned is None
    row.audit.refresh_from_db()
    assert evidence.reference not in row.audit.frozen["fr"]
    row.refresh_from_db()
    (line,) = read_evidence(Assessment.objects.select_related("audit").get(pk=row.pk))
    assert (line.is_withdrawn, line.is_struck) == (True, True)


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.CONTRIBUTOR, Role.DIRECTOR])
def test_it_stays_readable_to_those_who_could_read_it(row, role):
    Assessment.objects.filter(pk=row.pk).update(assigned_to=None)
    member = MembershipFactory(organisation=row.audit.organisation, role=role)
    Assessment.objects.filter(pk=row.pk).update(assigned_to=member.user)
    evidence = deposit(row)
    before = list(Evidence.objects.visible_to(member.user))

    withdraw(evidence)

    assert list(Evidence.objects.visible_to(member.user)) == before == [evidence]


def test_a_finding_no_longer_offers_it_unless_it_names_it_already(row):
    evidence = deposit(row)
    finding = FindingFactory(assessment=row)
    finding.evidence.add(evidence)

    withdraw(evidence)

    assert evidence_choices(row) == []
    assert evidence_choices(row, finding) == [evidence]


def test_the_journal_says_who_why_and_which_requirements(row):
    evidence, by = deposit(row), UserFactory()
    before = JournalEntry.objects.count()

    withdraw(evidence, by=by)
    restore(evidence, by=by)

    entries = list(JournalEntry.objects.order_by("pk")[before:])
    assert [(e.action, e.object_type, e.object_key, e.reason) for e in entries] == [
        ("evidence.withdrawn", "evidence", str(evidence.key), "Mauvais dossier"),
        ("evidence.withdrawn", "assessment", str(row.pk), "Mauvais dossier"),
        ("evidence.restored", "evidence", str(evidence.key), ""),
        ("evidence.restored", "assessment", str(row.pk), ""),
    ]
    assert {entry.actor for entry in entries} == {str(by.key)}
    assert entries[0].after == {"withdrawn_at": AT.isoformat(), "reason": "Mauvais dossier"}
    assert entries[2].before == entries[0].after
    assert journal.verify()[1] == []


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_happens(row, reason):
    evidence = deposit(row)
    before = state()

    with pytest.raises(UserError, match="Say why"):
        withdraw(evidence, reason=reason)

    assert state() == before
    assert counts(row)[0] == 1


def test_twice_is_refused_and_changes_nothing(row):
    present, gone = deposit(row), withdraw(deposit(row, b.pdf(7)))
    before = state()

    with pytest.raises(NotAvailableError, match="withdrawn already"):
        withdraw(gone, reason="Encore", at=LATER)
    with pytest.raises(NotAvailableError, match="is not withdrawn"):
        restore(present)

    assert state() == before
    gone.refresh_from_db()
    assert gone.withdrawn_reason == "Mauvais dossier"


@pytest.mark.parametrize(
    "columns",
    [
        {"withdrawn_at": AT, "withdrawn_reason": ""},
        {"withdrawn_at": None, "withdrawn_reason": "Mauvais dossier"},
    ],
)
def test_the_database_ties_the_date_to_the_reason(row, columns):
    evidence = deposit(row)

    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(**columns)


def test_the_file_dropped_again_is_new_evidence(row):
    gone = withdraw(deposit(row))

    again = deposit(row)

    assert again.pk != gone.pk
    assert counts(row)[0] == 1
