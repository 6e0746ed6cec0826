"""Who may do what with requests for evidence. Pure on loaded objects."""

from collections.abc import Iterable

from audits.models import Assessment, Audit, EvidenceRequest
from audits.permissions.files import brings_evidence, can_rate, works_on
from audits.request_enums import RequestState
from crcaudit.accounts.models import User


def asks_evidence(user: User, audit: Audit) -> bool:
    """Asks for evidence and judges the answers, whatever the state of the audit: who rates."""
    return works_on(user, audit)


def can_ask_evidence(user: User, audit: Audit) -> bool:
    """Who rates, while the audit runs."""
    return can_rate(user, audit)


def answers_request(user: User, request: EvidenceRequest, concerned: Iterable[Assessment]) -> bool:
    """Whose task it is to prove one of its requirements, whatever the state of the request.

    Never who asked: in the organisation's own audits, that would be to ask oneself.
    """
    if request.asked_by_id == user.pk:
        return False
    return any(brings_evidence(user, row) for row in concerned)


def can_answer_request(
    user: User, request: EvidenceRequest, concerned: Iterable[Assessment]
) -> bool:
    """While an answer is due in a running audit: see `answers_request`."""
    is_due = request.state == RequestState.ASKED and request.audit.is_open
    return is_due and answers_request(user, request, concerned)


def can_judge_request(user: User, request: EvidenceRequest) -> bool:
    """While an answer waits: who rates, and did not send it."""
    waits = request.state == RequestState.ANSWERED and request.answered_by_id != user.pk
    return waits and can_rate(user, request.audit)


def can_cancel_request(user: User, request: EvidenceRequest) -> bool:
    """While nobody has answered it: who rates."""
    return request.state == RequestState.ASKED and can_rate(user, request.audit)
