"""What the product knows of its own use: PIL-01 to PIL-05 of the catalogue, by site and month.

Declared inputs, and what is counted for them:

- PIL-01 `done` / `planned`: controls done on their day at the latest, of those due in the month
  and not cancelled;
- PIL-02 `on_time` / `due`: corrective actions done on their day at the latest, of those due in the
  month and not cancelled;
- PIL-03 `weighted_score` / `weighted_max`: weights times points reached and possible, over the
  requirements examined, of the last audit of each file that was validated in the month;
- PIL-04 `effective` / `verified`: corrective actions found effective, of those verified in the
  month: found effective, or sent back;
- PIL-05 `covered` / `applicable`: requirements with valid evidence on the last day of the month, of
  those that apply, in the latest audit of each open file. It is how things stand: counted in the
  days after the month, and never again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain

from django.db.models import Count as Number
from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from audits.control_enums import ControlState
from audits.enums import ActionState, AssessmentStatus
from audits.logic import feeding
from audits.logic.feeding import ACTIONS, AUDITS, CONTROLS, Count, Graded
from audits.logic.periods import Period
from audits.models import (
    Assessment,
    Audit,
    ControlOccurrence,
    CorrectiveAction,
    SectionRollup,
)
from audits.models.assessment import proven_on
from audits.snapshots.fed.cells import Cells, FedCell, Span, together
from crcaudit.core import journal
from crcaudit.core.models import JournalEntry

SOON_AFTER = timedelta(days=7)
_MOVED = "action.moved"

_Found = Iterator[tuple[FedCell, Count]]
_Pairs = dict[tuple[int | None, Period], list[int]]  # part and whole


def steering_counts(span: Span, codes: Collection[str]) -> Cells:
    """What the product counts of itself for these codes: 1 to 3 queries for each of them."""
    return together(chain.from_iterable(_OF[code](span) for code in _OF if code in codes))


def _controls(span: Span) -> _Found:
    rows = ControlOccurrence.objects.filter(
        line__plan__certification__organisation=span.organisation, due_date__range=span.days
    ).exclude(state=ControlState.CANCELLED)
    found: _Pairs = defaultdict(lambda: [0, 0])
    for site, due, done in rows.values_list("site", "due_date", "done_on"):
        _note(found, span, site, due, is_met=done is not None and done <= due)
    yield from _shares(found, feeding.PLAN_DONE, CONTROLS, ("done", "planned"))


def _on_time(span: Span) -> _Found:
    rows = CorrectiveAction.objects.filter(
        organisation=span.organisation, due_date__range=span.days
    ).exclude(state=ActionState.CANCELLED)
    found: _Pairs = defaultdict(lambda: [0, 0])
    for site, due, done in rows.values_list("finding__assessment__site", "due_date", "done_at"):
        in_time = done is not None and localdate(done) <= due
        _note(found, span, site, due, is_met=in_time)
    yield from _shares(found, feeding.ON_TIME, ACTIONS, ("on_time", "due"))


def _effective(span: Span) -> _Found:
    found: _Pairs = defaultdict(lambda: [0, 0])
    first, last = span.days
    verified = CorrectiveAction.objects.filter(
        organisation=span.organisation,
        state=ActionState.VERIFIED,
        verified_at__date__gte=first,
        verified_at__date__lte=last,
    )
    for site, day in verified.values_list("finding__assessment__site", "verified_at__date"):
        _note(found, span, site, day, is_met=True)
    sent_back = _sent_back(span)
    sites = CorrectiveAction.objects.filter(key__in={key for key, _day in sent_back})
    places = {
        str(key): place for key, place in sites.values_list("key", "finding__assessment__site")
    }
    for key, day in sent_back:
        if key in places:
            _note(found, span, places[key], day, is_met=False)
    yield from _shares(found, feeding.EFFECTIVE, ACTIONS, ("effective", "verified"))


def _sent_back(span: Span) -> list[tuple[str, date]]:
    """Actions that were done and then found not effective, with the day."""
    first, last = span.days
    rows = JournalEntry.objects.filter(
        stream=journal.organisation_stream(span.organisation.key),
        action=_MOVED,
        at__date__gte=first,
        at__date__lte=last,
    ).order_by("sequence")
    return [
        (row.object_key, localdate(row.at))
        for row in rows
        if row.before.get("state") == ActionState.DONE
        and row.after.get("state") == ActionState.IN_PROGRESS
    ]


def _conformity(span: Span) -> _Found:
    first, last = span.days
    audits = Audit.objects.validated().filter(
        organisation=span.organisation,
        validated_at__date__gte=first,
        validated_at__date__lte=last,
    )
    latest: dict[tuple[int, Period], tuple[int, int]] = {}
    for pk, file, best, at in audits.order_by("validated_at", "pk").values_list(
        "pk", "certification", "max_points", "validated_at"
    ):
        month = span.month_of(localdate(at)) if at is not None else None
        if month is not None:
            latest[file, month] = (pk, best)
    months = {pk: (month, best) for (_file, month), (pk, best) in latest.items()}
    graded: dict[tuple[int | None, Period], dict[int, list[int]]] = defaultdict(dict)
    rows = SectionRollup.objects.filter(audit__in=months)
    for pk, place, reached, weight in rows.values_list("audit", "site", "reached", "weight"):
        sums = graded[place, months[pk][0]].setdefault(pk, [0, 0])
        sums[0] += reached
        sums[1] += weight
    for (of, month), by_audit in graded.items():
        found = [Graded(sums[0], sums[1], months[pk][1]) for pk, sums in by_audit.items()]
        cell = FedCell(feeding.CONFORMITY, of, month)
        yield cell, Count(AUDITS, feeding.conformity(found), is_exhaustive=True)


def _covered(span: Span) -> _Found:
    """How things stand, for the month that has just ended alone."""
    month = span.months[-1]
    if not month.end < span.today <= month.end + SOON_AFTER:
        return
    newest = Audit.objects.filter(certification=OuterRef("audit__certification"))
    rows = (
        Assessment.objects.filter(
            audit__organisation=span.organisation,
            audit__certification__closed_at=None,
            audit=Subquery(newest.order_by("-started_at", "-pk").values("pk")[:1]),
        )
        .exclude(status=AssessmentStatus.NOT_APPLICABLE)
        .order_by()
        .values("site")
        .annotate(covered=Number("pk", filter=proven_on(month.end)), applicable=Number("pk"))
    )
    for row in rows:
        inputs = {"covered": row["covered"], "applicable": row["applicable"]}
        yield (
            FedCell(feeding.COVERED, row["site"], month),
            Count(AUDITS, inputs, is_exhaustive=True),
        )


def _note(found: _Pairs, span: Span, site: int | None, day: date, *, is_met: bool) -> None:
    month = span.month_of(day)
    if month is not None:
        found[site, month][0] += is_met
        found[site, month][1] += 1


def _shares(found: _Pairs, code: str, origin: str, keys: tuple[str, str]) -> _Found:
    for (site, month), pair in found.items():
        inputs = dict(zip(keys, pair, strict=True))
        yield FedCell(code, site, month), Count(origin, inputs, is_exhaustive=True)


_OF: Mapping[str, Callable[[Span], _Found]] = {
    feeding.PLAN_DONE: _controls,
    feeding.ON_TIME: _on_time,
    feeding.CONFORMITY: _conformity,
    feeding.EFFECTIVE: _effective,
    feeding.COVERED: _covered,
}
