"""Vocabularies of indicators in operation: where, how often, against what."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class PlaceKind(TextChoices):
    """What a measure is about."""

    WHOLE = "WHOLE", _("All sites")
    SITE = "SITE", _("Site")
    PROVIDER = "PROVIDER", _("Provider")


class GrainChoice(TextChoices):
    """How long a measured period lasts. `audits.logic.periods.Grain` equals."""

    DAY = "DAY", _("Day")
    WEEK = "WEEK", _("Week")
    MONTH = "MONTH", _("Month")
    QUARTER = "QUARTER", _("Quarter")
    HALF = "HALF", _("Half-year")
    YEAR = "YEAR", _("Year")


class MeasureOrigin(TextChoices):
    """Where the figures of a measure are from: from people, or counted by the product."""

    ENTERED = "ENTERED", _("Typed, or from a file")
    LISTENING = "LISTENING", _("Listening sessions")
    CALIBRATION = "CALIBRATION", _("Calibration rounds")
    MYSTERY = "MYSTERY", _("Mystery contacts")
    CONTROLS = "CONTROLS", _("Internal controls")
    ACTIONS = "ACTIONS", _("Corrective actions")
    AUDITS = "AUDITS", _("Audits")


class TargetKind(TextChoices):
    """What an organisation wants of an indicator from a day on."""

    TARGET = "TARGET", _("Target")
    FOLLOWED = "FOLLOWED", _("Followed without a target")
    STOPPED = "STOPPED", _("No longer followed")


class ImportKind(TextChoices):
    """What a file of figures holds."""

    MEASURES = "MEASURES", _("Measures")
    CALLS = "CALLS", _("Call records")
    ANSWERS = "ANSWERS", _("Answers to a survey")
    VOLUMES = "VOLUMES", _("Contacts by reason and channel")


class MeasureImportState(TextChoices):
    """Life of a file of figures."""

    RECEIVED = "RECEIVED", _("Columns to be named")
    QUEUED = "QUEUED", _("Waiting")
    READING = "READING", _("Being read")
    READ = "READ", _("To be confirmed")
    APPLIED = "APPLIED", _("Measures written")
    UNDONE = "UNDONE", _("Taken back")
    FAILED = "FAILED", _("Could not be read")
    ABANDONED = "ABANDONED", _("Abandoned")


_ENDS = frozenset({MeasureImportState.ABANDONED})
MEASURE_IMPORT_FLOW = Flow(
    "measure import",
    {
        MeasureImportState.RECEIVED: _ENDS | {MeasureImportState.QUEUED},
        MeasureImportState.QUEUED: _ENDS | {MeasureImportState.READING},
        MeasureImportState.READING: _ENDS
        | {MeasureImportState.QUEUED, MeasureImportState.READ, MeasureImportState.FAILED},
        # Columns named otherwise: it is read again.
        MeasureImportState.READ: _ENDS | {MeasureImportState.QUEUED, MeasureImportState.APPLIED},
        MeasureImportState.FAILED: _ENDS | {MeasureImportState.QUEUED},
        MeasureImportState.APPLIED: frozenset({MeasureImportState.UNDONE}),
    },
)
WORKING = (MeasureImportState.QUEUED, MeasureImportState.READING)
STILL_OPEN = (
    MeasureImportState.RECEIVED,
    *WORKING,
    MeasureImportState.READ,
    MeasureImportState.FAILED,
)
