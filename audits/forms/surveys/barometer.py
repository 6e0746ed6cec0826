"""The themes of the barometer, and its answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.surveys.themes import ThemeFields
from audits.forms.surveys.fields import CountField
from audits.logic.barometer import SCALE
from audits.models import Barometer, ServiceTheme
from audits.models.barometer import FIRST_YEAR, LAST_YEAR
from audits.survey_enums import Aspect
from crcaudit.core.forms import CleanCharField, ReasonField, ReasonForm, VersionField, page_helper
from engagements import words

NEW_ROWS = 4
_LABEL = 120
_YEAR_ERRORS = dict.fromkeys(
    ("invalid", "min_value", "max_value", "required"),
    gettext_lazy("Give a year between 2000 and 2099."),
)


def year_field(**kwargs: Any) -> forms.IntegerField:
    """A year that a survey may be of."""
    return forms.IntegerField(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, error_messages=_YEAR_ERRORS, **kwargs
    )


class BeginBarometerForm(forms.Form):
    """The barometer of a year."""

    submit_label = gettext_lazy("Begin the barometer")
    year = year_field(label=gettext_lazy("Year"))
    source = CleanCharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Who asked whom, how many, when. No name of anybody."),
        error_messages={"required": gettext_lazy("Say where these answers come from.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("year", "source")


class ReopenBarometerForm(ReasonForm):
    """Why a closed barometer is corrected."""

    submit_label = gettext_lazy("Open the barometer again")
    reason = ReasonField(asked=gettext_lazy("Say why the barometer is opened again."))


class ThemesForm(forms.Form):
    """The themes in rows, with some empty rows for new ones."""

    def __init__(self, *args: Any, themes: Sequence[ServiceTheme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes: list[ServiceTheme | None] = [*themes, *([None] * NEW_ROWS)]
        stages = [("", _("none")), *((code, str(name)) for code, name in words.STAGES.items())]
        for place, theme in enumerate(self.themes):
            self.fields[f"position-{place}"] = forms.IntegerField(
                label=_("Position"),
                required=False,
                min_value=1,
                max_value=999,
                initial=place + 1 if theme else None,
                error_messages=dict.fromkeys(
                    ("invalid", "min_value", "max_value"), _("Give a number from 1 to 999.")
                ),
            )
            self.fields[f"label-{place}"] = CleanCharField(
                label=_("Theme"),
                limit=_LABEL,
                required=theme is not None,
                initial=theme.label if theme else "",
                error_messages={"required": _("A theme has a name: untick it to leave it out.")},
            )
            self.fields[f"stage-{place}"] = forms.ChoiceField(
                label=_("Stage of the journey"),
                choices=stages,
                required=False,
                initial=theme.journey_stage if theme else "",
                error_messages={"invalid_choice": _("Choose a value of the list.")},
            )
            self.fields[f"active-{place}"] = forms.BooleanField(
                label=_("Asked"), required=False, initial=theme.is_active if theme else True
            )

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """Position, name, stage and whether it is asked, of each row."""
        names = ("position", "label", "stage", "active")
        return [[self[f"{name}-{place}"] for name in names] for place in range(len(self.themes))]

    def clean(self) -> dict[str, Any]:
        """No name twice."""
        data = super().clean() or {}
        seen: dict[str, str] = {}
        for place in range(len(self.themes)):
            label = data.get(f"label-{place}", "").casefold()
            if label and label in seen:
                self.add_error(f"label-{place}", _("Another theme has this name."))
            seen.setdefault(label, label)
        return data

    def to_fields(self) -> list[ThemeFields]:
        """Valid rows in the order of their positions; new ones without one come last."""
        data = self.cleaned_data
        rows = []
        for place, theme in enumerate(self.themes):
            if not data[f"label-{place}"]:
                continue
            fields = ThemeFields(
                label=data[f"label-{place}"],
                journey_stage=data[f"stage-{place}"],
                is_active=data[f"active-{place}"],
                pk=theme.pk if theme else None,
            )
            rows.append((data[f"position-{place}"] or 1000, place, fields))
        return [fields for _position, _place, fields in sorted(rows, key=lambda row: row[:2])]


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One row of answers: a theme and what is asked of it; the first row of each names it."""

    theme: ServiceTheme
    is_first: bool
    aspect: str
    cells: Sequence[forms.BoundField]


class MarksForm(forms.Form):
    """Answers by mark of one place: a row for each theme and aspect, a column for each mark."""

    version = VersionField()

    def __init__(
        self,
        *args: Any,
        barometer: Barometer,
        themes: Sequence[ServiceTheme],
        known: Mapping[tuple[int, str, int], int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.themes = themes
        self.fields["version"].initial = barometer.version
        for theme in themes:
            for aspect in Aspect:
                for mark in SCALE:
                    self.fields[_cell(theme, aspect, mark)] = CountField(
                        label=f"{theme.label}, {aspect.label}, {mark}",
                        required=False,
                        initial=known.get((theme.pk, str(aspect), mark)),
                    )

    def lines(self) -> Iterator[MarkLine]:
        """The rows of the sheet."""
        for theme in self.themes:
            for aspect in Aspect:
                cells = [self[_cell(theme, aspect, mark)] for mark in SCALE]
                yield MarkLine(theme, aspect == Aspect.EXPECTED, str(aspect.label), cells)

    def clean(self) -> dict[str, Any]:
        """Every mark of a row has its count, or none."""
        data = super().clean() or {}
        for theme in self.themes:
            for aspect in Aspect:
                names = [_cell(theme, aspect, mark) for mark in SCALE]
                if any(name in self.errors for name in names):
                    continue
                empty = [name for name in names if data.get(name) is None]
                if empty and len(empty) < len(names):
                    self.add_error(
                        empty[0], _("This count is missing: type 0 when nobody gave this mark.")
                    )
        return data

    def to_counts(self) -> dict[tuple[int, str], dict[int, int]]:
        """Valid counts as the action takes them; rows that were left empty are not in it."""
        data = self.cleaned_data
        return {
            (theme.pk, str(aspect)): {mark: data[_cell(theme, aspect, mark)] for mark in SCALE}
            for theme in self.themes
            for aspect in Aspect
            if data[_cell(theme, aspect, SCALE[0])] is not None
        }


def _cell(theme: ServiceTheme, aspect: Aspect, mark: int) -> str:
    return f"{aspect.lower()}-{theme.pk}-{mark}"
