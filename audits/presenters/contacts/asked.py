"""What the address of a screen of contacts asks for: how many months, until which, what of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import Max
from django.utils.translation import gettext as _

from audits.enums import Channel
from audits.figure_words import period_text
from audits.logic.periods import Grain, Period, period_of
from audits.models import ContactVolume
from audits.presenters.indicators.entry import day_asked
from audits.presenters.indicators.scope import Option, Scope
from crcaudit.core.formats import DASH

YEAR: Final = 12
LENGTHS: Final = (1, 3, YEAR)
FAMILIES, REASONS = "familles", "motifs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``last`` is a month; ``channel`` "" for all of them; ``level`` families or reasons."""

    last: Period
    length: int = 1
    channel: str = ""
    level: str = REASONS

    @property
    def months(self) -> list[Period]:
        """The months that are shown, oldest first."""
        return self.back(0)

    @property
    def before(self) -> list[Period]:
        """As many months just before."""
        return self.back(self.length)

    @property
    def year_before(self) -> list[Period]:
        """The same months a year earlier."""
        return self.back(YEAR)

    def back(self, count: int) -> list[Period]:
        """As many months, ``count`` months earlier."""
        return [self.last.after(-n - count) for n in range(self.length - 1, -1, -1)]

    @property
    def title(self) -> str:
        """The months in words."""
        if self.length == 1:
            return period_text(self.last)
        return f"{period_text(self.months[0])} {DASH} {period_text(self.last)}"

    def query(self, scope: Scope) -> str:
        """The same again, as the query of an address."""
        kept = {"fin": self.last.start.isoformat(), "duree": self.length, "canal": self.channel}
        kept["niveau"] = self.level
        if scope.place is not None:
            kept["lieu"] = scope.place.pk
        return urlencode(kept)


def asked_of(query: Mapping[str, str], scope: Scope, *, today: date) -> Asked:
    """What an address asks for; anything that it does not say well is as if it said nothing.

    Without a month, the last one that is over and was counted. One query then.
    """
    running = period_of(today, Grain.MONTH)
    day = day_asked(query.get("fin", ""))
    last = min(period_of(day, Grain.MONTH), running) if day else _latest(scope, running)
    length = query.get("duree", "")
    channel = query.get("canal", "")
    return Asked(
        last=last,
        length=int(length) if length in map(str, LENGTHS) else 1,
        channel=channel if channel in Channel.values else "",
        level=FAMILIES if query.get("niveau") == FAMILIES else REASONS,
    )


def _latest(scope: Scope, running: Period) -> Period:
    rows = ContactVolume.objects.filter(
        organisation=scope.organisation,
        place__in=[place.pk for place in scope.places],
        starts_on__lt=running.start,
    )
    latest: date | None = rows.aggregate(latest=Max("starts_on"))["latest"]
    return period_of(latest, Grain.MONTH) if latest else running.after(-1)


def length_options(asked: Asked, scope: Scope, path: str) -> list[Option]:
    """One month, three, twelve."""
    words = {1: _("Month"), 3: _("3 months"), YEAR: _("12 months")}
    return [
        _option(words[n], replace(asked, length=n), scope, path, active=n == asked.length)
        for n in LENGTHS
    ]


def level_options(asked: Asked, scope: Scope, path: str) -> list[Option]:
    """Reasons, or the families that they are in."""
    words = ((REASONS, _("Reasons")), (FAMILIES, _("Families")))
    return [
        _option(label, replace(asked, level=level), scope, path, active=level == asked.level)
        for level, label in words
    ]


def channel_options(asked: Asked, scope: Scope, path: str) -> list[Option]:
    """All channels, then each."""
    choices: Sequence[tuple[str, str]] = [
        ("", _("All channels")),
        *((channel.value, str(channel.label)) for channel in Channel),
    ]
    return [
        _option(label, replace(asked, channel=code), scope, path, active=code == asked.channel)
        for code, label in choices
    ]


def place_options(asked: Asked, scope: Scope, path: str) -> list[Option]:
    """The same months at each place."""
    options = scope.options(path)
    rest = {"fin": asked.last.start.isoformat(), "duree": asked.length, "canal": asked.channel}
    more = urlencode(rest | {"niveau": asked.level})
    return [replace(option, url=f"{option.url}&{more}") for option in options]


def moves(asked: Asked, scope: Scope, path: str, *, today: date) -> tuple[str, str]:
    """Addresses of the months before and after; "" where there are none."""
    running = period_of(today, Grain.MONTH)
    later = asked.last.after(1)
    earlier = replace(asked, last=asked.last.after(-1))
    after = f"{path}?{replace(asked, last=later).query(scope)}" if later <= running else ""
    is_far = asked.last.start.year <= _FIRST_YEAR
    return ("" if is_far else f"{path}?{earlier.query(scope)}"), after


_FIRST_YEAR = 2000


def _option(label: str, asked: Asked, scope: Scope, path: str, *, active: bool) -> Option:
    return Option(label, f"{path}?{asked.query(scope)}", active)
