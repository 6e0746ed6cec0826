"""What the screens of evidence show besides the rows themselves."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import permissions
from audits.actions.evidence import (
    DOWNLOADED,
    PREVIEWED,
    READ_KIND,
    VIEWED,
    VIEWED_OR_SAVED,
)
from audits.actions.evidence_links import counted_links
from audits.models import Assessment, Evidence, EvidenceLink
from audits.presenters.detail import EvidenceLine
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role
from crcaudit.core.files import FileRefusedError
from crcaudit.core.models import JournalEntry

READS_SHOWN = 20
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a requirement that the user may know of."""

    row: EvidenceLink
    can_unlink: bool


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody was given the content of one version."""

    at: datetime
    who: str
    version: int
    how: str


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, nothing at all included; None when it was only asked for."""
    return request.POST if request.method == "POST" else None


def links_of(evidence: Evidence, user: User) -> list[Link]:
    """Links to visible requirements: those in force first, then those that were ended."""
    rows = (
        evidence.links.filter(assessment__in=Assessment.objects.visible_to(user))
        .select_related("assessment__audit", "assessment__site", "linked_by", "unlinked_by")
        .defer("assessment__audit__frozen")
        .order_by("unlinked_at", "assessment__audit__start_date", "assessment__position", "pk")
    )
    # PostgreSQL and SQLite do not agree on the place of NULL.
    ordered = sorted(rows, key=lambda row: row.unlinked_at is not None)
    return [
        Link(row, row.unlinked_at is None and permissions.can_add_evidence(user, row.assessment))
        for row in ordered
    ]


def counted_codes(evidence: Evidence, user: User) -> list[str]:
    """Codes of the visible requirements of audits under way that the evidence proves."""
    links = counted_links(evidence.pk).filter(assessment__in=Assessment.objects.visible_to(user))
    codes = links.order_by("assessment__position", "pk")
    return list(dict.fromkeys(codes.values_list("assessment__code", flat=True)))


def may_link(user: User, evidence: Evidence) -> bool:
    """Whether the user may prove requirements of the organisation at all."""
    brings = (Role.QUALITY_MANAGER, Role.CONTRIBUTOR, Role.SITE_MANAGER)
    return evidence.withdrawn_at is None and has_role(user, evidence.organisation_id, *brings)


def reads_of(evidence: Evidence) -> list[Read]:
    """The last readings of the files, newest first: two queries."""
    entries = list(JournalEntry.objects.of(READ_KIND, evidence.key)[:READS_SHOWN])
    people = User.objects.filter(key__in={entry.actor for entry in entries if entry.actor})
    names = {str(user.key): str(user) for user in people}
    ways = {
        DOWNLOADED: _("downloaded"),
        VIEWED: _("read on screen"),
        VIEWED_OR_SAVED: _("read on screen or saved"),
        PREVIEWED: _("read on screen"),
    }
    return [
        Read(
            entry.at,
            names.get(entry.actor, _("deleted account")),
            entry.after["version"],
            ways.get(entry.after["how"], ""),
        )
        for entry in entries
    ]


def evidence_lines(rows: Iterable[Evidence]) -> list[EvidenceLine]:
    """Evidence just deposited, as the panel of a requirement lists it."""
    lines = []
    for row in rows:
        version = row.versions.order_by("-number").first()
        lines.append(
            EvidenceLine(
                key=row.key,
                reference=row.reference,
                title=row.title,
                file_name=version.file_name if version else "",
                size=version.size if version else None,
                is_expired=row.valid_until is not None and row.valid_until < localdate(),
                url=row.get_absolute_url(),
            )
        )
    return lines


def log_refusal(user: User, error: FileRefusedError) -> None:
    """A line for whoever watches the server: the reason and the person, nothing of the file."""
    logger.warning("Upload refused: %s, user %s", error.code, user.key)
