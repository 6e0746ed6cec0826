"""Forms of evidence: what is said of it, a newer file, the requirements it proves."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import URLValidator
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.evidence_fields import EvidenceFields, fields_of
from audits.enums import Confidentiality, EvidenceKind
from audits.models import Assessment, Evidence
from crcaudit.accounts.models import Site
from crcaudit.core.files import ACCEPTED_EXTENSIONS
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    ReasonField,
    ReasonForm,
    RowsField,
    VersionField,
    page_helper,
)
from crcaudit.core.templatetags.crc import localized

ACCEPT = ",".join(f".{extension}" for extension in ACCEPTED_EXTENSIONS)
_NO_ADDRESS = gettext_lazy("Give the address of a page, such as https://example.org/prices.")
_WORDING_SHOWN = 140


class RequirementsField(RowsField):
    """Requirements by code and wording."""

    def label_from_instance(self, obj: Assessment) -> str:
        """Code, site when there is one, wording cut short."""
        site = f" ({obj.site.name})" if obj.site is not None else ""
        return f"{obj.code}{site} {Truncator(localized(obj, 'text')).chars(_WORDING_SHOWN)}"


class EvidenceField(RowsField):
    """Evidence by reference and title."""

    def label_from_instance(self, obj: Evidence) -> str:
        """Reference and title."""
        return str(obj)


class AddressField(forms.URLField):
    """The address of a page: http or https, nothing that runs or reads files."""

    default_validators = [URLValidator(schemes=["http", "https"], message=_NO_ADDRESS)]


class DatesForm(forms.Form):
    """When the fact happened and until when it proves something."""

    fact_date = DayField(
        label=gettext_lazy("Date of the fact"),
        help_text=gettext_lazy("The day that the document speaks of."),
        required=False,
    )
    valid_until = DayField(
        label=gettext_lazy("Valid until"),
        help_text=gettext_lazy("Leave empty when it does not expire."),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_fact_date(self) -> date | None:
        """A day that has come, when there is one."""
        day: date | None = self.cleaned_data["fact_date"]
        if day is not None and day > self.today:
            raise forms.ValidationError(
                _("This day has not come yet: give the day of the fact."), code="future"
            )
        return day

    def clean(self) -> dict[str, Any]:
        """The end does not come before the fact."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        fact, end = data.get("fact_date"), data.get("valid_until")
        if fact and end and end < fact:
            self.add_error(
                "valid_until", _("This day is before the date of the fact: correct one of them.")
            )
        return data


class EvidenceForm(DatesForm):
    """What is said of a piece of evidence. ``url`` is asked of a link, ``note`` of a note."""

    submit_label = gettext_lazy("Save")

    version = VersionField(required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = CleanCharField(
        label=gettext_lazy("Title"),
        error_messages={"required": gettext_lazy("Give the evidence a title.")},
    )
    url = AddressField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        error_messages={"required": _NO_ADDRESS, "invalid": _NO_ADDRESS},
    )
    note = CleanTextField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("What was seen or said, where and when. Name no person."),
        rows=8,
        error_messages={"required": gettext_lazy("Write the note.")},
    )
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Confidentiality"),
        choices=Confidentiality.choices,
        initial=Confidentiality.INTERNAL,
    )
    sites = RowsField(
        label=gettext_lazy("Sites"),
        queryset=Site.objects.none(),
        required=False,
        help_text=gettext_lazy("None chosen: the whole organisation."),
    )

    def __init__(
        self, *args: Any, kind: EvidenceKind, sites: Sequence[Site], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        wanted = {EvidenceKind.LINK: "url", EvidenceKind.NOTE: "note"}.get(kind)
        for name in {"url", "note"} - {wanted}:
            del self.fields[name]
        rows: RowsField = self.fields["sites"]  # type: ignore[assignment]
        rows.queryset = Site.objects.filter(pk__in=[site.pk for site in sites]).order_by("name")
        if not sites:
            del self.fields["sites"]
        order = ("version", "key", "title", "url", "note", "fact_date", "valid_until",
                 "confidentiality", "sites")  # fmt: skip
        self.helper = page_helper(*(name for name in order if name in self.fields))

    def to_fields(self) -> EvidenceFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return EvidenceFields(
            title=data["title"],
            fact_date=data["fact_date"],
            valid_until=data["valid_until"],
            confidentiality=data["confidentiality"],
            sites=tuple(data.get("sites") or ()),
            url=data.get("url", ""),
            note=data.get("note", ""),
        )


def new_statement(
    data: Any, *, kind: EvidenceKind, sites: Sequence[Site], today: date
) -> EvidenceForm:
    """The form of a new link or note, with the key it will have."""
    return EvidenceForm(data, kind=kind, sites=sites, today=today, initial={"key": uuid4()})


def edit_form(data: Any, *, evidence: Evidence, sites: Sequence[Site], today: date) -> EvidenceForm:
    """The form filled with what is said now."""
    present = fields_of(evidence)
    initial = {name: getattr(present, name) for name in EvidenceForm.base_fields.keys() - _HIDDEN}
    initial |= {"version": evidence.version, "sites": [site.pk for site in present.sites]}
    kind = EvidenceKind(evidence.kind)
    return EvidenceForm(data, kind=kind, sites=sites, today=today, initial=initial)


_HIDDEN = {"version", "key"}


class NewVersionForm(DatesForm):
    """A newer file and the dates that go with it."""

    submit_label = gettext_lazy("Add the version")

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        max_length=None,
        allow_empty_file=True,  # the gate says it better
        error_messages={"required": gettext_lazy("Choose the file of the new version.")},
    )

    field_order = ("file", "fact_date", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.field_order)


class RequirementsForm(forms.Form):
    """Which requirements of one audit the evidence proves."""

    submit_label = gettext_lazy("Link to these requirements")

    requirements = RequirementsField(
        label=gettext_lazy("Requirements"),
        queryset=Assessment.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose at least one requirement."),
            "invalid_choice": gettext_lazy("Choose requirements of the list."),
            "invalid_list": gettext_lazy("Choose requirements of the list."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[Assessment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: RequirementsField = self.fields["requirements"]  # type: ignore[assignment]
        rows.queryset = (
            Assessment.objects.filter(pk__in=[row.pk for row in choices])
            .select_related("site", "audit__organisation")
            .defer("audit__frozen")
            .order_by("position")
        )
        self.helper = page_helper("requirements")


class WithdrawForm(ReasonForm):
    """Why a piece of evidence is withdrawn."""

    submit_label = gettext_lazy("Withdraw the evidence")

    reason = ReasonField(
        asked=gettext_lazy("Say why the evidence is withdrawn."),
        help_text=gettext_lazy("What was wrong with it: other file, other site, personal data…"),
    )


class ExistingForm(forms.Form):
    """Evidence of the organisation that proves this requirement too."""

    submit_label = gettext_lazy("Link to the requirement")

    evidence = EvidenceField(
        label=gettext_lazy("Evidence"),
        queryset=Evidence.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose at least one piece of evidence."),
            "invalid_choice": gettext_lazy("Choose evidence of the list."),
            "invalid_list": gettext_lazy("Choose evidence of the list."),
        },
    )

    def __init__(self, *args: Any, choices: Sequence[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: EvidenceField = self.fields["evidence"]  # type: ignore[assignment]
        rows.queryset = (
            Evidence.objects.filter(pk__in=[row.pk for row in choices])
            .select_related("organisation")
            .order_by("-created_at", "pk")
        )
        self.helper = page_helper("evidence")
