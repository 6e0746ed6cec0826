"""Vocabularies of the conclusion of an audit and of the decision on it."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.enums import AuditKind


class Recommendation(TextChoices):
    """What the lead auditor recommends to whoever decides. They decide, not the auditor."""

    GRANT = "GRANT", _("Grant")
    GRANT_WITH_FOLLOW_UP = "GRANT_WITH_FOLLOW_UP", _("Grant with follow-up")
    SUPPLEMENTARY_AUDIT = "SUPPLEMENTARY_AUDIT", _("Supplementary audit")
    REFUSE = "REFUSE", _("Refuse")


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


def recommendation_label(code: str, kind: str) -> str:
    """A recommendation in the words of the kind of audit."""
    return str(_WORDS.get(kind, {}).get(code, Recommendation(code).label))


def recommendation_choices(kind: str) -> list[tuple[str, str]]:
    """The recommendations on offer, in the words of the kind of audit."""
    return [(code, recommendation_label(code, kind)) for code in Recommendation.values]
