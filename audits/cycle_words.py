"""Words of the history of plans and programmes: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.cycle_enums import AuditMethod, ProgrammeState, SlotKind

ACTIONS: Mapping[str, str | Promise] = {
    "plan.edited": gettext_lazy("Plan changed"),
    "plan.slot_added": gettext_lazy("Slot added"),
    "plan.slot_edited": gettext_lazy("Slot changed"),
    "plan.slot_removed": gettext_lazy("Slot taken out"),
    "plan.meeting_recorded": gettext_lazy("Meeting recorded"),
    "programme.written": gettext_lazy("Programme written"),
    "programme.edited": gettext_lazy("Programme changed"),
    "programme.approved": gettext_lazy("Programme approved"),
    "programme.revised": gettext_lazy("Programme taken up again"),
    "programme.closed": gettext_lazy("Programme closed"),
    "programme.line_added": gettext_lazy("Audit planned"),
    "programme.line_edited": gettext_lazy("Planned audit changed"),
    "programme.line_removed": gettext_lazy("Planned audit taken out"),
}
FIELDS: Mapping[str, str | Promise] = {
    "starts_at": gettext_lazy("Starts at"),
    "ends_at": gettext_lazy("Ends at"),
    "held_at": gettext_lazy("Held on"),
    "slot_kind": gettext_lazy("Kind of slot"),
    "method": gettext_lazy("Method"),
    "site": gettext_lazy("Site"),
    "people_met": gettext_lazy("Functions met"),
    "topics": gettext_lazy("Topics"),
    "sections": gettext_lazy("Parts of the referential"),
    "criteria": gettext_lazy("Criteria"),
    "language": gettext_lazy("Language"),
    "remote_means": gettext_lazy("Means of the remote audit"),
    "fallback": gettext_lazy("If these means fail"),
    "logistics": gettext_lazy("Logistics"),
    "attendees": gettext_lazy("Attendees"),
    "starts_on": gettext_lazy("Begins on"),
    "ends_on": gettext_lazy("Ends on"),
    "objectives": gettext_lazy("Objectives"),
    "resources": gettext_lazy("Resources"),
    "risks": gettext_lazy("Risks"),
    "planned_date": gettext_lazy("Planned on"),
    "file": gettext_lazy("Certification file"),
    "lead": gettext_lazy("Lead auditor"),
    "audit": gettext_lazy("Audit"),
}
# A slot or an audit that is planned is on the page: its row of the history only names it.
BRIEF: Mapping[str, tuple[str, ...]] = {
    "plan.slot_added": ("title", "starts_at"),
    "plan.slot_removed": ("title", "starts_at"),
    "programme.written": ("title",),
    "programme.line_added": ("kind", "planned_date"),
    "programme.line_removed": ("kind", "planned_date"),
}
STATES: Mapping[str, Mapping[str, str | Promise]] = {"programme": dict(ProgrammeState.choices)}
DATES = ("starts_on", "ends_on", "planned_date")
MOMENTS = frozenset({"starts_at", "ends_at", "held_at"})
CODES: Mapping[str, Mapping[str, str | Promise]] = {
    "slot_kind": dict(SlotKind.choices),
    "method": dict(AuditMethod.choices),
}
