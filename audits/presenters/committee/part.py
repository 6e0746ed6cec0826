"""The part of a pack that one reader sees, at one place. What is not said to be theirs is not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from audits.logic.committee import Subject
from audits.measure_enums import PlaceKind
from audits.snapshots.committee import (
    ActionLine,
    CommitteePack,
    ComplaintLine,
    ControlItem,
    DecisionLine,
    PlaceName,
    ProposalLine,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads.

    ``places`` are numbers of those whose figures they read. ``follows_up`` for those who read
    complaints, controls and actions there; ``is_whole`` for those who read the whole meeting.
    ``decisions`` are keys of what they know of, None for all.
    """

    places: Collection[int]
    follows_up: bool
    is_whole: bool
    decisions: Collection[str] | None = None


def part_of(pack: CommitteePack, place: PlaceName, reader: Reader) -> CommitteePack:
    """Figures of the place, of every place with the whole; the rest as far as the reader goes."""
    shown = set(reader.places) if _is_whole(place) else {place.pk} & set(reader.places)
    found = replace(
        pack,
        figures=tuple(row for row in pack.figures if row.place in shown),
        previous=_decisions(pack.previous, place, reader),
        decisions=_decisions(pack.decisions, place, reader),
        complaints=(),
        controls=(),
        actions=(),
        proposals=(),
    )
    if reader.follows_up:
        found = replace(
            found,
            complaints=tuple(row for row in pack.complaints if _is_complaint_of(row, place)),
            controls=tuple(row for row in pack.controls if _is_control_of(row, place)),
            actions=tuple(row for row in pack.actions if _is_action_of(row, place)),
            proposals=tuple(row for row in pack.proposals if _is_proposed_at(row, place, shown)),
        )
    if reader.is_whole:
        return found
    return replace(found, people=(), notes="", flows="", resources="")


def _decisions(
    rows: Sequence[DecisionLine], place: PlaceName, reader: Reader
) -> tuple[DecisionLine, ...]:
    known = reader.decisions
    seen = rows if known is None else [row for row in rows if row.key in known]
    if known is None and not _is_whole(place):
        seen = [row for row in seen if row.place in {place.pk, None}]
    return tuple(seen)


def _is_whole(place: PlaceName) -> bool:
    return place.kind == PlaceKind.WHOLE


def _is_complaint_of(row: ComplaintLine, place: PlaceName) -> bool:
    return _is_whole(place) or row.place == place.pk


def _is_control_of(row: ControlItem, place: PlaceName) -> bool:
    """A control of all sites together is each site's too."""
    if _is_whole(place):
        return True
    return place.site is not None and row.site in {place.site, None}


def _is_action_of(row: ActionLine, place: PlaceName) -> bool:
    if _is_whole(place) or row.place == place.pk:
        return True
    return place.site is not None and row.site == place.site


def _is_proposed_at(row: ProposalLine, place: PlaceName, shown: Collection[int]) -> bool:
    """A missed indicator is proposed where its figure is shown."""
    if row.subject == Subject.NO_COMPLAINT:
        return row.place in shown
    if _is_whole(place) or row.place == place.pk:
        return True
    if row.subject == Subject.CONTROL_LATE:
        return place.site is not None and row.site in {place.site, None}
    return place.site is not None and row.place is None and row.site == place.site
