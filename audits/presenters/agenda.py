"""What a person's calendar holds: audits, steps of the cycle, answers and actions due.

Titles are neutral: references and kinds, never a text that somebody wrote about a finding, nor
the name of anybody. Whoever wants more follows the link and signs in.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.builders.ics import Event
from audits.control_enums import FeedScope
from audits.logic.cycle import StepState
from audits.models import Audit, CalendarFeed, Certification, CorrectiveAction, Finding
from audits.models.lateness import owed_by_column
from audits.presenters.controls.agenda import control_events
from audits.presenters.cycle import NO_DAYS, cycle_days, file_cycle, step_label
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, organisations_with

MOST = 500
BACK_DAYS = 400
SHOWN_STEPS = {StepState.LATE, StepState.OPEN, StepState.COMING, StepState.UNDER_WAY}


def events_of(feed: CalendarFeed, *, today: date, stamp: datetime, address: str) -> list[Event]:
    """What the owner of the feed may see today, oldest first: at most 500 events, 6 queries.

    Of the scope of controls, their own and nothing else: one query, at most 1,000 events.
    ``address`` is that of the site, for the links; ``stamp`` is when this is read.
    """
    user, file = feed.user, feed.certification
    if feed.scope == FeedScope.CONTROLS:
        return list(control_events(user, file, today=today, stamp=stamp, address=address))
    files = _files(user, file)
    audits = Audit.objects.visible_to(user).filter(start_date__gte=today - timedelta(BACK_DAYS))
    found = [
        *_audits(audits.filter(certification=file) if file else audits, stamp, address),
        *_steps(files, today, stamp, address),
        *_findings(user, file, stamp, address),
        *_actions(user, file, stamp, address),
    ]
    return sorted(found, key=lambda event: (event.start, event.uid))[:MOST]


def _files(user: User, file: Certification | None) -> list[Certification]:
    """Open files of the user's own organisations: the cycle is the organisation's business."""
    rows = Certification.objects.filter(
        organisation__in=organisations_with(user, *READERS), closed_at=None
    )
    if file is not None:
        rows = rows.filter(pk=file.pk)
    audits = Audit.objects.defer("frozen", "scale").order_by("start_date", "pk")
    return list(
        rows.select_related("edition__referential__scheme")
        .prefetch_related(Prefetch("audits", queryset=audits))
        .order_by("pk")[:MOST]
    )


def _audits(rows: "QuerySet[Audit]", stamp: datetime, address: str) -> Iterator[Event]:
    shown = rows.select_related("certification").defer("frozen", "scale")
    for audit in shown.order_by("-start_date", "-pk")[:MOST]:
        yield Event(
            uid=f"audit-{audit.key}",
            title=f"{audit.get_kind_display()} {audit.reference} ({audit.certification.reference})",
            start=audit.start_date,
            end=max(audit.start_date, audit.end_date or audit.start_date),
            stamp=stamp,
            url=address + audit.get_absolute_url(),
        )


def _steps(
    files: Sequence[Certification], today: date, stamp: datetime, address: str
) -> Iterator[Event]:
    days = cycle_days(files) if files else {}
    for file in files:
        start, term = days.get(file.pk, NO_DAYS)
        cycle, is_planned = file_cycle(
            file, list(file.audits.all()), start=start, term=term, today=today
        )
        url = address + reverse("audits:cycle", args=[file.key])
        for step in cycle.steps:
            if step.latest is None or step.state not in SHOWN_STEPS:
                continue
            words = {"step": step_label(step), "file": file.reference}
            title = (
                _("%(step)s by this day (%(file)s), estimate")
                if is_planned
                else _("%(step)s by this day (%(file)s)")
            )
            yield Event(
                uid=f"cycle-{file.key}-{step.kind.lower()}-{step.number}",
                title=title % words,
                start=step.latest,
                end=step.latest,
                stamp=stamp,
                url=url,
            )


def _findings(
    user: User, file: Certification | None, stamp: datetime, address: str
) -> Iterator[Event]:
    """Answers due, in the user's own organisations: an auditor's calendar has none."""
    rows = (
        Finding.objects.visible_to(user)
        .unanswered()
        .annotate(owed=owed_by_column())
        .filter(
            owed__isnull=False,
            audit__certification__closed_at=None,
            audit__organisation__in=organisations_with(user, *READERS),
        )
    )
    if file is not None:
        rows = rows.filter(audit__certification=file)
    for row in rows.select_related("audit__certification").order_by("owed", "pk")[:MOST]:
        day = row.next_due()
        if day is None:
            continue
        words = {"reference": row.reference, "file": row.audit.certification.reference}
        yield Event(
            uid=f"finding-{row.key}",
            title=_("Answer due: %(reference)s (%(file)s)") % words,
            start=day,
            end=day,
            stamp=stamp,
            url=address + row.get_absolute_url(),
        )


def _actions(
    user: User, file: Certification | None, stamp: datetime, address: str
) -> Iterator[Event]:
    """The user's own in a calendar of everything; all that they see in that of a file."""
    rows = (
        CorrectiveAction.objects.visible_to(user)
        .pending()
        .filter(organisation__in=organisations_with(user, *READERS))
    )
    rows = (
        rows.filter(owner=user) if file is None else rows.filter(finding__audit__certification=file)
    )
    related = rows.select_related("finding__audit__certification")
    for row in related.order_by("due_date", "pk")[:MOST]:
        words = {
            "reference": row.reference,
            "file": row.finding.audit.certification.reference,
        }
        yield Event(
            uid=f"action-{row.key}",
            title=_("Action due: %(reference)s (%(file)s)") % words,
            start=row.due_date,
            end=row.due_date,
            stamp=stamp,
            url=address + row.get_absolute_url(),
        )
