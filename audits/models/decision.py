"""What a certification body decided, and the certificate that came of it."""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.decision_enums import CertificateState, DecisionKind, decision_label
from audits.logic.decision import DECISION_FLOW, ON_AUDIT
from audits.models.audit import Audit
from audits.models.certification import Certification
from audits.models.conclusion import AuditConclusion
from audits.models.sharing import FileShare
from audits.models.team import AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with


def _allowed_moves() -> Q:
    """What may follow what: see `DECISION_FLOW`."""
    allowed = Q()
    for (source, kind), target in DECISION_FLOW.items():
        allowed |= Q(source=source.value, kind=kind.value, target=target.value)
    return allowed


class Decision(models.Model):
    """One decision of the body of a file. Rows are only ever added.

    About an audit, by its ``conclusion``, or about the certificate, which has none. ``source`` and
    ``target`` are where the file stood with its certificate before and after. ``conditions`` is
    what a grant with follow-up asks for, "" otherwise. ``effective_on`` is the day from which it
    counts.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="decisions",
        verbose_name=_("certification file"),
    )
    conclusion = models.ForeignKey(
        AuditConclusion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("conclusion of an audit"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("decision"), choices=DecisionKind, max_length=22)
    reason = models.TextField(_("reason"))
    conditions = models.TextField(_("conditions"), blank=True)
    source = models.CharField(_("before"), choices=CertificateState, max_length=9)
    target = models.CharField(_("after"), choices=CertificateState, max_length=9)
    effective_on = models.DateField(_("effective on"))
    decided_at = models.DateTimeField(_("decided on"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("certification decision")
        verbose_name_plural = _("certification decisions")
        ordering = ("certification", "number")
        constraints = (
            models.UniqueConstraint(
                name="decision_number_unique", fields=["certification", "number"]
            ),
            models.UniqueConstraint(
                name="decision_one_by_conclusion",
                fields=["conclusion"],
                condition=Q(conclusion__isnull=False),
            ),
            models.CheckConstraint(name="decision_follows_the_flow", condition=_allowed_moves()),
            models.CheckConstraint(
                name="decision_on_audit_iff_conclusion",
                condition=Q(kind__in=[one.value for one in ON_AUDIT], conclusion__isnull=False)
                | (~Q(kind__in=[one.value for one in ON_AUDIT]) & Q(conclusion=None)),
            ),
            models.CheckConstraint(name="decision_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="decision_conditions_iff_follow_up",
                condition=(Q(kind=DecisionKind.GRANTED_WITH_FOLLOW_UP) & ~Q(conditions=""))
                | (~Q(kind=DecisionKind.GRANTED_WITH_FOLLOW_UP) & Q(conditions="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.certification_id} {self.number} {self.kind}"

    @property
    def label(self) -> str:
        """In the words of the kind of audit, whose conclusion must be loaded."""
        return decision_label(self.kind, self.conclusion.audit.kind if self.conclusion else "")


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Reads of certificates."""

    def visible_to(self, user: User) -> Self:
        """Those of the user's organisations, of files shared with these, and of their body.

        And those of the files of which an audit is open to the user by its team.
        """
        own = Q(certification__organisation__in=organisations_with(user, *READERS))
        decides = Q(certification__body__in=organisations_with(user, Role.DECISION_MAKER))
        audited = Audit.objects.filter(team__in=AuditTeamMember.objects.giving_access(user))
        return self.filter(
            own
            | decides
            | Q(certification__in=_shared_with(user))
            | Q(certification__in=audited.values("certification"))
        )

    def shared_with(self, user: User) -> Self:
        """Those of the files that providers share with the user's organisations, at any level."""
        return self.filter(certification__in=_shared_with(user))


def _shared_with(user: User) -> models.QuerySet[FileShare, Any]:
    return FileShare.objects.visible_to(user).values("certification")


class Certificate(models.Model):
    """What a grant gives: a record, no mark and no logo. Never changed.

    Holder, body, referential, scope, sites and channels are copies of that day. ``channels`` holds
    codes of `audits.enums.Channel`. The three items that the public is owed where a certification
    is mentioned (domain document, 3.3): ``body_name``, ``referential_*``, ``consult``.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="certificates",
        verbose_name=_("certification file"),
    )
    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="certificate", verbose_name=_("decision")
    )
    body = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("certification body")
    )
    number = models.CharField(_("number"), max_length=60)
    holder = models.CharField(_("holder"), max_length=200)
    body_name = models.CharField(_("name of the body"), max_length=200)
    referential_fr = models.CharField(_("referential (French)"), max_length=300)
    referential_en = models.CharField(_("referential (English)"), max_length=300)
    edition_version = models.CharField(_("edition"), max_length=60)
    consult = models.TextField(_("how to consult or obtain the referential"))
    scope = models.TextField(_("scope"))
    sites = models.JSONField(_("sites"), default=list)
    channels = models.JSONField(_("channels"), default=list)
    granted_on = models.DateField(_("granted on"))
    valid_from = models.DateField(_("valid from"))
    expires_on = models.DateField(_("valid until"))

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("certification", "valid_from", "pk")
        constraints = (
            models.UniqueConstraint(name="certificate_number_unique", fields=["body", "number"]),
            models.CheckConstraint(
                name="certificate_days_in_order", condition=Q(expires_on__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="certificate_says_what_the_public_is_owed",
                condition=~Q(consult="") & ~Q(body_name="") & ~Q(referential_fr=""),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Page of the certificate of the file."""
        return reverse("audits:certificate", args=[self.certification.key])
