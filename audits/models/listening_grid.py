"""Listening grids: what a contact is graded on, version by version."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.listening_enums import GRID_FLOW, CriticalEffect, FedIndicator, GridState
from audits.models.certification import Certification
from audits.models.team import AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, memberships_of, organisations_with

MAX_WEIGHT = 100
_UNUSED = Q(used_at=None, used_by=None)
_USED = Q(used_at__isnull=False, used_by__isnull=False)
_STAYS = Q(withdrawn_at=None)


def files_opened_to(user: User) -> "models.QuerySet[AuditTeamMember, int]":
    """Ids of the certification files of which an audit is open to the user, as a subquery."""
    rows = AuditTeamMember.objects.giving_access(user)
    return rows.values_list("audit__certification", flat=True)


def sites_managed_by(user: User) -> list[int]:
    """Ids of the sites of a site manager; from the memberships read once per request."""
    rows = memberships_of(user)
    return [row.site_id for row in rows if row.role == Role.SITE_MANAGER and row.site_id]


class ListeningGridQuerySet(models.QuerySet["ListeningGrid"]):
    """Reads of listening grids."""

    def visible_to(self, user: User) -> Self:
        """Of the user's organisations; of the files whose audits open them to the user.

        An auditor sees none that is still being written.
        """
        seen = Q(organisation__in=organisations_with(user, *READERS))
        linked = Q(certification__in=files_opened_to(user)) & ~Q(state=GridState.DRAFT)
        return self.filter(seen | linked)

    def in_use(self) -> Self:
        """Those that contacts are graded on."""
        return self.filter(state=GridState.IN_USE)


class ListeningGrid(models.Model):
    """One version of a grid. Those of one ``family`` are versions of each other, from 1 up.

    ``channels`` holds codes of `audits.enums.Channel`. ``partly`` is what "partly" is worth, in
    percent of the weight. ``certification`` lets the auditors of that file read what was graded
    on it, None for nobody. Nothing else changes once it is in use, in the database too.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="listening_grids",
        verbose_name=_("organisation"),
    )
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="listening_grids",
        verbose_name=_("certification file"),
    )
    family = models.UUIDField(_("family"), default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField(_("version of the grid"), default=1)
    title = models.CharField(_("title"), max_length=120)
    channels = models.JSONField(_("channels"), default=list)
    partly = models.PositiveSmallIntegerField(_("worth of “partly” (%)"), default=50)
    critical_effect = models.CharField(
        _("critical error"), choices=CriticalEffect, default=CriticalEffect.ZERO, max_length=8
    )
    state = models.CharField(_("state"), choices=GridState, default=GridState.DRAFT, max_length=10)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    used_at = models.DateTimeField(_("in use since"), null=True, blank=True)
    used_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put in use by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = ListeningGridQuerySet.as_manager()

    class Meta:
        verbose_name = _("listening grid")
        verbose_name_plural = _("listening grids")
        constraints = (
            models.UniqueConstraint(name="grid_version_unique", fields=["family", "number"]),
            models.UniqueConstraint(
                name="grid_one_in_use", fields=["family"], condition=Q(state=GridState.IN_USE)
            ),
            models.UniqueConstraint(
                name="grid_one_draft", fields=["family"], condition=Q(state=GridState.DRAFT)
            ),
            models.CheckConstraint(
                name="grid_state_iff_dated",
                condition=(Q(state=GridState.DRAFT) & _UNUSED & _STAYS)
                | (Q(state=GridState.IN_USE) & _USED & _STAYS)
                | (Q(state=GridState.WITHDRAWN) & _USED & Q(withdrawn_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="grid_effect_known", condition=Q(critical_effect__in=CriticalEffect.values)
            ),
            models.CheckConstraint(name="grid_partly_is_share", condition=Q(partly__lte=100)),
        )

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written."""
        return self.state == GridState.DRAFT

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:listening-grid", args=[self.key])

    def put_in_use(self, *, by: User, at: datetime) -> None:
        """DRAFT -> IN_USE, frozen from here on. Raises TransitionNotAllowedError."""
        GRID_FLOW.check(source=self.state, target=GridState.IN_USE)
        self.state, self.used_at, self.used_by = GridState.IN_USE, at, by
        self._keep()

    def withdraw(self, *, at: datetime) -> None:
        """IN_USE -> WITHDRAWN, for ever. Raises TransitionNotAllowedError."""
        GRID_FLOW.check(source=self.state, target=GridState.WITHDRAWN)
        self.state, self.withdrawn_at = GridState.WITHDRAWN, at
        self._keep()

    def _keep(self) -> None:
        self.version += 1
        self.save(update_fields=["state", "used_at", "used_by", "withdrawn_at", "version"])


class ListeningCriterion(models.Model):
    """One thing to hear. ``section`` is the part of the contact, in the order of the criteria.

    ``indicator`` is the code of the indicator that it feeds, "" for none.
    """

    grid = models.ForeignKey(
        ListeningGrid, models.CASCADE, related_name="criteria", verbose_name=_("listening grid")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    section = models.CharField(_("part of the contact"), max_length=60)
    label = models.CharField(_("criterion"), max_length=200)
    guidance = models.CharField(_("what is compliant"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"))
    is_critical = models.BooleanField(_("critical"), default=False)
    indicator = models.CharField(
        _("indicator"), choices=FedIndicator, max_length=10, blank=True, default=""
    )

    class Meta:
        verbose_name = _("listening criterion")
        verbose_name_plural = _("listening criteria")
        ordering = ("grid", "position")
        constraints = (
            models.UniqueConstraint(name="criterion_place_unique", fields=["grid", "position"]),
            models.CheckConstraint(
                name="criterion_weight_in_bounds",
                condition=Q(weight__gte=1, weight__lte=MAX_WEIGHT),
            ),
            models.CheckConstraint(
                name="criterion_indicator_known",
                condition=Q(indicator="") | Q(indicator__in=FedIndicator.values),
            ),
        )

    def __str__(self) -> str:
        return self.label
