"""Forms of organisations and their sites."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.actions.organisation import SiteFields, fields_of
from crcaudit.accounts.enums import HolidayCalendar, OrganisationKind
from crcaudit.accounts.models import Site
from crcaudit.core.forms import CleanCharField, DayField, page_helper

PLACE = 120


class RenameOrganisationForm(forms.Form):
    """The name of an organisation."""

    submit_label = _("Save")

    name = CleanCharField(
        label=_("Name"),
        help_text=_("As it must read on screens and in the reports to come."),
        error_messages={"required": _("Enter the name of the organisation.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)


class OpenOrganisationForm(RenameOrganisationForm):
    """A new organisation."""

    submit_label = _("Open the organisation")

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=OrganisationKind.choices,
        widget=forms.RadioSelect,
        initial=OrganisationKind.CENTRE,
        error_messages={
            "required": _("Choose a kind."),
            "invalid_choice": _("Choose a kind of the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4

    def clean_kind(self) -> OrganisationKind:
        """The kind as a member of the vocabulary."""
        return OrganisationKind(self.cleaned_data["kind"])


class AddSiteForm(forms.Form):
    """A place where contacts are handled."""

    submit_label = _("Add the site")

    name = CleanCharField(
        label=_("Name"),
        limit=PLACE,
        help_text=_(
            "For the site of a subcontractor, add whose it is: “Nantes, at Contact Ouest”."
        ),
        error_messages={"required": _("Enter the name of the site.")},
    )
    city = CleanCharField(label=_("City"), limit=PLACE, required=False)
    calendar = forms.ChoiceField(
        label=_("Public holidays"),
        choices=HolidayCalendar.choices,
        initial=HolidayCalendar.METROPOLE,
        help_text=_("Time limits in working days are counted with them."),
        error_messages={
            "required": _("Choose the public holidays of the site."),
            "invalid_choice": _("Choose public holidays of the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> SiteFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return SiteFields(
            name=data["name"],
            city=data["city"],
            calendar=HolidayCalendar(data["calendar"]),
            closed_date=data.get("closed_date"),
        )


class EditSiteForm(AddSiteForm):
    """An existing site, which may be closed."""

    submit_label = _("Save")

    closed_date = DayField(
        label=_("Closed from"),
        required=False,
        help_text=_(
            "First day without the site; empty while it is open. It is then no longer on offer for "
            "new files and roles; what was done there stays."
        ),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        present = fields_of(site)
        kwargs["initial"] = {name: getattr(present, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
