"""The form of a subcontractor of a file."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from audits.actions.subcontractor import SubcontractorFields
from audits.enums import Channel
from audits.forms.certification import SitesField
from audits.models import Certification, FileShare, Subcontractor
from crcaudit.accounts.models import Site
from crcaudit.core.forms import CleanCharField, VersionField, page_helper


class SharedFileField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A file that a provider shared, by the name of the provider."""

    def label_from_instance(self, obj: Certification) -> str:
        """Provider, then the file."""
        return f"{obj.organisation.name}: {obj.reference} {obj.title}"


class SubcontractorForm(forms.Form):
    """One subcontractor. On offer are those of the same file, and files that were shared."""

    submit_label = gettext_lazy("Save the subcontractor")

    name = CleanCharField(
        label=gettext_lazy("Name"),
        error_messages={"required": gettext_lazy("Name the subcontractor.")},
    )
    activity = CleanCharField(
        label=gettext_lazy("Activity"),
        limit=300,
        help_text=gettext_lazy("What it does for you, such as “Evening and week-end calls”."),
        error_messages={"required": gettext_lazy("Say what it does.")},
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Works for"),
        queryset=Subcontractor.objects.none(),
        required=False,
        empty_label=gettext_lazy("Our organisation (level 1)"),
        error_messages={"invalid_choice": gettext_lazy("Choose a subcontractor of this file.")},
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose channels of the list.")},
    )
    sites = SitesField(
        label=gettext_lazy("Sites served"),
        queryset=Site.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose sites of the file."),
            "invalid_list": gettext_lazy("Choose sites of the list."),
        },
    )
    contact_role = CleanCharField(
        label=gettext_lazy("Function to contact"),
        required=False,
        limit=120,
        help_text=gettext_lazy("A function, such as “Quality department”, and no name."),
    )
    shared_file = SharedFileField(
        label=gettext_lazy("Its own file"),
        queryset=Certification.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not shared with us"),
        help_text=gettext_lazy("Give your code to the provider: the files it shares appear here."),
        error_messages={"invalid_choice": gettext_lazy("Choose a file that is shared with you.")},
    )
    names = ("name", "activity", "parent", "channels", "sites", "contact_role", "shared_file")

    def __init__(
        self,
        *args: Any,
        certification: Certification,
        row: Subcontractor | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _initial(row)
        super().__init__(*args, **kwargs)
        hidden = "key" if row is None else "version"
        self.fields[hidden] = (
            forms.UUIDField(widget=forms.HiddenInput) if row is None else VersionField()
        )
        others = certification.subcontracting.exclude(pk=row.pk if row else 0)
        self.fields["parent"].queryset = others.order_by("name", "pk")  # type: ignore[attr-defined]
        sites = certification.sites.order_by("name", "pk")
        if row is not None:  # those that the file has left since stay
            sites = (sites | row.sites.all()).distinct().order_by("name", "pk")
        self.fields["sites"].queryset = sites  # type: ignore[attr-defined]
        self.fields["shared_file"].queryset = _files(certification, row)  # type: ignore[attr-defined]
        self.helper = page_helper(hidden, *self.names)

    def to_fields(self) -> SubcontractorFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return SubcontractorFields(
            name=data["name"],
            activity=data["activity"],
            contact_role=data["contact_role"],
            channels=tuple(data["channels"]),
            sites=tuple(data["sites"]),
            parent=data["parent"],
            shared_file=data["shared_file"],
        )


def _files(certification: Certification, row: Subcontractor | None) -> Any:
    """Files shared with the organisation today, and the one that the row has already."""
    shares = FileShare.objects.in_force().filter(client=certification.organisation_id)
    files = Certification.objects.filter(pk__in=shares.values("certification"))
    if row is not None and row.shared_file_id is not None:
        files = files | Certification.objects.filter(pk=row.shared_file_id)
    return files.select_related("organisation").order_by("organisation__name", "reference", "pk")


def _initial(row: Subcontractor | None) -> dict[str, Any]:
    if row is None:
        return {"key": uuid4()}
    names = ("version", "name", "activity", "parent", "channels", "contact_role", "shared_file")
    sites = list(row.sites.values_list("pk", flat=True))
    return {name: getattr(row, name) for name in names} | {"sites": sites}
