"""Listening sessions, calibration rounds and mystery contacts, counted by site and month."""

from collections import defaultdict
from fractions import Fraction
from typing import TypeVar

from django.utils.timezone import localdate

from audits.listening_enums import ContactState
from audits.logic import listening_inputs as inputs
from audits.logic.agreement import Gaps
from audits.logic.feeding import EXHAUSTIVE, OF_LISTENING, Count
from audits.logic.listening_inputs import Heard, Inputs
from audits.logic.periods import Grain, Period, period_of
from audits.models import CalibrationRound, ListeningPlan, ListeningSession, MysteryContact
from audits.snapshots.fed.cells import Cells, FedCell, Span
from audits.snapshots.listening import gaps_of, heard_by

_Place = tuple[int, Period]
_T = TypeVar("_T")


def listening_counts(span: Span) -> Cells:
    """What was heard over each month at each site: 8 queries whatever the numbers.

    The inputs are those of `audits.snapshots.listening.listening_inputs` for the same month.
    """
    heard, planned, gaps, scores = _heard(span), _planned(span), _gaps(span), _mystery(span)
    found: dict[FedCell, Count] = {}
    for site, month in {*heard, *planned}:
        rows = heard.get((site, month), [])
        for code, of in inputs.OF_CONTACTS.items():
            _put(found, code, (site, month), of(rows))
        done = inputs.plan_completion(rows, planned.get((site, month), 0))
        _put(found, "QUA-03", (site, month), done)
    for place, of_month in gaps.items():
        _put(found, "QUA-04", place, inputs.calibration_gap(of_month))
    for place, of_contacts in scores.items():
        _put(found, "QUA-05", place, inputs.mystery_score(of_contacts))
    return found


def _put(found: dict[FedCell, Count], code: str, place: _Place, counted: Inputs) -> None:
    site, month = place
    origin = OF_LISTENING[code]
    found[FedCell(code, site, month)] = Count(origin, counted, code in EXHAUSTIVE)


def _heard(span: Span) -> dict[_Place, list[Heard]]:
    rows = ListeningSession.objects.filter(
        organisation=span.organisation, heard_on__range=span.days
    ).heard()
    found: dict[_Place, list[Heard]] = defaultdict(list)
    for row, heard in heard_by(rows, today=span.today):
        _add(found, span.month_of(row.heard_on), row.site_id, heard)
    return found


def _planned(span: Span) -> dict[_Place, int]:
    rows = ListeningPlan.objects.filter(
        site__organisation=span.organisation, month__range=span.days
    )
    return {
        (site, period_of(month, Grain.MONTH)): planned
        for site, month, planned in rows.values_list("site", "month", "planned")
        if span.month_of(month) is not None
    }


def _gaps(span: Span) -> dict[_Place, list[Gaps]]:
    first, last = span.days
    rounds = CalibrationRound.objects.filter(
        organisation=span.organisation,
        concluded_at__date__gte=first,
        concluded_at__date__lte=last,
    )
    gaps = gaps_of(rounds)
    found: dict[_Place, list[Gaps]] = defaultdict(list)
    for pk, site, concluded in rounds.order_by("pk").values_list("pk", "site", "concluded_at"):
        if pk in gaps and concluded is not None:
            _add(found, span.month_of(localdate(concluded)), site, gaps[pk])
    return found


def _mystery(span: Span) -> dict[_Place, list[Fraction | None]]:
    rows = MysteryContact.objects.filter(
        campaign__organisation=span.organisation,
        state=ContactState.DONE,
        session__heard_on__range=span.days,
    )
    found: dict[_Place, list[Fraction | None]] = defaultdict(list)
    for row in rows.select_related("session").order_by("pk"):
        if row.session is not None:
            _add(found, span.month_of(row.session.heard_on), row.site_id, row.session.score)
    return found


def _add(found: dict[_Place, list[_T]], month: Period | None, site: int, value: _T) -> None:
    if month is not None:
        found[site, month].append(value)
