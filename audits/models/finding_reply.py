"""What the auditee says about a finding, and what the auditor says of it: answers and proofs."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.enums import CauseMethod, Opinion
from audits.models.evidence import Evidence
from audits.models.finding import Finding
from crcaudit.accounts.models import User


class Reply(models.Model):
    """Sent by the auditee, then judged once by the auditor. Nothing of it changes afterwards.

    ``number`` counts from 1 within what it answers: a refused reply is followed by another one.
    ``opinion`` is "" while nobody has judged it; ``opinion_reason`` says what is missing.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField(_("number"))
    sent_at = models.DateTimeField(_("sent on"))
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    opinion = models.CharField(_("opinion"), choices=Opinion, max_length=8, blank=True)
    opinion_reason = models.TextField(_("reason of the opinion"), blank=True)
    opinion_at = models.DateTimeField(_("judged on"), null=True, blank=True)
    opinion_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("judged by"),
    )

    class Meta:
        abstract = True
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(
                name="%(class)s_judged_iff_dated",
                condition=Q(opinion="", opinion_reason="", opinion_at=None, opinion_by=None)
                | (
                    Q(opinion__in=Opinion.values)
                    & Q(opinion_at__isnull=False, opinion_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="%(class)s_refused_with_reason",
                condition=~Q(opinion=Opinion.REFUSED) | ~Q(opinion_reason=""),
            ),
            models.CheckConstraint(
                name="%(class)s_not_judged_by_sender",
                condition=Q(opinion_by=None) | ~Q(opinion_by=F("sent_by")),
            ),
        )

    def judge(self, *, opinion: Opinion, reason: str, by: User, at: datetime) -> None:
        """Keep the auditor's opinion; the database refuses a second one."""
        self.opinion, self.opinion_reason = opinion, reason
        self.opinion_by, self.opinion_at = by, at
        self.save(update_fields=["opinion", "opinion_reason", "opinion_by", "opinion_at"])


class FindingAnswer(Reply):
    """Correction, extent, cause: the answer to a finding (domain.md 5.4).

    ``correction`` is what was done at once, ``corrected_on`` when; ``extent`` says where else
    the gap was looked for, and what was seen. ``cause_steps`` holds the answers of the method:
    for five whys a list of texts, for Ishikawa a mapping of `CauseFamily` to text, else empty.
    """

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="answers", verbose_name=_("finding")
    )
    correction = models.TextField(_("immediate correction"))
    corrected_on = models.DateField(_("corrected on"), null=True, blank=True)
    extent = models.TextField(_("extent"))
    cause_method = models.CharField(_("method"), choices=CauseMethod, max_length=9)
    cause_steps = models.JSONField(_("analysis"), default=list)
    root_cause = models.TextField(_("root cause"))

    class Meta(Reply.Meta):
        verbose_name = _("answer to a finding")
        verbose_name_plural = _("answers to findings")
        constraints = (  # type: ignore[assignment]  # more than the base has
            *Reply.Meta.constraints,
            models.UniqueConstraint(name="%(class)s_number_unique", fields=["finding", "number"]),
            models.CheckConstraint(
                name="findinganswer_method_known",
                condition=Q(cause_method__in=CauseMethod.values),
            ),
        )

    def __str__(self) -> str:
        return f"{self.finding_id} answer {self.number}"


class FindingProof(Reply):
    """What shows that the actions are done and that the gap is gone."""

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="proofs", verbose_name=_("finding")
    )
    statement = models.TextField(_("what the proof shows"))
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="proves", verbose_name=_("evidence")
    )

    class Meta(Reply.Meta):
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        constraints = (  # type: ignore[assignment]  # more than the base has
            *Reply.Meta.constraints,
            models.UniqueConstraint(name="%(class)s_number_unique", fields=["finding", "number"]),
        )

    def __str__(self) -> str:
        return f"{self.finding_id} proof {self.number}"
