"""What the end of an audit asks of each side on the home page: conclude, decide, read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, AuditState, TeamRole
from audits.models import Audit, AuditTeamMember, Certificate, Certification, Decision
from audits.permissions.sharing import reads_for_a_client
from audits.presenters.decision import DECIDED, standing_lines, waiting_for
from audits.presenters.home import SHOWN, Task
from audits.presenters.nearness import days_text
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import organisations_with
from crcaudit.core.formats import date_text

NEWS_DAYS = 30


@dataclass(frozen=True, slots=True)
class Decided:
    """A certificate, or a file that has none after what was decided; ``until`` None then."""

    shape: str
    state: str
    name: str
    text: str
    until: date | None
    url: str


def endings_of(user: User, *, today: date) -> list[Task]:
    """Audits to conclude, files to decide on, decisions to read; one query for each that applies.

    A decision is news for thirty days to the quality manager and the director.
    """
    return [*_to_conclude(user, today), *_to_decide(user), *_decided(user, today)]


def decided_for(user: User, *, today: date) -> list[Decided]:
    """What the user's certification bodies decided and providers share, the latest first.

    Certificates that another one replaced are left to the page of the file. A client learns of
    no file without a certificate. Three queries; none for who reads neither.
    """
    bodies = organisations_with(user, Role.DECISION_MAKER)
    seen = Q(body__in=bodies)
    if reads_for_a_client(user):
        seen |= Q(pk__in=Certificate.objects.shared_with(user).values("certification"))
    elif not bodies:
        return []
    decisions = Decision.objects.select_related("conclusion__audit").order_by("-number")
    files = (
        Certification.objects.filter(seen)
        .annotate(last_decided=Max("decisions__decided_at"))
        .exclude(last_decided=None)
        .prefetch_related("certificates", Prefetch("decisions", decisions.defer(*DECIDED)))
        .order_by("-last_decided", "-pk")[:SHOWN]
    )
    return [line for file in files for line in _decided_lines(file, today)]


def _decided_lines(file: Certification, today: date) -> Iterator[Decided]:
    url = reverse("audits:certificate", args=[file.key])
    decisions, certificates = list(file.decisions.all()), list(file.certificates.all())
    for line in standing_lines(certificates, decisions, today=today):
        row = line.certificate
        yield Decided(line.shape, line.status, row.number, row.holder, row.expires_on, url)
    if not certificates:
        yield Decided("none", decisions[0].label, file.reference, file.title, None, url)


def _to_conclude(user: User, today: date) -> list[Task]:
    """Third parties' audits that the person leads, from their last day on."""
    led = AuditTeamMember.objects.giving_access(user).filter(role=TeamRole.LEAD)
    rows = (
        Audit.objects.filter(
            pk__in=led.values("audit"), state=AuditState.IN_PROGRESS, start_date__lte=today
        )
        .exclude(kind__in=OWN_AUDITS)
        .exclude(end_date__gt=today)
        .select_related("organisation")
        .defer("frozen", "scale")
        .order_by("start_date", "pk")
    )
    return [
        _task(
            "part",
            _("Audit to conclude"),
            audit,
            reverse("audits:conclude-audit", args=[audit.key]),
            due=audit.end_date or audit.start_date,
            today=today,
        )
        for audit in rows[:SHOWN]
    ]


def _to_decide(user: User) -> list[Task]:
    return [
        _task(
            "part",
            _("Decision to take"),
            row.audit,
            reverse("audits:decide-on-audit", args=[row.audit.key]),
        )
        for row in waiting_for(user)[:SHOWN]
    ]


def _decided(user: User, today: date) -> list[Task]:
    whole = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
    if not whole:
        return []
    since = today - timedelta(NEWS_DAYS)
    decisions = Decision.objects.filter(certification__organisation__in=whole)
    rows = (
        decisions.filter(decided_at__date__gte=since)
        .select_related("certification", "conclusion__audit")
        .defer(*DECIDED)
        .order_by("-decided_at", "-pk")[:SHOWN]
    )
    return [
        Task(
            shape="none",
            label=_("Decision"),
            text=f"{row.label} · {row.certification.title}",
            where=row.certification.reference,
            due=None,
            due_text=date_text(row.decided_at, short=True),
            url=reverse("audits:certificate", args=[row.certification.key]),
        )
        for row in rows
    ]


def _task(  # noqa: PLR0913 -- what a line of the home page shows
    shape: str,
    label: str,
    audit: Audit,
    url: str,
    *,
    due: date | None = None,
    today: date | None = None,
) -> Task:
    return Task(
        shape=shape,
        label=label,
        text=f"{audit.get_kind_display()} · {audit.organisation.name}",
        where=audit.reference,
        due=due,
        due_text=days_text(due, today) if due and today else "",
        url=url,
    )
