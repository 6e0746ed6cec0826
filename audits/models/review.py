"""Reviews of evidence: what an auditor said of each piece, one after the other."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.enums import ReviewVerdict
from audits.models.evidence import EvidenceLink, EvidenceVersion
from crcaudit.accounts.models import User


class EvidenceReview(models.Model):
    """One verdict on one piece of evidence for one requirement. Never changed: a newer one follows.

    ``version`` is the file that was read, None for a link or a note. ``reason`` says what the
    piece establishes, or what is missing; only an acceptance may go without.
    """

    link = models.ForeignKey(
        EvidenceLink, models.PROTECT, related_name="history", verbose_name=_("evidence link")
    )
    version = models.ForeignKey(
        EvidenceVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version read"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    verdict = models.CharField(_("verdict"), choices=ReviewVerdict, max_length=11)
    reason = models.TextField(_("reason"), blank=True)
    reviewed_at = models.DateTimeField(_("reviewed on"))
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )

    class Meta:
        verbose_name = _("evidence review")
        verbose_name_plural = _("evidence reviews")
        constraints = (
            models.UniqueConstraint(name="review_number_unique", fields=["link", "number"]),
            models.CheckConstraint(
                name="review_verdict_known", condition=Q(verdict__in=ReviewVerdict.values)
            ),
            models.CheckConstraint(
                name="review_refusal_has_reason",
                condition=Q(verdict=ReviewVerdict.ACCEPTED) | ~Q(reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.link_id} {self.verdict}"
