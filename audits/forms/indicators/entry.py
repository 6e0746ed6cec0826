"""Measures typed like a sheet: figures of indicators down, periods across."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audits.actions.measurement import Entry
from audits.forms.indicators.fields import NumberField
from audits.logic.conventions import usual_convention
from audits.logic.periods import Period
from audits.models import Measurement, MeasuringPlace
from audits.snapshots.figures import Followed
from crcaudit.core.forms import VersionField
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator

Key = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of an indicator over the periods; the first one of each names it."""

    indicator: Indicator
    label: str
    cells: Sequence[forms.BoundField]
    versions: Sequence[forms.BoundField]
    sample: forms.BoundField | None
    count: int


class EntryForm(forms.Form):
    """A cell for each figure of each followed indicator and period.

    ``known`` are the measures that are there, by number of the indicator and first day. Empty
    cells of a period say that nothing was measured.
    """

    def __init__(
        self,
        *args: Any,
        followed: Sequence[Followed],
        periods: Sequence[Period],
        known: Mapping[Key, Measurement],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.followed, self.periods, self.known = followed, periods, known
        for one in followed:
            self._add(one.indicator)

    def _add(self, indicator: Indicator) -> None:
        latest = [row for (pk, _day), row in self.known.items() if pk == indicator.pk]
        self.fields[_sample_name(indicator)] = forms.BooleanField(
            label=_("%(code)s: measured on a sample") % {"code": indicator.code},
            required=False,
            initial=bool(latest) and not latest[-1].is_exhaustive,
        )
        for period in self.periods:
            row = self.known.get((indicator.pk, period.start))
            self.fields[_version_name(indicator, period)] = VersionField(
                required=False, initial=row.version if row else None
            )
            for item in indicator.inputs.all():
                value = row.inputs.get(item.key) if row else None
                self.fields[_cell_name(indicator, item.key, period)] = NumberField(
                    required=False, initial=None if value is None else Decimal(value)
                )

    def lines(self) -> list[Line]:
        """The rows of the sheet."""
        found = []
        for one in self.followed:
            inputs = list(one.indicator.inputs.all())
            for place, item in enumerate(inputs):
                cells = [self[_cell_name(one.indicator, item.key, p)] for p in self.periods]
                versions = [self[_version_name(one.indicator, p)] for p in self.periods]
                found.append(
                    Line(
                        indicator=one.indicator,
                        label=localized(item, "label"),
                        cells=cells,
                        versions=[] if place else versions,
                        sample=None if place else self[_sample_name(one.indicator)],
                        count=len(inputs),
                    )
                )
        return found

    def clean(self) -> dict[str, Any]:
        """Of a period every figure of a formula is given, or none."""
        data = super().clean() or {}
        for one in self.followed:
            keys = [item.key for item in one.indicator.inputs.all()]
            for period in self.periods:
                names = [_cell_name(one.indicator, key, period) for key in keys]
                if any(name in self.errors for name in names):
                    continue
                empty = [name for name in names if data.get(name) is None]
                if empty and len(empty) < len(names):
                    self.add_error(
                        empty[0], _("This figure is missing: what was not measured is no zero.")
                    )
        return data

    def to_entries(self, place: MeasuringPlace) -> list[Entry]:
        """What is to be there after the change, of every cell."""
        return [self._entry(one, period, place) for one in self.followed for period in self.periods]

    def versions_of(self, current: Mapping[int, Measurement | None]) -> dict[str, Any]:
        """Hidden versions of the cells that somebody changed, by place among the entries."""
        cells = [(one.indicator, period) for one in self.followed for period in self.periods]
        return {
            _version_name(*cells[place]): "" if row is None else row.version
            for place, row in current.items()
        }

    def _entry(self, one: Followed, period: Period, place: MeasuringPlace) -> Entry:
        data, indicator = self.cleaned_data, one.indicator
        given = {
            item.key: value
            for item in indicator.inputs.all()
            if (value := data[_cell_name(indicator, item.key, period)]) is not None
        }
        known = self.known.get((indicator.pk, period.start))
        line = one.line_on(period.start)
        same = known is not None and {k: Decimal(v) for k, v in known.inputs.items()} == given
        is_exhaustive = not data[_sample_name(indicator)]
        if same and known is not None:  # left as it was counted, a sample or not
            is_exhaustive = known.is_exhaustive
        return Entry(
            indicator=indicator,
            place=place,
            period=period,
            inputs=given,
            is_exhaustive=is_exhaustive,
            convention=known.convention
            if same and known is not None
            else usual_convention(indicator.parameters, line.parameters if line else {}),
            note=known.note if known else "",
            version=data[_version_name(indicator, period)],
        )


def _cell_name(indicator: Indicator, key: str, period: Period) -> str:
    return f"m-{indicator.pk}-{key}-{period.start:%Y%m%d}"


def _version_name(indicator: Indicator, period: Period) -> str:
    return f"v-{indicator.pk}-{period.start:%Y%m%d}"


def _sample_name(indicator: Indicator) -> str:
    return f"x-{indicator.pk}"
