"""What the columns of a table of measures are."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.forms.indicators.file_columns import FileColumnsForm
from audits.importers.measure_mapping import (
    EXHAUSTIVE,
    FIGURE,
    INDICATOR,
    INPUT,
    PERIOD,
    PLACE,
    MeasureMapping,
)
from audits.logic.number_text import COMMA, POINT
from audits.logic.periods import Grain
from audits.measure_enums import GrainChoice
from audits.models import MeasureImport
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator

_UNKNOWN = gettext_lazy("Choose a value of the list.")
_MOST_INPUTS = 6


class MeasureColumnsForm(FileColumnsForm):
    """What the columns of a table of measures are."""

    grain = forms.ChoiceField(
        label=gettext_lazy("Length of a period"),
        choices=GrainChoice.choices,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    decimal = forms.ChoiceField(
        label=gettext_lazy("Numbers are written"),
        choices=((COMMA, gettext_lazy("1 234,5")), (POINT, gettext_lazy("1,234.5"))),
        error_messages={"invalid_choice": _UNKNOWN},
    )
    is_exhaustive = forms.BooleanField(
        label=gettext_lazy("The whole population was measured, not a sample"), required=False
    )

    def __init__(
        self,
        *args: Any,
        imported: MeasureImport,
        indicators: Sequence[Indicator],
        place_tokens: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        self.mapping = MeasureMapping.from_json(imported.mapping)
        names = ("grain", "decimal", "is_exhaustive")
        kwargs.setdefault("initial", {name: getattr(self.mapping, name) for name in names})
        super().__init__(*args, **kwargs)
        self.offer_columns(imported, _meanings(indicators), self.mapping.columns)
        self.offer_places(self.mapping.columns, self.mapping.places, place_tokens)

    def clean(self) -> dict[str, Any]:
        """A measure has a period and figures, each column once."""
        data = super().clean()
        roles = self.roles(data)
        given = [role for role in roles if role]
        if PERIOD not in given:
            self.add_error(None, _("Say which column holds the period."))
        if INDICATOR in given and f"{INPUT}0" not in given:
            self.add_error(None, _("Say which column holds the first figure of the formula."))
        if INDICATOR not in given and not any(role.startswith(FIGURE) for role in given):
            self.add_error(
                None,
                _("Say which column names the indicator, or which figure each column holds."),
            )
        return data

    def to_mapping(self, places: Mapping[str, int], place: int | None) -> MeasureMapping:
        """Valid values as the reader takes them, with the numbers of the places."""
        data = self.cleaned_data
        roles = self.roles(data)
        return MeasureMapping(
            columns=tuple(roles),
            grain=Grain(data["grain"]),
            decimal=data["decimal"],
            places=dict(places),
            place=None if PLACE in roles else place,
            is_exhaustive=data["is_exhaustive"],
        )


def _meanings(indicators: Sequence[Indicator]) -> list[Any]:
    """What a column may be; the figures of each indicator under its name."""
    plain = [
        ("", _("not used")),
        (PERIOD, _("Period")),
        (PLACE, _("Site or provider")),
        (INDICATOR, _("Code or name of the indicator")),
        *(
            (f"{INPUT}{n}", _("Figure %(n)s of its formula") % {"n": n + 1})
            for n in range(_MOST_INPUTS)
        ),
        (EXHAUSTIVE, _("Whole population (yes or no)")),
    ]
    figures = [
        (
            f"{row.code} {localized(row, 'name')}",
            [
                (f"{FIGURE}{row.code}:{item.key}", f"{row.code} · {localized(item, 'label')}")
                for item in row.inputs.all()
            ],
        )
        for row in indicators
    ]
    return [*plain, *figures]
