"""Vocabularies of alerts and of the internal complaints that they open."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crcaudit.core.flow import Flow


class AlertCause(TextChoices):
    """Why a complaint was opened. `audits.logic.alerts.Cause` equals."""

    MISSED = "MISSED", _("Target missed several periods running")
    SAMPLE = "SAMPLE", _("Missed by a sample")
    TREND = "TREND", _("Getting worse point after point")
    HAND = "HAND", _("Opened by hand")


class BoundChoice(TextChoices):
    """What a single sample needs to open a complaint. `audits.logic.alerts.Bound` equals."""

    NONE = "NONE", _("Never: only periods running count")
    PROVEN = "PROVEN", _("When its whole interval is on the wrong side of the target")
    STRICT = "STRICT", _("As soon as its interval is not wholly on the right side of the target")


class ComplaintState(TextChoices):
    """Life of an internal complaint. The level of escalation is beside it, not in it."""

    OPEN = "OPEN", _("Plan to be written")
    PLANNED = "PLANNED", _("Plan written")
    IN_PROGRESS = "IN_PROGRESS", _("Plan under way")
    RETURNED = "RETURNED", _("Return measured")
    CLOSED = "CLOSED", pgettext_lazy("complaint", "Closed")


_STATE = ComplaintState
_BACK = frozenset({_STATE.RETURNED})
COMPLAINT_FLOW = Flow(
    "internal complaint",
    {
        # The figures come back when they do, whatever was written before.
        _STATE.OPEN: _BACK | {_STATE.PLANNED},
        _STATE.PLANNED: _BACK | {_STATE.IN_PROGRESS},
        _STATE.IN_PROGRESS: _BACK,
        # Missed again before it was closed: back to where its plan stands. Work goes on meanwhile.
        _STATE.RETURNED: frozenset(
            {
                *(_STATE.OPEN, _STATE.PLANNED, _STATE.IN_PROGRESS),
                *(_STATE.RETURNED, _STATE.CLOSED),
            }
        ),
    },
)
NOT_CLOSED = (_STATE.OPEN, _STATE.PLANNED, _STATE.IN_PROGRESS, _STATE.RETURNED)


class EscalationLevel(TextChoices):
    """Who answers for a complaint; stored as a number, 1 to 3."""

    SITE = "1", pgettext_lazy("of a complaint", "Owner")
    QUALITY = "2", _("Quality")
    DIRECTION = "3", pgettext_lazy("level", "Direction")


class EscalationReason(TextChoices):
    """Why a complaint went up one level. `audits.logic.alerts.Reason` equals."""

    PLAN_LATE = "PLAN_LATE", _("The plan was not written in time")
    ACTION_LATE = "ACTION_LATE", _("An action is late")
    MISSED_AGAIN = "MISSED_AGAIN", _("The target was missed again after the plan")
