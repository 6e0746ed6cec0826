"""The form of the listening plan: a number for each site and month."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crcaudit.accounts.models import Site
from crcaudit.core.formats import month_text

MOST = 5_000


class ListeningPlanForm(forms.Form):
    """How many contacts each site is to hear; ``known`` holds what is planned already."""

    submit_label = gettext_lazy("Save the plan")

    def __init__(
        self,
        *args: Any,
        sites: Sequence[Site],
        months: Sequence[date],
        known: Mapping[tuple[int, date], int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sites, self.months = sites, months
        for site in sites:
            for month in months:
                self.fields[_name(site, month)] = forms.IntegerField(
                    label=f"{site.name}, {month_text(month)}",
                    required=False,
                    min_value=0,
                    max_value=MOST,
                    initial=known.get((site.pk, month)),
                    error_messages=dict.fromkeys(
                        ("invalid", "min_value", "max_value"),
                        _("Give a number from 0 to 5,000."),
                    ),
                )

    @property
    def sheet(self) -> list[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """A row for each month, with a field for each site under its name."""
        return [
            (month_text(month), [(site.name, self[_name(site, month)]) for site in self.sites])
            for month in self.months
        ]

    def clean(self) -> dict[str, Any]:
        """A page of another organisation, or of another month, holds no field of this one."""
        if not any(name in self.data for name in self.fields):
            raise ValidationError(
                _("This form is incomplete: reload the page and send it again."), code="incomplete"
            )
        return super().clean() or {}

    def planned(self) -> dict[tuple[int, date], int]:
        """Valid numbers as the action takes them; empty stands for none."""
        return {
            (site.pk, month): self.cleaned_data[_name(site, month)] or 0
            for site in self.sites
            for month in self.months
        }


def _name(site: Site, month: date) -> str:
    return f"planned_{site.pk}_{month:%Y_%m}"
