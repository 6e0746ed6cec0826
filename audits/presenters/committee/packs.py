"""The list of packs of an organisation, latest first, and the decisions that are still to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.committee_enums import CommitteeDecisionState, PackGrain
from audits.figure_words import period_text
from audits.logic.periods import Grain, Period, period_of
from audits.models import CommitteeDecision, CommitteeMeeting
from audits.models.committee import reference_of
from audits.presenters.nearness import days_text
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.formats import date_text

SHOWN = 12
SLUGS = {PackGrain.WEEK: "semaine", PackGrain.MONTH: "mois"}
GRAINS = {slug: Grain(grain) for grain, slug in SLUGS.items()}


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack in the list. ``decisions`` counts those that the reader knows of."""

    reference: str
    title: str
    url: str
    shape: str
    state: str
    decisions: int
    done: int
    late: int


@dataclass(frozen=True, slots=True)
class DecisionTask:
    """A decision to do, in the list of them."""

    decision: CommitteeDecision
    is_late: bool
    near: str


def pack_url(organisation: Organisation, period: Period, name: str = "committee-pack") -> str:
    """Address of a screen about the pack of a period."""
    slug = SLUGS[PackGrain(str(period.grain))]
    args = [organisation.key, slug, period.start.isoformat()]
    return reverse(f"audits:{name}", args=args)


def last_closed(grain: Grain, today: date) -> Period:
    """The last period that is over."""
    return period_of(today, grain).after(-1)


def usual_grain(organisation: Organisation) -> Grain:
    """How often the committee met lately; each week before it ever did. One query."""
    rows = CommitteeMeeting.objects.filter(organisation=organisation)
    found = rows.order_by("-prepared_at", "-pk").values_list("grain", flat=True).first()
    return Grain(found) if found else Grain.WEEK


def packs_of(
    organisation: Organisation, user: User, *, last: Period, today: date
) -> Sequence[PackLine]:
    """The `SHOWN` packs up to ``last``, latest first. Two queries."""
    periods = [last.after(-back) for back in range(SHOWN)]
    rows = CommitteeMeeting.objects.filter(
        organisation=organisation,
        grain=str(last.grain),
        starts_on__range=(periods[-1].start, periods[0].start),
    ).defer("frozen")
    meetings = {row.starts_on: row for row in rows}
    counts = _counts([row.pk for row in meetings.values()], user, today)
    latest = last_closed(last.grain, today)
    return [
        _line(organisation, one, meetings.get(one.start), counts, is_latest=one == latest)
        for one in periods
    ]


def to_do_of(organisation: Organisation, user: User, *, today: date) -> list[DecisionTask]:
    """Decisions to do that the reader knows of, by day. One query."""
    rows = CommitteeDecision.objects.visible_to(user).to_do()
    rows = rows.filter(meeting__organisation=organisation).select_related("owner", "meeting")
    return [
        DecisionTask(row, row.is_late(today), days_text(row.due_date, today))
        for row in rows.defer("meeting__frozen").order_by("due_date", "pk")
    ]


Counts = dict[int, tuple[int, int, int]]


def _counts(meetings: Sequence[int], user: User, today: date) -> Counts:
    if not meetings:
        return {}
    done = Q(state=CommitteeDecisionState.DONE)
    late = Q(state=CommitteeDecisionState.OPEN, due_date__lt=today)
    rows = CommitteeDecision.objects.visible_to(user).filter(meeting__in=meetings)
    found = rows.values("meeting").annotate(
        taken=Count("pk"), done=Count("pk", filter=done), late=Count("pk", filter=late)
    )
    return {row["meeting"]: (row["taken"], row["done"], row["late"]) for row in found.order_by()}


def _line(
    organisation: Organisation,
    period: Period,
    meeting: CommitteeMeeting | None,
    counts: Counts,
    *,
    is_latest: bool,
) -> PackLine:
    shape, state = ("none", _("Ready to be looked at")) if is_latest else ("na", _("Not held"))
    if meeting is not None:
        shape, state = "part", meeting.get_state_display()
        if meeting.held_on is not None:
            day = date_text(meeting.held_on, short=True)
            shape, state = "ok", _("Held on %(day)s") % {"day": day}
    taken, done, late = counts.get(meeting.pk, (0, 0, 0)) if meeting else (0, 0, 0)
    return PackLine(
        reference=reference_of(period),
        title=period_text(period),
        url=pack_url(organisation, period),
        shape=shape,
        state=state,
        decisions=taken,
        done=done,
        late=late,
    )
