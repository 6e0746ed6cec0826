"""What is late on a finding: one rule, said in Python and by the database."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.utils import timezone

from audits.enums import AuditKind, FindingState
from audits.models import Certification, Finding
from audits.models.lateness import is_late, owed_by_column
from tests.factories.accounts import UserFactory
from tests.factories.audits import FindingFactory, first_assessment, running_audit

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

TODAY = date(2026, 5, 12)
PAST, COMING = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
DAYS = (None, PAST, TODAY, COMING)
STEPS = ("presented_at", "answered_at", "accepted_at", "proven_at", "closed_at")


def dated(state: FindingState) -> dict:
    """The dates that a state asks for."""
    taken = list(FindingState).index(state)
    dates = {step: timezone.now() if n < taken else None for n, step in enumerate(STEPS)}
    return dates | ({"closed_by": UserFactory()} if state == FindingState.CLOSED else {})


def late_now() -> set[Finding]:
    return set(Finding.objects.annotate(owed=owed_by_column()).filter(is_late(TODAY)))


def finding_at(state, assessment=None, **fields) -> Finding:
    assessment = assessment or first_assessment(running_audit(kind=AuditKind.INITIAL))
    return FindingFactory(assessment=assessment, state=state, **dated(state), **fields)


@pytest.mark.parametrize(
    ("state", "answer", "proof", "owed"),
    [
        (FindingState.PRESENTED, PAST, COMING, PAST),
        (FindingState.PRESENTED, None, COMING, COMING),
        (FindingState.PRESENTED, None, None, None),
        (FindingState.ANSWERED, PAST, COMING, COMING),
        (FindingState.ACCEPTED, PAST, COMING, COMING),
        (FindingState.ACCEPTED, PAST, None, None),
        # The auditor is waited for.
        (FindingState.PROVEN, PAST, PAST, None),
        (FindingState.CLOSED, PAST, PAST, None),
        (FindingState.DRAFT, None, None, None),
    ],
)
def test_what_is_owed_is_the_present_step(state, answer, proof, owed):
    assert Finding(state=state, answer_due=answer, due_date=proof).next_due() == owed


def test_the_database_says_the_same_whatever_the_state_and_the_days():
    assessment = first_assessment(running_audit(kind=AuditKind.INITIAL))
    rows = [
        finding_at(state, assessment, answer_due=answer, due_date=proof)
        for state, answer, proof in product(FindingState, DAYS, DAYS)
    ]

    owed = dict(Finding.objects.annotate(owed=owed_by_column()).values_list("pk", "owed"))
    late = late_now()

    assert owed == {row.pk: row.next_due() for row in rows}
    assert late == {row for row in rows if row.next_due() is not None and row.next_due() < TODAY}
    # Presented past its answer or without one past its proof, answered and accepted past its proof.
    assert len(late) == 4 + 1 + 4 + 4


def test_nothing_is_late_in_a_closed_file():
    row = finding_at(FindingState.PRESENTED, answer_due=PAST)
    assert late_now() == {row}

    Certification.objects.update(
        state="CLOSED", closed_at=timezone.now(), closed_by=UserFactory(), closed_reason="Fini"
    )

    assert late_now() == set()
