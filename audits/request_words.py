"""Words of the history of requests for evidence: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.request_enums import RequestState

ACTIONS: Mapping[str, str | Promise] = {
    "request.asked": gettext_lazy("Evidence asked for"),
    "request.answered": gettext_lazy("Request answered"),
    "request.settled": gettext_lazy("Answer accepted, request settled"),
    "request.refused": gettext_lazy("Something missing, asked again"),
    "request.cancelled": gettext_lazy("Request cancelled"),
}
FIELDS: Mapping[str, str | Promise] = {"answer": gettext_lazy("Answer")}
STATES: Mapping[str, Mapping[str, str | Promise]] = {"evidence_request": dict(RequestState.choices)}
