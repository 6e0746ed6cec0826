"""Vocabularies of contacts: over which periods they are counted, what is paid for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VolumeGrain(TextChoices):
    """How long a period of counted contacts lasts; values of `audits.logic.periods.Grain`."""

    WEEK = "WEEK", _("Week")
    MONTH = "MONTH", _("Month")


class CostKind(TextChoices):
    """What the money of a contact centre goes to."""

    SALARIES = "SALARIES", _("Salaries and charges")
    PROVIDER = "PROVIDER", _("Provider's invoice")
    TOOLS = "TOOLS", _("Telephony and tools")
    PREMISES = "PREMISES", _("Premises")
    OTHER = "OTHER", _("Other costs")


ALL_CHANNELS = ""

# Where a measure comes from that nobody typed: the value of "source" in its convention.
FROM_VOLUMES, FROM_COSTS = "contact_volumes", "contact_costs"
SOURCES = {
    FROM_VOLUMES: _("summed from the contacts by reason and channel"),
    FROM_COSTS: _("summed from the costs and the contacts by reason and channel"),
}
