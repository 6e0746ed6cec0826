"""Forms of listening that take a text: see `tests.project.forms_tried`."""

from audits.forms.listening.calibration import ConcludeRoundForm, GradeRoundForm, RoundForm
from audits.forms.listening.grid import CopyGridForm, GridForm, LinkGridForm, MoveGridForm
from audits.forms.listening.mystery import CampaignForm, ContactForm, MissForm, ScenarioForm
from audits.forms.listening.plan import ListeningPlanForm
from audits.forms.listening.session import DebriefForm, EraseForm, SessionForm
from audits.models import (
    CalibrationRound,
    ListeningGrid,
    ListeningSession,
    MysteryCampaign,
    MysteryScenario,
)

# As `SENT` of `test_odd_bodies`: URL name, form, query string.
SENT = (
    ("audits:listening-plan", ListeningPlanForm, ""),
    ("audits:add-listening", SessionForm, ""),
    ("audits:edit-listening", SessionForm, ""),
    ("audits:debrief-listening", DebriefForm, ""),
    ("audits:erase-listening", EraseForm, ""),
    ("audits:write-grid", GridForm, ""),
    ("audits:edit-grid", GridForm, ""),
    ("audits:move-grid", MoveGridForm, ""),
    ("audits:copy-grid", CopyGridForm, ""),
    ("audits:link-grid", LinkGridForm, ""),
    ("audits:open-calibration", RoundForm, ""),
    ("audits:grade-calibration", GradeRoundForm, ""),
    ("audits:conclude-calibration", ConcludeRoundForm, ""),
    ("audits:write-mystery-scenario", ScenarioForm, ""),
    ("audits:edit-mystery-scenario", ScenarioForm, ""),
    ("audits:plan-campaign", CampaignForm, ""),
    ("audits:record-contact", ContactForm, ""),
    ("audits:miss-contact", MissForm, ""),
)
SESSION_TEXTS = ("contact_reference", "contact_reason", "comment")
SCENARIO_TEXTS = ("title", "situation", "says", "expected")


def tried(make, page, newest) -> tuple:
    """The ways to send them; the makers are those of `forms_tried`, which imports this module."""
    heard = newest(ListeningSession, "audits:listening-session")
    return (
        make(
            GridForm,
            "audits:write-grid",
            "-",
            "manager",
            (
                (newest(ListeningGrid, "audits:listening-grid"), ("title",)),
                (page("audits:listening-grids"), ("title",)),
            ),
        ),
        make(
            GridForm,
            "audits:edit-grid",
            "listening_draft",
            "manager",
            (
                (page("audits:listening-grid", "listening_draft"), ("title",)),
                (page("audits:edit-grid", "listening_draft"), ("title",)),
            ),
        ),
        make(
            SessionForm,
            "audits:add-listening",
            "-",
            "manager",
            (
                (heard, SESSION_TEXTS),
                (newest(ListeningSession, "audits:edit-listening"), SESSION_TEXTS),
            ),
        ),
        make(
            SessionForm,
            "audits:edit-listening",
            "heard_session",
            "manager",
            ((page("audits:listening-session", "heard_session"), SESSION_TEXTS),),
        ),
        make(
            RoundForm,
            "audits:open-calibration",
            "-",
            "manager",
            (
                (newest(CalibrationRound, "audits:calibration"), ("contact_reference",)),
                (newest(CalibrationRound, "audits:grade-calibration"), ("contact_reference",)),
            ),
        ),
        make(
            GradeRoundForm,
            "audits:grade-calibration",
            "open_round",
            "manager",
            ((page("audits:grade-calibration", "open_round"), ("comment",)),),
        ),
        make(
            ConcludeRoundForm,
            "audits:conclude-calibration",
            "revealed_round",
            "manager",
            ((page("audits:calibration", "revealed_round"), ("conclusion",)),),
        ),
        make(
            ScenarioForm,
            "audits:write-mystery-scenario",
            "-",
            "manager",
            (
                (newest(MysteryScenario, "audits:edit-mystery-scenario"), SCENARIO_TEXTS),
                (page("audits:mystery-scenarios"), ("title", "situation")),
            ),
        ),
        make(
            ScenarioForm,
            "audits:edit-mystery-scenario",
            "mystery_scenario",
            "manager",
            (
                (page("audits:edit-mystery-scenario", "mystery_scenario"), SCENARIO_TEXTS),
                (page("audits:record-contact", "planned_contact"), SCENARIO_TEXTS),
            ),
        ),
        make(
            CampaignForm,
            "audits:plan-campaign",
            "-",
            "manager",
            (
                (newest(MysteryCampaign, "audits:mystery-campaign"), ("title",)),
                (page("audits:mystery"), ("title",)),
            ),
        ),
        make(
            ContactForm,
            "audits:record-contact",
            "planned_contact",
            "contributor",
            ((heard, ("evidence", "comment")),),
        ),
        make(
            MissForm,
            "audits:miss-contact",
            "planned_contact",
            "manager",
            ((page("audits:mystery-campaign", "mystery_campaign"), ("reason",)),),
        ),
    )
