"""Forms of a listening session."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.listening.sessions import TEXTS, SessionFields, fields_of
from audits.enums import Channel
from audits.forms.listening.marks import MarksForm
from audits.listening_enums import ASKED_REASONS, EraseReason, ListeningKind
from audits.listening_permissions import sites_graded_by
from audits.models import ListeningCriterion, ListeningGrid, ListeningSession
from crcaudit.accounts.models import Site, User
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, VersionField, page_helper

INITIALS = re.compile(r"[^\W\d_]{1,3}|\d{1,4}")
KINDS = [(kind.value, kind.label) for kind in (ListeningKind.RANDOM, ListeningKind.TARGETED)]


class AgentField(forms.Field):
    """Up to three initials, or a number that stands for the person; "" for nobody.

    No text field of ours: a name would fit into one, and must not.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": gettext_lazy("Up to three initials, or a number of up to four digits: no name."),
    }

    def to_python(self, value: Any) -> str:
        """In capitals, without dots and spaces."""
        text = re.sub(r"[\s.]", "", unicodedata.normalize("NFC", str(value or ""))).upper()
        if text and not INITIALS.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Nothing is suggested: the browser would keep initials."""
        return {**super().widget_attrs(widget), "autocomplete": "off"}


class SessionForm(MarksForm):
    """A contact that was heard. ``session`` is None for a new one."""

    submit_label = gettext_lazy("Save the listening session")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    grid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=KINDS,
        help_text=gettext_lazy("Only contacts drawn at random measure; targeted ones coach."),
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose a site of yours.")},
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=())
    heard_on = DayField(label=gettext_lazy("Heard on"))
    agent = AgentField(
        label=gettext_lazy("Initials or number"),
        required=False,
        help_text=gettext_lazy("To give feedback. Never a name; nothing is counted by person."),
    )
    contact_reference = CleanCharField(
        label=gettext_lazy("Reference of the contact"),
        required=False,
        limit=80,
        help_text=gettext_lazy("In your recording or ticket tool. The recording stays there."),
    )
    contact_reason = CleanCharField(
        label=gettext_lazy("Reason of the contact"), required=False, limit=120
    )
    debriefed_on = DayField(
        label=gettext_lazy("Feedback given on"),
        required=False,
        help_text=gettext_lazy("Within 48 working hours. Leave empty until it is given."),
    )
    comment = CleanTextField(label=gettext_lazy("Comment"), required=False, limit=2000, rows=3)

    def __init__(
        self,
        *args: Any,
        user: User,
        graded_on: ListeningGrid,
        criteria: Sequence[ListeningCriterion],
        session: ListeningSession | None = None,
        **kwargs: Any,
    ) -> None:
        fields = fields_of(session) if session else None
        kwargs["initial"] = _initial(session, fields, graded_on)
        super().__init__(*args, criteria=criteria, marks=fields.marks if fields else None, **kwargs)
        sites = sites_graded_by(user, graded_on.organisation_id).open_on(localdate())
        if session is not None:
            del self.fields["kind"]
            sites = sites | Site.objects.filter(pk=session.site_id)
        self.fields["site"].queryset = sites.distinct()  # type: ignore[attr-defined]
        self.fields["channel"].choices = _channels(graded_on, session)  # type: ignore[attr-defined]
        self.fixed_kind = ListeningKind(session.kind) if session else None

    def clean_heard_on(self) -> date:
        """A contact was heard today or before."""
        day: date = self.cleaned_data["heard_on"]
        if day > localdate():
            raise ValidationError(_("This day is still to come."), code="to_come")
        return day

    def clean(self) -> dict[str, Any]:
        """Feedback comes after the contact, and not before today is over."""
        data = super().clean() or {}
        heard, told = data.get("heard_on"), data.get("debriefed_on")
        if heard and told and not heard <= told <= localdate():
            text = _("Feedback is given between the day of the contact and today.")
            self.add_error("debriefed_on", text)
        return data

    def to_fields(self) -> SessionFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        names = ("site", "channel", "heard_on", "debriefed_on", *TEXTS)
        kind = self.fixed_kind or ListeningKind(data["kind"])
        return SessionFields(kind=kind, marks=self.marks(), **{name: data[name] for name in names})


class DebriefForm(forms.Form):
    """On which day the person was told."""

    debriefed_on = DayField(label=gettext_lazy("Feedback given on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"debriefed_on": localdate()})
        super().__init__(*args, **kwargs)


class EraseForm(forms.Form):
    """Why the texts are erased before their day: one of a list."""

    submit_label = gettext_lazy("Erase the texts for ever")

    why = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=ASKED_REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say why they are erased.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("why")

    def reason(self) -> EraseReason:
        """The one that was chosen."""
        return EraseReason(self.cleaned_data["why"])


def _channels(grid: ListeningGrid, session: ListeningSession | None) -> list[tuple[str, str]]:
    kept = {*grid.channels, session.channel if session else ""}
    return [(value, str(label)) for value, label in Channel.choices if value in kept]


def _initial(
    session: ListeningSession | None, fields: SessionFields | None, grid: ListeningGrid
) -> dict[str, Any]:
    if session is None or fields is None:
        today = localdate()
        return {"key": uuid4(), "grid": grid.key, "heard_on": today, "kind": ListeningKind.RANDOM}
    names = ("site", "channel", "heard_on", "debriefed_on", *TEXTS)
    return {name: getattr(fields, name) for name in names} | {"version": session.version}
