"""Vocabularies of the ratings that measures propose: see `audits.logic.result_verdict`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalOutcome(TextChoices):
    """What the indicators of a requirement say together."""

    PROVEN = "PROVEN", _("Target proven")
    OPEN = "OPEN", _("Not proven")
    UNMEASURED = "UNMEASURED", _("Not measured")
    PARTIAL = "PARTIAL", _("Target missed")
    MISSED = "MISSED", _("Target missed beyond the threshold")


class ProposalChoice(TextChoices):
    """What was made of a proposal."""

    RETAINED = "RETAINED", _("Proposal retained")
    DEPARTED = "DEPARTED", _("Departs from the proposal")
