"""What was heard over a period as frozen values, and the inputs of the indicators made of it.

The bridge between sessions, rounds, contacts and plans in the database and the pure functions of
`audits.logic.listening_inputs`, in a number of queries that does not depend on how many there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import F, QuerySet, Sum

from audits.calendars import calendar_of_sites
from audits.listening_enums import ContactState, ListeningKind, RoundState
from audits.logic import listening_inputs as inputs
from audits.logic.agreement import Gaps, gaps
from audits.logic.listening import Mark, debrief_due
from audits.logic.listening_inputs import Heard, Inputs
from audits.models import (
    CalibrationRound,
    ListeningMark,
    ListeningPlan,
    ListeningSession,
    MysteryContact,
)
from audits.models.listening import ListeningSessionQuerySet
from crcaudit.accounts.models import Organisation, Site
from crcaudit.core.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Scope:
    """Days from ``start`` up to and including ``end``, of one site or, when None, of all."""

    organisation: Organisation
    start: date
    end: date
    site: Site | None = None


def listening_inputs(scope: Scope, *, today: date) -> dict[str, Inputs]:
    """Inputs of the indicators that listening feeds, by code: 8 queries whatever the numbers.

    ``today`` decides which feedback may still come in time. The plan counts whole months: those
    whose first day is in the period. Rounds count in the period of their conclusion.
    """
    heard = heard_in(_sessions(scope).heard(), today=today)
    found = {code: of(heard) for code, of in inputs.OF_CONTACTS.items()}
    found["QUA-03"] = inputs.plan_completion(heard, _planned(scope))
    found["QUA-04"] = inputs.calibration_gap(_gaps(scope))
    found["QUA-05"] = inputs.mystery_score(_mystery(scope))
    return found


def heard_in(sessions: "QuerySet[ListeningSession]", *, today: date) -> list[Heard]:
    """The sessions as values, in the order of their days: 4 queries."""
    return [heard for _row, heard in heard_by(sessions, today=today)]


def heard_by(
    sessions: "QuerySet[ListeningSession]", *, today: date
) -> list[tuple[ListeningSession, Heard]]:
    """The same, each with its session."""
    rows = list(sessions.select_related("site").order_by("heard_on", "pk"))
    marks = _feeding_marks(sessions)
    calendars = calendars_of({row.site_id for row in rows})
    return [(row, _heard(row, marks[row.pk], calendars[row.site_id], today)) for row in rows]


def calendars_of(sites: Iterable[int]) -> dict[int, Calendar]:
    """The calendar of each site: 2 queries."""
    rows = Site.objects.filter(pk__in=sites).prefetch_related("closures")
    return {site.pk: calendar_of_sites([site]) for site in rows}


def in_time(row: ListeningSession, calendar: Calendar, *, today: date) -> bool | None:
    """Whether feedback came within 48 working hours; None while it still may."""
    due = debrief_due(row.heard_on, calendar.add_working_days)
    if row.debriefed_on is not None:
        return row.debriefed_on <= due
    return None if today <= due else False


def _heard(
    row: ListeningSession,
    marks: Mapping[str, list[Mark]],
    calendar: Calendar,
    today: date,
) -> Heard:
    return Heard(
        score=row.score,
        critical_errors=row.critical_errors,
        is_random=row.kind == ListeningKind.RANDOM,
        is_debriefed=row.debriefed_on is not None,
        in_time=in_time(row, calendar, today=today),
        marks=marks,
    )


def _sessions(scope: Scope) -> ListeningSessionQuerySet:
    rows = ListeningSession.objects.filter(
        organisation=scope.organisation, heard_on__range=(scope.start, scope.end)
    )
    return rows if scope.site is None else rows.filter(site=scope.site)


def _feeding_marks(
    sessions: "QuerySet[ListeningSession]",
) -> Mapping[int, Mapping[str, list[Mark]]]:
    found: dict[int, dict[str, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    rows = ListeningMark.objects.filter(session__in=sessions.order_by().values("pk"))
    rows = rows.exclude(criterion__indicator="").order_by("session", "criterion__position")
    for session, code, mark in rows.values_list("session", "criterion__indicator", "mark"):
        found[session][code].append(Mark(mark))
    return found


def _planned(scope: Scope) -> int:
    rows = ListeningPlan.objects.filter(
        site__organisation=scope.organisation, month__range=(scope.start, scope.end)
    )
    if scope.site is not None:
        rows = rows.filter(site=scope.site)
    whole: int = rows.aggregate(whole=Sum("planned", default=0))["whole"]
    return whole


def gaps_of(rounds: "QuerySet[CalibrationRound]") -> dict[int, Gaps]:
    """Gaps of the scores to the agreed one, by round that is concluded: one query."""
    sessions = ListeningSession.objects.filter(
        round__in=rounds.filter(state=RoundState.CONCLUDED).order_by().values("pk")
    )
    scores: dict[int, list[Fraction | None]] = defaultdict(list)
    agreed: dict[int, Fraction | None] = {}
    for row in sessions.annotate(of=F("round")).order_by("pk"):
        of: int = row.of  # type: ignore[attr-defined]
        if row.is_reference:
            agreed[of] = row.score
        else:
            scores[of].append(row.score)
    return {of: gaps(scores[of], reference) for of, reference in agreed.items()}


def _gaps(scope: Scope) -> list[Gaps]:
    last = scope.end + timedelta(days=1)
    rounds = CalibrationRound.objects.filter(
        organisation=scope.organisation,
        concluded_at__date__gte=scope.start,
        concluded_at__date__lt=last,
    )
    if scope.site is not None:
        rounds = rounds.filter(site=scope.site)
    return list(gaps_of(rounds).values())


def _mystery(scope: Scope) -> list[Fraction | None]:
    rows = MysteryContact.objects.filter(
        campaign__organisation=scope.organisation,
        state=ContactState.DONE,
        session__heard_on__range=(scope.start, scope.end),
    )
    if scope.site is not None:
        rows = rows.filter(site=scope.site)
    found = rows.select_related("session").order_by("pk")
    return [row.session.score for row in found if row.session is not None]
