"""One audit."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from audits.enums import (
    AUDIT_FLOW,
    OWN_AUDITS,
    AuditKind,
    AuditState,
)
from audits.models.access import concluded_for
from audits.models.certification import Certification
from audits.models.team import AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with


class AuditQuerySet(models.QuerySet["Audit"]):
    """Reads of audits."""

    def visible_to(self, user: User) -> Self:
        """Audits of the user's organisations, and those whose team opens them to the user.

        For whoever decides in a certification body, those that are concluded in its files.
        """
        seen = Q(organisation__in=organisations_with(user, *READERS))
        seen |= Q(pk__in=AuditTeamMember.objects.giving_access(user).values("audit"))
        if bodies := organisations_with(user, Role.DECISION_MAKER):
            seen |= Q(pk__in=self.model.objects.concluded_for(bodies).values("pk"))
        return self.filter(seen)

    def concluded_for(self, bodies: Iterable[int]) -> Self:
        """Those that are concluded, in files on which one of the bodies decides."""
        return self.filter(concluded_for(bodies, file="certification__", audit=""))

    def validated(self) -> Self:
        """Frozen ones."""
        return self.filter(state=AuditState.VALIDATED)

    def to_follow(self, certification: Certification) -> "Audit | None":
        """The latest validated audit of the file, None without one."""
        rows = self.validated().filter(certification=certification).defer("frozen", "scale")
        return rows.order_by("-started_at", "-pk").first()


class Audit(models.Model):
    """An audit of a certification file on its edition.

    ``scale`` is the frozen copy of the scheme's levels: a list of mappings with code, letter,
    label_fr, label_en, points (None when excluded), is_conform, is_excluded, shape.
    ``max_points`` is the best level's. The thresholds, the gap rule and the rules by which a
    minor nonconformity weighs more are copies too.
    ``frozen`` is the canonical JSON of the snapshot by language, written at validation, from
    which every report of a validated audit is made; "" before.
    ``previous`` is the validated audit of the same file that this one follows, None without one.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=30)
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="audits",
        verbose_name=_("certification file"),
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="audits", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), choices=AuditKind, max_length=16)
    state = models.CharField(
        _("state"), choices=AuditState, default=AuditState.IN_PROGRESS, max_length=16
    )
    is_per_site = models.BooleanField(_("rated site by site"), default=False)
    objectives = models.TextField(_("objectives"), blank=True)
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"), null=True, blank=True)
    scale = models.JSONField(_("scale"))
    max_points = models.PositiveSmallIntegerField(_("best level"))
    gap_rule = models.CharField(_("gap rule"), max_length=20)
    global_threshold = models.PositiveSmallIntegerField(_("global threshold (%)"))
    domain_threshold = models.PositiveSmallIntegerField(_("domain threshold (%)"))
    open_minors_limit = models.PositiveSmallIntegerField(_("open minors allowed"))
    minor_becomes_major = models.BooleanField(
        _("a minor not closed in time becomes major"), default=False
    )
    minors_per_major = models.PositiveSmallIntegerField(
        _("open minors that amount to one major"), null=True, blank=True
    )
    critical_is_major = models.BooleanField(
        _("a gap on a critical requirement is always major"), default=True
    )
    started_at = models.DateTimeField(_("started on"))
    started_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    validated_at = models.DateTimeField(_("validated on"), null=True, blank=True)
    validated_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("validated by"),
    )
    frozen = models.JSONField(_("frozen snapshots"), default=dict)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name=_("audit that it follows"),
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        constraints = (
            models.UniqueConstraint(
                name="audit_reference_unique", fields=["organisation", "reference"]
            ),
            models.UniqueConstraint(
                name="audit_one_diagnosis",
                fields=["certification"],
                condition=Q(kind=AuditKind.DIAGNOSIS),
            ),
            models.CheckConstraint(name="audit_kind_known", condition=Q(kind__in=AuditKind.values)),
            models.CheckConstraint(
                name="audit_state_known", condition=Q(state__in=AuditState.values)
            ),
            models.CheckConstraint(
                name="audit_not_its_own_previous",
                condition=Q(previous=None) | ~Q(previous=F("id")),
            ),
            models.CheckConstraint(
                name="audit_validated_iff_dated",
                condition=Q(
                    state=AuditState.VALIDATED,
                    validated_at__isnull=False,
                    validated_by__isnull=False,
                )
                | (~Q(state=AuditState.VALIDATED) & Q(validated_at=None, validated_by=None)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether ratings may still change."""
        return self.state == AuditState.IN_PROGRESS

    @property
    def is_own(self) -> bool:
        """Whether the organisation holds it itself: it is validated, and not concluded."""
        return self.kind in OWN_AUDITS

    @property
    def state_label(self) -> str:
        """The state in words: a third party's audit is concluded where one's own is validated."""
        if self.is_open or self.is_own:
            return str(self.get_state_display())
        return pgettext("audit", "Concluded")

    @property
    def is_diagnosis(self) -> bool:
        """Whether it is the baseline."""
        return self.kind == AuditKind.DIAGNOSIS

    def evidence_day(self, today: date) -> date:
        """Day on which evidence must be valid: that of the validation, else ``today``."""
        return localdate(self.validated_at) if self.validated_at else today

    def get_absolute_url(self) -> str:
        """The grid."""
        return reverse("audits:grid", args=[self.key])

    def validate(self, *, by: User, at: datetime, frozen: dict[str, str]) -> None:
        """IN_PROGRESS -> VALIDATED. Raises TransitionNotAllowedError."""
        AUDIT_FLOW.check(source=self.state, target=AuditState.VALIDATED)
        self.state = AuditState.VALIDATED
        self.validated_at, self.validated_by, self.frozen = at, by, frozen
        self.save(update_fields=["state", "validated_at", "validated_by", "frozen"])

    def reopen(self) -> None:
        """VALIDATED -> IN_PROGRESS; why is in the journal. Raises TransitionNotAllowedError."""
        AUDIT_FLOW.check(source=self.state, target=AuditState.IN_PROGRESS)
        self.state = AuditState.IN_PROGRESS
        self.validated_at, self.validated_by, self.frozen = None, None, {}
        self.save(update_fields=["state", "validated_at", "validated_by", "frozen"])
