"""Freezing an audit once it is over, and taking that back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audits import snapshots
from audits.actions.closing import require_open_file
from audits.actions.verdict_proposal import freeze_proposals
from audits.enums import AuditState
from audits.models import Audit, AuditConclusion, EvidenceLink, EvidenceVersion
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError

KIND = "audit"
LANGUAGES = ("fr", "en")


def locked_audit(audit: Audit) -> Audit:
    """The audit as it is now, held until the end of the transaction, with its organisation."""
    rows = Audit.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=audit.pk)


def freeze(  # noqa: PLR0913 -- keyword-only, one line each
    audit: Audit,
    action: str,
    *,
    told: Mapping[str, Any] | None = None,
    conclusion: AuditConclusion | None = None,
    by: User,
    at: datetime,
) -> None:
    """Pin the evidence judged, keep proposals and the snapshot in each language: nothing changes.

    ``action`` and ``told`` are what the journal keeps of it; ``conclusion``, not saved yet, goes
    into the snapshots.
    """
    _pin_evidence(audit)
    freeze_proposals(audit, at=at)
    change = journal.Change(
        action,
        KIND,
        audit.key,
        audit.reference,
        before={"state": AuditState.IN_PROGRESS},
        after={"state": AuditState.VALIDATED, **(told or {})},
    )
    journal.record(change, stream=stream_of(audit), by=by, at=at)
    day = localdate(at)
    frozen = {
        language: snapshots.to_json(
            snapshots.audit_snapshot(
                audit, language=language, on=day, validated=True, conclusion=conclusion
            )
        )
        for language in LANGUAGES
    }
    audit.validate(by=by, at=at, frozen=frozen)


@transaction.atomic
def reopen_audit(*, audit: Audit, reason: str, by: User, at: datetime) -> Audit:
    """Take the freezing back: ratings and findings change again, evidence is no longer pinned.

    The conclusion stays as withdrawn. `reports.actions.reopen_audit` asks first whether a report
    of it was issued; the database refuses what it decided on.

    Raises:
        NotAvailableError: when it is in progress, the diagnosis, of a closed file, followed by
            another audit, or decided on.
    """
    audit = locked_audit(audit)
    require_open_file(audit.certification)
    if audit.is_open:
        raise NotAvailableError(_("This step is not available: the audit is in progress."))
    if audit.is_diagnosis:
        raise NotAvailableError(
            _("The initial diagnosis stays as it was validated: every later audit is compared.")
        )
    if follower := audit.followers.order_by("pk").first():
        raise NotAvailableError(
            _("This step is not available: the audit %(reference)s follows this one.")
            % {"reference": follower.reference}
        )
    if audit.conclusions.exclude(decisions=None).exists():
        raise NotAvailableError(_("This step is not available: the audit is decided on already."))
    for conclusion in audit.conclusions.standing():
        conclusion.withdraw(by=by, at=at, reason=reason)
    audit.reopen()
    EvidenceLink.objects.filter(assessment__audit=audit).update(pinned=None)
    change = journal.Change(
        "audit.reopened",
        KIND,
        audit.key,
        audit.reference,
        before={"state": AuditState.VALIDATED},
        after={"state": AuditState.IN_PROGRESS},
        reason=reason,
    )
    journal.record(change, stream=stream_of(audit), by=by, at=at)
    return audit


def _pin_evidence(audit: Audit) -> None:
    newest = (
        EvidenceVersion.objects.filter(evidence=OuterRef("evidence"))
        .order_by("-number")
        .values("pk")[:1]
    )
    judged = EvidenceLink.objects.filter(
        assessment__audit=audit, unlinked_at=None, evidence__withdrawn_at=None
    )
    judged.update(pinned=Subquery(newest))


def stream_of(audit: Audit) -> str:
    """Chain of the audited organisation in the journal."""
    return journal.organisation_stream(audit.organisation.key)
