"""Contacts by reason and channel from a table: one row each, or a column for each channel."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from audits.importers.measure_mapping import MOST_ROWS, PERIOD, PLACE
from audits.importers.rows import read_rows
from audits.importers.tables import Form
from audits.importers.volume_mapping import (
    CHANNEL,
    CONTACTS,
    CONTACTS_ON,
    FAMILY,
    NEW,
    REASON,
    VolumeMapping,
    channel_of,
)
from audits.logic.number_text import COMMA, number_from
from audits.logic.period_text import period_from
from audits.logic.periods import Grain, Period
from audits.workbook.problems import Problem, Problems, quoted
from engagements.logic.search import fold

MOST_CONTACTS = 1_000_000_000
# What people write where there is no reason, folded.
UNSAID = frozenset({"", "-", "sans motif", "non qualifie", "non renseigne", "aucun", "no reason"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeProposal:
    """Contacts that a file would write.

    ``reason`` is the number of a reason, None without one; ``new`` is the text of a reason that is
    to be made, with ``family`` "" or the text of its family.
    """

    place: int
    period: Period
    channel: str
    reason: int | None
    contacts: int
    new: str = ""
    family: str = ""

    def to_json(self) -> list[Any]:
        """As an import keeps it until it is confirmed."""
        period = [str(self.period.grain), self.period.start.isoformat()]
        named = [self.reason, self.new, self.family]
        return [self.place, *period, self.channel, *named, self.contacts]

    @classmethod
    def from_json(cls, kept: Sequence[Any]) -> Self:
        """From what `to_json` gave."""
        place, grain, start, channel, reason, new, family, contacts = kept
        return cls(
            place=place,
            period=Period(Grain(grain), date.fromisoformat(start)),
            channel=channel,
            reason=reason,
            contacts=contacts,
            new=new,
            family=family,
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file may name: reasons by folded text, with their numbers, and no day after today.

    ``names`` has "family / label" of each, and a label alone where no other reason has it.
    """

    codes: Mapping[str, int]
    names: Mapping[str, int]
    today: date

    def find(self, text: str, family: str) -> int | None:
        """The reason that a row names; None when it is in no list.

        In a row that names a family, a label alone is no answer: it may stand in another family.
        """
        code = self.codes.get(fold(text))
        return code or self.names.get(fold(f"{family} / {text}" if family else text))


@dataclass(frozen=True, slots=True)
class VolumesRead:
    """What a file holds. With any problem, or an unknown reason, nothing may be written.

    ``unknown`` counts the contacts of each text that is no reason of the list, most first.
    """

    proposals: list[VolumeProposal]
    rows: int
    problem_count: int
    problems: list[Problem]
    unknown: dict[str, int]


def read_volumes(
    path: Path,
    form: Form,
    mapping: VolumeMapping,
    *,
    titles: Sequence[str],
    known: Expected,
) -> VolumesRead:
    """Every count of the file, and every problem with its row and column.

    Several rows of the same reason, place, period and channel are summed: a CRM often knows more
    reasons than the list. Rows count from 1, titles included.
    """
    reader = _Reader(mapping, titles, known)
    rows = read_rows(path, form, reader.take, most=MOST_ROWS, problems=reader.problems)
    return VolumesRead(
        proposals=reader.proposals(),
        rows=rows,
        problem_count=len(reader.problems.all),
        problems=reader.problems.listed(),
        unknown=dict(reader.unknown.most_common()),
    )


Named = tuple[int | None, str, str]  # number of a reason, or text and family of a new one


