"""Corrective actions: who does what by when, and who verified it."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import ACTION_FLOW, PENDING_ACTIONS, ActionState
from audits.models.finding import Finding
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with


def reference_of(number: int) -> str:
    """A number as printed: ACT-014."""
    return f"ACT-{number:03d}"


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    """Reads of corrective actions."""

    def visible_to(self, user: User) -> Self:
        """Those of visible findings, and the user's own while a member of the organisation."""
        whole = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        member = organisations_with(user, *READERS)
        return self.filter(
            Q(organisation__in=whole)
            | Q(owner=user, organisation__in=member)
            | Q(finding__in=Finding.objects.visible_to(user))
        )

    def pending(self) -> Self:
        """Still to be done."""
        return self.filter(state__in=PENDING_ACTIONS)

    def overdue(self, today: date) -> Self:
        """Still to be done after their due date."""
        return self.pending().filter(due_date__lt=today)


class CorrectiveAction(models.Model):
    """What removes the cause of a finding. ``effort_days`` in person-days, None when unknown."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="actions", verbose_name=_("organisation")
    )
    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="actions", verbose_name=_("finding")
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="owned_actions", verbose_name=_("owner")
    )
    due_date = models.DateField(_("due date"))
    effort_days = models.DecimalField(
        _("effort (days)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    state = models.CharField(
        _("state"), choices=ActionState, default=ActionState.PLANNED, max_length=12
    )
    created_at = models.DateTimeField(_("written on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified on"), null=True, blank=True)
    verified_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    outcome = models.TextField(_("what was done or seen"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        constraints = (
            models.UniqueConstraint(name="action_number_unique", fields=["organisation", "number"]),
            models.CheckConstraint(
                name="action_state_known", condition=Q(state__in=ActionState.values)
            ),
            models.CheckConstraint(
                name="action_done_iff_dated",
                condition=(
                    Q(state__in=[ActionState.DONE, ActionState.VERIFIED], done_at__isnull=False)
                    | (~Q(state__in=[ActionState.DONE, ActionState.VERIFIED]) & Q(done_at=None))
                ),
            ),
            models.CheckConstraint(
                name="action_verified_iff_dated",
                condition=Q(
                    state=ActionState.VERIFIED,
                    verified_at__isnull=False,
                    verified_by__isnull=False,
                )
                | (~Q(state=ActionState.VERIFIED) & Q(verified_at=None, verified_by=None)),
            ),
            models.CheckConstraint(
                name="action_not_verified_by_owner",
                condition=Q(verified_by=None) | ~Q(verified_by=F("owner")),
            ),
            models.CheckConstraint(
                name="action_effort_positive",
                condition=Q(effort_days=None) | Q(effort_days__gte=0),
            ),
        )
        indexes = (models.Index(name="action_due", fields=["organisation", "state", "due_date"]),)

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Number as printed: ACT-014."""
        return reference_of(self.number)

    def get_absolute_url(self) -> str:
        """Page of the action."""
        return reverse("audits:action", args=[self.key])

    def move(self, *, to: ActionState, by: User, at: datetime, outcome: str) -> None:
        """Change state and the dates tied to it. Raises TransitionNotAllowedError."""
        ACTION_FLOW.check(source=self.state, target=to)
        self.done_at = (
            (at if to == ActionState.DONE else self.done_at)
            if to in {ActionState.DONE, ActionState.VERIFIED}
            else None
        )
        verified = to == ActionState.VERIFIED
        self.verified_at, self.verified_by = (at, by) if verified else (None, None)
        self.state, self.outcome = to, outcome or self.outcome
        self.save(update_fields=["state", "done_at", "verified_at", "verified_by", "outcome"])
