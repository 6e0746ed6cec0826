"""Asking the auditee for evidence, and taking a request back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import request_notices as notices
from audits.actions.finding_moves import require_running
from audits.actions.freezing import stream_of
from audits.actions.request_moves import ASKED, CANCELLED, change_of, locked_at, moved
from audits.models import Assessment, Audit, EvidenceRequest
from audits.request_enums import RequestState
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import UserError
from crcaudit.core.numbering import next_number


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFields:
    """What the auditor asks for."""

    assessments: tuple[Assessment, ...]
    text: str
    scope: str = ""
    due_date: date


@transaction.atomic
def ask_evidence(
    *, key: UUID, audit: Audit, requests: Sequence[RequestFields], by: User, at: datetime
) -> list[EvidenceRequest]:
    """Ask for one or several pieces of evidence, all or none, in a fixed number of queries.

    ``key`` is drawn when the form is shown: the same form sent twice asks once.

    Raises:
        NotAvailableError: when the audit is validated.
        UserError: when a requirement is of another audit, or a day has passed.
    """
    audit = Audit.objects.select_for_update(of=("self",)).defer("frozen").get(pk=audit.pk)
    keys = [key if not place else uuid5(key, str(place)) for place in range(len(requests))]
    known = list(EvidenceRequest.objects.filter(audit=audit, key__in=keys).order_by("number"))
    if known:
        return known
    require_running(audit)
    _require_fitting(audit, requests, today=localdate(at))
    first = next_number(f"request:{audit.key}", count=len(requests))
    rows = EvidenceRequest.objects.bulk_create(
        EvidenceRequest(
            key=own,
            audit=audit,
            number=first + place,
            text=fields.text,
            scope=fields.scope,
            due_date=fields.due_date,
            asked_at=at,
            asked_by=by,
        )
        for place, (own, fields) in enumerate(zip(keys, requests, strict=True))
    )
    concerned = {row: fields.assessments for row, fields in zip(rows, requests, strict=True)}
    through = EvidenceRequest.assessments.through
    through.objects.bulk_create(
        through(evidencerequest=row, assessment=one) for row in rows for one in concerned[row]
    )
    changes = [change_of(row, ASKED, after=_told(row, concerned[row])) for row in rows]
    journal.record_many(changes, stream=stream_of(audit), by=by, at=at)
    notices.asked(concerned, by=by, at=at)
    return rows


@transaction.atomic
def cancel_request(
    *, request: EvidenceRequest, reason: str, by: User, at: datetime
) -> EvidenceRequest:
    """Take back a request that nobody has answered; it stays with its reason.

    Raises:
        NotAvailableError: when it was answered, settled or cancelled, or the audit is validated.
    """
    row = locked_at(request, RequestState.ASKED)
    row.cancel(by=by, at=at, reason=reason)
    moved(row, CANCELLED, source=RequestState.ASKED, reason=reason, by=by, at=at)
    return row


def _require_fitting(audit: Audit, requests: Sequence[RequestFields], *, today: date) -> None:
    for fields in requests:
        if not fields.assessments or any(row.audit_id != audit.pk for row in fields.assessments):
            raise UserError(_("Choose at least one requirement of this audit."))
        if fields.due_date < today:
            raise UserError(_("This day has passed: give a day from today on."))


def _told(request: EvidenceRequest, concerned: Sequence[Assessment]) -> dict[str, Any]:
    return {
        "requirements": [row.code for row in concerned],
        "asked": request.text,
        "period": request.scope,
        "due_date": request.due_date.isoformat(),
    }
