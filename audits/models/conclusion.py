"""What the lead auditor concludes from a third party's audit."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.decision_enums import Recommendation, recommendation_label
from audits.models.audit import Audit
from crcaudit.accounts.models import User


class AuditConclusionQuerySet(models.QuerySet["AuditConclusion"]):
    """Reads of conclusions."""

    def standing(self) -> Self:
        """Those that were not taken back: one for each concluded audit."""
        return self.filter(withdrawn_at=None)


class AuditConclusion(models.Model):
    """One conclusion. Never edited nor removed: a reopened audit keeps it as withdrawn.

    ``summary`` is the extent of conformity in the words of the lead auditor; ``not_covered`` what
    of the scope was not audited and why, "" when everything was. ``accepted`` maps what was
    missing and knowingly accepted to its count: values of `audits.logic.conclusion.ObstacleKind`.
    """

    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="conclusions", verbose_name=_("audit")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    summary = models.TextField(_("extent of conformity"))
    recommendation = models.CharField(_("recommendation"), choices=Recommendation, max_length=20)
    not_covered = models.TextField(_("what was not covered"), blank=True)
    accepted = models.JSONField(_("knowingly accepted"), default=dict)
    concluded_at = models.DateTimeField(_("concluded on"))
    concluded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("concluded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)

    objects = AuditConclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("conclusion of an audit")
        verbose_name_plural = _("conclusions of audits")
        ordering = ("audit", "number")
        constraints = (
            models.UniqueConstraint(name="conclusion_number_unique", fields=["audit", "number"]),
            models.UniqueConstraint(
                name="conclusion_one_standing", fields=["audit"], condition=Q(withdrawn_at=None)
            ),
            models.CheckConstraint(
                name="conclusion_recommendation_known",
                condition=Q(recommendation__in=Recommendation.values),
            ),
            models.CheckConstraint(name="conclusion_says_something", condition=~Q(summary="")),
            models.CheckConstraint(
                name="conclusion_withdrawn_iff_dated",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.audit_id} {self.number}"

    @property
    def recommendation_text(self) -> str:
        """The recommendation in the words of the kind of audit, which must be loaded."""
        return recommendation_label(self.recommendation, self.audit.kind)

    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """Take it back, once: the audit is reopened."""
        self.withdrawn_at, self.withdrawn_by, self.withdrawn_reason = at, by, reason
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
