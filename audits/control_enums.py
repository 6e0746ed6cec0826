"""Vocabularies of the internal control plan and of its controls."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class PlanState(TextChoices):
    """Life of a version of the plan: an approved one never changes, it is replaced."""

    DRAFT = "DRAFT", _("Draft")
    APPROVED = "APPROVED", _("In force")
    REPLACED = "REPLACED", _("Replaced")


CONTROL_PLAN_FLOW = Flow(
    "internal control plan",
    {
        PlanState.DRAFT: frozenset({PlanState.APPROVED}),
        PlanState.APPROVED: frozenset({PlanState.REPLACED}),
    },
)


class ControlFrequency(TextChoices):
    """How often a control comes back. `audits.logic.schedule.Frequency` equals."""

    DAILY = "DAILY", _("Daily")
    WEEKLY = "WEEKLY", _("Weekly")
    MONTHLY = "MONTHLY", _("Monthly")
    QUARTERLY = "QUARTERLY", _("Quarterly")
    HALF_YEARLY = "HALF_YEARLY", _("Twice a year")
    YEARLY = "YEARLY", _("Yearly")
    PER_EVENT = "PER_EVENT", _("Per event")


# Codes of the vocabularies of editions.
FREQUENCY_OF_EDITION = {
    "daily": ControlFrequency.DAILY,
    "weekly": ControlFrequency.WEEKLY,
    "monthly": ControlFrequency.MONTHLY,
    "quarterly": ControlFrequency.QUARTERLY,
    "semiannual": ControlFrequency.HALF_YEARLY,
    "annual": ControlFrequency.YEARLY,
    "per_event": ControlFrequency.PER_EVENT,
}


class Weekday(IntegerChoices):
    """The day of the week on which a weekly control is wanted."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")


class ThresholdSign(TextChoices):
    """How a result is compared with its thresholds. `audits.logic.control_result.Sign` equals."""

    AT_LEAST = ">=", _("≥ at least, of what complies")
    MORE_THAN = ">", _("> more than, of what complies")
    AT_MOST = "<=", _("≤ at most, of what does not comply")
    LESS_THAN = "<", _("< less than, of what does not comply")


class EscalationTarget(TextChoices):
    """To whom a control that stays late goes."""

    NOBODY = "NOBODY", _("Nobody")
    QUALITY_MANAGER = "QUALITY_MANAGER", _("Quality manager")
    DIRECTOR = "DIRECTOR", _("Director")
    PERSON = "PERSON", _("A person")


class ControlState(TextChoices):
    """Life of one control. Late is no state: it is a planned one whose day has passed."""

    PLANNED = "PLANNED", _("Planned")
    DONE = "DONE", _("Done")
    CANCELLED = "CANCELLED", _("Cancelled")


CONTROL_FLOW = Flow(
    "control",
    {
        # Done to done: a slip of the keyboard is put right, and both are in the journal.
        ControlState.PLANNED: frozenset({ControlState.DONE, ControlState.CANCELLED}),
        ControlState.DONE: frozenset({ControlState.DONE}),
    },
)


class ControlBasis(TextChoices):
    """Whether everything was looked at."""

    EXHAUSTIVE = "EXHAUSTIVE", _("Everything was checked")
    SAMPLE = "SAMPLE", _("A sample was checked")


class ControlOutcome(TextChoices):
    """The result of a control that counts nothing."""

    CONFORM = "CONFORM", _("Compliant")
    PARTIAL = "PARTIAL", _("Partly compliant")
    NONCONFORM = "NONCONFORM", _("Not compliant")
    NOTHING = "NOTHING", _("Nothing to check")


class ReminderStep(TextChoices):
    """What was done about a late control. `audits.logic.control_lateness.Step` equals."""

    REMINDED = "REMINDED", _("Reminded")
    ESCALATED = "ESCALATED", _("Escalated")


class FeedScope(TextChoices):
    """What a calendar to subscribe to holds."""

    EVERYTHING = "EVERYTHING", _("Everything that is mine")
    CONTROLS = "CONTROLS", _("My controls")


# For an edition that brings no vocabulary of its own: the methods of domain.md 4.3.
USUAL_METHODS = (
    ("doc_review", _("Document review")),
    ("data_analysis", _("Data recomputation")),
    ("file_sampling", _("File sampling")),
    ("listening", _("Listening")),
    ("mystery", _("Mystery test")),
    ("interview", _("Interview")),
    ("observation", _("Observation")),
)
USUAL_ROLES = (
    ("quality_manager", _("Quality manager")),
    ("operations_manager", _("Operations manager")),
    ("team_manager", _("Team manager")),
)
