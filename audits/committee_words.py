"""Words of the history of the committee and of its decisions: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.committee_enums import CommitteeDecisionState, CommitteeRole, MeetingState

ACTIONS: Mapping[str, str | Promise] = {
    "committee.prepared": gettext_lazy("Committee prepared"),
    "committee.changed": gettext_lazy("Committee written in"),
    "committee.held": gettext_lazy("Committee held"),
    "committee_decision.taken": gettext_lazy("Decision taken"),
    "committee_decision.edited": gettext_lazy("Decision changed"),
    "committee_decision.removed": gettext_lazy("Decision taken off"),
    "committee_decision.done": gettext_lazy("Decision carried out"),
    "committee_decision.put_off": gettext_lazy("Put off, or given to another owner"),
    "committee_decision.dropped": gettext_lazy("Decision given up"),
    "committee_decision.taken_up": gettext_lazy("Decision taken up again"),
}
FIELDS: Mapping[str, str | Promise] = {
    "decision": gettext_lazy("Decision"),
    "roles": gettext_lazy("Functions present"),
    "people": gettext_lazy("People present"),
    "flows": gettext_lazy("Contacts expected"),
    "available": gettext_lazy("Resources available"),
    "notes": gettext_lazy("What was said"),
    "held_on": gettext_lazy("Held on"),
}
CREATED = frozenset({"committee_decision.taken"})
DATES = frozenset({"held_on"})
STATES: Mapping[str, Mapping[str, str | Promise]] = {
    "committee_meeting": dict(MeetingState.choices),
    "committee_decision": dict(CommitteeDecisionState.choices),
}
CODES: Mapping[str, Mapping[str, str | Promise]] = {"roles": dict(CommitteeRole.choices)}
