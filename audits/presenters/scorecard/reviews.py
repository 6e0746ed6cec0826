"""Reviews of a provider, and what was asked of it at earlier ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.models import AskedItem, ProviderReview
from audits.presenters.nearness import days_text
from audits.presenters.scorecard.cards import CardView, card_view
from audits.scorecard_enums import AskedState
from audits.snapshots.codec import from_json
from audits.snapshots.scorecard_values import FrozenScorecard

_SHAPES = {AskedState.OPEN: "none", AskedState.DONE: "ok", AskedState.DROPPED: "na"}


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Something asked, and where it stands on the day."""

    item: AskedItem
    shape: str
    state: str
    due: str
    is_late: bool

    @property
    def is_open(self) -> bool:
        """Whether it is still expected."""
        return self.item.state == AskedState.OPEN


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review in the list of a provider."""

    review: ProviderReview
    period: str
    asked: int
    late: int


@dataclass(frozen=True, slots=True)
class FrozenView:
    """The scorecard that a review keeps, alone and with those under the provider."""

    alone: CardView
    branch: CardView
    below: Sequence[str]


def asked_lines(items: Iterable[AskedItem], *, today: date) -> list[AskedLine]:
    """What was asked, in the order given."""
    return [_asked(item, today) for item in items]


def reviews_of(
    tokens: Sequence[UUID], organisation_id: int, *, today: date
) -> tuple[list[ReviewLine], list[AskedLine]]:
    """Reviews of a provider, latest first, and what closed ones ask, open first. Two queries."""
    rows = ProviderReview.objects.filter(organisation=organisation_id, provider__in=tokens)
    reviews = list(rows.defer("snapshot").order_by("-starts_on", "-pk").prefetch_related("asked"))
    lines, asked = [], []
    for review in reviews:
        items = sorted(review.asked.all(), key=lambda item: item.number)
        late = sum(item.is_late(today) for item in items) if review.is_closed else 0
        lines.append(ReviewLine(review, wording.period_text(review.period), len(items), late))
        if review.is_closed:
            asked += items
            for item in items:
                item.review = review
    asked.sort(key=lambda item: (item.state != AskedState.OPEN, item.due_date, item.pk))
    return lines, asked_lines(asked, today=today)


def earlier_asked(review: ProviderReview, *, today: date) -> list[AskedLine]:
    """What earlier reviews asked and was still expected when this one was prepared. One query.

    What was settled since then stays in the list: it is what the meeting looks at.
    """
    rows = AskedItem.objects.filter(
        review__organisation=review.organisation_id,
        review__provider=review.provider,
        review__closed_at__lt=review.prepared_at,
    ).select_related("review")
    kept = [
        row
        for row in rows.order_by("due_date", "pk")
        if row.settled_on is None or row.settled_on >= review.prepared_at.date()
    ]
    return asked_lines(kept, today=today)


def frozen_view(review: ProviderReview) -> FrozenView:
    """The scorecard as it was. No query."""
    frozen = from_json(FrozenScorecard, review.snapshot)
    return FrozenView(card_view(frozen.alone), card_view(frozen.branch), frozen.below)


def _asked(item: AskedItem, today: date) -> AskedLine:
    late = item.is_late(today)
    state = AskedState(item.state)
    return AskedLine(
        item=item,
        shape="major" if late else _SHAPES[state],
        state=_("Late") if late else str(state.label),
        due=days_text(item.due_date, today=today) if state == AskedState.OPEN else "",
        is_late=late,
    )
