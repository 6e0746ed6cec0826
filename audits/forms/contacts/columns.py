"""What the columns of a table of contacts are, and what its unknown reasons stand for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.contact_enums import VolumeGrain
from audits.enums import Channel
from audits.forms.contacts.file_reasons import FileReasons
from audits.forms.indicators.file_columns import FileColumnsForm
from audits.importers.measure_mapping import PERIOD, PLACE
from audits.importers.volume_mapping import (
    CHANNEL,
    CONTACTS,
    CONTACTS_ON,
    FAMILY,
    REASON,
    VolumeMapping,
)
from audits.logic.periods import Grain
from audits.models import ContactReason, MeasureImport

_UNKNOWN = gettext_lazy("Choose a value of the list.")


class VolumeColumnsForm(FileColumnsForm):
    """What the columns of a table of contacts are.

    A text that is no reason of the list gets a field of its own: it becomes a new reason, or
    stands for one of the list. While one is undecided nothing of the file can be written.
    """

    grain = forms.ChoiceField(
        label=gettext_lazy("Length of a period"),
        choices=VolumeGrain.choices,
        error_messages={"invalid_choice": _UNKNOWN},
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel of the whole file"),
        choices=[("", gettext_lazy("said by a column")), *Channel.choices],
        required=False,
        error_messages={"invalid_choice": _UNKNOWN},
    )

    def __init__(
        self,
        *args: Any,
        imported: MeasureImport,
        reasons: Sequence[ContactReason],
        place_tokens: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        self.mapping = VolumeMapping.from_json(imported.mapping)
        kwargs.setdefault("initial", {"grain": self.mapping.grain, "channel": self.mapping.channel})
        super().__init__(*args, **kwargs)
        self.offer_columns(imported, _meanings(), self.mapping.columns)
        self.reasons = FileReasons(self, imported, said=self.mapping.reasons, reasons=reasons)
        self.offer_places(self.mapping.columns, self.mapping.places, place_tokens)

    def clean(self) -> dict[str, Any]:
        """A count has a period, a reason and a channel; each column says one thing."""
        data = super().clean()
        roles = self.roles(data)
        given = [role for role in roles if role]
        on_channels = any(role.startswith(CONTACTS_ON) for role in given)
        if PERIOD not in given:
            self.add_error(None, _("Say which column holds the period."))
        if REASON not in given and FAMILY not in given:
            self.add_error(None, _("Say which column holds the reason."))
        if CONTACTS not in given and not on_channels:
            self.add_error(None, _("Say which column holds the number of contacts."))
        if CONTACTS in given and CHANNEL not in given and not data.get("channel"):
            self.add_error("channel", _("Say which column holds the channel, or choose one here."))
        if CONTACTS in given and on_channels:
            self.add_error(
                None, _("Either one column of contacts, or one for each channel: not both.")
            )
        return data

    def to_mapping(self, places: Mapping[str, int], place: int | None) -> VolumeMapping:
        """Valid values as the reader takes them, with the numbers of the places."""
        data = self.cleaned_data
        roles = self.roles(data)
        return VolumeMapping(
            columns=tuple(roles),
            grain=Grain(data["grain"]),
            places=dict(places),
            place=None if PLACE in roles else place,
            channel=data["channel"],
            reasons=self.reasons.chosen(),
        )


def _meanings() -> list[tuple[str, str]]:
    """What a column may be."""
    return [
        ("", _("not used")),
        (PERIOD, _("Period")),
        (PLACE, _("Site or provider")),
        (CHANNEL, _("Channel")),
        (FAMILY, _("Family of the reason")),
        (REASON, _("Reason: its code or label")),
        (CONTACTS, _("Number of contacts")),
        *(
            (
                f"{CONTACTS_ON}{channel.value}",
                _("Contacts on: %(channel)s") % {"channel": channel.label},
            )
            for channel in Channel
        ),
    ]
