"""Words of the history of control plans and of controls: see `audits.history`."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.control_enums import (
    ControlBasis,
    ControlFrequency,
    ControlOutcome,
    EscalationTarget,
    ThresholdSign,
    Weekday,
)
from engagements.enums import TermKind

ACTIONS: Mapping[str, str | Promise] = {
    "control_plan.begun": gettext_lazy("Version begun"),
    "control_plan.submitted": gettext_lazy("Version submitted"),
    "control_plan.approved": gettext_lazy("Version approved"),
    "control_plan.extended": gettext_lazy("Controls planned further ahead"),
    "control_plan.line_added": gettext_lazy("Line added"),
    "control_plan.line_edited": gettext_lazy("Line changed"),
    "control_plan.line_removed": gettext_lazy("Line taken out"),
    "control_plan.line_restored": gettext_lazy("Line put back"),
    "control.planned": gettext_lazy("Control planned for an event"),
    "control.done": gettext_lazy("Result recorded"),
    "control.corrected": gettext_lazy("Result corrected"),
    "control.record_added": gettext_lazy("Record added"),
    "control.handed_over": gettext_lazy("Handed over"),
    "control.cancelled": gettext_lazy("Control cancelled"),
    "control.reminded": gettext_lazy("Reminder of a late control"),
    "control.escalated": gettext_lazy("Late control escalated"),
}
FIELDS: Mapping[str, str | Promise] = {
    "line": gettext_lazy("Line"),
    "requirement": gettext_lazy("Requirement"),
    "control_point": gettext_lazy("Control point"),
    "procedure": gettext_lazy("Procedure"),
    "population": gettext_lazy("Population"),
    "sample": gettext_lazy("Sample"),
    "sample_size": gettext_lazy("Size of the sample"),
    "is_per_site": gettext_lazy("One control per site"),
    "frequency": gettext_lazy("Frequency"),
    "weekday": gettext_lazy("Day of the week"),
    "rank": gettext_lazy("Working day of the period"),
    "window_days": gettext_lazy("Days of the window"),
    "role": gettext_lazy("Role in charge"),
    "responsible": gettext_lazy("Person in charge"),
    "substitute": gettext_lazy("Substitute"),
    "record": gettext_lazy("Record"),
    "record_place": gettext_lazy("Place of the record"),
    "retention_months": gettext_lazy("Retention (months)"),
    "indicator": gettext_lazy("Indicator"),
    "sign": gettext_lazy("Comparison"),
    "target": gettext_lazy("Target (%)"),
    "alert": gettext_lazy("Alert (%)"),
    "nonconformity": gettext_lazy("Nonconformity (%)"),
    "threshold_note": gettext_lazy("Thresholds in words"),
    "reaction": gettext_lazy("Reaction"),
    "escalation": gettext_lazy("Escalation"),
    "escalate_to": gettext_lazy("Escalated to"),
    "escalate_after": gettext_lazy("Escalation after (working days)"),
    "planned": gettext_lazy("Controls planned"),
    "withdrawn": gettext_lazy("Controls replaced"),
    "planned_until": gettext_lazy("Planned until"),
    "checked": gettext_lazy("Checked"),
    "compliant": gettext_lazy("Comply"),
    "basis": gettext_lazy("Basis"),
    "outcome": gettext_lazy("Outcome"),
    "done_on": gettext_lazy("Done on"),
    "record_reference": gettext_lazy("Reference of the record"),
    "days_late": gettext_lazy("Working days late"),
    "told": gettext_lazy("Told"),
}
BRIEF: Mapping[str, tuple[str, ...]] = {
    "control_plan.begun": (),
    "control_plan.line_added": ("line",),
    "control_plan.line_removed": ("line",),
}
DATES = ("done_on", "planned_until")
PEOPLE = ("responsible", "substitute", "escalate_to")
CODES: Mapping[str, Mapping[Any, str | Promise]] = {
    "frequency": dict(ControlFrequency.choices),
    "weekday": dict(Weekday.choices),
    "sign": dict(ThresholdSign.choices),
    "escalation": dict(EscalationTarget.choices),
    "basis": dict(ControlBasis.choices),
    "outcome": dict(ControlOutcome.choices),
    "is_per_site": {True: gettext_lazy("yes"), False: gettext_lazy("no")},
}


def words_of_edition(labels: Mapping[tuple[str, str], str]) -> dict[str, dict[str, str]]:
    """Words of the codes that a line takes from its edition: methods and roles."""
    return {
        name: {code: label for (of, code), label in labels.items() if of == kind}
        for name, kind in (("method", TermKind.CONTROL_METHOD), ("role", TermKind.ROLE))
    }
