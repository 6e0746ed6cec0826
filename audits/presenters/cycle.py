"""The cycle of certification of a file on one page: steps, days, audits, and what is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.enums import AuditKind, AuditState
from audits.logic.cycle import MONTHS, Cycle, CycleRule, Held, Step, StepKind, StepState, cycle_of
from audits.models import Audit, Certificate, Certification, CorrectiveAction, Evidence, Finding
from audits.models.lateness import owed_by_column
from crcaudit.accounts.models import User
from engagements.models import Scheme

KINDS = {
    AuditKind.INITIAL: StepKind.START,
    AuditKind.SURVEILLANCE: StepKind.SURVEILLANCE,
    AuditKind.RENEWAL: StepKind.RENEWAL,
}
OPENING = (AuditKind.INITIAL, AuditKind.RENEWAL)
STATES = {
    StepState.DONE: ("ok", gettext_lazy("Held")),
    StepState.UNDER_WAY: ("part", gettext_lazy("In progress")),
    StepState.LATE: ("major", gettext_lazy("Late")),
    StepState.OPEN: ("minor", gettext_lazy("To be held now")),
    StepState.COMING: ("none", gettext_lazy("To come")),
    StepState.UNSET: ("na", gettext_lazy("To be set")),
}
NO_DAYS: tuple[date | None, date | None] = (None, None)
USUAL_DAYS = 90
MOST_LABELS = 6
WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One step as it is shown. ``audits`` are those that count for it, oldest first."""

    label: str
    step: Step
    audits: tuple[Audit, ...]
    shape: str
    state: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A step on the drawing: places from 0 to 1000, ``since`` equal to ``at`` without a window."""

    label: str
    kind: str
    at: int
    since: int
    anchor: str

    @property
    def width(self) -> int:
        """Of the window."""
        return self.at - self.since


@dataclass(frozen=True, slots=True)
class Drawing:
    """The cycle from left to right; ``today`` is None when it is outside."""

    marks: tuple[Mark, ...]
    today: int | None
    has_labels: bool


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many of one thing are due in the period, and the list of them."""

    label: str
    count: int
    url: str


def rule_of(scheme: Scheme) -> CycleRule:
    """The durations of the scheme, as values."""
    years = scheme.validity_years
    return CycleRule(
        validity_months=None if years is None else years * MONTHS,
        surveillance_months=scheme.surveillance_months,
        surveillances=scheme.surveillance_count,
        window_months=scheme.window_months,
        renewal_lead_months=scheme.renewal_lead_months,
    )


def cycle_start(certification: Certification) -> date | None:
    """The day from which the certificate counts, None while there is none.

    Its first day of validity; in a file without a record of its certificate, the last day of the
    last validated initial or renewal audit.
    """
    return cycle_days([certification]).get(certification.pk, NO_DAYS)[0]


def cycle_days(files: Iterable[Certification]) -> dict[int, tuple[date | None, date | None]]:
    """`cycle_start` of several files by primary key, and the last day that the certificate states.

    In two queries; files without a start are left out.
    """
    files = list(files)
    rows = Audit.objects.validated().filter(certification__in=files, kind__in=OPENING)
    days = rows.values_list("certification", "start_date", "end_date")
    found: dict[int, tuple[date | None, date | None]] = {}
    for pk, first, last in days.order_by("start_date", "pk"):
        found[pk] = (last or first, None)
    # A certificate that begins later does not end the one in force.
    certificates = Certificate.objects.filter(certification__in=files, valid_from__lte=localdate())
    stated = certificates.values_list("certification", "valid_from", "expires_on")
    for pk, first, last in stated.order_by("valid_from", "pk"):
        found[pk] = (first, last)
    return found


def file_cycle(
    certification: Certification,
    audits: Sequence[Audit],
    *,
    start: date | None,
    term: date | None = None,
    today: date,
) -> tuple[Cycle, bool]:
    """The cycle of a file, and whether it is only planned.

    ``audits`` are those of the file; ``term`` is as in `cycle_of`. Without a ``start`` the cycle
    counts from the initial audit under way, else from the day for which the file plans it. The
    scheme must be loaded.
    """
    is_planned = start is None
    if start is None:
        running = [a for a in audits if a.kind == AuditKind.INITIAL and a.is_open]
        day = _last_day(running[-1]) if running else None
        start = day or certification.target_date
    held = [
        Held(
            audit.pk, KINDS[AuditKind(audit.kind)], _last_day(audit), audit.validated_at is not None
        )
        for audit in audits
        if audit.kind in KINDS
    ]
    rule = rule_of(certification.edition.referential.scheme)
    cycle = cycle_of(rule, start=start, term=term, is_planned=is_planned, held=held, today=today)
    return cycle, is_planned


