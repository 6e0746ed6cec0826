"""Words of the history of internal complaints and of alert rules: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.alert_enums import (
    AlertCause,
    BoundChoice,
    ComplaintState,
    EscalationLevel,
    EscalationReason,
)

ACTIONS: Mapping[str, str | Promise] = {
    "complaint.opened": gettext_lazy("Internal complaint opened"),
    "complaint.planned": gettext_lazy("Plan written"),
    "complaint.plan_changed": gettext_lazy("Plan changed"),
    "complaint.started": gettext_lazy("Plan under way"),
    "complaint.action_added": gettext_lazy("Action added"),
    "complaint.action_changed": gettext_lazy("Action changed"),
    "complaint.action_done": gettext_lazy("Action done"),
    "complaint.action_taken_up": gettext_lazy("Action taken up again"),
    "complaint.assigned": gettext_lazy("Given to another owner"),
    "complaint.commented": gettext_lazy("Comment"),
    "complaint.escalated": gettext_lazy("Gone up one level"),
    "complaint.returned": gettext_lazy("Return over the target measured"),
    "complaint.missed_again": gettext_lazy("Target missed again"),
    "complaint.closed": gettext_lazy("Internal complaint closed"),
    "alert_rule.written": gettext_lazy("Rule written"),
    "alert_rule.edited": gettext_lazy("Rule changed"),
    "alert_rule.removed": gettext_lazy("Rule taken away"),
}
FIELDS: Mapping[str, str | Promise] = {
    "cause": gettext_lazy("Cause of the opening"),
    "plan_due": gettext_lazy("Plan due on"),
    "plan_cause": gettext_lazy("Cause found"),
    "plan": gettext_lazy("Action plan"),
    "action": gettext_lazy("Action"),
    "escalation_level": gettext_lazy("Level"),
    "escalation_reason": gettext_lazy("Reason"),
    "told": gettext_lazy("People told"),
    "facts": gettext_lazy("What was seen"),
    "is_active": gettext_lazy("Open internal complaints"),
    "missed_periods": gettext_lazy("Missed periods running"),
    "bound": gettext_lazy("A single sample"),
    "trend_points": gettext_lazy("Points each worse than the one before"),
    "return_periods": gettext_lazy("Met periods of a return"),
    "plan_days": gettext_lazy("Working days for the plan"),
    "level_days": gettext_lazy("Working days before the next level"),
    "told_1": gettext_lazy("Told when it opens, beside the owner"),
    "told_2": gettext_lazy("Told at the level of quality"),
    "told_3": gettext_lazy("Told at the level of the direction"),
}
CREATED = frozenset({"alert_rule.written"})
PEOPLE = frozenset({"told", "told_1", "told_2", "told_3"})
DATES = frozenset({"plan_due"})
STATES: Mapping[str, Mapping[str, str | Promise]] = {
    "internal_complaint": dict(ComplaintState.choices)
}
CODES: Mapping[str, Mapping[str, str | Promise]] = {
    "cause": dict(AlertCause.choices),
    "bound": dict(BoundChoice.choices),
    "escalation_level": dict(EscalationLevel.choices),
    "escalation_reason": dict(EscalationReason.choices),
}
