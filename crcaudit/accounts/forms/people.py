"""Forms of accounts and memberships."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crcaudit.accounts.actions import PersonFields
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import roles_given_by
from crcaudit.core.forms import CleanCharField, ReasonField, ReasonForm, page_helper

NAME, ADDRESS, REASON = 150, 254, 500


class LanguageForm(forms.Form):
    """The language of one's own screens."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class EditPersonForm(forms.Form):
    """The name and the language of a person."""

    submit_label = gettext_lazy("Save")

    first_name = CleanCharField(
        label=gettext_lazy("First name"),
        limit=NAME,
        error_messages={"required": gettext_lazy("Enter the first name.")},
    )
    last_name = CleanCharField(
        label=gettext_lazy("Last name"),
        limit=NAME,
        error_messages={"required": gettext_lazy("Enter the last name.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the screens"),
        choices=settings.LANGUAGES,
        initial="fr",
        error_messages={
            "required": gettext_lazy("Choose a language."),
            "invalid_choice": gettext_lazy("Choose a language of the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.order)
        self.helper = page_helper(*self.order)

    @property
    def order(self) -> tuple[str, ...]:
        """Fields in the order in which they are asked."""
        return ("first_name", "last_name", "language")

    def to_fields(self, *, email: str) -> PersonFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return PersonFields(
            email=email,
            first_name=data["first_name"],
            last_name=data["last_name"],
            language=data["language"],
        )


class OpenAccountForm(EditPersonForm):
    """Somebody who has no account yet."""

    submit_label = gettext_lazy("Open the account")

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=ADDRESS,
        error_messages={
            "required": gettext_lazy("Enter the e-mail address of the person."),
            "invalid": gettext_lazy("Enter an e-mail address, such as nom@exemple.fr."),
            "max_length": gettext_lazy("This address is too long."),
        },
    )

    @property
    def order(self) -> tuple[str, ...]:
        """The address comes first: it is the login."""
        return ("email", *super().order)

    def clean_email(self) -> str:
        """In lower case, as it is kept."""
        return str(self.cleaned_data["email"]).lower()


class MemberForm(OpenAccountForm):
    """Somebody to give a role to, whether they have an account or not."""

    submit_label = gettext_lazy("Give the role")

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        error_messages={
            "required": gettext_lazy("Choose a role."),
            "invalid_choice": gettext_lazy("Choose a role of the list."),
        },
    )
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("For a site manager only."),
        error_messages={
            "invalid_choice": gettext_lazy("Choose an open site of this organisation.")
        },
    )

    def __init__(self, *args: Any, organisation: Organisation, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles: forms.ChoiceField = self.fields["role"]  # type: ignore[assignment]
        # Nothing is chosen beforehand: a role too many opens too much.
        given = [(role.value, role.label) for role in roles_given_by(by)]
        roles.choices = [("", _("Choose a role")), *given]
        sites: forms.ModelChoiceField[Site] = self.fields["site"]  # type: ignore[assignment]
        own = Site.objects.filter(organisation=organisation)
        sites.queryset = own.open_on(localdate()).order_by("name", "pk")

    @property
    def order(self) -> tuple[str, ...]:
        """Who, what, then what a new account needs."""
        return ("email", "role", "site", "first_name", "last_name", "language")

    def clean_role(self) -> Role:
        """The role as a member of the vocabulary."""
        return Role(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        """A site manager has a site, and nobody else."""
        data = super().clean() or self.cleaned_data
        if data.get("role") != Role.SITE_MANAGER:
            data["site"] = None
        elif data.get("site") is None and "site" not in self.errors:
            self.add_error("site", _("Choose the site of the site manager."))
        return data


class EndMembershipForm(ReasonForm):
    """Why a role ends."""

    submit_label = gettext_lazy("End the role")

    reason = ReasonField(
        asked=gettext_lazy("Say why the role ends."),
        limit=REASON,
        rows=2,
        help_text=gettext_lazy("Kept in the journal, such as “Left the company”."),
    )


class CloseAccountForm(ReasonForm):
    """Why an account is closed."""

    submit_label = gettext_lazy("Close the account")

    reason = ReasonField(
        asked=gettext_lazy("Say why the account is closed."),
        limit=REASON,
        rows=2,
        help_text=gettext_lazy("Kept in the journal."),
    )