class _Reader:
    """Rows of one file, taken in order."""

    def __init__(self, mapping: VolumeMapping, titles: Sequence[str], known: Expected) -> None:
        self.mapping, self.titles, self.known = mapping, titles, known
        self.problems = Problems()
        self.unknown: Counter[str] = Counter()
        self.found: Counter[tuple[int, Period, str, Named]] = Counter()
        self.at = {role: place for place, role in enumerate(mapping.columns) if role}
        self.counted = [
            (role.removeprefix(CONTACTS_ON), place)
            for role, place in self.at.items()
            if role.startswith(CONTACTS_ON)
        ]

    def proposals(self) -> list[VolumeProposal]:
        """What was found, in the order of the file."""
        return [
            VolumeProposal(
                place=place,
                period=period,
                channel=channel,
                reason=named[0],
                new=named[1],
                family=named[2],
                contacts=contacts,
            )
            for (place, period, channel, named), contacts in self.found.items()
        ]

    def take(self, number: int, row: Sequence[str]) -> None:
        """Every count of a row; nothing of it when its period or its place cannot be read."""
        if len(row) > len(self.titles):
            words = {"n": len(row), "titles": len(self.titles)}
            self.problems.add(
                _("This row has %(n)s cells for %(titles)s titles.") % words, row=number
            )
            return
        period, place = self._period(number, row), self._place(number, row)
        counts = list(self._counts(number, row))
        named = self._reason(row, sum(count for _channel, count in counts))
        if period is None or place is None or named is None:
            return
        for channel, count in counts:
            self.found[place, period, channel, named] += count

    def _counts(self, number: int, row: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Channel and contacts; an empty cell of a channel was not counted."""
        for channel, place in self.counted:
            if row[place : place + 1] and row[place].strip():
                yield from self._count(number, row, channel, place)
        if CONTACTS in self.at and (only := self._channel(number, row)):
            yield from self._count(number, row, only, self.at[CONTACTS])

    def _count(
        self, number: int, row: Sequence[str], channel: str, place: int
    ) -> Iterator[tuple[str, int]]:
        text = row[place] if place < len(row) else ""
        value = number_from(text, COMMA)
        if value is None or value < 0 or value % 1 or value > MOST_CONTACTS:
            self.problems.add(
                _("“%(value)s” is no number of contacts: a whole number, such as 1 234.")
                % {"value": quoted(text)},
                row=number,
                column=self.titles[place],
            )
            return
        yield channel, int(value)

    def _channel(self, number: int, row: Sequence[str]) -> str | None:
        if CHANNEL not in self.at:
            return self.mapping.channel
        text = self._cell(row, CHANNEL)
        found = channel_of(text)
        if found is None:
            self._say(number, CHANNEL, _("“%(value)s” is no channel.") % {"value": quoted(text)})
        return found

    def _reason(self, row: Sequence[str], contacts: int) -> Named | None:
        """The reason of a row; None when nobody said what its text stands for."""
        family, text = self._cell(row, FAMILY).strip(), self._cell(row, REASON).strip()
        if fold(text) in UNSAID:
            if fold(family) in UNSAID:
                return None, "", ""
            family, text = "", family
        whole = f"{family} / {text}" if family else text
        found = self.known.find(text, family)
        if found is not None:
            return found, "", ""
        said = self.mapping.reasons.get(fold(whole))
        if said == NEW:
            return None, text, family
        if isinstance(said, int):
            return said, "", ""
        self.unknown[whole] += contacts
        return None

    def _period(self, number: int, row: Sequence[str]) -> Period | None:
        text = self._cell(row, PERIOD)
        found = period_from(text, self.mapping.grain)
        if found is None:
            words = {"value": quoted(text)}
            self._say(number, PERIOD, _("“%(value)s” is no period of this length.") % words)
        elif found.start > self.known.today:
            self._say(number, PERIOD, _("This period has not begun: it cannot be counted yet."))
        return found

    def _place(self, number: int, row: Sequence[str]) -> int | None:
        text = self._cell(row, PLACE).strip()
        if not text and self.mapping.place is not None:
            return self.mapping.place
        found = self.mapping.places.get(fold(text))
        if found is None:
            words = {"value": quoted(text)}
            self._say(number, PLACE, _("“%(value)s” is none of your sites and providers.") % words)
        return found

    def _say(self, number: int, role: str, message: str) -> None:
        column = self.titles[self.at[role]] if role in self.at else ""
        self.problems.add(message, row=number, column=column)

    def _cell(self, row: Sequence[str], role: str) -> str:
        place = self.at.get(role)
        return row[place] if place is not None and place < len(row) else ""
