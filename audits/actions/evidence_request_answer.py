"""Answering a request for evidence, and saying whether the answer will do.

The evidence of an answer is linked to the requirements of the request in the same transaction:
it enters the queue of the review as any other.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits import request_notices as notices
from audits import storage
from audits.actions.evidence import add_received
from audits.actions.evidence_links import link_evidence
from audits.actions.finding_moves import require_other_than_sender
from audits.actions.request_moves import ANSWERED, REFUSED, SETTLED, locked_at, moved
from audits.enums import Opinion
from audits.models import (
    Assessment,
    Evidence,
    EvidenceRequest,
    EvidenceRequestAnswer,
    EvidenceVersion,
)
from audits.request_enums import RequestState
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import UserError
from crcaudit.core.files import FileRefusedError, Received, display_name


class RefusedUploadError(Exception):
    """Which of several files may not be kept, and why."""

    def __init__(self, name: str, error: FileRefusedError) -> None:
        super().__init__(str(error))
        self.name, self.error = name, error


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswerFields:
    """What the auditee answers: ``evidence`` is there already, ``uploads`` are new files."""

    text: str
    has_nothing: bool = False
    evidence: tuple[Evidence, ...] = ()
    uploads: tuple[storage.Upload, ...] = ()


def answer_request(
    *, key: UUID, request: EvidenceRequest, fields: RequestAnswerFields, by: User, at: datetime
) -> EvidenceRequestAnswer:
    """Send an answer to the auditor; the same form sent twice gives the same answer.

    Files are inspected before anything is locked, and stay only with the answer itself.

    Raises:
        RefusedUploadError: for the first file that may not be kept, see `crcaudit.core.files`.
        NotAvailableError: when no answer is due, or the audit is validated.
        UserError: when there is neither evidence nor "nothing to provide", or both.
    """
    _require_content(fields)
    stored: list[str] = []
    with ExitStack() as stack:
        files = [_received(stack, upload) for upload in fields.uploads]
        try:
            return _answer(key, request, fields, files, stored, by=by, at=at)
        except BaseException:
            for path in stored:
                storage.remove(path)
            raise


def _received(stack: ExitStack, upload: storage.Upload) -> Received:
    try:
        return stack.enter_context(storage.received(upload))
    except FileRefusedError as error:
        raise RefusedUploadError(display_name(upload.name or ""), error) from error


@transaction.atomic
def _answer(  # noqa: PLR0913 -- keyword-only, one line each
    key: UUID,
    request: EvidenceRequest,
    fields: RequestAnswerFields,
    files: Sequence[Received],
    stored: list[str],
    *,
    by: User,
    at: datetime,
) -> EvidenceRequestAnswer:
    known = EvidenceRequestAnswer.objects.filter(key=key, request=request).first()
    if known is not None:
        return known
    row = locked_at(request, RequestState.ASKED)
    rows = list(row.assessments.select_related("audit__organisation", "site").order_by("position"))
    _require_choices(row, fields.evidence, by=by)
    added = [_add(file, rows[0], stored, by=by, at=at) for file in files]
    pieces = list(dict.fromkeys((*fields.evidence, *added)))
    for piece in pieces:
        link_evidence(evidence=piece, assessments=rows, by=by, at=at)
    answer = EvidenceRequestAnswer.objects.create(
        key=key,
        request=row,
        number=row.answers.count() + 1,
        sent_at=at,
        sent_by=by,
        text=fields.text,
        has_nothing=fields.has_nothing,
    )
    answer.evidence.set(pieces)
    row.answer(by=by, at=at)
    told: dict[str, Any] = {"answer": fields.text}
    told["evidence"] = [piece.reference for piece in pieces]
    moved(row, ANSWERED, source=RequestState.ASKED, told=told, by=by, at=at)
    notices.answered(row, by=by, at=at)
    return answer


@transaction.atomic
def judge_request_answer(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    request: EvidenceRequest,
    version: int,
    opinion: Opinion,
    reason: str,
    by: User,
    at: datetime,
) -> EvidenceRequest:
    """Settle the request, or ask again for what is missing.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when no answer waits, or the audit is validated.
        UserError: when the sender judges, or a refusal says nothing.
    """
    row = locked_at(request, RequestState.ANSWERED, version=version)
    answer = row.answers.get(opinion="")
    require_other_than_sender(answer, by)
    is_refused = opinion == Opinion.REFUSED
    if is_refused and not reason:
        raise UserError(_("Say what is missing: the audited organisation answers again from it."))
    answer.judge(opinion=opinion, reason=reason, by=by, at=at)
    if is_refused:
        row.ask_again()
        notices.refused(row, answer, by=by, at=at)
    else:
        row.settle(by=by, at=at)
    action = REFUSED if is_refused else SETTLED
    moved(row, action, source=RequestState.ANSWERED, reason=reason, by=by, at=at)
    return row


def _require_content(fields: RequestAnswerFields) -> None:
    has_pieces = bool(fields.evidence or fields.uploads)
    if fields.has_nothing and has_pieces:
        raise UserError(
            _("Either there is nothing to provide, or there is evidence: keep one of the two.")
        )
    if not fields.has_nothing and not has_pieces:
        raise UserError(
            _("Choose or add at least one piece of evidence, or say that there is none to provide.")
        )


def _require_choices(request: EvidenceRequest, evidence: Sequence[Evidence], *, by: User) -> None:
    if not evidence:
        return
    allowed = Evidence.objects.visible_to(by).filter(
        organisation=request.audit.organisation_id, withdrawn_at=None
    )
    wanted = {piece.pk for piece in evidence}
    if set(allowed.filter(pk__in=wanted).values_list("pk", flat=True)) != wanted:
        raise UserError(_("Choose evidence of the organisation that is not withdrawn."))


def _add(
    file: Received, assessment: Assessment, stored: list[str], *, by: User, at: datetime
) -> Evidence:
    """The evidence of a new file; its path goes to ``stored`` unless it was there before."""
    before = EvidenceVersion.objects.filter(evidence__links__assessment=assessment)
    known = set(before.values_list("pk", flat=True))
    piece = add_received(assessment=assessment, received=file, by=by, at=at)
    stored += [row.path for row in piece.versions.all() if row.pk not in known]
    return piece
