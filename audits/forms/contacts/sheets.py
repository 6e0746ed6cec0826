"""Contacts and costs typed like a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.contacts.costs import CostEntry
from audits.actions.contacts.volumes import VolumeEntry
from audits.contact_enums import CostKind
from audits.enums import Channel
from audits.forms.contacts.reason import ContactsField
from audits.forms.indicators.fields import NumberField
from audits.logic.periods import Period
from audits.models import ContactCost, ContactReason, ContactVolume, MeasuringPlace
from crcaudit.core.forms import VersionField

CENTS = 2
VolumeKey = tuple[int | None, str]  # a reason by its number, a channel
CostKey = tuple[str, date]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the sheet. ``group`` is the family that it begins, "" within one."""

    label: str
    group: str
    cells: Sequence[forms.BoundField]
    versions: Sequence[forms.BoundField]


class VolumeSheetForm(forms.Form):
    """A cell for each reason and channel of one place and period; an empty one is not counted.

    ``known`` are the rows that are there, by number of the reason and channel.
    """

    def __init__(
        self,
        *args: Any,
        reasons: Sequence[ContactReason],
        known: Mapping[VolumeKey, ContactVolume],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.reasons: list[ContactReason | None] = [*reasons, None]
        self.known = known
        for reason, channel in self._cells():
            row = known.get((_pk(reason), channel))
            self.fields[_cell(reason, channel)] = ContactsField(
                required=False, initial=row.contacts if row else None
            )
            self.fields[_version(reason, channel)] = VersionField(
                required=False, initial=row.version if row else None
            )

    def _cells(self) -> Iterator[tuple[ContactReason | None, str]]:
        for reason in self.reasons:
            for channel in Channel.values:
                yield reason, channel

    def lines(self) -> list[SheetLine]:
        """The rows of the sheet: the list in its order, then contacts without a reason."""
        found, family = [], ""
        for reason in self.reasons:
            own = reason.parent if reason and reason.parent else reason
            group = own.label if own else ""
            found.append(
                SheetLine(
                    label=reason.label if reason else _("Without a reason"),
                    group=group if group != family else "",
                    cells=[self[_cell(reason, channel)] for channel in Channel.values],
                    versions=[self[_version(reason, channel)] for channel in Channel.values],
                )
            )
            family = group
        return found

    def to_entries(self, place: MeasuringPlace, period: Period) -> list[VolumeEntry]:
        """What is to be there after the change, of every cell."""
        return [
            VolumeEntry(
                place=place,
                period=period,
                channel=channel,
                reason=reason,
                contacts=self.cleaned_data[_cell(reason, channel)],
                version=self.cleaned_data[_version(reason, channel)],
            )
            for reason, channel in self._cells()
        ]

    def show_conflicts(self, current: Mapping[int, ContactVolume | None]) -> dict[str, Any]:
        """Say in each cell what it holds now; hidden versions of them, by name."""
        cells = list(self._cells())
        versions: dict[str, Any] = {}
        for place, row in current.items():
            now = _("empty") if row is None else str(row.contacts)
            self.add_error(_cell(*cells[place]), _meanwhile(now))
            versions[_version(*cells[place])] = "" if row is None else row.version
        return versions


class AmountField(NumberField):
    """Euros, from zero, two decimals at most; None when the cell is empty."""

    default_error_messages = {
        "negative": gettext_lazy("An amount is not below zero."),
        "cents": gettext_lazy("Enter euros and cents: two decimals at most."),
    }

    def to_python(self, value: Any) -> Decimal | None:
        """The exact amount."""
        found = super().to_python(value)
        if found is None:
            return None
        if found < 0:
            raise ValidationError(self.error_messages["negative"], code="negative")
        if -int(found.normalize().as_tuple().exponent) > CENTS:
            raise ValidationError(self.error_messages["cents"], code="cents")
        return found


class CostSheetForm(forms.Form):
    """A cell for each kind of cost and month of one place, on one channel or all together.

    ``known`` are the rows that are there, by kind and first day.
    """

    def __init__(
        self,
        *args: Any,
        months: Sequence[Period],
        known: Mapping[CostKey, ContactCost],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.months, self.known = months, known
        for kind, month in self._cells():
            row = known.get((kind, month.start))
            self.fields[_cost(kind, month)] = AmountField(
                required=False, initial=row.amount if row else None
            )
            self.fields[_cost_version(kind, month)] = VersionField(
                required=False, initial=row.version if row else None
            )

    def _cells(self) -> Iterator[tuple[CostKind, Period]]:
        for kind in CostKind:
            for month in self.months:
                yield kind, month

    def lines(self) -> list[SheetLine]:
        """The rows of the sheet, one for each kind."""
        return [
            SheetLine(
                label=str(kind.label),
                group="",
                cells=[self[_cost(kind, month)] for month in self.months],
                versions=[self[_cost_version(kind, month)] for month in self.months],
            )
            for kind in CostKind
        ]

    def to_entries(self, place: MeasuringPlace, channel: str) -> list[CostEntry]:
        """What is to be there after the change, of every cell."""
        return [
            CostEntry(
                place=place,
                month=month,
                channel=channel,
                kind=kind,
                amount=self.cleaned_data[_cost(kind, month)],
                version=self.cleaned_data[_cost_version(kind, month)],
            )
            for kind, month in self._cells()
        ]

    def show_conflicts(self, current: Mapping[int, ContactCost | None]) -> dict[str, Any]:
        """Say in each cell what it holds now; hidden versions of them, by name."""
        cells = list(self._cells())
        versions: dict[str, Any] = {}
        for place, row in current.items():
            now = _("empty") if row is None else f"{row.amount:f}".replace(".", ",")
            self.add_error(_cost(*cells[place]), _meanwhile(now))
            versions[_cost_version(*cells[place])] = "" if row is None else row.version
        return versions


def _meanwhile(now: str) -> str:
    return _("Somebody wrote here meanwhile: %(now)s. Saved again, yours replaces it.") % {
        "now": now
    }


def _pk(reason: ContactReason | None) -> int | None:
    return None if reason is None else reason.pk


def _cell(reason: ContactReason | None, channel: str) -> str:
    return f"c-{_pk(reason) or 0}-{channel}"


def _version(reason: ContactReason | None, channel: str) -> str:
    return f"v-{_pk(reason) or 0}-{channel}"


def _cost(kind: str, month: Period) -> str:
    return f"k-{kind}-{month.start:%Y%m}"


def _cost_version(kind: str, month: Period) -> str:
    return f"v-{kind}-{month.start:%Y%m}"
