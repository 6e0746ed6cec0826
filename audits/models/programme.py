"""The audit programme of an organisation over a period (ISO 19011:2026, clause 5)."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.cycle_enums import PROGRAMME_FLOW, ProgrammeState
from audits.enums import AuditKind
from audits.models.audit import Audit
from audits.models.certification import Certification
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import organisations_with


class AuditProgrammeQuerySet(models.QuerySet["AuditProgramme"]):
    """Reads of audit programmes."""

    def visible_to(self, user: User) -> Self:
        """Those of the organisations that the user manages or directs."""
        return self.filter(
            organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        )


class AuditProgramme(models.Model):
    """Audits planned over a period, with objectives, risks and means.

    Written while a draft; approved by the direction, then only audits are joined to its lines
    until it is closed. Revising it makes it a draft again, of the next ``edition``.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="programmes", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    objectives = models.TextField(_("objectives"))
    resources = models.TextField(_("resources"), blank=True)
    state = models.CharField(
        _("state"), choices=ProgrammeState, default=ProgrammeState.DRAFT, max_length=8
    )
    edition = models.PositiveSmallIntegerField(_("revision"), default=1)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    approved_at = models.DateTimeField(_("approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)

    objects = AuditProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit programme")
        verbose_name_plural = _("audit programmes")
        constraints = (
            models.CheckConstraint(
                name="programme_state_known", condition=Q(state__in=ProgrammeState.values)
            ),
            models.CheckConstraint(
                name="programme_days_in_order", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="programme_approved_iff_dated",
                condition=Q(state=ProgrammeState.DRAFT, approved_at=None, approved_by=None)
                | (
                    ~Q(state=ProgrammeState.DRAFT)
                    & Q(approved_at__isnull=False, approved_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="programme_closed_iff_dated",
                condition=Q(state=ProgrammeState.CLOSED) ^ Q(closed_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:programme", args=[self.key])

    def approve(self, *, by: User, at: datetime) -> None:
        """DRAFT -> APPROVED. Raises TransitionNotAllowedError."""
        PROGRAMME_FLOW.check(source=self.state, target=ProgrammeState.APPROVED)
        self.state, self.approved_at, self.approved_by = ProgrammeState.APPROVED, at, by
        self._keep()

    def revise(self) -> None:
        """APPROVED -> DRAFT, of the next edition. Raises TransitionNotAllowedError."""
        PROGRAMME_FLOW.check(source=self.state, target=ProgrammeState.DRAFT)
        self.state, self.approved_at, self.approved_by = ProgrammeState.DRAFT, None, None
        self.edition += 1
        self._keep()

    def close(self, *, at: datetime) -> None:
        """APPROVED -> CLOSED, for ever. Raises TransitionNotAllowedError."""
        PROGRAMME_FLOW.check(source=self.state, target=ProgrammeState.CLOSED)
        self.state, self.closed_at = ProgrammeState.CLOSED, at
        self._keep()

    def _keep(self) -> None:
        self.version += 1
        self.save(
            update_fields=[
                *("state", "approved_at", "approved_by"),
                *("closed_at", "edition", "version"),
            ]
        )


class ProgrammeRisk(models.Model):
    """What could keep the programme from its objectives, and what is done about it."""

    programme = models.ForeignKey(
        AuditProgramme,
        models.CASCADE,
        related_name="risks",
        verbose_name=_("audit programme"),
    )
    risk = models.CharField(_("risk"), max_length=300)
    treatment = models.CharField(_("treatment"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("programme risk")
        verbose_name_plural = _("programme risks")
        ordering = ("programme", "position")
        constraints = (
            models.UniqueConstraint(
                name="programme_risk_place_unique", fields=["programme", "position"]
            ),
        )

    def __str__(self) -> str:
        return self.risk


class ProgrammeLine(models.Model):
    """One audit planned. ``audit`` is the one that was held for it, None until it is joined."""

    programme = models.ForeignKey(
        AuditProgramme,
        models.CASCADE,
        related_name="lines",
        verbose_name=_("audit programme"),
    )
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="programme_lines",
        verbose_name=_("certification file"),
    )
    kind = models.CharField(_("kind"), choices=AuditKind, max_length=16)
    planned_date = models.DateField(_("planned on"))
    sites = models.ManyToManyField(Site, blank=True, related_name="+", verbose_name=_("sites"))
    lead = models.CharField(_("lead auditor"), max_length=120, blank=True)
    audit = models.OneToOneField(
        Audit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programme_line",
        verbose_name=_("audit"),
    )

    class Meta:
        verbose_name = _("programme line")
        verbose_name_plural = _("programme lines")
        constraints = (
            # Also what keeps a double click from planning an audit twice.
            models.UniqueConstraint(
                name="programme_line_unique",
                fields=["programme", "certification", "kind", "planned_date"],
            ),
            models.CheckConstraint(
                name="programme_line_kind_known", condition=Q(kind__in=AuditKind.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.planned_date}"
