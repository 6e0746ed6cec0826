"""Everything left to do before the certification audit, in one list with owners and days."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language

from audits.enums import AssessmentStatus, AuditState, Need
from audits.models import (
    Assessment,
    Audit,
    Certification,
    CorrectiveAction,
    EvidenceRequest,
    Finding,
)
from audits.models.corrective_action import CorrectiveActionQuerySet
from audits.presenters.evidence_request import with_requirements
from audits.snapshots.common import in_language
from crcaudit.accounts.models import User

SHAPES = {
    Need.UNRATED: "none",
    Need.UNPROVEN: "part",
    Need.EXPIRED: "minor",
    Need.EXPIRING: "part",
    Need.REQUESTED: "part",
    Need.ANSWER_OWED: "major",
    Need.UNANSWERED: "major",
    Need.LATE: "major",
    Need.DUE: "part",
}
_RANK = {need: place for place, need in enumerate(Need)}
TEXT_SHOWN = 140
_UNRATED = Q(status=AssessmentStatus.NOT_ASSESSED)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. ``due`` is None without a day; ``owner`` is None while it is nobody's."""

    need: Need
    code: str
    text: str
    site: str
    owner: User | None
    due: date | None
    url: str

    @property
    def shape(self) -> str:
        """The shape of the verdict that goes with it."""
        return SHAPES[self.need]


def audit_under_way(certification: Certification, user: User) -> Audit | None:
    """The newest running audit of the file that the user may know of, None without one."""
    rows = Audit.objects.visible_to(user).filter(
        certification=certification, state=AuditState.IN_PROGRESS
    )
    return rows.defer("frozen", "scale").order_by("-started_at", "-pk").first()


def preparation(
    certification: Certification, audit: Audit | None, user: User, *, today: date
) -> list[Item]:
    """What is left to do on the file, as far as the user sees it: nearest day first.

    Requirements and requests for evidence are those of ``audit``; actions and findings those of
    the whole file. What has no day of its own is due on the day of the certification audit. At
    most five queries.
    """
    target = certification.target_date
    items = [
        *_requirements(audit, user, target=target, today=today),
        *_requests(audit, user),
        *_findings(certification, user, target=target),
        *_actions(certification, user, today=today),
    ]
    return sorted(items, key=_order)


def left_to_do(files: Sequence[Certification], user: User, *, today: date) -> Counter[int]:
    """How long `preparation` is for each file, by primary key: five queries, whatever the number.

    What is left is counted as it is listed there, without reading it.
    """
    running = Audit.objects.visible_to(user).filter(
        certification__in=files, state=AuditState.IN_PROGRESS
    )
    # The newest comes last, and stays.
    newest = dict(running.order_by("started_at", "pk").values_list("certification", "pk"))
    rows = Assessment.objects.visible_to(user).filter(audit__in=newest.values()).order_by()
    needs = rows.values_list("audit__certification").annotate(
        n=Count("pk", filter=_UNRATED) + Count("pk", filter=_unproven(today))
    )
    requests = EvidenceRequest.objects.visible_to(user).owed().filter(audit__in=newest.values())
    by_file = requests.order_by().values_list("audit__certification")
    findings = Finding.objects.visible_to(user).to_settle().order_by()
    findings = findings.filter(audit__certification__in=files)
    actions = _due_before(user, today=today).order_by()
    actions = actions.filter(finding__audit__certification__in=files)
    found = Counter[int](dict(needs))
    found.update(dict(by_file.annotate(n=Count("pk"))))
    settle = Finding.objects.filter(pk__in=findings.values("pk"))
    found.update(dict(settle.values_list("audit__certification").annotate(n=Count("pk"))))
    found.update(dict(actions.values_list("finding__audit__certification").annotate(n=Count("pk"))))
    return found


def counts(items: Iterable[Item]) -> Counter[Need]:
    """How many there are of each."""
    return Counter(item.need for item in items)


def owners(items: Iterable[Item]) -> list[User]:
    """Everybody whose turn it is somewhere, by name."""
    found = {item.owner.pk: item.owner for item in items if item.owner is not None}
    return sorted(found.values(), key=lambda user: (user.last_name, user.first_name, user.pk))


def _unproven(today: date) -> Q:
    """Assessments whose evidence does not last until the certification audit, or is missing."""
    return ~Q(status=AssessmentStatus.NOT_APPLICABLE) & (
        Q(evidence_count=0)
        | Q(evidence_until=None)
        | Q(evidence_until__lt=today)
        | Q(evidence_until__lt=F("audit__certification__target_date"))
    )


