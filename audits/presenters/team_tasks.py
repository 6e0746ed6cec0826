"""What an audit under way asks of its team on the home page: sessions, evidence, drafts."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.cycle_enums import SlotKind
from audits.enums import AuditState, FindingState, TeamRole
from audits.models import Audit, AuditTeamMember, EvidenceLink, Finding, PlanSlot
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from audits.presenters.review import address
from crcaudit.accounts.models import User
from crcaudit.core.formats import time_text

COMING = timedelta(days=14)


def team_tasks_of(user: User, *, today: date) -> list[Task]:
    """Sessions of the next two weeks, evidence to review, and for the lead drafts to present.

    One query for who is on no team, two otherwise.
    """
    members = {row.audit_id: row for row in _members(user)}
    if not members:
        return []
    waiting = (task for row in members.values() for task in _waiting(row, today))
    return [*_sessions(members, today), *waiting]


def _members(user: User) -> QuerySet[AuditTeamMember]:
    """The user on each audit under way, with what waits there: ``pieces`` and ``drafts``."""
    pieces = EvidenceLink.objects.filter(
        assessment__audit=OuterRef("audit"),
        unlinked_at=None,
        evidence__withdrawn_at=None,
        review="",
    )
    drafts = Finding.objects.filter(audit=OuterRef("audit"), state=FindingState.DRAFT)
    return (
        AuditTeamMember.objects.giving_access(user)
        .filter(audit__state=AuditState.IN_PROGRESS)
        .exclude(role=TeamRole.OBSERVER)
        .annotate(pieces=_count(pieces, "assessment__audit"), drafts=_count(drafts, "audit"))
        .select_related("audit__organisation")
        .defer("audit__frozen", "audit__scale")
        .order_by("audit__start_date", "audit")
    )


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    """How many rows a subquery has, which are those of one audit: ``by`` leads to it."""
    counted = rows.order_by().values(by).annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)


def _sessions(members: Mapping[int, AuditTeamMember], today: date) -> Iterator[Task]:
    slots = (
        PlanSlot.objects.filter(
            auditors__in=members.values(),
            starts_at__date__gte=today,
            starts_at__date__lte=today + COMING,
            held_at=None,
        )
        .exclude(kind=SlotKind.BREAK)
        .select_related("plan", "site")
    )
    for slot in slots.distinct().order_by("starts_at", "pk")[:SHOWN]:
        audit, day = members[slot.plan.audit_id].audit, localdate(slot.starts_at)
        yield Task(
            shape="none",
            label=slot.get_kind_display(),
            text=f"{slot.title} · {slot.site}" if slot.site else slot.title,
            where=audit.reference,
            due=day,
            due_text=f"{days_text(day, today)}, {time_text(slot.starts_at)}",
            url=reverse("audits:plan", args=[audit.key]),
        )


def _waiting(row: AuditTeamMember, today: date) -> Iterator[Task]:
    """Lead auditors and auditors review; the lead alone presents."""
    pieces, drafts = row.pieces, row.drafts  # type: ignore[attr-defined]
    if pieces:
        said = ngettext("%(n)s piece of evidence", "%(n)s pieces of evidence", pieces)
        url = address(row.audit, chosen="a-revoir")
        yield _task(_("Evidence to review"), said % {"n": pieces}, row.audit, url, today)
    if drafts and row.role == TeamRole.LEAD:
        said = ngettext("%(n)s draft", "%(n)s drafts", drafts)
        url = reverse("audits:present-findings", args=[row.audit.key])
        yield _task(_("Findings to present"), said % {"n": drafts}, row.audit, url, today)


def _task(label: str, said: str, audit: Audit, url: str, today: date) -> Task:
    """It waits now, whatever is left until the last day of the audit; after that it is late."""
    last = audit.end_date or audit.start_date
    is_late = last < today
    return Task(
        shape="major" if is_late else "part",
        label=label,
        text=f"{said} · {audit.get_kind_display()} · {audit.organisation.name}",
        where=audit.reference,
        due=last if is_late else None,
        due_text=days_text(last, today),
        url=url,
    )
