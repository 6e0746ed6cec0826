"""Withdrawing evidence that was added by mistake, and putting it back.

It stays where it is, readable to the same people, with its files and its links: it only stops
counting. Validated audits keep it as it was judged.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audits.actions.evidence_links import KIND as REQUIREMENT
from audits.actions.evidence_links import counted_links, refresh
from audits.enums import AuditState
from audits.models import Audit, Evidence
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

KIND = "evidence"
WITHDRAWN, RESTORED = "evidence.withdrawn", "evidence.restored"


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, reason: str, by: User, at: datetime) -> Evidence:
    """Let the evidence count no longer in the audits under way. Returns the row as saved.

    Raises:
        NotAvailableError: when it is withdrawn already.
        UserError: without a reason.
    """
    if not reason.strip():
        raise UserError(_("Say why the evidence is withdrawn."))
    evidence = _locked(evidence.pk)
    if evidence.withdrawn_at is not None:
        raise NotAvailableError(_("This evidence is withdrawn already."))
    before = _state(evidence)
    evidence.withdrawn_at, evidence.withdrawn_reason = at, reason
    return _moved(evidence, WITHDRAWN, before, reason=reason, by=by, at=at)


@transaction.atomic
def restore_evidence(*, evidence: Evidence, by: User, at: datetime) -> Evidence:
    """Put withdrawn evidence back: it counts again where it is linked. Returns the row as saved.

    Raises:
        NotAvailableError: when it is not withdrawn.
    """
    evidence = _locked(evidence.pk)
    if evidence.withdrawn_at is None:
        raise NotAvailableError(_("This evidence is not withdrawn."))
    before = _state(evidence)
    evidence.withdrawn_at, evidence.withdrawn_reason = None, ""
    return _moved(evidence, RESTORED, before, reason="", by=by, at=at)


def _locked(pk: int) -> Evidence:
    """The row, behind the audits under way that count it: none is validated meanwhile."""
    audits = Audit.objects.select_for_update(of=("self",)).defer("frozen").order_by("pk")
    running = audits.filter(
        state=AuditState.IN_PROGRESS, pk__in=counted_links(pk).values("assessment__audit")
    )
    list(running)
    rows = Evidence.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=pk)


def _moved(  # noqa: PLR0913 -- keyword-only, one line each
    evidence: Evidence,
    action: str,
    before: Mapping[str, Any],
    *,
    reason: str,
    by: User,
    at: datetime,
) -> Evidence:
    """Save, count again, and record it with the evidence and with each requirement it moves."""
    Evidence.objects.filter(pk=evidence.pk).update(
        withdrawn_at=evidence.withdrawn_at,
        withdrawn_reason=evidence.withdrawn_reason,
        version=F("version") + 1,
    )
    refresh(evidence)
    told = {"evidence": evidence.reference}
    requirements = counted_links(evidence.pk).values_list("assessment_id", "assessment__code")
    changes = [
        journal.Change(
            action,
            KIND,
            evidence.key,
            str(evidence),
            before=before,
            after=_state(evidence),
            reason=reason,
        ),
        *(
            journal.Change(action, REQUIREMENT, pk, code, after=told, reason=reason)
            for pk, code in requirements.order_by("assessment_id")
        ),
    ]
    stream = journal.organisation_stream(evidence.organisation.key)
    journal.record_many(changes, stream=stream, by=by, at=at)
    return Evidence.objects.select_related("organisation").get(pk=evidence.pk)


def _state(evidence: Evidence) -> dict[str, Any]:
    at = evidence.withdrawn_at
    return {"withdrawn_at": at.isoformat() if at else None, "reason": evidence.withdrawn_reason}
