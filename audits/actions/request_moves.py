"""What every step of a request for evidence shares: the locked row, its version, the trace."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.finding_moves import require_running
from audits.actions.freezing import stream_of
from audits.models import EvidenceRequest
from audits.request_enums import RequestState
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError

KIND = "evidence_request"
ASKED, ANSWERED, SETTLED, REFUSED, CANCELLED = (
    "request.asked",
    "request.answered",
    "request.settled",
    "request.refused",
    "request.cancelled",
)
CHANGED = gettext_lazy("Somebody changed this request meanwhile. Nothing was overwritten.")


def locked_at(
    request: EvidenceRequest, state: RequestState, *, version: int | None = None
) -> EvidenceRequest:
    """The locked request of a running audit, in the state; ``version`` is what the reader saw."""
    rows = EvidenceRequest.objects.select_for_update(of=("self",)).select_related(
        "audit__organisation", "audit__certification", "asked_by"
    )
    row = rows.get(pk=request.pk)
    require_running(row.audit)
    if row.state != state:
        raise NotAvailableError(
            _("This step is not available: the request is “%(state)s” now.")
            % {"state": row.get_state_display()}
        )
    if version is not None and row.version != version:
        raise EditConflictError(CHANGED, row)
    return row


def moved(  # noqa: PLR0913 -- keyword-only, one line each
    request: EvidenceRequest,
    action: str,
    *,
    source: str,
    reason: str = "",
    told: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> None:
    """One row of the journal after a change of state; ``told`` is what else it keeps."""
    after = {"state": request.state, **(told or {})}
    change = change_of(request, action, before={"state": source}, after=after, reason=reason)
    journal.record(change, stream=stream_of(request.audit), by=by, at=at)


def change_of(request: EvidenceRequest, action: str, **values: Any) -> journal.Change:
    """One row of the journal about a request."""
    return journal.Change(action, KIND, request.key, request.reference, **values)
