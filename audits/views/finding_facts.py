"""What stands on the page of a finding, and beside the form of each step on it."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from audits import permissions
from audits.enums import FindingState
from audits.models import CorrectiveAction, Evidence, Finding
from audits.presenters.finding import replies_of
from audits.views import lists
from audits.views.action_board import due_of
from crcaudit.accounts.models import User


def facts_of(user: User, row: Finding) -> dict[str, Any]:
    """The finding with its days, evidence, answers, proofs and actions, as the user sees them.

    Four queries, two more with proofs that name evidence.
    """
    today = localdate()
    is_file_open = permissions.is_file_open(row)
    is_awaited = row.state == FindingState.PRESENTED and is_file_open
    is_owed = row.next_due() is not None and is_file_open
    return {
        "finding": row,
        "evidence": evidence_of(user, row),
        "answer_due": lists.due(row.answer_due, today=today, is_open=is_awaited),
        "due": lists.due(row.due_date, today=today, is_open=is_owed),
        "replies": replies_of(row, user),
        "actions": _actions_of(row, today),
    }


def evidence_of(user: User, row: Finding) -> list[Evidence]:
    """Evidence of the finding that the user may open, in order of number."""
    pieces = row.evidence.filter(pk__in=Evidence.objects.visible_to(user).values("pk"))
    return list(pieces.order_by("number"))


def _actions_of(row: Finding, today: date) -> list[tuple[CorrectiveAction, lists.Due | None]]:
    planned = row.actions.select_related("owner").order_by("number")
    closed_at = row.audit.certification.closed_at
    return [(one, due_of(one, closed_at=closed_at, today=today)) for one in planned]
