"""Forms of certification files."""

import uuid
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from audits.actions.certification import CertificationFields, fields_of, fingerprint
from audits.enums import Channel
from audits.models import Certification
from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import organisations_with
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, RowsField, page_helper
from crcaudit.core.templatetags.crc import localized
from engagements.models import Edition


class EditionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as RowsField
    """A published edition, by title and version."""

    def label_from_instance(self, obj: Edition) -> str:
        """Title in the active language, then the version."""
        return f"{localized(obj, 'title')} ({obj.version})"


class SitesField(RowsField):
    """Sites, with the name of the organisation when there are several."""

    with_organisation = False

    def label_from_instance(self, obj: Site) -> str:
        """Name, city unless the name says it, organisation where needed."""
        parts = [obj.name]
        if obj.city and obj.city not in obj.name:
            parts.append(obj.city)
        if self.with_organisation:
            parts.append(obj.organisation.name)
        return ", ".join(parts)


class CertificationForm(forms.Form):
    """Scope of a file. Only sites of ``organisations`` are on offer and accepted.

    Closed sites are not, except those that the file has already, ``kept``.
    """

    submit_label = gettext_lazy("Save")

    title = CleanCharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What people will call it, such as “Mobile customer service”."),
    )
    scope = CleanTextField(
        label=gettext_lazy("Scope"),
        help_text=gettext_lazy("Activities, customers and contacts that are covered."),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one channel."),
            "invalid_choice": gettext_lazy("Choose channels of the list."),
        },
    )
    sites = SitesField(
        label=gettext_lazy("Sites"),
        queryset=Site.objects.none(),
        error_messages={
            "required": gettext_lazy("Tick at least one site."),
            "invalid_choice": gettext_lazy("Choose sites of the organisation of the file only."),
            "invalid_list": gettext_lazy("Choose sites of the list."),
        },
    )
    target_date = DayField(label=gettext_lazy("Date of the certification audit"), required=False)
    body = forms.ModelChoiceField(
        label=gettext_lazy("Certification body"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not chosen yet"),
        help_text=gettext_lazy(
            "It decides on the certificate, and reads the audits of third parties once they are "
            "concluded."
        ),
        error_messages={
            "invalid_choice": gettext_lazy("Choose a certification body of the list."),
        },
    )
    names: tuple[str, ...] = ("title", "scope", "channels", "sites", "target_date", "body")

    def __init__(
        self,
        *args: Any,
        organisations: list[Organisation],
        kept: tuple[Site, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        sites: SitesField = self.fields["sites"]  # type: ignore[assignment]
        sites.with_organisation = len(organisations) > 1
        usable = Site.objects.open_on(localdate()) | Site.objects.filter(
            pk__in=[site.pk for site in kept]
        )
        sites.queryset = (
            usable.filter(organisation__in=organisations)
            .select_related("organisation")
            .order_by("organisation__name", "name", "pk")
        )
        body: forms.ModelChoiceField[Organisation] = self.fields["body"]  # type: ignore[assignment]
        bodies = Organisation.objects.filter(kind=OrganisationKind.CERTIFICATION_BODY)
        body.queryset = bodies.order_by("name", "pk")
        self.helper = page_helper(*self.names)

    def to_fields(self) -> CertificationFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return CertificationFields(
            title=data["title"],
            scope=data["scope"],
            subcontractors=data.get("subcontractors", ""),
            channels=tuple(data["channels"]),
            sites=tuple(data["sites"]),
            target_date=data["target_date"],
            body=data["body"],
        )


class OpenCertificationForm(CertificationForm):
    """A new file: also the organisation and the edition, which do not change afterwards."""

    submit_label = gettext_lazy("Open the file")

    key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose the organisation to certify."),
            "invalid_choice": gettext_lazy("Choose an organisation whose quality you manage."),
        },
    )
    edition = EditionField(
        label=gettext_lazy("Referential"),
        queryset=Edition.objects.none(),
        empty_label=gettext_lazy("Choose an edition"),
        error_messages={
            "required": gettext_lazy("Choose the edition to be certified on."),
            "invalid_choice": gettext_lazy("Choose a published edition."),
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        managed = Organisation.objects.filter(
            pk__in=organisations_with(user, Role.QUALITY_MANAGER)
        ).order_by("name", "pk")
        organisations = list(managed)
        super().__init__(*args, organisations=organisations, **kwargs)
        field: forms.ModelChoiceField[Organisation] = self.fields["organisation"]  # type: ignore[assignment]
        field.queryset = managed
        if len(organisations) == 1:
            field.initial = organisations[0].pk
            field.empty_label = None
        editions = Edition.objects.published().select_related("referential")
        edition: EditionField = self.fields["edition"]  # type: ignore[assignment]
        edition.queryset = editions.order_by("title_fr", "version", "pk")
        self.fields["key"].initial = uuid.uuid4
        self.helper = page_helper("key", "organisation", "edition", *self.names)

    def clean(self) -> dict[str, Any]:
        """Sites are those of the organisation of the file."""
        data = super().clean() or self.cleaned_data
        organisation, sites = data.get("organisation"), data.get("sites")
        if organisation and sites and any(s.organisation_id != organisation.pk for s in sites):
            self.add_error("sites", self.fields["sites"].error_messages["invalid_choice"])
        return data


class EditCertificationForm(CertificationForm):
    """An existing file; ``seen`` says which state of it the person started from.

    Subcontractors in free text are shown to be emptied, where a file has some left; those of today
    are rows, on the page of the file.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    subcontractors = CleanTextField(
        label=gettext_lazy("Subcontractors"),
        required=False,
        rows=2,
        help_text=gettext_lazy(
            "Written before subcontractors had a list: add them on the page of the file, then "
            "empty this text."
        ),
    )

    def __init__(self, *args: Any, certification: Certification, **kwargs: Any) -> None:
        present = fields_of(certification)
        kwargs["initial"] = {
            "seen": fingerprint(present),
            "title": present.title,
            "scope": present.scope,
            "channels": list(present.channels),
            "sites": [site.pk for site in present.sites],
            "subcontractors": present.subcontractors,
            "target_date": present.target_date,
            "body": present.body,
        }
        organisations = [certification.organisation]
        super().__init__(*args, organisations=organisations, kept=present.sites, **kwargs)
        if present.subcontractors:
            self.helper = page_helper("seen", *self.names, "subcontractors")
        else:
            del self.fields["subcontractors"]
            self.helper = page_helper("seen", *self.names)
