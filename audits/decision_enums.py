"""Vocabularies of the conclusion of an audit and of the decision on it."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audits.enums import AuditKind


class Recommendation(TextChoices):
    """What the lead auditor recommends to whoever decides. They decide, not the auditor."""

    GRANT = "GRANT", _("Grant")
    GRANT_WITH_FOLLOW_UP = "GRANT_WITH_FOLLOW_UP", _("Grant with follow-up")
    SUPPLEMENTARY_AUDIT = "SUPPLEMENTARY_AUDIT", _("Supplementary audit")
    REFUSE = "REFUSE", _("Refuse")


class DecisionKind(TextChoices):
    """What a body decides. Equal to the values of `audits.logic.decision.DecisionKind`."""

    GRANTED = "GRANTED", pgettext_lazy("decision", "Granted")
    GRANTED_WITH_FOLLOW_UP = (
        "GRANTED_WITH_FOLLOW_UP",
        pgettext_lazy("decision", "Granted with follow-up"),
    )
    SUPPLEMENTARY_AUDIT = (
        "SUPPLEMENTARY_AUDIT",
        pgettext_lazy("decision", "Supplementary audit asked for"),
    )
    REFUSED = "REFUSED", pgettext_lazy("decision", "Refused")
    SUSPENDED = "SUSPENDED", pgettext_lazy("decision", "Suspended")
    RESTORED = "RESTORED", pgettext_lazy("decision", "Restored")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("decision", "Withdrawn")


class CertificateState(TextChoices):
    """Where a file stands. Equal to the values of `audits.logic.decision.CertificateState`."""

    NONE = "NONE", pgettext_lazy("certificate", "None")
    CERTIFIED = "CERTIFIED", pgettext_lazy("certificate", "In force")
    SUSPENDED = "SUSPENDED", pgettext_lazy("certificate", "Suspended")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("certificate", "Withdrawn")


# The same recommendation, in the words of an audit of a certificate that exists.
_WORDS: dict[str, dict[str, str | Promise]] = {
    AuditKind.SURVEILLANCE: {
        Recommendation.GRANT: _("Maintain"),
        Recommendation.GRANT_WITH_FOLLOW_UP: _("Maintain with follow-up"),
        Recommendation.REFUSE: _("Do not maintain"),
    },
    AuditKind.RENEWAL: {
        Recommendation.GRANT: _("Renew"),
        Recommendation.GRANT_WITH_FOLLOW_UP: _("Renew with follow-up"),
        Recommendation.REFUSE: _("Do not renew"),
    },
}


_DECIDED: dict[str, dict[str, str | Promise]] = {
    AuditKind.SURVEILLANCE: {
        DecisionKind.GRANTED: _("Certificate maintained"),
        DecisionKind.GRANTED_WITH_FOLLOW_UP: _("Certificate maintained with follow-up"),
        DecisionKind.REFUSED: _("Certificate not maintained"),
    },
    AuditKind.RENEWAL: {
        DecisionKind.GRANTED: _("Certificate renewed"),
        DecisionKind.GRANTED_WITH_FOLLOW_UP: _("Certificate renewed with follow-up"),
        DecisionKind.REFUSED: _("Certificate not renewed"),
    },
}
_PLAIN: dict[str, str | Promise] = {
    DecisionKind.GRANTED: _("Certificate granted"),
    DecisionKind.GRANTED_WITH_FOLLOW_UP: _("Certificate granted with follow-up"),
    DecisionKind.REFUSED: _("Certificate refused"),
    DecisionKind.SUSPENDED: _("Certificate suspended"),
    DecisionKind.RESTORED: _("Certificate restored"),
    DecisionKind.WITHDRAWN: _("Certificate withdrawn"),
}


def decision_label(code: str, kind: str = "") -> str:
    """A decision in the words of the kind of audit, "" for one on the certificate itself."""
    plain = _PLAIN.get(code, DecisionKind(code).label)
    return str(_DECIDED.get(kind, {}).get(code, plain))


def recommendation_label(code: str, kind: str) -> str:
    """A recommendation in the words of the kind of audit."""
    return str(_WORDS.get(kind, {}).get(code, Recommendation(code).label))


def recommendation_choices(kind: str) -> list[tuple[str, str]]:
    """The recommendations on offer, in the words of the kind of audit."""
    return [(code, recommendation_label(code, kind)) for code in Recommendation.values]
