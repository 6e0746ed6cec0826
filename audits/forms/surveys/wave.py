"""What a wave is, why it is corrected or withdrawn, and its way into the indicators."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audits.actions.place import Subject
from audits.actions.surveys.fields import WaveFields
from audits.enums import Channel
from audits.forms.indicators.fields import WHOLE, subjects_of, token_of
from audits.logic.periods import Grain, period_of
from audits.logic.surveys import Question
from audits.measure_enums import GrainChoice
from audits.models import SurveyWave
from audits.survey_enums import WAVE_GRAINS, SurveyQuestion, WaveKind
from crcaudit.accounts.models import Organisation
from crcaudit.core.forms import (
    CleanCharField,
    DayField,
    ReasonField,
    ReasonForm,
    VersionField,
    page_helper,
)

_UNKNOWN = gettext_lazy("Choose a value of the list.")
_SAMPLE, _ALL = "sample", "all"


class WaveForm(forms.Form):
    """Who was asked what, where and when."""

    submit_label = gettext_lazy("Save and enter the answers")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Who is asked"),
        choices=WaveKind.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _UNKNOWN, "required": _UNKNOWN},
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("What was asked"),
        choices=SurveyQuestion.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one question."),
            "invalid_choice": _UNKNOWN,
        },
    )
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Where"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Site by site wherever you can. “All sites” is for answers that cannot be told apart."
        ),
        error_messages={
            "required": gettext_lazy("Tick at least one place."),
            "invalid_choice": gettext_lazy("Choose places of the list."),
        },
    )
    grain = forms.ChoiceField(
        label=gettext_lazy("Length of the period"),
        choices=[(one.value, one.label) for one in WAVE_GRAINS],
        initial=GrainChoice.MONTH,
        error_messages={"invalid_choice": _UNKNOWN, "required": _UNKNOWN},
    )
    day = DayField(
        label=gettext_lazy("Any day of the period"),
        help_text=gettext_lazy("The month, quarter or year that this day is in."),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=(("", pgettext_lazy("channel", "All, or none in particular")), *Channel.choices),
        required=False,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    extent = forms.ChoiceField(
        label=gettext_lazy("Who answered"),
        choices=(
            (_SAMPLE, gettext_lazy("A part: the figures are those of a sample")),
            (_ALL, gettext_lazy("Everybody that there is: no interval is needed")),
        ),
        widget=forms.RadioSelect,
        initial=_SAMPLE,
        error_messages={"invalid_choice": _UNKNOWN, "required": _UNKNOWN},
    )
    source = CleanCharField(
        label=gettext_lazy("Source"),
        help_text=gettext_lazy("Tool or institute, extract, date. No name of anybody."),
        error_messages={"required": gettext_lazy("Say where these answers come from.")},
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        wave: SurveyWave | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", _initial(wave) if wave else {"key": uuid4()})
        super().__init__(*args, **kwargs)
        self.subjects = subjects_of(organisation)
        if wave is not None:  # a site that was closed since stays where it is
            for row in wave.returns.all():
                place = row.place
                self.subjects.setdefault(token_of(place), place.site or place.subcontractor)
        field: Any = self.fields["places"]
        field.choices = [(token, _name(subject)) for token, subject in self.subjects.items()]
        if wave is None:
            sites = [token for token in self.subjects if token.startswith("site-")]
            field.initial = sites or [WHOLE]
        self.helper = page_helper(
            *("key", "version", "kind", "questions", "grain", "day"),
            *("places", "channel", "extent", "source"),
        )

    def clean(self) -> dict[str, Any]:
        """The effort is the customer's; the whole and its sites would count twice."""
        data = super().clean() or {}
        if data.get("kind") == WaveKind.STAFF and Question.EFFORT in data.get("questions", ()):
            self.add_error("questions", _("The effort is asked of customers, not of employees."))
        places = data.get("places", ())
        if WHOLE in places and len(places) > 1:
            self.add_error(
                "places",
                _("Choose all sites together, or sites and providers one by one, not both."),
            )
        return data

    def to_fields(self) -> WaveFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return WaveFields(
            kind=WaveKind(data["kind"]),
            period=period_of(data["day"], Grain(data["grain"])),
            questions=[one for one in Question if str(one) in data["questions"]],
            subjects=[self.subjects[token] for token in data["places"]],
            source=data["source"],
            channel=data["channel"],
            is_exhaustive=data["extent"] == _ALL,
        )


class CloseWaveForm(forms.Form):
    """The step that writes the measures."""

    version = VersionField()
    replaces = forms.BooleanField(
        label=gettext_lazy("Replace the measures that are there"), required=False
    )


class WithdrawWaveForm(ReasonForm):
    """Why a wave no longer counts."""

    submit_label = gettext_lazy("Withdraw the wave")
    reason = ReasonField(asked=gettext_lazy("Say why the wave is withdrawn."))


def _initial(wave: SurveyWave) -> dict[str, Any]:
    return {
        "version": wave.version,
        "kind": wave.kind,
        "questions": [str(one) for one in wave.questions],
        "places": [token_of(row.place) for row in wave.returns.all()],
        "grain": wave.grain,
        "day": wave.starts_on,
        "channel": wave.channel,
        "extent": _ALL if wave.is_exhaustive else _SAMPLE,
        "source": wave.source,
    }


def _name(subject: Subject) -> str:
    return _("All sites") if subject is None else subject.name
