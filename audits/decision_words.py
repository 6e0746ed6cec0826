"""Words of the history of conclusions and decisions: see `audits.history`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audits.decision_enums import CertificateState, DecisionKind, Recommendation

ACTIONS: Mapping[str, str | Promise] = {
    "audit.concluded": gettext_lazy("Audit concluded"),
    "audit.reopened": gettext_lazy("Audit reopened"),
    "certification.decided": gettext_lazy("Decision of the certification body"),
}
FIELDS: Mapping[str, str | Promise] = {
    "recommendation": gettext_lazy("Recommendation"),
    "decision": gettext_lazy("Decision"),
    "certificate": gettext_lazy("Certificate"),
    "effective_on": gettext_lazy("Effective on"),
    "body": gettext_lazy("Certification body"),
}
DATES = ("effective_on",)
CODES: Mapping[str, Mapping[str, str | Promise]] = {
    "recommendation": dict(Recommendation.choices),
    "decision": dict(DecisionKind.choices),
    "certificate": dict(CertificateState.choices),
}
