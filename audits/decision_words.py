"""Words of the history of conclusions and decisions: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.decision_enums import Recommendation

ACTIONS: Mapping[str, str | Promise] = {
    "audit.concluded": gettext_lazy("Audit concluded"),
    "audit.reopened": gettext_lazy("Audit reopened"),
}
FIELDS: Mapping[str, str | Promise] = {
    "recommendation": gettext_lazy("Recommendation"),
}
CODES: Mapping[str, Mapping[str, str | Promise]] = {
    "recommendation": dict(Recommendation.choices),
}
