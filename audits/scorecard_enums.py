"""Vocabularies of the scorecard of providers and of the reviews that are held with them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crcaudit.core.flow import Flow


class CriterionChoice(TextChoices):
    """The seven criteria. Equal to the values of `audits.logic.scorecard.Criterion`."""

    QUALITY = "QUALITY", _("Quality of service")
    AVAILABILITY = "AVAILABILITY", _("Availability of agents")
    SPEED = "SPEED", _("Speed of answer")
    SATISFACTION = "SATISFACTION", _("Customer satisfaction")
    HANDLING = "HANDLING", _("Handling of calls")
    EFFICIENCY = "EFFICIENCY", _("Operational efficiency")
    FLEXIBILITY = "FLEXIBILITY", _("Flexibility and adaptability")


class ProviderReviewState(TextChoices):
    """Life of a review: written before and during the meeting, then closed for good."""

    PREPARED = "PREPARED", pgettext_lazy("provider review", "Prepared")
    CLOSED = "CLOSED", pgettext_lazy("provider review", "Closed")


PROVIDER_REVIEW_FLOW = Flow(
    "provider review",
    {ProviderReviewState.PREPARED: frozenset({ProviderReviewState.CLOSED})},
)


class AskedState(TextChoices):
    """What became of something that was asked of a provider."""

    OPEN = "OPEN", pgettext_lazy("asked of a provider", "Expected")
    DONE = "DONE", pgettext_lazy("asked of a provider", "Done")
    DROPPED = "DROPPED", pgettext_lazy("asked of a provider", "No longer asked")


ASKED_FLOW = Flow(
    "asked of a provider", {AskedState.OPEN: frozenset({AskedState.DONE, AskedState.DROPPED})}
)
