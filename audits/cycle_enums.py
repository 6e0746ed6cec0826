"""Vocabularies and flows of the audit programme and of the audit plan."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crcaudit.core.flow import Flow


class ProgrammeState(TextChoices):
    """Life of an audit programme."""

    DRAFT = "DRAFT", _("Being written")
    APPROVED = "APPROVED", _("Approved")
    CLOSED = "CLOSED", pgettext_lazy("audit programme", "Closed")


PROGRAMME_FLOW = Flow(
    "audit programme",
    {
        ProgrammeState.DRAFT: frozenset({ProgrammeState.APPROVED}),
        ProgrammeState.APPROVED: frozenset({ProgrammeState.DRAFT, ProgrammeState.CLOSED}),
    },
)


class SlotKind(TextChoices):
    """What happens in a slot of the plan. Equal to the values of `audits.logic.plan.Kind`."""

    OPENING = "OPENING", _("Opening meeting")
    SESSION = "SESSION", _("Audit session")
    TEAM = "TEAM", _("Audit team alone")
    BREAK = "BREAK", _("Break or journey")
    CLOSING = "CLOSING", _("Closing meeting")


MEETINGS = frozenset({SlotKind.OPENING, SlotKind.CLOSING})


class AuditMethod(TextChoices):
    """How a slot is audited. Equal to the values of `audits.logic.plan.Method`."""

    ON_SITE = "ON_SITE", _("On site")
    REMOTE = "REMOTE", _("Remote")
    HYBRID = "HYBRID", _("Hybrid")
