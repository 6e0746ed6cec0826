"""What an audit under way asks of its team on the home page: sessions, evidence, drafts."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.cycle_enums import SlotKind
from audits.enums import OWN_AUDITS, AuditState, FindingState, TeamRole
from audits.models import Audit, AuditTeamMember, EvidenceLink, Finding, PlanSlot
from audits.presenters.home import SHOWN, Task, days_text
from audits.presenters.review import address
from crcaudit.accounts.models import User
from crcaudit.core.formats import time_text

COMING = timedelta(days=14)


def team_tasks_of(user: User, *, today: date) -> list[Task]:
    """Sessions of the next two weeks, evidence to review, and for the lead drafts to present.

    One query for who is on no team, four otherwise.
    """
    rows = (
        AuditTeamMember.objects.giving_access(user)
        .filter(audit__state=AuditState.IN_PROGRESS)
        .exclude(role=TeamRole.OBSERVER)
        .select_related("audit__organisation")
        .defer("audit__frozen", "audit__scale")
    )
    members = {row.audit_id: row for row in rows.order_by("audit", "pk")}
    if not members:
        return []
    led = {
        pk: row
        for pk, row in members.items()
        if row.role == TeamRole.LEAD and row.audit.kind not in OWN_AUDITS
    }
    return [*_sessions(members, today), *_reviews(members), *_drafts(led)]


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


def _reviews(members: Mapping[int, AuditTeamMember]) -> Iterator[Task]:
    pieces = EvidenceLink.objects.filter(
        assessment__audit__in=members, unlinked_at=None, evidence__withdrawn_at=None, review=""
    )
    counts = pieces.values_list("assessment__audit").annotate(n=Count("pk"))
    for pk, n in counts.order_by("assessment__audit"):
        audit = members[pk].audit
        said = ngettext("%(n)s piece of evidence", "%(n)s pieces of evidence", n) % {"n": n}
        yield _task(_("Evidence to review"), said, audit, address(audit, chosen="a-revoir"))


def _drafts(led: Mapping[int, AuditTeamMember]) -> Iterator[Task]:
    rows = Finding.objects.filter(audit__in=led, state=FindingState.DRAFT)
    for pk, n in rows.values_list("audit").annotate(n=Count("pk")).order_by("audit"):
        audit = led[pk].audit
        said = ngettext("%(n)s draft", "%(n)s drafts", n) % {"n": n}
        url = reverse("audits:present-findings", args=[audit.key])
        yield _task(_("Findings to present"), said, audit, url)


def _task(label: str, said: str, audit: Audit, url: str) -> Task:
    return Task(
        shape="part",
        label=label,
        text=f"{said} · {audit.get_kind_display()}, {audit.organisation.name}",
        where=audit.reference,
        due=None,
        due_text="",
        url=url,
    )
