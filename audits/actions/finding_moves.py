"""What every step of a finding shares: the locked row, its version, the trace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.closing import require_open_file
from audits.actions.rollup import refresh_assessment
from audits.enums import FindingState
from audits.models import Audit, Finding
from audits.models.finding_reply import Reply
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "finding"
CHANGED = gettext_lazy("Somebody changed this finding meanwhile. Nothing was overwritten.")


def locked(pk: int) -> Finding:
    """The finding as it is now, held until the end of the transaction."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related(
        "grade", "assessment__site", "audit__organisation", "audit__certification"
    )
    return rows.defer("audit__frozen").get(pk=pk)


def locked_at(finding: Finding, *states: FindingState, version: int | None = None) -> Finding:
    """The locked finding of an open file, in one of the states.

    ``version`` is the one that the reader saw, None where they saw no form of it.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is in another state, or its file is closed.
    """
    row = locked(finding.pk)
    require_open_file(row.audit.certification)
    if row.state not in states:
        raise NotAvailableError(
            _("This step is not available: the finding is “%(state)s” now.")
            % {"state": row.get_state_display()}
        )
    if version is not None:
        require_version(row, version)
    return row


def require_version(finding: Finding, version: int) -> None:
    """Raise EditConflictError when somebody changed it since ``version``."""
    if finding.version != version:
        raise EditConflictError(CHANGED, finding)


def require_running(audit: Audit) -> None:
    """Raise NotAvailableError once the audit is validated: what was found stays as it is."""
    if not audit.is_open:
        raise NotAvailableError(
            _("This step is not available: the audit is validated, what was found stays as it is.")
        )


def require_other_than_sender(reply: Reply, by: User) -> None:
    """Raise UserError for whoever sent the reply: nobody judges their own work."""
    if reply.sent_by_id == by.pk:
        raise UserError(_("An answer or a proof is judged by somebody other than its sender."))


def moved(  # noqa: PLR0913 -- keyword-only, one line each
    finding: Finding,
    action: str,
    *,
    source: str,
    reason: str = "",
    told: Mapping[str, Any] | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """After a change of state: the version grows, the verdict follows, the journal tells.

    ``told`` is what else the journal keeps of the step.
    """
    Finding.objects.filter(pk=finding.pk).update(version=F("version") + 1)
    finding.version += 1
    # The verdict of a validated audit is frozen, whatever becomes of its findings.
    if finding.audit.is_open:
        refresh_assessment(assessment_id=finding.assessment_id)
    after = {"state": finding.state, **(told or {})}
    record(finding, action, before={"state": source}, after=after, reason=reason, by=by, at=at)


def record(  # noqa: PLR0913 -- keyword-only, one line each
    finding: Finding,
    action: str,
    *,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """One row of the journal about a finding. ``by`` is None for the scheme's own rules."""
    change = journal.Change(
        action,
        KIND,
        finding.key,
        finding.reference,
        before=before or {},
        after=after,
        reason=reason,
    )
    stream = journal.organisation_stream(finding.audit.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
