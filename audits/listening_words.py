"""Words of the history of grids, sessions, rounds and mystery contacts: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.listening_enums import CriticalEffect, GridState, RoundState

ACTIONS: Mapping[str, str | Promise] = {
    "grid.written": gettext_lazy("Grid written"),
    "grid.edited": gettext_lazy("Grid changed"),
    "grid.copied": gettext_lazy("Grid begun from another one"),
    "grid.used": gettext_lazy("Grid put in use"),
    "grid.withdrawn": gettext_lazy("Grid withdrawn"),
    "grid.linked": gettext_lazy("Readers of the grid changed"),
    "calibration.opened": gettext_lazy("Round opened"),
    "calibration.compared": gettext_lazy("Marks compared"),
    "calibration.concluded": gettext_lazy("Round concluded"),
    "calibration.erased": gettext_lazy("Reference of the contact erased"),
}
FIELDS: Mapping[str, str | Promise] = {
    "partly": gettext_lazy("Worth of “partly” (%)"),
    "critical_effect": gettext_lazy("Critical error"),
}
BRIEF: Mapping[str, tuple[str, ...]] = {
    "grid.written": ("title",),
    "grid.copied": ("title",),
    "grid.edited": ("title", "channels", "partly", "critical_effect", "file"),
    "calibration.opened": (),
}
STATES: Mapping[str, Mapping[str, str | Promise]] = {
    "listening_grid": dict(GridState.choices),
    "calibration_round": dict(RoundState.choices),
}
CODES: Mapping[str, Mapping[str, str | Promise]] = {"critical_effect": dict(CriticalEffect.choices)}
