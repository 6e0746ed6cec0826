"""Vocabularies of the operational committee: its packs, who was there, its decisions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crcaudit.core.flow import Flow


class PackGrain(TextChoices):
    """How often a committee meets. Codes of `audits.logic.periods.Grain`."""

    WEEK = "WEEK", _("Week")
    MONTH = "MONTH", _("Month")


class MeetingState(TextChoices):
    """Life of a committee meeting: what it looked at changes until it is held, never after."""

    PREPARED = "PREPARED", pgettext_lazy("committee", "Prepared")
    HELD = "HELD", pgettext_lazy("committee", "Held")


MEETING_FLOW = Flow("committee meeting", {MeetingState.PREPARED: frozenset({MeetingState.HELD})})


class CommitteeDecisionState(TextChoices):
    """Life of a decision of the committee. Late is no state: it passes with time."""

    OPEN = "OPEN", pgettext_lazy("decision of the committee", "To do")
    DONE = "DONE", pgettext_lazy("decision of the committee", "Done")
    DROPPED = "DROPPED", pgettext_lazy("decision of the committee", "Given up")


COMMITTEE_DECISION_FLOW = Flow(
    "decision of the committee",
    {
        CommitteeDecisionState.OPEN: frozenset(
            {CommitteeDecisionState.DONE, CommitteeDecisionState.DROPPED}
        ),
        CommitteeDecisionState.DONE: frozenset({CommitteeDecisionState.OPEN}),
        CommitteeDecisionState.DROPPED: frozenset({CommitteeDecisionState.OPEN}),
    },
)


class CommitteeRole(TextChoices):
    """Functions around the table; nobody needs to be named."""

    DIRECTION = "DIRECTION", pgettext_lazy("level", "Direction")
    QUALITY = "QUALITY", _("Quality")
    OPERATIONS = "OPERATIONS", _("Operations")
    SITES = "SITES", _("Site managers")
    PLANNING = "PLANNING", _("Workforce planning")
    TRAINING = "TRAINING", _("Training")
    PEOPLE = "PEOPLE", _("Human resources")
    SYSTEMS = "SYSTEMS", _("Information systems")
    CLIENT = "CLIENT", _("Client organisation")
    PROVIDER = "PROVIDER", _("Providers")
