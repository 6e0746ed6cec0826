"""The marks of the sector that a barometer is compared with."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from audits.actions.surveys.barometer import SectorFields
from audits.forms.indicators.fields import NumberField
from audits.forms.surveys.barometer import year_field
from audits.logic.barometer import SCALE
from audits.models import Barometer, SectorMark, ServiceTheme
from audits.survey_enums import Aspect
from crcaudit.core.forms import CleanCharField, VersionField


class SectorForm(forms.Form):
    """The marks of the sector, each with its source and year."""

    version = VersionField()

    def __init__(
        self,
        *args: Any,
        barometer: Barometer,
        themes: Sequence[ServiceTheme],
        known: Mapping[int, SectorMark],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.themes = themes
        self.fields["version"].initial = barometer.version
        for theme in themes:
            row = known.get(theme.pk)
            for name, aspect in (("expected", Aspect.EXPECTED), ("delivered", Aspect.DELIVERED)):
                self.fields[f"{name}-{theme.pk}"] = NumberField(
                    label=f"{theme.label}, {aspect.label}",
                    required=False,
                    initial=getattr(row, name) if row else None,
                )
            self.fields[f"source-{theme.pk}"] = CleanCharField(
                label=_("%(theme)s, source") % {"theme": theme.label},
                required=False,
                initial=row.source if row else "",
            )
            self.fields[f"year-{theme.pk}"] = year_field(
                label=_("%(theme)s, year of the study") % {"theme": theme.label},
                required=False,
                initial=row.year if row else None,
            )

    def lines(self) -> Iterator[tuple[ServiceTheme, list[forms.BoundField]]]:
        """Expected, delivered, source and year of each theme."""
        for theme in self.themes:
            names = ("expected", "delivered", "source", "year")
            yield theme, [self[f"{name}-{theme.pk}"] for name in names]

    def clean(self) -> dict[str, Any]:
        """Marks are out of 10, and each has its source and year."""
        data = super().clean() or {}
        for theme in self.themes:
            names = [f"{name}-{theme.pk}" for name in ("expected", "delivered")]
            given = {name: data[name] for name in names if data.get(name) is not None}
            for name, value in given.items():
                if not SCALE[0] <= value <= SCALE[-1]:
                    self.add_error(name, _("A mark is between 1 and 10."))
                elif value != value.quantize(Decimal("0.01")):
                    self.add_error(name, _("Two decimals at most."))
            if given:
                self._require(f"source-{theme.pk}", _("Say from which study."), data)
                self._require(f"year-{theme.pk}", _("Say of which year."), data)
        return data

    def _require(self, name: str, told: str, data: dict[str, Any]) -> None:
        if name not in self.errors and not data.get(name):
            self.add_error(name, told)

    def to_marks(self) -> dict[int, SectorFields]:
        """Valid marks as the action takes them, by theme."""
        data = self.cleaned_data
        return {
            theme.pk: SectorFields(
                expected=data[f"expected-{theme.pk}"],
                delivered=data[f"delivered-{theme.pk}"],
                source=data[f"source-{theme.pk}"],
                year=data[f"year-{theme.pk}"] or 0,
            )
            for theme in self.themes
        }
