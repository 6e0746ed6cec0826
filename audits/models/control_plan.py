"""The internal control plan of a file, in versions (domain.md 4.3)."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.control_enums import CONTROL_PLAN_FLOW, PlanState
from audits.models.access import opened_by_team
from audits.models.certification import Certification
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, organisations_with


class ControlPlanQuerySet(models.QuerySet["ControlPlan"]):
    """Reads of internal control plans."""

    def visible_to(self, user: User) -> Self:
        """Those of the user's organisations, and of files with an audit that is open to them.

        What is being written is seen by quality managers and directors alone.
        """
        writing = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        own = Q(certification__organisation__in=organisations_with(user, *READERS))
        team = opened_by_team(user, team="certification__audits__team__")
        seen = ~Q(state=PlanState.DRAFT) & (own | team)
        return self.filter(seen | Q(certification__organisation__in=writing)).distinct()

    def in_force(self) -> Self:
        """The approved ones."""
        return self.filter(state=PlanState.APPROVED)


class ControlPlan(models.Model):
    """One version of the plan of a file, written by the quality manager.

    A draft is submitted, then approved by a director who did not submit it: from ``starts_on`` on
    its controls are planned, up to ``planned_until``, None before. Nothing of it changes any
    more, in the database too; the next version replaces it.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="control_plans",
        verbose_name=_("certification file"),
    )
    number = models.PositiveSmallIntegerField(_("version of the plan"))
    state = models.CharField(_("state"), choices=PlanState, default=PlanState.DRAFT, max_length=8)
    reason = models.TextField(_("reason of the version"))
    created_at = models.DateTimeField(_("created on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
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
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced on"), null=True, blank=True)
    planned_until = models.DateField(_("planned until"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ControlPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal control plan")
        verbose_name_plural = _("internal control plans")
        constraints = (
            models.UniqueConstraint(
                name="control_plan_number_unique", fields=["certification", "number"]
            ),
            models.UniqueConstraint(
                name="control_plan_one_draft",
                fields=["certification"],
                condition=Q(state=PlanState.DRAFT),
            ),
            models.UniqueConstraint(
                name="control_plan_one_in_force",
                fields=["certification"],
                condition=Q(state=PlanState.APPROVED),
            ),
            models.CheckConstraint(
                name="control_plan_state_known", condition=Q(state__in=PlanState.values)
            ),
            models.CheckConstraint(name="control_plan_number_from_1", condition=Q(number__gte=1)),
            models.CheckConstraint(name="control_plan_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="control_plan_submitted_by_somebody",
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="control_plan_approved_iff_dated",
                condition=Q(
                    state=PlanState.DRAFT,
                    approved_at=None,
                    approved_by=None,
                    starts_on=None,
                    planned_until=None,
                )
                | (
                    ~Q(state=PlanState.DRAFT)
                    & Q(
                        submitted_at__isnull=False,
                        approved_at__isnull=False,
                        approved_by__isnull=False,
                        starts_on__isnull=False,
                    )
                ),
            ),
            models.CheckConstraint(
                name="control_plan_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="control_plan_replaced_iff_dated",
                condition=Q(state=PlanState.REPLACED) ^ Q(replaced_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.certification_id} v{self.number}"

    def submit(self, *, by: User, at: datetime) -> None:
        """Give a draft to the direction."""
        self.submitted_by, self.submitted_at = by, at
        self.version += 1
        self.save(update_fields=["submitted_by", "submitted_at", "version"])

    def touch(self) -> None:
        """Something of the draft changed: what was submitted was another text."""
        self.submitted_by, self.submitted_at = None, None
        self.version += 1
        self.save(update_fields=["submitted_by", "submitted_at", "version"])

    def approve(self, *, by: User, at: datetime, starts_on: date) -> None:
        """DRAFT -> APPROVED. Raises TransitionNotAllowedError."""
        CONTROL_PLAN_FLOW.check(source=self.state, target=PlanState.APPROVED)
        self.state, self.approved_by, self.approved_at = PlanState.APPROVED, by, at
        self.starts_on = starts_on
        self.version += 1
        names = ["state", "approved_by", "approved_at", "starts_on", "version"]
        self.save(update_fields=names)

    def replace(self, *, at: datetime) -> None:
        """APPROVED -> REPLACED. Raises TransitionNotAllowedError."""
        CONTROL_PLAN_FLOW.check(source=self.state, target=PlanState.REPLACED)
        self.state, self.replaced_at = PlanState.REPLACED, at
        self.version += 1
        self.save(update_fields=["state", "replaced_at", "version"])

    def plan_until(self, day: date) -> None:
        """Its controls are planned up to that day."""
        self.planned_until = day
        self.save(update_fields=["planned_until"])
