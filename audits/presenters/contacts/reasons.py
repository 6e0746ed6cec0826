"""Which reasons weigh most, which grow, where and on which channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits.charts.contacts import MOST_BARS, Bar, pareto_chart
from audits.enums import Channel
from audits.logic.contacts import (
    Count,
    at_place,
    by_channel,
    by_month,
    by_reason,
    change,
    in_months,
    into_families,
    pareto,
    tagged,
)
from audits.models import ContactReason, MeasuringPlace
from audits.presenters.contacts.asked import FAMILIES, YEAR, Asked
from audits.presenters.indicators.scope import Scope
from audits.snapshots.contacts import read_counts
from crcaudit.core.formats import DASH, number, percent

MOST_GROWING = 5


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason as the table says it; ``grew`` is how many contacts more than before."""

    rank: int
    reason: ContactReason
    family: str
    contacts: int
    share: str
    together: str
    is_vital: bool
    before: str
    year: str
    grew: int | None
    growth: str
    channels: Sequence[int]
    places: Sequence[int]
    volumes_url: str
    feedback_url: str


@dataclass(frozen=True, slots=True)
class ReasonBoard:
    """The whole screen. ``untagged`` is the share without a reason, "" when nothing was counted."""

    lines: Sequence[ReasonLine]
    growing: Sequence[ReasonLine]
    chart: SafeString
    contacts: int
    untagged: str
    untagged_count: int
    untagged_before: str
    tagged_share: str
    channels: Sequence[str]
    places: Sequence[str]
    has_before: bool
    has_list: bool


def reason_board(scope: Scope, asked: Asked) -> ReasonBoard:
    """What the contacts of the months say. Two queries."""
    windows = _Windows(scope, asked)
    rows = list(ContactReason.objects.filter(organisation=scope.organisation).in_order())
    channels = [channel for channel in Channel if channel in by_channel(windows.now)]
    is_whole = scope.place is not None and scope.place.is_whole
    # A place where nothing was counted has no zero.
    counted = {row.place for row in windows.now} if is_whole else set()
    places = [place for place in scope.places if place.pk in counted and not place.is_whole]
    lines = _lines(_Spread(windows, rows, asked, channels, places), scope)
    found = tagged(windows.now)
    return ReasonBoard(
        lines=lines,
        growing=_growing(lines),
        chart=_chart(lines, asked),
        contacts=found[1] if found else 0,
        untagged=_without(windows.now),
        untagged_count=found[1] - found[0] if found else 0,
        untagged_before=_without(windows.year if asked.length == YEAR else windows.before),
        tagged_share=_with(found),
        channels=[str(channel.label) for channel in channels],
        places=[place.name for place in places],
        has_before=asked.length != YEAR,
        has_list=bool(rows),
    )


class _Spread:
    """Contacts of each reason or family: now, before, a year before, by channel and by place."""

    def __init__(
        self,
        windows: "_Windows",
        rows: Sequence[ContactReason],
        asked: Asked,
        channels: Sequence[str],
        places: Sequence[MeasuringPlace],
    ) -> None:
        family = {row.pk: row.parent_id or row.pk for row in rows}
        group = _Grouped(family if asked.level == FAMILIES else None)
        self.asked = asked
        self.reasons = {row.pk: row for row in rows}
        self.now = group.of(windows.now)
        self.before = group.of(windows.before) if windows.before else None
        self.year = group.of(windows.year) if windows.year else None
        self.channels = [group.of(r for r in windows.now if r.channel == one) for one in channels]
        self.places = [group.of(r for r in windows.now if r.place == one.pk) for one in places]

    @property
    def older(self) -> dict[int, int] | None:
        """What a growth is measured against."""
        return self.year if self.asked.length == YEAR else self.before


def _lines(spread: _Spread, scope: Scope) -> list[ReasonLine]:
    query = spread.asked.query(scope)
    lines = []
    for rank, one in enumerate(pareto(spread.now), start=1):
        reason, older = spread.reasons[one.reason], spread.older
        was = None if older is None else older.get(one.reason, 0)
        lines.append(
            ReasonLine(
                rank=rank,
                reason=reason,
                family=reason.parent.label if reason.parent else "",
                contacts=one.contacts,
                share=percent(one.share, decimals=1),
                together=percent(one.together, decimals=1),
                is_vital=one.is_vital,
                before=_change(one.contacts, spread.before, one.reason),
                year=_change(one.contacts, spread.year, one.reason),
                grew=None if was is None else one.contacts - was,
                growth=_growth(one.contacts, was),
                channels=[found.get(one.reason, 0) for found in spread.channels],
                places=[found.get(one.reason, 0) for found in spread.places],
                volumes_url=_volumes(scope, reason.pk, query),
                feedback_url=_feedback(scope, reason.pk, query),
            )
        )
    return lines


