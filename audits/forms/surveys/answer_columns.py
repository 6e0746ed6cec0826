"""A file of answers on its way in, and what its columns are."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.forms.indicators.fields import token_of
from audits.forms.indicators.file_columns import FileColumnsForm
from audits.importers.answer_mapping import AnswerMapping
from audits.importers.measure_mapping import PLACE
from audits.logic.surveys import Question
from audits.models import MeasureImport, SurveyWave
from audits.survey_enums import SurveyQuestion


class AnswersFileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File of answers (.csv or .xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty: check the original and send it again."),
        },
    )


class AnswerColumnsForm(FileColumnsForm):
    """What the columns of a file of answers are; other columns are not looked at."""

    def __init__(
        self,
        *args: Any,
        imported: MeasureImport,
        wave: SurveyWave | None,
        place_tokens: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mapping = AnswerMapping.from_json(imported.mapping)
        asked = wave.questions if wave else list(Question)
        choices = [
            ("", _("not used")),
            (PLACE, _("Site or provider")),
            *((str(one), SurveyQuestion(one).label) for one in asked),
        ]
        self.offer_columns(imported, choices, self.mapping.columns)
        self.offer_places(self.mapping.columns, self.mapping.places, place_tokens)
        if wave is not None:
            self._only(wave)

    def _only(self, wave: SurveyWave) -> None:
        """Offer the places of the wave and no other."""
        tokens = {token_of(row.place) for row in wave.returns.select_related("place")}
        for bound in self.places.fields:
            field: Any = bound.field
            field.choices = [one for one in field.choices if one[0] in tokens or not one[0]]
            if field.initial not in tokens:
                field.initial = next(iter(tokens)) if len(tokens) == 1 else ""

    def clean(self) -> dict[str, Any]:
        """One question at least, each column once, and a place for every answer."""
        data = super().clean()
        roles = self.roles(data)
        given = [role for role in roles if role]
        if not set(given) - {PLACE}:
            self.add_error(None, _("Say which column holds the mark of a question."))
        if PLACE not in given and "place_file" in self.fields and not data.get("place_file"):
            self.add_error("place_file", _("Say of which place these answers are."))
        return data

    def to_mapping(self, places: Mapping[str, int], place: int | None) -> AnswerMapping:
        """Valid values as the reader takes them, with the numbers of the places."""
        roles = self.roles(self.cleaned_data)
        return AnswerMapping(
            columns=tuple(roles), places=dict(places), place=None if PLACE in roles else place
        )
