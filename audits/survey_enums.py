"""Vocabularies and flows of surveys: waves, questions, the yearly barometer."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audits.measure_enums import GrainChoice
from crcaudit.core.flow import Flow


class WaveKind(TextChoices):
    """Who is asked, and when. Equal to the values of `audits.logic.surveys.Kind`."""

    HOT = "HOT", pgettext_lazy("survey", "Customers, right after the contact (hot)")
    COLD = "COLD", pgettext_lazy("survey", "Customers, later on (cold)")
    STAFF = "STAFF", pgettext_lazy("survey", "Employees")


SHORT_KINDS: Final = {
    WaveKind.HOT: pgettext_lazy("survey", "Hot"),
    WaveKind.COLD: pgettext_lazy("survey", "Cold"),
    WaveKind.STAFF: pgettext_lazy("survey", "Employees"),
}


class SurveyQuestion(TextChoices):
    """What is asked. Equal to the values of `audits.logic.surveys.Question`."""

    SATISFACTION = "SATISFACTION", _("Satisfaction, 1 to 5")
    RECOMMENDATION = "RECOMMENDATION", _("Recommendation (NPS), 0 to 10")
    EFFORT = "EFFORT", _("Effort, 1 to 7, where 7 is the least")


class WaveState(TextChoices):
    """Life of a wave: being entered, counted in the indicators, taken out of them."""

    DRAFT = "DRAFT", pgettext_lazy("survey wave", "Being entered")
    CLOSED = "CLOSED", pgettext_lazy("survey wave", "Closed")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("survey wave", "Withdrawn")


WAVE_FLOW: Final = Flow(
    "survey wave",
    {
        WaveState.DRAFT: frozenset({WaveState.CLOSED, WaveState.WITHDRAWN}),
        WaveState.CLOSED: frozenset({WaveState.WITHDRAWN}),
    },
)
# A day holds too few answers, and weeks would keep a month from being told.
WAVE_GRAINS: Final = (
    GrainChoice.MONTH,
    GrainChoice.QUARTER,
    GrainChoice.HALF,
    GrainChoice.YEAR,
)


class BarometerState(TextChoices):
    """Life of a barometer: being entered, read by everybody."""

    DRAFT = "DRAFT", pgettext_lazy("barometer", "Being entered")
    CLOSED = "CLOSED", pgettext_lazy("barometer", "Closed")


BAROMETER_FLOW: Final = Flow(
    "barometer",
    {
        BarometerState.DRAFT: frozenset({BarometerState.CLOSED}),
        BarometerState.CLOSED: frozenset({BarometerState.DRAFT}),
    },
)


class Aspect(TextChoices):
    """The two marks of a theme."""

    EXPECTED = "EXPECTED", _("Expected")
    DELIVERED = "DELIVERED", _("Delivered")
