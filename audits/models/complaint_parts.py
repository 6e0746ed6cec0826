"""What belongs to an internal complaint: actions of its plan, levels, comments."""

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.alert_enums import EscalationReason
from audits.logic.alerts import FIRST_LEVEL, TOP_LEVEL
from audits.models.internal_complaint import InternalComplaint
from crcaudit.accounts.models import User


class ComplaintAction(models.Model):
    """One action of the plan: what, who, by when, done on. Late ones pass with time."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(
        InternalComplaint,
        models.PROTECT,
        related_name="actions",
        verbose_name=_("internal complaint"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="complaint_actions", verbose_name=_("owner")
    )
    due_date = models.DateField(_("due date"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("action of a complaint")
        verbose_name_plural = _("actions of complaints")
        constraints = (
            models.UniqueConstraint(
                name="complaint_action_number_unique", fields=["complaint", "number"]
            ),
            models.CheckConstraint(name="complaint_action_says_what", condition=~Q(title="")),
            models.CheckConstraint(
                name="complaint_action_done_iff_by",
                condition=Q(done_on=None, done_by=None)
                | Q(done_on__isnull=False, done_by__isnull=False),
            ),
        )
        indexes = (models.Index(name="complaint_action_due", fields=["owner", "due_date"]),)

    def __str__(self) -> str:
        return self.title

    def is_late(self, today: date) -> bool:
        """Due since a day that has passed, and not done."""
        return self.done_on is None and self.due_date < today

    def change(self, **values: Any) -> None:
        """What was written otherwise, or done."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=["version", *values])


class ComplaintEscalation(models.Model):
    """One level up: when, why, and who was told by name.

    ``about`` is the number of the late action, or the first day of the period missed again; "" for
    the plan.
    """

    complaint = models.ForeignKey(
        InternalComplaint,
        models.PROTECT,
        related_name="escalations",
        verbose_name=_("internal complaint"),
    )
    level = models.PositiveSmallIntegerField(_("level"))
    reason = models.CharField(_("reason"), choices=EscalationReason, max_length=12)
    about = models.CharField(_("about"), max_length=10, blank=True)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("on"))
    people = models.ManyToManyField(User, related_name="+", verbose_name=_("people told"))

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = (
            models.UniqueConstraint(name="escalation_level_once", fields=["complaint", "level"]),
            models.UniqueConstraint(
                name="escalation_reason_once_a_day", fields=["complaint", "reason", "day"]
            ),
            models.CheckConstraint(
                name="escalation_level_known",
                condition=Q(level__range=(FIRST_LEVEL + 1, TOP_LEVEL)),
            ),
            models.CheckConstraint(
                name="escalation_reason_known", condition=Q(reason__in=EscalationReason.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.level}"


class ComplaintComment(models.Model):
    """What somebody had to say on a complaint."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(
        InternalComplaint,
        models.PROTECT,
        related_name="comments",
        verbose_name=_("internal complaint"),
    )
    text = models.TextField(_("comment"))
    at = models.DateTimeField(_("on"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("comment on a complaint")
        verbose_name_plural = _("comments on complaints")
        constraints = (
            models.CheckConstraint(name="complaint_comment_says_something", condition=~Q(text="")),
        )

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.at}"