def _due_before(user: User, *, today: date) -> CorrectiveActionQuerySet:
    """Pending actions that are late, or due by the certification audit where it has a day."""
    target = "finding__audit__certification__target_date"
    by_then = Q(**{target: None}) | Q(due_date__lte=F(target)) | Q(due_date__lt=today)
    return CorrectiveAction.objects.visible_to(user).pending().filter(by_then)


def _order(item: Item) -> tuple[Any, ...]:
    return (item.due is None, item.due or date.max, _RANK[item.need], item.code, item.site)


def _requirements(
    audit: Audit | None, user: User, *, target: date | None, today: date
) -> Iterator[Item]:
    if audit is None:
        return
    language = get_language() or "fr"
    base = audit.get_absolute_url()
    rows = (
        Assessment.objects.visible_to(user)
        .filter(_UNRATED | _unproven(today), audit=audit)
        .select_related("site", "assigned_to")
        .order_by("position")
    )
    for row in rows:
        for need, due in _needs(row, target=target, today=today):
            yield Item(
                need=need,
                code=row.code,
                text=in_language(row, "text", language),
                site=row.site.name if row.site else "",
                owner=row.assigned_to,
                due=due,
                url=f"{base}?exigence={row.pk}",
            )


def _needs(
    row: Assessment, *, target: date | None, today: date
) -> Sequence[tuple[Need, date | None]]:
    """What one requirement lacks; not applicable lacks nothing."""
    if row.status == AssessmentStatus.NOT_APPLICABLE:
        return ()
    found: list[tuple[Need, date | None]] = []
    if row.status == AssessmentStatus.NOT_ASSESSED:
        found.append((Need.UNRATED, target))
    until = row.evidence_until
    if not row.evidence_count or until is None:
        found.append((Need.UNPROVEN, row.due_date or target))
    elif until < today:
        found.append((Need.EXPIRED, until))
    elif target is not None and until < target:
        found.append((Need.EXPIRING, until))
    return found


def _requests(audit: Audit | None, user: User) -> Iterator[Item]:
    """Requests that wait for an answer: two queries. In charge is who has the first requirement."""
    if audit is None:
        return
    rows = EvidenceRequest.objects.visible_to(user).owed().filter(audit=audit)
    for row in with_requirements(rows.order_by("number"), user):
        concerned: list[Assessment] = row.concerned  # type: ignore[attr-defined]
        first = concerned[0]
        text = Truncator(" ".join(row.text.split())).chars(TEXT_SHOWN)
        yield Item(
            need=Need.REQUESTED,
            code=first.code,
            text=f"{row.reference} {text}",
            site=first.site.name if first.site else "",
            owner=next((one.assigned_to for one in concerned if one.assigned_to), None),
            due=row.due_date,
            url=row.get_absolute_url(),
        )


def _findings(certification: Certification, user: User, *, target: date | None) -> Iterator[Item]:
    """Findings that a third party waits to have answered, and those without action; each once."""
    rows = (
        Finding.objects.visible_to(user)
        .to_settle()
        .filter(audit__certification=certification)
        .select_related("assessment__site", "grade", "audit")
        .defer("audit__frozen")
        .order_by("number")
    )
    base = reverse("audits:finding-list")
    for row in rows:
        site = row.assessment.site
        is_owed = row.owes_answer()
        yield Item(
            need=Need.ANSWER_OWED if is_owed else Need.UNANSWERED,
            code=row.assessment.code,
            text=f"{row.reference} {row.title}",
            site=site.name if site else "",
            owner=None,
            due=(row.next_due() if is_owed else row.due_date) or target,
            url=f"{base}{row.key}/",
        )


def _actions(certification: Certification, user: User, *, today: date) -> Iterator[Item]:
    rows = (
        _due_before(user, today=today)
        .filter(finding__audit__certification=certification)
        .select_related("owner", "finding__assessment__site")
        .order_by("due_date", "pk")
    )
    base = reverse("audits:action-list")
    for row in rows:
        site = row.finding.assessment.site
        yield Item(
            need=Need.LATE if row.due_date < today else Need.DUE,
            code=row.finding.assessment.code,
            text=f"{row.reference} {row.title}",
            site=site.name if site else "",
            owner=row.owner,
            due=row.due_date,
            url=f"{base}{row.key}/",
        )
