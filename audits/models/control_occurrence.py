"""Internal controls to do on a day, what they gave, and who was told that they are late."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.control_enums import (
    CONTROL_FLOW,
    ControlBasis,
    ControlOutcome,
    ControlState,
    ReminderStep,
)
from audits.models.control_access import controls_seen
from audits.models.control_line import ControlLine
from audits.models.evidence import Evidence
from crcaudit.accounts.models import Site, User

COUNTED = Q(
    checked__isnull=False,
    compliant__isnull=False,
    compliant__lte=F("checked"),
    checked__gte=1,
    basis__in=ControlBasis.values,
    outcome="",
)
SAID = Q(checked=None, compliant=None, basis="", outcome__in=ControlOutcome.values)
EMPTY = Q(checked=None, compliant=None, basis="", outcome="")


class ControlOccurrenceQuerySet(models.QuerySet["ControlOccurrence"]):
    """Reads of controls."""

    def visible_to(self, user: User) -> Self:
        """See `audits.models.control_access.controls_seen`."""
        return self.filter(controls_seen(user))

    def planned(self) -> Self:
        """Still to be done, in files that are open."""
        return self.filter(state=ControlState.PLANNED, line__plan__certification__closed_at=None)

    def late_on(self, day: date) -> Self:
        """Planned, and due before the day."""
        return self.planned().filter(due_date__lt=day)


class ControlOccurrence(models.Model):
    """One control: of a line, on a site or on all of them, in a period, by a day.

    ``responsible`` and ``substitute`` are those of the line when it was planned, the manager of
    the site where the line names nobody; ``owner`` is who is to do it now, None for the role
    alone. A result counts (``checked``, ``compliant``, ``basis``) or is said in one word
    (``outcome``); ``done_on`` is the day on which it was done.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(
        ControlLine,
        models.PROTECT,
        related_name="occurrences",
        verbose_name=_("internal control line"),
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="controls",
        verbose_name=_("site"),
    )
    period_start = models.DateField(_("first day of the period"))
    period_end = models.DateField(_("last day of the period"))
    opens_on = models.DateField(_("may be done from"))
    due_date = models.DateField(_("due date"))
    responsible = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person in charge"),
    )
    substitute = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("substitute"),
    )
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="controls",
        verbose_name=_("done by, as planned"),
    )
    state = models.CharField(
        _("state"), choices=ControlState, default=ControlState.PLANNED, max_length=9
    )
    checked = models.PositiveIntegerField(_("checked"), null=True, blank=True)
    compliant = models.PositiveIntegerField(_("compliant"), null=True, blank=True)
    basis = models.CharField(_("basis"), choices=ControlBasis, max_length=10, blank=True)
    outcome = models.CharField(_("outcome"), choices=ControlOutcome, max_length=10, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    record_reference = models.CharField(_("reference of the record"), max_length=200, blank=True)
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="controls", verbose_name=_("records")
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_at = models.DateTimeField(_("recorded on"), null=True, blank=True)
    done_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    cancelled_reason = models.TextField(_("reason for cancelling"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ControlOccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal control")
        verbose_name_plural = _("internal controls")
        constraints = (
            models.UniqueConstraint(
                name="control_once_per_period",
                fields=["line", "site", "period_start"],
                condition=Q(site__isnull=False),
            ),
            models.UniqueConstraint(
                name="control_once_per_period_of_all_sites",
                fields=["line", "period_start"],
                condition=Q(site=None),
            ),
            models.CheckConstraint(
                name="control_state_known", condition=Q(state__in=ControlState.values)
            ),
            models.CheckConstraint(
                name="control_due_in_its_period",
                condition=Q(
                    opens_on__gte=F("period_start"),
                    due_date__gte=F("opens_on"),
                    due_date__lte=F("period_end"),
                ),
            ),
            models.CheckConstraint(
                name="control_done_iff_result",
                condition=(
                    Q(
                        state=ControlState.DONE,
                        done_on__isnull=False,
                        done_at__isnull=False,
                        done_by__isnull=False,
                    )
                    & (COUNTED | SAID)
                )
                | (
                    ~Q(state=ControlState.DONE)
                    & Q(done_on=None, done_at=None, done_by=None, comment="")
                    & EMPTY
                ),
            ),
            models.CheckConstraint(
                name="control_done_within_its_period_or_later",
                condition=Q(done_on=None) | Q(done_on__gte=F("period_start")),
            ),
            models.CheckConstraint(
                name="control_cancelled_iff_reason",
                condition=(
                    Q(
                        state=ControlState.CANCELLED,
                        cancelled_at__isnull=False,
                        cancelled_by__isnull=False,
                    )
                    & ~Q(cancelled_reason="")
                )
                | (
                    ~Q(state=ControlState.CANCELLED)
                    & Q(cancelled_at=None, cancelled_by=None, cancelled_reason="")
                ),
            ),
        )
        indexes = (
            models.Index(name="control_line_due", fields=["line", "due_date"]),
            models.Index(
                name="control_owner_due",
                fields=["owner", "due_date"],
                condition=Q(state="PLANNED"),
            ),
            models.Index(name="control_due", fields=["due_date"], condition=Q(state="PLANNED")),
        )

    def __str__(self) -> str:
        return f"{self.line_id} {self.due_date}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:control", args=[self.key])

    @property
    def is_handed_over(self) -> bool:
        """Somebody else than the person in charge is to do it."""
        return self.owner_id != self.responsible_id

    def do(self, *, by: User, at: datetime, **result: object) -> None:
        """PLANNED or DONE -> DONE, with its result. Raises TransitionNotAllowedError."""
        CONTROL_FLOW.check(source=self.state, target=ControlState.DONE)
        self.state, self.done_by, self.done_at = ControlState.DONE, by, at
        self._keep("state", "done_by", "done_at", **result)

    def cancel(self, *, by: User, at: datetime, reason: str) -> None:
        """PLANNED -> CANCELLED. Raises TransitionNotAllowedError."""
        CONTROL_FLOW.check(source=self.state, target=ControlState.CANCELLED)
        self.state, self.cancelled_by, self.cancelled_at = ControlState.CANCELLED, by, at
        self._keep("state", "cancelled_by", "cancelled_at", cancelled_reason=reason)

    def hand_over(self, *, to: User) -> None:
        """Somebody else does it."""
        self._keep(owner=to)

    def _keep(self, *names: str, **values: object) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=[*names, *values, "version"])


class ControlReminder(models.Model):
    """Somebody was told that a control is late: once for each step."""

    occurrence = models.ForeignKey(
        ControlOccurrence,
        models.PROTECT,
        related_name="reminders",
        verbose_name=_("internal control"),
    )
    step = models.CharField(_("step"), choices=ReminderStep, max_length=9)
    person = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("person told")
    )
    days_late = models.PositiveSmallIntegerField(_("working days late"))
    sent_at = models.DateTimeField(_("sent on"))

    class Meta:
        verbose_name = _("control reminder")
        verbose_name_plural = _("control reminders")
        constraints = (
            models.UniqueConstraint(
                name="control_reminder_once", fields=["occurrence", "step", "person"]
            ),
            models.CheckConstraint(
                name="control_reminder_step_known", condition=Q(step__in=ReminderStep.values)
            ),
            models.CheckConstraint(
                name="control_reminder_when_late", condition=Q(days_late__gte=1)
            ),
        )

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.step}"
