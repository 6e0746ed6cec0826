"""Findings: what is required, what was found, on which evidence."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import FINDING_FLOW, FindingState
from audits.models.assessment import Assessment
from audits.models.audit import Audit
from audits.models.evidence import Evidence
from crcaudit.accounts.models import User
from engagements.models import FindingGrade


def reference_of(number: int) -> str:
    """A number as printed: F-07."""
    return f"F-{number:02d}"


class FindingQuerySet(models.QuerySet["Finding"]):
    """Reads of findings."""

    def visible_to(self, user: User) -> Self:
        """Those on the assessments that the user sees."""
        return self.filter(assessment__in=Assessment.objects.visible_to(user))

    def open(self) -> Self:
        """Not closed."""
        return self.filter(state=FindingState.OPEN)

    def unanswered(self) -> Self:
        """Open, and without the action that their grade asks for."""
        return self.open().filter(grade__needs_action=True, actions=None)


class Finding(models.Model):
    """Result of comparing evidence with a requirement (ISO 19011:2026, audit finding).

    ``number`` gives the reference F-07 within the certification file. ``due_date`` is the day
    on which proof is due, None when the grade sets no limit.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="findings", verbose_name=_("audit")
    )
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="findings", verbose_name=_("assessment")
    )
    number = models.PositiveIntegerField(_("number"))
    grade = models.ForeignKey(
        FindingGrade, models.PROTECT, related_name="findings", verbose_name=_("grade")
    )
    title = models.CharField(_("title"), max_length=200)
    required = models.TextField(_("required"))
    found = models.TextField(_("found"))
    consequence = models.TextField(_("consequence"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="findings", verbose_name=_("evidence")
    )
    state = models.CharField(
        _("state"), choices=FindingState, default=FindingState.OPEN, max_length=8
    )
    found_date = models.DateField(_("found on"))
    due_date = models.DateField(_("proof due on"), null=True, blank=True)
    created_at = models.DateTimeField(_("written on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closing_comment = models.TextField(_("what was verified"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (
            models.CheckConstraint(
                name="finding_state_known", condition=Q(state__in=FindingState.values)
            ),
            models.CheckConstraint(
                name="finding_closed_iff_dated",
                condition=Q(state=FindingState.OPEN, closed_at=None, closed_by=None)
                | Q(state=FindingState.CLOSED, closed_at__isnull=False, closed_by__isnull=False),
            ),
        )
        indexes = (models.Index(name="finding_of_audit", fields=["audit", "state"]),)

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Number as printed: F-07."""
        return reference_of(self.number)

    def get_absolute_url(self) -> str:
        """Page of the finding."""
        return reverse("audits:finding", args=[self.key])

    def close(self, *, by: User, at: datetime, comment: str) -> None:
        """OPEN -> CLOSED. Raises TransitionNotAllowedError from any other state."""
        FINDING_FLOW.check(source=self.state, target=FindingState.CLOSED)
        self.state, self.closed_at, self.closed_by = FindingState.CLOSED, at, by
        self.closing_comment = comment
        self.save(update_fields=["state", "closed_at", "closed_by", "closing_comment"])

    def reopen(self) -> None:
        """CLOSED -> OPEN. Raises TransitionNotAllowedError from any other state."""
        FINDING_FLOW.check(source=self.state, target=FindingState.OPEN)
        self.state, self.closed_at, self.closed_by = FindingState.OPEN, None, None
        self.save(update_fields=["state", "closed_at", "closed_by"])
