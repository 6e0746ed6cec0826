"""What a report's page tells of its past: its revisions, and what the journal says of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.models import User
from crcaudit.core.models import JournalEntry
from reports.actions import trace
from reports.models import Report, ReportQuerySet

SHOWN_EVENTS = 50
SHOWN_REVISIONS = 20

_LABELS = {
    trace.REQUESTED: _("Asked for"),
    trace.FINISHED: _("Finished"),
    trace.FAILED: _("Failed"),
    trace.CANCELLED: _("Cancelled"),
    trace.RETRIED: _("Started again"),
    trace.ISSUED: _("Issued"),
    trace.DOWNLOADED: _("Downloaded"),
    trace.REFUSED: _("Download refused: the fingerprint does not match"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal. ``who`` is "" when the system acted."""

    at: datetime
    label: str
    who: str
    reason: str


def events_of(report: Report) -> list[Event]:
    """The newest lines about one report, newest first, in two queries."""
    entries = list(JournalEntry.objects.of(trace.KIND, report.key)[:SHOWN_EVENTS])
    names = _names(entries)
    return [
        Event(
            at=entry.at,
            label=str(_LABELS.get(entry.action, entry.action)),
            who=names.get(entry.actor, ""),
            reason=entry.reason,
        )
        for entry in entries
    ]


def revisions_of(report: Report, among: ReportQuerySet) -> list[Report]:
    """The other revisions under the same reference, newest first, of those in ``among``."""
    rows = among.filter(organisation=report.organisation_id, reference=report.reference)
    return list(rows.exclude(pk=report.pk).order_by("-requested_at", "-pk")[:SHOWN_REVISIONS])


def _names(entries: Iterable[JournalEntry]) -> dict[str, str]:
    keys = {entry.actor for entry in entries if entry.actor}
    return {str(user.key): str(user) for user in User.objects.filter(key__in=keys)}
