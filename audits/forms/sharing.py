"""Forms with which a file is shared, and taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from audits.actions.sharing import ShareFields
from audits.models import FileShare
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.models import Organisation
from crcaudit.core.forms import DayField, ReasonField, ReasonForm, page_helper


class ChangeShareForm(forms.Form):
    """What is opened, and until when."""

    submit_label = gettext_lazy("Save the share")

    level = forms.ChoiceField(
        label=gettext_lazy("What is shared"),
        choices=ShareLevel.choices,
        initial=ShareLevel.RESULTS,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what is shared."),
            "invalid_choice": gettext_lazy("Choose what is shared in the list."),
        },
    )
    last_day = DayField(
        label=gettext_lazy("Last day of the share"),
        required=False,
        help_text=gettext_lazy("Empty: until you take it back."),
    )
    names: tuple[str, ...] = ("level", "last_day")

    def __init__(self, *args: Any, share: FileShare | None = None, **kwargs: Any) -> None:
        if share is not None:
            kwargs["initial"] = {"level": share.level, "last_day": share.last_day}
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.names)

    def to_fields(self) -> ShareFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return ShareFields(ShareLevel(data["level"]), data["last_day"])


class ShareForm(ChangeShareForm):
    """A new share. Whoever gives it learns of no organisation whose code they were not given."""

    submit_label = gettext_lazy("Share this file")

    code = forms.UUIDField(
        label=gettext_lazy("Code of the client organisation"),
        help_text=gettext_lazy("Your client reads it on their page “Providers”."),
        error_messages={
            "required": gettext_lazy("Enter the code that your client gave you."),
            "invalid": gettext_lazy("This is no code of an organisation: copy it whole."),
        },
    )
    names = ("code", "level", "last_day")

    def clean_code(self) -> Organisation:
        """The organisation that has the code."""
        found = Organisation.objects.filter(key=self.cleaned_data["code"]).first()
        if found is None:
            raise forms.ValidationError(
                gettext_lazy("No organisation has this code: ask your client to read it again.")
            )
        return found


class RevokeShareForm(ReasonForm):
    """Why a share is taken back."""

    submit_label = gettext_lazy("Take the share back")

    reason = ReasonField(
        asked=gettext_lazy("Say why the share is taken back."),
        help_text=gettext_lazy("Kept in the history of the file, such as “End of the contract”."),
    )
