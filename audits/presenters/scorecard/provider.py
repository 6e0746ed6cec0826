"""One provider: its criteria with trends, twelve months of them, and where each series is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.charts.series import Band, band_of, spark
from audits.logic.indicators import Terms
from audits.logic.periods import Grain, Period, period_of
from audits.presenters.scorecard import words
from audits.presenters.scorecard.cards import CardView, Trend, card_view
from audits.snapshots.provider_tree import Provider
from audits.snapshots.scorecard import Scorecards, last_month
from audits.snapshots.scorecard_values import LineValue
from crcaudit.accounts.models import Organisation
from engagements.enums import Direction

MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One criterion over one month, with what its colour means."""

    shape: str
    text: str
    share: str


@dataclass(frozen=True, slots=True)
class History:
    """Criteria by month, oldest first; ``months`` are short names."""

    months: Sequence[str]
    rows: Sequence[tuple[str, Sequence[MonthCell]]]


@dataclass(frozen=True, slots=True)
class ProviderView:
    """What the page of a provider shows."""

    card: CardView
    history: History


def months_of(period: Period, today: date) -> list[Period]:
    """Twelve months that end with the period, or with the month that runs."""
    last = min(last_month(period), period_of(today, Grain.MONTH), key=lambda one: one.start)
    return [last.after(back) for back in range(1 - MONTHS, 1)]


def needed_periods(period: Period, today: date) -> list[Period]:
    """Every period whose figures the page reads."""
    return list(dict.fromkeys([period, period.after(-1), *months_of(period, today)]))


def provider_view(
    provider: Provider,
    scorecards: Scorecards,
    period: Period,
    *,
    is_branch: bool,
    today: date,
) -> ProviderView:
    """The page of a provider. One query: names of who measured."""
    months = months_of(period, today)
    asked = (provider, scorecards, period, is_branch)
    card = scorecards.card(provider, period, is_branch=is_branch)
    return ProviderView(
        card=card_view(card, trend=_trends(asked, months), url=_urls(provider)),
        history=_history(provider, scorecards, months, is_branch=is_branch),
    )


Asked = tuple[Provider, Scorecards, Period, bool]


def _trends(asked: Asked, months: Sequence[Period]) -> Callable[[LineValue], Trend]:
    provider, scorecards, period, is_branch = asked
    indicators = scorecards.grid(period).indicators

    def trend(line: LineValue) -> Trend:
        indicator = indicators[line.indicator]

        def value(at: Period) -> Fraction | None:
            return scorecards.value(provider, indicator, at, is_branch=is_branch)

        series = [None if (found := value(at)) is None else float(found) for at in months]
        before = value(period.after(-1))
        return Trend(
            spark=spark(series, band=_band(line), is_bad=words.is_under(line)),
            text=_change(line, before, direction=indicator.direction),
        )

    return trend


def _band(line: LineValue) -> Band | None:
    return None if line.target is None else band_of(Terms(line.operator, line.target))


def _change(line: LineValue, before: Fraction | None, *, direction: str) -> str:
    """Against the period before; "" when one of the two is missing."""
    if line.value is None or before is None:
        return ""
    was = wording.value_text(before, line.unit)
    if line.value == before:
        return _("as before (%(was)s)") % {"was": was}
    if direction not in {Direction.HIGHER, Direction.LOWER}:
        return _("%(was)s before") % {"was": was}
    better = (line.value > before) is (direction == Direction.HIGHER)
    text = _("better (%(was)s before)") if better else _("worse (%(was)s before)")
    return text % {"was": was}


def _urls(provider: Provider) -> Callable[[LineValue], str]:
    """The series behind the figure of the provider itself: at its one place, or of who shares."""
    spots = provider.measured or provider.shared
    keys: Mapping[int, object] = dict(
        Organisation.objects.filter(pk__in={spot.organisation for spot in spots}).values_list(
            "pk", "key"
        )
    )

    def url(line: LineValue) -> str:
        if not spots or line.value is None:
            return ""
        path = reverse("audits:series", args=[keys[spots[0].organisation], line.indicator])
        return f"{path}?lieu={spots[0].place}"

    return url


def _history(
    provider: Provider, scorecards: Scorecards, months: Sequence[Period], *, is_branch: bool
) -> History:
    cards = [scorecards.card(provider, month, is_branch=is_branch) for month in months]
    rows = [
        (
            words.criterion_label(found[0].criterion),
            [
                MonthCell(words.SHAPES[one.held], words.held_text(one), words.share_text(one))
                for one in found
            ],
        )
        for found in zip(*(card.criteria for card in cards), strict=True)
    ]
    return History([wording.period_text(month, short=True) for month in months], rows)
