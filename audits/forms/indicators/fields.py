"""Fields that forms of figures share."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.actions.place import Subject
from audits.logic.number_text import COMMA, POINT, number_from
from audits.models import MeasuringPlace, Subcontractor
from crcaudit.accounts.models import Organisation, Site

WHOLE = "whole"
_SITE, _PROVIDER = "site-", "provider-"
PLACES, DIGITS = 4, 14


class NumberField(forms.Field):
    """A number typed in French or in English, at most four decimals; None when it is empty."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Enter a number, such as 97.5."),
        "large": _("Enter a smaller number: ten digits and four decimals at most."),
    }

    def to_python(self, value: Any) -> Decimal | None:
        """The exact number."""
        text = str(value or "").strip()
        if not text:
            return None
        found = number_from(text, COMMA)
        if found is None:
            found = number_from(text, POINT)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        exponent = found.as_tuple().exponent
        if abs(found) >= Decimal(10) ** (DIGITS - PLACES) or int(exponent) < -PLACES:
            raise ValidationError(self.error_messages["large"], code="large")
        return found

    def prepare_value(self, value: Any) -> Any:
        """As it is typed in the language of most readers: with a comma."""
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class PlaceField(forms.ChoiceField):
    """The whole, one of the open sites, or a subcontractor of an open file."""

    default_error_messages = {
        "invalid_choice": _("Choose a site or a provider of the organisation."),
        "required": _("Choose a site or a provider of the organisation."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Site or provider"), **kwargs)
        self.subjects: dict[str, Subject] = {}

    def offer(self, organisation: Organisation, *, only: Sequence[Site] | None = None) -> None:
        """Offer the places of the organisation; those sites alone when ``only`` is given."""
        self.subjects = subjects_of(organisation, only=only)
        self.choices = [(token, _name(subject)) for token, subject in self.subjects.items()]

    def subject(self, token: str) -> Subject:
        """What a valid value stands for; None for the whole."""
        return self.subjects[token]


def subjects_of(
    organisation: Organisation, *, only: Sequence[Site] | None = None
) -> dict[str, Subject]:
    """What may be measured, by the token that forms send, the whole first."""
    if only is not None:
        return {f"{_SITE}{site.pk}": site for site in only}
    found: dict[str, Subject] = {WHOLE: None}
    for site in organisation.sites.filter(closed_date=None).order_by("name", "pk"):
        found[f"{_SITE}{site.pk}"] = site
    providers = Subcontractor.objects.filter(
        certification__organisation=organisation, certification__closed_at=None
    )
    # A provider that several files list is one place.
    by_name: dict[str, Subcontractor] = {}
    for provider in providers.order_by("name", "pk"):
        by_name.setdefault(provider.name, provider)
    for provider in by_name.values():
        found[f"{_PROVIDER}{provider.pk}"] = provider
    return found


def token_of(place: MeasuringPlace) -> str:
    """The token of a place that is known."""
    if place.site_id is not None:
        return f"{_SITE}{place.site_id}"
    return WHOLE if place.subcontractor_id is None else f"{_PROVIDER}{place.subcontractor_id}"


def _name(subject: Subject) -> str:
    return str(_("All sites")) if subject is None else subject.name