def step_label(step: Step) -> str:
    """What the step is called."""
    if step.kind == StepKind.SURVEILLANCE:
        return _("Surveillance audit %(n)s") % {"n": step.number}
    kind = AuditKind.RENEWAL if step.kind == StepKind.RENEWAL else AuditKind.INITIAL
    return str(kind.label)


def lines_of(cycle: Cycle, audits: Sequence[Audit]) -> list[Line]:
    """The steps with their audits."""
    known = {audit.pk: audit for audit in audits}
    lines = []
    for step in cycle.steps:
        own = tuple(known[key] for key in step.audits)
        shape, state = STATES[step.state]
        label = step_label(step)
        if step.kind == StepKind.START and any(a.kind == AuditKind.RENEWAL for a in own):
            label = str(AuditKind.RENEWAL.label)
        lines.append(Line(label, step, own, shape, str(state)))
    return lines


def other_audits(cycle: Cycle, audits: Sequence[Audit]) -> list[Audit]:
    """Audits of the file that no step of this cycle asked for, newest first."""
    counted = {key for step in cycle.steps for key in step.audits}
    return [audit for audit in reversed(audits) if audit.pk not in counted]


def drawing_of(lines: Sequence[Line], *, today: date) -> Drawing | None:
    """The steps in proportion to time, None when fewer than two have a day."""
    dated = [(line, line.step.latest) for line in lines if line.step.latest is not None]
    days = [day for _line, day in dated]
    if len(days) < 2 or days[0] == days[-1]:  # noqa: PLR2004 -- two ends
        return None
    first, length = days[0], (days[-1] - days[0]).days

    def place(day: date) -> int:
        return max(0, min(WIDTH, (day - first).days * WIDTH // length))

    marks = tuple(
        Mark(
            label=line.label,
            kind=line.shape,
            at=place(day),
            since=place(line.step.earliest or day),
            anchor="start" if day == first else "end" if place(day) == WIDTH else "middle",
        )
        for line, day in dated
    )
    is_inside = first <= today <= days[-1]
    return Drawing(marks, place(today) if is_inside else None, len(marks) <= MOST_LABELS)


def period_of(cycle: Cycle, *, today: date) -> tuple[date, date]:
    """From today until the next step, or for 90 days when none is to come."""
    step = cycle.upcoming
    coming = step.latest if step and step.latest and step.latest >= today else None
    return today, coming or today + timedelta(days=USUAL_DAYS)


def due_counts(certification: Certification, user: User, *, until: date) -> list[DueCount]:
    """What falls due by ``until``, late things included, as far as the user sees it: 3 queries."""
    query = f"?dossier={certification.key}"
    evidence = Evidence.objects.visible_to(user).filter(
        links__unlinked_at=None,
        links__assessment__audit__certification=certification,
        links__assessment__audit__state=AuditState.IN_PROGRESS,
        withdrawn_at=None,
        valid_until__lte=until,
    )
    actions = CorrectiveAction.objects.visible_to(user).pending()
    actions = actions.filter(finding__audit__certification=certification, due_date__lte=until)
    findings = Finding.objects.visible_to(user).unanswered().annotate(owed=owed_by_column())
    findings = findings.filter(
        Q(owed__lte=until) | Q(owed=None), audit__certification=certification
    )
    return [
        DueCount(
            _("Evidence that expires"),
            evidence.distinct().count(),
            reverse("audits:evidence-list") + "?sort=valid",
        ),
        DueCount(_("Actions due"), actions.count(), reverse("audits:action-list") + query),
        DueCount(_("Findings to answer"), findings.count(), reverse("audits:finding-list") + query),
    ]


def _last_day(audit: Audit) -> date:
    return audit.end_date or audit.start_date
