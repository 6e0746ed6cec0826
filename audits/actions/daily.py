"""What passes with time: controls and alerts, minors that become major, what is late or due."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.text import Truncator
from django.utils.timezone import localdate

from audits import finding_notices as notices
from audits.actions import alert, alert_round, feeding
from audits.actions.controls.followup import controls_due, follow_up
from audits.actions.controls.planning import plan_ahead
from audits.actions.finding_moves import locked, moved
from audits.actions.listening.erasing import erase_expired
from audits.actions.surveys.files import forget_files
from audits.enums import OWN_AUDITS, AssessmentStatus, Escalation, FindingState
from audits.logic.escalation import OWING, becomes_major
from audits.models import Assessment, CorrectiveAction, EvidenceRequest, Finding
from audits.models.lateness import owed_by_column
from audits.request_notices import LINE, auditees, is_turn_of
from audits.snapshots.common import in_language
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User
from crcaudit.accounts.permissions import READERS
from engagements.enums import Severity
from engagements.models import FindingGrade

ESCALATED = "finding.escalated"
SOON = timedelta(days=7)


def daily_round(*, at: datetime) -> None:
    """Plan and erase, escalate what is late, count measures, then remind of what is due.

    Asked again, it does no more.
    """
    plan_ahead(at=at)
    erase_expired(at=at)
    forget_files(at=at)
    escalate_overdue(at=at)
    follow_up(at=at)
    feeding.feed_all(at=at)
    alert.evaluate_all(at=at)
    alert_round.escalate_late(at=at)
    remind(at=at)


def escalate_overdue(*, at: datetime) -> list[Finding]:
    """Make major each minor of an open file that was not closed in time, where the rule is so."""
    rows = Finding.objects.filter(
        state__in=OWING,
        grade__severity=Severity.MINOR,
        due_date__lt=localdate(at),
        audit__minor_becomes_major=True,
        audit__certification__closed_at=None,
    )
    found = (_escalate(pk, at=at) for pk in rows.order_by("pk").values_list("pk", flat=True))
    return [row for row in found if row is not None]


@transaction.atomic
def _escalate(pk: int, *, at: datetime) -> Finding | None:
    """The finding with its worse grade; None when it no longer is to be made worse."""
    row = locked(pk)
    worse = (
        FindingGrade.objects.filter(scheme=row.grade.scheme_id, severity=Severity.MAJOR)
        .order_by("position")
        .first()
    )
    is_due = becomes_major(
        severity=row.grade.severity,
        state=row.state,
        due=row.due_date,
        today=localdate(at),
        rule=row.audit.minor_becomes_major,
    )
    if not is_due or worse is None or row.audit.certification.closed_at is not None:
        return None
    before = row.grade
    row.first_grade, row.grade = before, worse
    row.escalated_at, row.escalation = at, Escalation.OVERDUE
    row.save(update_fields=["first_grade", "grade", "escalated_at", "escalation"])
    told = {"grade": worse.code}
    moved(row, ESCALATED, source=row.state, told=told, by=None, at=at)
    notices.escalated(row, at=at)
    return row


def remind(*, at: datetime) -> None:
    """Tell everybody, once a week at most, what of theirs is late or due within `SOON`."""
    today = localdate(at)
    year, week, _day = today.isocalendar()
    lines: dict[User, list[notices.Due]] = defaultdict(list)
    until = today + SOON
    sources = (_actions_due, _evidence_due, _findings_due, _requests_due, controls_due)
    for person, due in chain.from_iterable(each(until) for each in sources):
        lines[person].append(due)
    for person, found in lines.items():
        notices.due(person, found, week=f"{year}-{week:02d}", at=at)


def _actions_due(until: date) -> Iterator[tuple[User, notices.Due]]:
    """Pending actions, for their owner while a member of the organisation."""
    members = Membership.objects.active().filter(
        organisation=OuterRef("organisation"), user=OuterRef("owner"), role__in=READERS
    )
    rows = CorrectiveAction.objects.pending().filter(
        Exists(members), due_date__lte=until, finding__audit__certification__closed_at=None
    )
    for row in rows.select_related("owner").order_by("due_date", "pk"):
        yield row.owner, notices.Due(str(row), row.due_date)


def _evidence_due(until: date) -> Iterator[tuple[User, notices.Due]]:
    """Requirements without evidence, for the contributor in charge while they are one."""
    members = Membership.objects.active().filter(
        organisation=OuterRef("audit__organisation"),
        user=OuterRef("assigned_to"),
        role=Role.CONTRIBUTOR,
    )
    rows = Assessment.objects.in_open_audits().filter(
        Exists(members),
        due_date__lte=until,
        evidence_count=0,
        audit__certification__closed_at=None,
    )
    rows = rows.exclude(status=AssessmentStatus.NOT_APPLICABLE).select_related("assigned_to")
    for row in rows.order_by("due_date", "audit", "position"):
        if row.assigned_to is not None and row.due_date is not None:
            text = in_language(row, "text", row.assigned_to.language)
            yield row.assigned_to, notices.Due(f"{row.code} {text}", row.due_date)


def _findings_due(until: date) -> Iterator[tuple[User, notices.Due]]:
    """Answers and proofs owed, for the quality managers of the organisation."""
    rows = (
        Finding.objects.annotate(owed=owed_by_column())
        .filter(
            state__in=[FindingState.PRESENTED, FindingState.ACCEPTED],
            grade__needs_action=True,
            owed__lte=until,
            audit__certification__closed_at=None,
        )
        .exclude(audit__kind__in=OWN_AUDITS)
        .select_related("audit__organisation")
        .defer("audit__frozen")
        .order_by("owed", "pk")
    )
    owed = [(row, day) for row in rows if (day := row.next_due()) is not None]
    managers: dict[int, list[User]] = defaultdict(list)
    for member in (
        Membership.objects.active()
        .filter(
            role=Role.QUALITY_MANAGER,
            organisation__in={row.audit.organisation_id for row, _ in owed},
        )
        .select_related("user")
    ):
        managers[member.organisation_id].append(member.user)
    for row, day in owed:
        for person in managers[row.audit.organisation_id]:
            yield person, notices.Due(str(row), day)


def _requests_due(until: date) -> Iterator[tuple[User, notices.Due]]:
    """Requests for evidence that wait for an answer, for those who may answer them."""
    rows = (
        EvidenceRequest.objects.owed()
        .filter(due_date__lte=until)
        .select_related("audit")
        .defer("audit__frozen")
        .prefetch_related("assessments")
        .order_by("due_date", "pk")
    )
    by_organisation: dict[int, list[EvidenceRequest]] = defaultdict(list)
    for row in rows:
        by_organisation[row.audit.organisation_id].append(row)
    for organisation, owed in by_organisation.items():
        members = list(auditees(organisation))
        for row in owed:
            turn = [one for one in members if is_turn_of(one, row.assessments.all())]
            for person in dict.fromkeys(one.user for one in turn):
                if person.pk != row.asked_by_id:
                    text = Truncator(str(row)).chars(LINE)
                    yield person, notices.Due(text, row.due_date)
