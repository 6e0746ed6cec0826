"""A calibration round as it is read: who graded, who agrees, how far from what was agreed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.listening_enums import RoundState
from audits.logic import agreement
from audits.logic.agreement import Gaps, Strength
from audits.models import CalibrationRound, ListeningCriterion, ListeningSession
from audits.presenters.listening.words import mark_shapes, score_text
from crcaudit.accounts.models import User
from crcaudit.core.formats import number, percent

AT_LEAST_EVERY = timedelta(days=92)  # a quarter; domain.md 6.3
STRENGTHS: dict[Strength, str | Promise] = {
    Strength.POOR: gettext_lazy("less than chance would give"),
    Strength.SLIGHT: gettext_lazy("slight"),
    Strength.FAIR: gettext_lazy("fair"),
    Strength.MODERATE: gettext_lazy("moderate"),
    Strength.SUBSTANTIAL: gettext_lazy("substantial"),
    Strength.ALMOST_PERFECT: gettext_lazy("almost perfect"),
}


@dataclass(frozen=True, slots=True)
class Last:
    """When a round was last concluded, None when never, and until when the next one is due."""

    concluded_on: date | None
    next_by: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion: name, shape and word of each mark in the order of the evaluators."""

    criterion: ListeningCriterion
    marks: list[tuple[str, str, str]]
    reference: tuple[str, str] | None
    alike: str
    is_split: bool


@dataclass(frozen=True, slots=True)
class Grader:
    """One evaluator: score, and gap to the agreed one in points, "" while there is none."""

    name: str
    score: str
    gap: str
    comment: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two evaluators and how many criteria they marked alike."""

    names: str
    alike: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a compared round shows. ``kappa`` and ``strength`` are "" without one."""

    graders: list[Grader]
    rows: list[Row]
    pairs: list[Pair]
    alike: str
    kappa: str
    strength: str
    agreed: str
    mean_gap: str


def rounds_of(user: User) -> "QuerySet[CalibrationRound]":
    """Those that the user may know of, newest first, with how many have graded."""
    graded = Count("sessions", filter=Q(sessions__is_reference=False), distinct=True)
    return (
        CalibrationRound.objects.visible_to(user)
        .select_related("organisation", "site", "grid")
        .annotate(graded=graded, asked=Count("evaluators", distinct=True))
        .order_by("-opened_at", "-pk")
    )


def last_of(rounds: "QuerySet[CalibrationRound]", *, today: date) -> Last:
    """Whether a quarter has passed without a round: one query."""
    rows = rounds.filter(state=RoundState.CONCLUDED).order_by("-concluded_at")
    at = rows.values_list("concluded_at__date", flat=True).first()
    next_by = None if at is None else at + AT_LEAST_EVERY
    return Last(at, next_by, is_late=next_by is None or next_by < today)


def graders_of(row: CalibrationRound) -> list[tuple[User, bool]]:
    """Who was asked and whether they have graded: 2 queries."""
    done = set(row.sessions.filter(is_reference=False).values_list("evaluator", flat=True))
    people = row.evaluators.order_by("last_name", "first_name", "pk")
    return [(person, person.pk in done) for person in people]


def comparison_of(row: CalibrationRound) -> Comparison:
    """The marks side by side: 3 queries. Only for a round that is compared."""
    sessions = row.sessions.select_related("evaluator").prefetch_related("marks")
    ordered = list(sessions.order_by("evaluator__last_name", "evaluator__first_name", "pk"))
    graded = [one for one in ordered if not one.is_reference]
    agreed = next((one for one in ordered if one.is_reference), None)
    criteria = list(row.grid.criteria.order_by("position"))
    marks = [_marks(one, criteria) for one in graded]
    reference = _marks(agreed, criteria) if agreed else None
    kappa = agreement.kappa(marks)
    found = agreement.gaps([one.score for one in graded], agreed.score if agreed else None)
    return Comparison(
        graders=[_grader(one, agreed) for one in graded],
        rows=_rows(criteria, [str(one.evaluator) for one in graded], marks, reference),
        pairs=_pairs(graded, marks),
        alike=percent(_mean_alike(marks), decimals=0),
        kappa="" if kappa is None else number(kappa, decimals=2),
        strength="" if kappa is None else str(STRENGTHS[agreement.strength_of(kappa)]),
        agreed=score_text(agreed.score) if agreed else "",
        mean_gap=gap_text(found),
    )


def gap_text(found: Gaps) -> str:
    """The mean gap in points, "" when nothing was compared."""
    return "" if found.mean is None else number(found.mean, decimals=1)


def _marks(session: ListeningSession, criteria: Sequence[ListeningCriterion]) -> list[str]:
    known = {mark.criterion_id: mark.mark for mark in session.marks.all()}
    return [known[row.pk] for row in criteria]


def _rows(
    criteria: Sequence[ListeningCriterion],
    names: Sequence[str],
    marks: Sequence[Sequence[str]],
    reference: Sequence[str] | None,
) -> list[Row]:
    found = []
    for place, row in enumerate(criteria):
        given = [one[place] for one in marks]
        agreed = mark_shapes([reference[place]])[0] if reference else None
        alike = agreement.agreement(given)
        text = percent(alike, decimals=0)
        shown = [(name, *shape) for name, shape in zip(names, mark_shapes(given), strict=True)]
        found.append(Row(row, shown, agreed, text, len(set(given)) > 1))
    return found


def _grader(session: ListeningSession, agreed: ListeningSession | None) -> Grader:
    gap = ""
    if agreed is not None and agreed.score is not None and session.score is not None:
        gap = number(abs(session.score - agreed.score), decimals=1)
    return Grader(str(session.evaluator), score_text(session.score), gap, session.comment)


def _pairs(graded: Sequence[ListeningSession], marks: Sequence[Sequence[str]]) -> list[Pair]:
    names = [str(one.evaluator) for one in graded]
    return [
        Pair(
            _("%(one)s and %(other)s") % {"one": names[a], "other": names[b]},
            percent(alike, decimals=0),
        )
        for (a, b), alike in agreement.pairwise(marks).items()
    ]


def _mean_alike(marks: Sequence[Sequence[str]]) -> Fraction | None:
    """Over every criterion and every pair: counts are pooled, as each has the same pairs."""
    shares = [agreement.agreement(given) for given in zip(*marks, strict=True)]
    known = [share for share in shares if share is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
