"""What the columns of a file of call records are, how its calls are counted, and what results."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from audits.logic.periods import Grain
from engagements.logic.search import fold

PARIS = "Europe/Paris"
MILLI = 1000


class Role(StrEnum):
    """What a column of call records may be."""

    STARTED = "started"
    DATE = "date"
    TIME = "time"
    SITE = "site"
    ANSWERED = "answered"
    WAIT = "wait"
    TALK = "talk"
    HOLD = "hold"
    WRAP = "wrap"
    SATISFACTION = "satisfaction"
    REASON = "reason"
    CHANNEL = "channel"


DURATIONS = (Role.WAIT, Role.TALK, Role.HOLD, Role.WRAP)

# Titles by which a column is recognised, without accents, longest first where one holds another.
TITLES: Mapping[Role, tuple[str, ...]] = {
    Role.STARTED: ("date et heure", "horodatage", "debut", "date heure", "datetime", "start"),
    Role.DATE: ("date", "jour", "day"),
    Role.TIME: ("heure", "time", "hour"),
    Role.SITE: ("site", "centre", "file", "queue", "lieu", "plateau"),
    Role.ANSWERED: ("decroche", "servi", "traite", "answered", "repondu", "statut", "issue"),
    Role.WAIT: ("attente", "wait", "duree d'attente", "temps d'attente"),
    Role.TALK: ("conversation", "communication", "talk", "dmc"),
    Role.HOLD: ("mise en attente", "mise en garde", "hold", "garde"),
    Role.WRAP: ("post-appel", "post appel", "apres appel", "wrap", "acw", "after call"),
    Role.SATISFACTION: ("satisfaction", "note", "csat", "score"),
    Role.REASON: ("motif", "reason", "raison"),
    Role.CHANNEL: ("canal", "channel", "media"),
}
MOMENT_FORMATS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%m/%d/%Y %H:%M:%S",
)
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%Y")
TIME_FORMATS = ("%H:%M:%S", "%H:%M", "%Hh%M")
YES = (
    *("oui", "o", "yes", "y", "1", "vrai", "true", "servi", "décroché", "traité", "répondu"),
    *("answered", "handled"),
)
NO = (
    *("non", "n", "no", "0", "faux", "false", "abandonné", "abandon", "perdu", "raccroché"),
    *("abandoned", "lost", "missed"),
)


class Duration(StrEnum):
    """How durations are written in the file."""

    SECONDS = "seconds"
    COMMA = "comma"
    POINT = "point"
    CLOCK = "clock"


class Denominator(StrEnum):
    """Of what the service level is a share. Source: domain section 6.2."""

    OFFERED = "offered"
    ANSWERED = "answered"
    WITHOUT_SHORT = "offered_minus_short_abandons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """How calls are counted; kept with every measure that is made from them.

    A call is answered in time before ``threshold_s`` seconds, or at them when not ``is_strict``.
    An abandoned call is short below ``short_abandon_s`` seconds of wait. ``satisfied_from`` is
    the least mark, out of ``satisfaction_max``, of a satisfied customer.
    """

    threshold_s: int = 15
    is_strict: bool = True
    denominator: Denominator = Denominator.OFFERED
    short_abandon_s: int = 5
    time_zone: str = PARIS
    empty_is_zero: bool = False
    satisfied_from: int = 4
    satisfaction_max: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMapping:
    """Which column is what, by its place from 0, and how its cells are written.

    ``answered`` and ``unanswered`` are words, compared without case; without an answered column a
    call is answered when somebody talked. ``places`` maps a value of the site column to the
    number of a place; ``place`` is that of the whole file when there is no such column.
    ``reasons`` maps a folded text that is in no list to the number of a reason, or to "new".
    """

    columns: Mapping[Role, int] = field(default_factory=dict)
    moment_format: str = DATE_FORMATS[0]
    time_format: str = TIME_FORMATS[0]
    durations: Duration = Duration.SECONDS
    answered: tuple[str, ...] = YES
    unanswered: tuple[str, ...] = NO
    places: Mapping[str, int] = field(default_factory=dict)
    place: int | None = None
    grain: Grain = Grain.DAY
    convention: Convention = field(default_factory=Convention)
    reasons: Mapping[str, int | str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the import."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        convention = dict(kept["convention"])
        convention["denominator"] = Denominator(convention["denominator"])
        return cls(
            columns={Role(name): place for name, place in kept["columns"].items()},
            moment_format=kept["moment_format"],
            time_format=kept["time_format"],
            durations=Duration(kept["durations"]),
            answered=tuple(kept["answered"]),
            unanswered=tuple(kept["unanswered"]),
            places=dict(kept["places"]),
            place=kept["place"],
            grain=Grain(kept["grain"]),
            convention=Convention(**convention),
            reasons=dict(kept.get("reasons", {})),
        )

    @property
    def has_moment(self) -> bool:
        """Whether day and hour stand in one column."""
        return Role.STARTED in self.columns


@dataclass(frozen=True, slots=True)
class CallTotals:
    """Calls of one period at one place. Durations are sums in milliseconds, of answered calls.

    ``period`` is its first day. ``waits`` counts answered calls by whole seconds of wait.
    """

    period: date
    place: int
    offered: int
    answered: int
    answered_in_t: int
    short_abandoned: int
    wait_ms: int
    talk_ms: int
    hold_ms: int
    wrap_ms: int
    marks: int
    satisfied: int
    waits: dict[int, int]


def guessed(columns: Sequence[str], sample: Sequence[Sequence[str]]) -> CallMapping:
    """A first proposal from the titles and the first rows; people correct it."""
    found: dict[Role, int] = {}
    titles = [fold(title) for title in columns]
    for role, words in TITLES.items():
        taken = set(found.values())
        for word in words:
            places = [n for n, title in enumerate(titles) if word in title and n not in taken]
            if places:
                found.setdefault(role, min(places, key=lambda n: len(titles[n])))
                break
    mapping = CallMapping(columns=_without_doubles(found, sample))
    return replace(
        mapping,
        moment_format=_moment_format(mapping, sample),
        time_format=_first(TIME_FORMATS, _cells(mapping, Role.TIME, sample)),
        durations=_duration(mapping, sample),
    )


def _without_doubles(found: dict[Role, int], sample: Sequence[Sequence[str]]) -> dict[Role, int]:
    """Either one column for day and hour, or two: a day alone is no moment."""
    trial = CallMapping(columns=found)
    day = _cells(trial, Role.DATE, sample)
    if Role.STARTED not in found and day and _fits(MOMENT_FORMATS, day):
        found[Role.STARTED] = found.pop(Role.DATE)
    if Role.STARTED in found:
        found.pop(Role.DATE, None)
        found.pop(Role.TIME, None)
    return found


def _moment_format(mapping: CallMapping, sample: Sequence[Sequence[str]]) -> str:
    role = Role.STARTED if mapping.has_moment else Role.DATE
    return _first(
        MOMENT_FORMATS if mapping.has_moment else DATE_FORMATS, _cells(mapping, role, sample)
    )


def _duration(mapping: CallMapping, sample: Sequence[Sequence[str]]) -> Duration:
    cells = [cell for role in DURATIONS for cell in _cells(mapping, role, sample)]
    if any(":" in cell for cell in cells):
        return Duration.CLOCK
    if any("," in cell for cell in cells):
        return Duration.COMMA
    return Duration.POINT if any("." in cell for cell in cells) else Duration.SECONDS


def _cells(mapping: CallMapping, role: Role, sample: Sequence[Sequence[str]]) -> list[str]:
    place = mapping.columns.get(role)
    if place is None:
        return []
    return [row[place].strip() for row in sample if place < len(row) and row[place].strip()]


def _first(formats: Sequence[str], cells: Sequence[str]) -> str:
    return next((f for f in formats if cells and _reads(f, cells)), formats[0])


def _fits(formats: Sequence[str], cells: Sequence[str]) -> bool:
    return any(_reads(f, cells) for f in formats)


def _reads(wanted: str, cells: Sequence[str]) -> bool:
    try:
        for cell in cells:
            datetime.strptime(cell, wanted)  # noqa: DTZ007 -- only whether it can be read
    except ValueError:
        return False
    return True
