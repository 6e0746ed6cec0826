"""Words of the history of waves and barometers: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.survey_enums import BarometerState, WaveState

ACTIONS: Mapping[str, str | Promise] = {
    "survey.recorded": gettext_lazy("Wave recorded"),
    "survey.edited": gettext_lazy("Description changed"),
    "survey.entered": gettext_lazy("Answers entered"),
    "survey.imported": gettext_lazy("Answers taken from a file"),
    "survey.closed": gettext_lazy("Wave closed"),
    "survey.corrected": gettext_lazy("Answers corrected"),
    "survey.withdrawn": gettext_lazy("Wave withdrawn"),
    "barometer.begun": gettext_lazy("Barometer begun"),
    "barometer.entered": gettext_lazy("Answers entered"),
    "barometer.sector": gettext_lazy("Marks of the sector changed"),
    "barometer.closed": gettext_lazy("Barometer closed"),
    "barometer.reopened": gettext_lazy("Barometer opened again"),
}
# The figures are on the page, of the places that its reader reads: never in its history.
BRIEF: Mapping[str, tuple[str, ...]] = dict.fromkeys(ACTIONS, ("state",))
STATES: Mapping[str, Mapping[str, str | Promise]] = {
    "survey_wave": dict(WaveState.choices),
    "barometer": dict(BarometerState.choices),
}
