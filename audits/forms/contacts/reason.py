"""The list of reasons, and what is sent back from it."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.actions.contacts.reasons import ReasonFields
from audits.finding_rules import owner_text, owners_in
from audits.models import ContactReason
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.forms import CleanCharField, CleanTextField, VersionField, page_helper

CODE, LABEL, LINE = 60, 120, 200
MOST_POSITION = 9999


class FamilyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A family of the organisation, by its label."""

    def label_from_instance(self, obj: ContactReason) -> str:
        """Its label alone: the code stands beside it in the list."""
        return obj.label


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A member of the organisation, by name."""

    def label_from_instance(self, obj: User) -> str:
        """The name, with what tells two namesakes apart."""
        return owner_text(obj)


class ContactReasonForm(forms.Form):
    """A family or a reason. ``reason`` is None for a new one."""

    submit_label = _("Save the reason")

    version = VersionField(required=False)
    code = CleanCharField(
        label=_("Code"),
        limit=CODE,
        help_text=_("As your CRM writes it: files are read by it."),
        error_messages={"required": _("Give the reason a code.")},
    )
    label = CleanCharField(
        label=_("Label"), limit=LABEL, error_messages={"required": _("Give the reason a label.")}
    )
    parent = FamilyField(
        label=_("Family"),
        queryset=ContactReason.objects.none(),
        required=False,
        empty_label=_("None: it is a family itself"),
        error_messages={"invalid_choice": _("Choose a family of the list.")},
    )
    position = forms.IntegerField(
        label=_("Position"),
        min_value=0,
        max_value=MOST_POSITION,
        required=False,
        help_text=_("Order within the family; empty puts it last."),
    )
    is_active = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("A reason that is no longer used keeps its contacts and is offered no more."),
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        reason: ContactReason | None = None,
        **kwargs: Any,
    ) -> None:
        if reason is not None:
            names = ("version", "code", "label", "parent", "position", "is_active")
            kwargs["initial"] = {name: getattr(reason, name) for name in names}
        super().__init__(*args, **kwargs)
        families = ContactReason.objects.filter(organisation=organisation, parent=None)
        if reason is not None:
            families = families.exclude(pk=reason.pk)
        self.fields["parent"].queryset = families.in_order()  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> ReasonFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return ReasonFields(
            code=data["code"],
            label=data["label"],
            parent=data["parent"],
            is_active=data["is_active"],
            position=data["position"],
        )


class FeedbackForm(forms.Form):
    """What a reason says of a process, and who answers for the process."""

    submit_label = _("Send")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    process = CleanCharField(
        label=_("Process that causes these contacts"),
        limit=LINE,
        help_text=_("For instance: billing, delivery, a campaign, a page of the web site."),
        error_messages={"required": _("Say which process causes these contacts.")},
    )
    found = CleanTextField(
        label=_("What was found"),
        help_text=_(
            "What customers ask, since when, what would spare the contact. Name no person."
        ),
        error_messages={"required": _("Say what was found.")},
    )
    addressee = MemberField(
        label=_("Sent to"),
        queryset=User.objects.none(),
        error_messages={
            "required": _("Choose who answers for the process."),
            "invalid_choice": _("Choose somebody among the members of the organisation."),
        },
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.fields["addressee"].queryset = owners_in(organisation.pk)  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)


class FeedbackAnswerForm(forms.Form):
    """What is done about it."""

    submit_label = _("Answer")

    answer = CleanTextField(
        label=_("Answer"),
        help_text=_("What is changed in the process and by when; or why nothing is."),
        error_messages={"required": _("Write the answer.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)


class ContactsField(forms.Field):
    """A number of contacts: whole, from zero; None when the cell is empty."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Enter a whole number of contacts, such as 1 234."),
        "large": _("Enter a smaller number: a thousand million contacts at most."),
    }
    most = 1_000_000_000

    def to_python(self, value: Any) -> int | None:
        """The number; thousands may be grouped by spaces."""
        text = "".join(str(value or "").split())
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if len(text) > len(str(self.most)) or int(text) > self.most:
            raise ValidationError(self.error_messages["large"], code="large")
        return int(text)
