"""By which day something is owed on a finding, and when it is late: one rule.

The home page, the reminders, the preparation, the calendar, the list and the page of a finding
ask it here. What is late is never stored: it passes with time.
"""

from datetime import date

from django.db.models import Case, DateField, F, Q, Value, When

from audits.enums import FindingState

# Once proof was brought, it is the auditor who is waited for.
_PROOF_OWED = (FindingState.PRESENTED, FindingState.ANSWERED, FindingState.ACCEPTED)


def is_answer_owed(*, state: str, answer_due: date | None) -> bool:
    """Whether what is owed now is the answer: the proof comes after it."""
    return state == FindingState.PRESENTED and answer_due is not None


def owed_by(*, state: str, answer_due: date | None, due_date: date | None) -> date | None:
    """The day by which the auditee owes something; None when nothing is owed by a day."""
    if is_answer_owed(state=state, answer_due=answer_due):
        return answer_due
    return due_date if state in _PROOF_OWED else None


def owed_by_column() -> Case:
    """`owed_by` as the database says it: findings are annotated with it as ``owed``."""
    return Case(
        When(state=FindingState.PRESENTED, answer_due__isnull=False, then=F("answer_due")),
        When(state__in=_PROOF_OWED, then=F("due_date")),
        default=Value(None),
        output_field=DateField(),
    )


def is_late(today: date) -> Q:
    """Late, for findings with ``owed``; nothing is late any more in a closed file."""
    return Q(owed__lt=today, audit__certification__closed_at=None)
