"""What the columns of a file of call records are, and how calls are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.forms.contacts.file_reasons import FileReasons
from audits.forms.indicators.file_places import FilePlaces
from audits.importers.call_mapping import (
    DATE_FORMATS,
    MOMENT_FORMATS,
    TIME_FORMATS,
    CallMapping,
    Convention,
    Denominator,
    Duration,
    Role,
)
from audits.logic.periods import Grain
from audits.measure_enums import GrainChoice
from audits.models import ContactReason, MeasureImport
from crcaudit.core.forms import CleanCharField

MOST_SECONDS = 3_600
ZONES = (
    *("Europe/Paris", "UTC", "Europe/London", "Africa/Tunis", "Africa/Casablanca"),
    *("Indian/Mauritius", "Indian/Antananarivo", "America/Montreal"),
)
_UNKNOWN = gettext_lazy("Choose a value of the list.")
_ROLES = {
    Role.STARTED: gettext_lazy("Date and time"),
    Role.DATE: gettext_lazy("Date"),
    Role.TIME: gettext_lazy("Time"),
    Role.SITE: gettext_lazy("Site or queue"),
    Role.ANSWERED: gettext_lazy("Answered or not"),
    Role.WAIT: gettext_lazy("Wait"),
    Role.TALK: gettext_lazy("Talk time"),
    Role.HOLD: gettext_lazy("Hold time"),
    Role.WRAP: gettext_lazy("After-call work"),
    Role.SATISFACTION: gettext_lazy("Satisfaction mark"),
    Role.REASON: gettext_lazy("Contact reason"),
    Role.CHANNEL: gettext_lazy("Channel"),
}
_SIGNS = {
    "%d": gettext_lazy("DD"),
    "%m": gettext_lazy("MM"),
    "%Y": gettext_lazy("YYYY"),
    "%y": gettext_lazy("YY"),
    "%H": "HH",
    "%M": "mm",
    "%S": "ss",
    "%z": "+hhmm",
}
_FORMATS_OF = {
    "moment_format": (*DATE_FORMATS, *MOMENT_FORMATS),
    "time_format": TIME_FORMATS,
}


class CallColumnsForm(forms.Form):
    """What the columns of call records are, and how calls are counted."""

    grain = forms.ChoiceField(
        label=gettext_lazy("Count by"),
        choices=[(g, GrainChoice(g).label) for g in (Grain.DAY, Grain.WEEK, Grain.MONTH)],
        error_messages={"invalid_choice": _UNKNOWN},
    )
    durations = forms.ChoiceField(
        label=gettext_lazy("Durations are written"),
        choices=(
            (Duration.SECONDS, gettext_lazy("in whole seconds: 75")),
            (Duration.COMMA, gettext_lazy("in seconds with a comma: 75,5")),
            (Duration.POINT, gettext_lazy("in seconds with a point: 75.5")),
            (Duration.CLOCK, gettext_lazy("as 1:15 or 0:01:15")),
        ),
        error_messages={"invalid_choice": _UNKNOWN},
    )
    moment_format = forms.ChoiceField(
        label=gettext_lazy("Dates are written"), error_messages={"invalid_choice": _UNKNOWN}
    )
    time_format = forms.ChoiceField(
        label=gettext_lazy("Times are written"), error_messages={"invalid_choice": _UNKNOWN}
    )
    answered = CleanCharField(
        label=gettext_lazy("Words for an answered call"),
        limit=500,
        required=False,
        help_text=gettext_lazy("Separated by commas."),
    )
    unanswered = CleanCharField(
        label=gettext_lazy("Words for an abandoned call"), limit=500, required=False
    )
    threshold_s = forms.IntegerField(
        label=gettext_lazy("Answered in time before (s)"), min_value=1, max_value=MOST_SECONDS
    )
    is_strict = forms.BooleanField(
        label=gettext_lazy("Strictly before: a call answered at the threshold is late"),
        required=False,
    )
    denominator = forms.ChoiceField(
        label=gettext_lazy("Service level out of"),
        choices=(
            (Denominator.OFFERED, gettext_lazy("calls offered")),
            (Denominator.ANSWERED, gettext_lazy("calls answered")),
            (Denominator.WITHOUT_SHORT, gettext_lazy("calls offered without short abandons")),
        ),
        error_messages={"invalid_choice": _UNKNOWN},
    )
    short_abandon_s = forms.IntegerField(
        label=gettext_lazy("An abandon is short below (s)"), min_value=0, max_value=MOST_SECONDS
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the days"),
        choices=[(zone, zone.replace("_", " ")) for zone in ZONES],
        error_messages={"invalid_choice": _UNKNOWN},
    )
    empty_is_zero = forms.BooleanField(
        label=gettext_lazy("An empty duration of an answered call is zero"), required=False
    )
    satisfied_from = forms.IntegerField(
        label=gettext_lazy("A customer is satisfied from the mark"), min_value=0, max_value=100
    )
    satisfaction_max = forms.IntegerField(
        label=gettext_lazy("Highest mark"), min_value=1, max_value=100
    )

    def __init__(
        self,
        *args: Any,
        imported: MeasureImport,
        reasons: Sequence[ContactReason],
        place_tokens: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        self.imported = imported
        self.mapping = CallMapping.from_json(imported.mapping)
        kwargs.setdefault("initial", self._initial(self.mapping))
        super().__init__(*args, **kwargs)
        columns: list[tuple[Any, Any]] = [("", _("not in this file"))]
        columns += enumerate(imported.columns)
        for role, label in _ROLES.items():
            self.fields[f"column_{role}"] = forms.TypedChoiceField(
                label=label,
                choices=columns,
                coerce=int,
                empty_value=None,
                required=False,
                initial=self.mapping.columns.get(role, ""),
                error_messages={"invalid_choice": _("Choose a column of the file.")},
            )
        for name, formats in _FORMATS_OF.items():
            field: Any = self.fields[name]
            field.choices = [(one, _sample_of(one)) for one in formats]
        self.reasons = FileReasons(self, imported, said=self.mapping.reasons, reasons=reasons)
        self.places = FilePlaces(
            self,
            imported,
            column=self.mapping.columns.get(Role.SITE),
            kept=self.mapping.places,
            tokens=place_tokens,
        )

    def _initial(self, mapping: CallMapping) -> dict[str, Any]:
        names = ("grain", "durations", "moment_format", "time_format")
        convention = Convention.__dataclass_fields__
        return {
            **{name: getattr(mapping, name) for name in names},
            **{name: getattr(mapping.convention, name) for name in convention},
            "answered": ", ".join(mapping.answered),
            "unanswered": ", ".join(mapping.unanswered),
        }

    def clean(self) -> dict[str, Any]:
        """What counts calls must be there: a day, and whether somebody answered."""
        data = super().clean() or {}
        columns = self._columns(data)
        if Role.STARTED not in columns and Role.DATE not in columns:
            self.add_error("column_date", _("Say which column holds the day of the call."))
        if Role.ANSWERED not in columns and Role.TALK not in columns:
            self.add_error(
                "column_answered",
                _("Say which column tells an answered call, or which holds the talk time."),
            )
        if len(set(columns.values())) < len(columns):
            self.add_error(None, _("Two lines name the same column: each column is one thing."))
        self._check_format(data, columns)
        if data.get("satisfied_from", 0) > data.get("satisfaction_max", 0):
            self.add_error("satisfied_from", _("This mark is above the highest one."))
        return data

    def _check_format(self, data: dict[str, Any], columns: Mapping[Role, int]) -> None:
        chosen = data.get("moment_format", "")
        wanted = MOMENT_FORMATS if Role.STARTED in columns else DATE_FORMATS
        if columns and chosen and chosen not in wanted:
            self.add_error(
                "moment_format", _("This format does not go with the column of the day.")
            )

    @staticmethod
    def _columns(data: Mapping[str, Any]) -> dict[Role, int]:
        found = {role: data.get(f"column_{role}") for role in Role}
        columns = {role: place for role, place in found.items() if place is not None}
        if Role.STARTED in columns:
            columns.pop(Role.DATE, None)
            columns.pop(Role.TIME, None)
        return columns

    def to_mapping(self, places: Mapping[str, int], place: int | None) -> CallMapping:
        """Valid values as the reader takes them, with the numbers of the places."""
        data = self.cleaned_data
        columns = self._columns(data)
        convention = {name: data[name] for name in Convention.__dataclass_fields__}
        convention["denominator"] = Denominator(data["denominator"])
        return replace(
            self.mapping,
            columns=columns,
            grain=Grain(data["grain"]),
            durations=Duration(data["durations"]),
            moment_format=data["moment_format"],
            time_format=data["time_format"],
            answered=_words(data["answered"]),
            unanswered=_words(data["unanswered"]),
            places=dict(places),
            place=None if Role.SITE in columns else place,
            convention=Convention(**convention),
            reasons=self.reasons.chosen(),
        )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The roles, in the order in which they are asked."""
        return [self[f"column_{role}"] for role in _ROLES]

    @property
    def count_fields(self) -> list[forms.BoundField]:
        """How the calls are counted."""
        return [self[name] for name in self.base_fields]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip().casefold()))


def _sample_of(wanted: str) -> str:
    """A format as people know it: DD/MM/YYYY HH:mm."""
    for sign, letters in _SIGNS.items():
        wanted = wanted.replace(sign, str(letters))
    return wanted