class _Windows:
    """The contacts of the months, of those before, and of a year before; by month and place.

    The earlier ones are empty unless the same places were counted in each of their months: what
    was not counted is no zero to compare with.
    """

    def __init__(self, scope: Scope, asked: Asked) -> None:
        months = {*asked.months, *asked.before, *asked.year_before}
        counts = read_counts(scope.organisation, scope.places, months, channel=asked.channel)
        place = scope.place
        whole = next((one.pk for one in scope.places if one.is_whole), None)
        rows = at_place(by_month(counts), place.pk, whole=whole) if place else []
        self.now = in_months(rows, asked.months)
        self.before = self._alike(rows, asked, asked.length)
        self.year = self._alike(rows, asked, YEAR)

    def _alike(self, rows: Sequence[Count], asked: Asked, back: int) -> list[Count]:
        earlier = in_months(rows, asked.back(back))
        shifted = {(row.place, row.period.after(back)) for row in earlier}
        return earlier if shifted == {(row.place, row.period) for row in self.now} else []


class _Grouped:
    """Contacts by reason, or by family."""

    def __init__(self, family: Mapping[int, int] | None) -> None:
        self.family = family

    def of(self, counts: Iterable[Count]) -> dict[int, int]:
        found = by_reason(counts)
        return found if self.family is None else into_families(found, self.family)


def _growing(lines: Sequence[ReasonLine]) -> list[ReasonLine]:
    more = [line for line in lines if line.grew is not None and line.grew > 0]
    return sorted(more, key=lambda line: (-(line.grew or 0), line.rank))[:MOST_GROWING]


def _change(now: int, older: Mapping[int, int] | None, reason: int) -> str:
    """How much more than then, as a share; a word for what was not there."""
    if older is None:
        return DASH
    was = older.get(reason, 0)
    if not was:
        return _("new")
    return signed_percent(change(now, was))


def _growth(now: int, was: int | None) -> str:
    if was is None:
        return ""
    more = f"+{number(now - was)}"
    return more if not was else f"{more} ({signed_percent(change(now, was))})"


def signed_percent(value: Fraction | None) -> str:
    """A change as a share: "+14 %"; a dash for None."""
    if value is None:
        return DASH
    text = percent(abs(value), decimals=0)
    if text == percent(Fraction(0), decimals=0):
        return text
    return f"+{text}" if value > 0 else f"\u2212{text}"


def _with(found: tuple[int, int] | None) -> str:
    return percent(Fraction(*found), decimals=1) if found and found[1] else ""


def _without(counts: Sequence[Count]) -> str:
    found = tagged(counts)
    if found is None or not found[1]:
        return ""
    return percent(1 - Fraction(*found), decimals=1)


def _chart(lines: Sequence[ReasonLine], asked: Asked) -> SafeString:
    total = sum(line.contacts for line in lines)
    if not total:
        return SafeString("")
    bars, before = [], 0
    for line in lines[:MOST_BARS]:
        before += line.contacts
        bars.append(
            Bar(
                str(line.rank),
                line.contacts / total,
                before / total,
                line.is_vital,
                f"{line.reason}: {line.share}",
            )
        )
    return pareto_chart(bars, title=_("Reasons by weight, %(months)s") % {"months": asked.title})


def _volumes(scope: Scope, reason: int, query: str) -> str:
    url = reverse("audits:contact-volumes", args=[scope.organisation.key])
    return f"{url}?motif={reason}&{query}"


def _feedback(scope: Scope, reason: int, query: str) -> str:
    url = reverse("audits:send-feedback", args=[scope.organisation.key, reason])
    return f"{url}?{query}"


def contacts_of(scope: Scope, asked: Asked, reason: ContactReason) -> tuple[int, int]:
    """Contacts of a reason, or of all of a family, and all those with a reason. One query."""
    months = asked.months
    counts = read_counts(scope.organisation, scope.places, months, channel=asked.channel)
    whole = next((one.pk for one in scope.places if one.is_whole), None)
    place = scope.place.pk if scope.place else 0
    found = by_reason(in_months(at_place(by_month(counts), place, whole=whole), months))
    own = {reason.pk, *reason.reasons.values_list("pk", flat=True)}
    return sum(found.get(pk, 0) for pk in own), sum(found.values())
