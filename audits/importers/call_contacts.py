"""Contacts by reason and channel from counted calls."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audits.importers.call_mapping import CallMapping
from audits.importers.volume_mapping import channel_of
from audits.importers.volumes import UNSAID, Expected, VolumeProposal
from audits.logic.periods import Grain, Period
from engagements.logic.search import fold


@dataclass(frozen=True, slots=True)
class CallContacts:
    """Answered calls of one reason and channel, as the file writes both; None for an empty cell."""

    period: date
    place: int
    reason: str | None
    channel: str | None
    count: int


@dataclass(frozen=True, slots=True)
class ContactsFound:
    """What counted calls would write, and the texts that nobody knows, most calls first.

    A call of an unknown reason is counted without one; of an unknown channel, as a telephone call.
    """

    proposals: list[VolumeProposal]
    unknown_reasons: dict[str, int]
    unknown_channels: dict[str, int]


def volume_grain(mapping: CallMapping) -> Grain:
    """Weeks when calls are counted by week; else months, which is how volumes are compared."""
    return Grain.WEEK if mapping.grain is Grain.WEEK else Grain.MONTH


def contacts_found(
    rows: Iterable[CallContacts], mapping: CallMapping, known: Expected
) -> ContactsFound:
    """Contacts by place, period, channel and reason."""
    grain = volume_grain(mapping)
    found: Counter[tuple[int, Period, str, int | None, str]] = Counter()
    reasons: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    for row in rows:
        text, at = (row.reason or "").strip(), (row.channel or "").strip()
        reason, new = None, ""
        if fold(text) not in UNSAID:
            said = known.find(text, "") or mapping.reasons.get(fold(text))
            if said is None:
                reasons[text] += row.count
            reason, new = (said, "") if isinstance(said, int) else (None, text if said else "")
        channel = channel_of(at) if at else "PHONE"
        if channel is None:
            channels[at] += row.count
        cell = (row.place, Period(grain, row.period), channel or "PHONE", reason, new)
        found[cell] += row.count
    return ContactsFound(
        proposals=[
            VolumeProposal(
                place=place,
                period=period,
                channel=channel,
                reason=reason,
                new=new,
                contacts=contacts,
            )
            for (place, period, channel, reason, new), contacts in found.items()
        ],
        unknown_reasons=dict(reasons.most_common()),
        unknown_channels=dict(channels.most_common()),
    )
