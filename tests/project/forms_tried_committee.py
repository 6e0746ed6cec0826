"""Forms of the committee that take a text: see `tests.project.forms_tried`."""

from audits.forms.committee import DecisionForm, DropForm, HoldForm, MeetingForm, PutOffForm
from audits.models import CommitteeDecision

# As `SENT` of `test_odd_bodies`: URL name, form, query string.
SENT = (
    ("audits:prepare-committee", MeetingForm, ""),
    ("audits:hold-committee", HoldForm, ""),
    ("audits:decide-committee", DecisionForm, ""),
    ("audits:edit-committee-decision", DecisionForm, ""),
    ("audits:put-off-committee-decision", PutOffForm, ""),
    ("audits:drop-committee-decision", DropForm, ""),
)


def tried(make, page, newest) -> tuple:
    """The ways to send them; the makers are those of `forms_tried`, which imports this module."""
    pack = page("audits:committee-pack", "committee")
    return (
        make(
            MeetingForm,
            "audits:prepare-committee",
            "committee",
            "manager",
            (
                (pack, ("flows", "resources", "notes")),
                (page("audits:prepare-committee", "committee"), ("flows", "resources", "notes")),
            ),
        ),
        make(
            DecisionForm,
            "audits:decide-committee",
            "committee",
            "manager",
            (
                (newest(CommitteeDecision, "audits:committee-decision"), ("text",)),
                (pack, ("text",)),
            ),
        ),
        make(
            DecisionForm,
            "audits:edit-committee-decision",
            "decision",
            "manager",
            (
                (page("audits:committee-decision", "decision"), ("text",)),
                (page("audits:edit-committee-decision", "decision"), ("text",)),
                (page("audits:committee-packs", "organisation"), ("text",)),
            ),
        ),
        make(
            PutOffForm,
            "audits:put-off-committee-decision",
            "held_decision",
            "manager",
            ((page("audits:committee-decision", "held_decision"), ("reason",)),),
        ),
        make(
            DropForm,
            "audits:drop-committee-decision",
            "held_decision",
            "manager",
            ((page("audits:committee-decision", "held_decision"), ("reason",)),),
        ),
    )
