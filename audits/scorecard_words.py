"""Words of the history of scorecard grids and of reviews of providers: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.scorecard_enums import AskedState, ProviderReviewState

ACTIONS: Mapping[str, str | Promise] = {
    "scorecard.grid_written": gettext_lazy("Version of the grid written"),
    "provider_review.prepared": gettext_lazy("Review prepared"),
    "provider_review.edited": gettext_lazy("Review changed"),
    "provider_review.closed": gettext_lazy("Review closed"),
    "provider_review.discarded": gettext_lazy("Review taken away"),
    "provider_review.asked_settled": gettext_lazy("Request settled"),
}
CREATED = frozenset({"provider_review.prepared"})
FIELDS: Mapping[str, str | Promise] = {
    "required_share": gettext_lazy("Part of the weights required (%)"),
    "lines": gettext_lazy("Indicators"),
    "held_on": gettext_lazy("Day of the meeting"),
    "strengths": gettext_lazy("Strong points"),
    "conclusion": gettext_lazy("Conclusion"),
    "asked": gettext_lazy("What is asked"),
    "asked_state": gettext_lazy("What became of it"),
    "what_came": gettext_lazy("What came of it"),
}
DATES = frozenset({"held_on"})
STATES: Mapping[str, Mapping[str, str | Promise]] = {
    "provider_review": dict(ProviderReviewState.choices),
}
CODES: Mapping[str, Mapping[str, str | Promise]] = {"asked_state": dict(AskedState.choices)}
