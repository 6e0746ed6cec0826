"""Internal complaints: what an alert opens, until a measured return closes it."""

import uuid
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.alert_enums import (
    COMPLAINT_FLOW,
    NOT_CLOSED,
    AlertCause,
    ComplaintState,
    EscalationLevel,
)
from audits.logic.alerts import FIRST_LEVEL, TOP_LEVEL, USUAL_DAYS, USUAL_HELD
from audits.logic.periods import Grain, Period
from audits.measure_enums import GrainChoice
from audits.models.place import MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with
from engagements.models import Indicator

_STATE = ComplaintState
_STEPS = {
    _STATE.OPEN: Q(planned_at=None, started_at=None, returned_at=None),
    _STATE.PLANNED: Q(planned_at__isnull=False, started_at=None, returned_at=None),
    _STATE.IN_PROGRESS: Q(planned_at__isnull=False, started_at__isnull=False, returned_at=None),
    _STATE.RETURNED: Q(returned_at__isnull=False),
    _STATE.CLOSED: Q(returned_at__isnull=False),
}


def _state_dated() -> Q:
    """Each state has the dates of the steps that led to it, and of no later one."""
    allowed = Q()
    for state, dated in _STEPS.items():
        allowed |= Q(state=state) & dated
    return allowed


class InternalComplaintQuerySet(models.QuerySet["InternalComplaint"]):
    """Reads of internal complaints."""

    def visible_to(self, user: User) -> Self:
        """Those of the places whose alerts the user reads, and those that are their task."""
        mine = self.model.objects.filter(actions__owner=user).values("pk")
        members = organisations_with(user, *READERS)
        task = Q(organisation__in=members) & (Q(owner=user) | Q(pk__in=mine))
        return self.filter(Q(place__in=MeasuringPlace.objects.overseen_by(user)) | task)

    def not_closed(self) -> Self:
        """Somebody has them in hand."""
        return self.filter(state__in=NOT_CLOSED)

    def late(self, today: date) -> Self:
        """The plan, or one of its actions, is due since a day that has passed."""
        return self.filter(self.model.late_on(today))


class InternalComplaint(models.Model):
    """An indicator under its target at a place: who has it, what is done, how high it went.

    ``number`` follows within the year: RI-2026-014. ``grain`` and ``since_on`` are the first
    period of what opened it. ``return_periods``, ``level_days`` are those of the rule at that time.
    ``returned_by`` keeps the closed periods that show the return, as they were measured;
    ``settled_on`` is the first day of the last period that was judged when it was closed.
    ``opened_by`` is None when figures opened it, ``owner`` when nobody could be found.
    ``plan_due`` is counted in working days of the place.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="internal_complaints",
        verbose_name=_("organisation"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        related_name="internal_complaints",
        verbose_name=_("indicator"),
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="internal_complaints",
        verbose_name=_("place of measure"),
    )
    former = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("former complaint"),
    )
    cause = models.CharField(_("cause of the opening"), choices=AlertCause, max_length=6)
    grain = models.CharField(_("period"), choices=GrainChoice, max_length=7)
    since_on = models.DateField(_("since"))
    facts = models.TextField(_("what was seen"), blank=True)
    state = models.CharField(_("state"), choices=_STATE, default=_STATE.OPEN, max_length=11)
    level = models.PositiveSmallIntegerField(_("level"), default=FIRST_LEVEL)
    owner = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="internal_complaints",
        verbose_name=_("owner"),
    )
    plan_due = models.DateField(_("plan due on"))
    level_days = models.PositiveSmallIntegerField(_("days between levels"), default=USUAL_DAYS)
    return_periods = models.PositiveSmallIntegerField(
        _("met periods of a return"), default=USUAL_HELD
    )
    plan_cause = models.TextField(_("cause found"), blank=True)
    plan = models.TextField(_("action plan"), blank=True)
    opened_at = models.DateTimeField(_("opened on"))
    opened_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    planned_at = models.DateTimeField(_("plan written on"), null=True, blank=True)
    planned_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("plan written by"),
    )
    started_at = models.DateTimeField(_("begun on"), null=True, blank=True)
    returned_at = models.DateTimeField(_("return seen on"), null=True, blank=True)
    returned_by = models.JSONField(_("periods of the return"), default=list)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )
    closing_comment = models.TextField(_("what was verified"), blank=True)
    settled_on = models.DateField(_("judged until"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = InternalComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal complaint")
        verbose_name_plural = _("internal complaints")
        constraints = (
            models.UniqueConstraint(
                name="complaint_number_unique", fields=["organisation", "year", "number"]
            ),
            models.UniqueConstraint(
                name="complaint_one_not_closed",
                fields=["indicator", "place"],
                condition=Q(state__in=NOT_CLOSED),
            ),
            models.CheckConstraint(
                name="complaint_cause_known", condition=Q(cause__in=AlertCause.values)
            ),
            models.CheckConstraint(
                name="complaint_grain_known", condition=Q(grain__in=GrainChoice.values)
            ),
            models.CheckConstraint(
                name="complaint_state_known", condition=Q(state__in=_STATE.values)
            ),
            models.CheckConstraint(
                name="complaint_level_known", condition=Q(level__range=(FIRST_LEVEL, TOP_LEVEL))
            ),
            models.CheckConstraint(name="complaint_state_dated", condition=_state_dated()),
            models.CheckConstraint(
                name="complaint_planned_iff_said",
                condition=Q(planned_at=None, planned_by=None, plan="", started_at=None)
                | (Q(planned_at__isnull=False, planned_by__isnull=False) & ~Q(plan="")),
            ),
            models.CheckConstraint(
                name="complaint_closed_iff_dated",
                condition=(
                    Q(state=_STATE.CLOSED)
                    & Q(closed_at__isnull=False, closed_by__isnull=False)
                    & Q(settled_on__isnull=False)
                    & ~Q(closing_comment="")
                    & ~Q(closed_by=models.F("owner"))
                )
                | (
                    ~Q(state=_STATE.CLOSED)
                    & Q(closed_at=None, closed_by=None, settled_on=None, closing_comment="")
                ),
            ),
            models.CheckConstraint(
                name="complaint_return_is_measured",
                condition=(Q(returned_at=None) & Q(returned_by=[]))
                | (Q(returned_at__isnull=False) & ~Q(returned_by=[])),
            ),
            models.CheckConstraint(
                name="complaint_by_hand_iff_somebody",
                condition=(Q(cause=AlertCause.HAND, opened_by__isnull=False) & ~Q(facts=""))
                | (~Q(cause=AlertCause.HAND) & Q(opened_by=None)),
            ),
        )
        indexes = (
            models.Index(name="complaint_of_place", fields=["organisation", "place", "state"]),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:complaint", args=[self.key])

    @classmethod
    def late_on(cls, today: date) -> Q:
        """See `InternalComplaintQuerySet.late`. Nothing is late any more once figures are back."""
        undone = cls.objects.filter(actions__done_on=None, actions__due_date__lt=today)
        under_way = Q(state__in=[_STATE.PLANNED, _STATE.IN_PROGRESS], pk__in=undone.values("pk"))
        return Q(state=_STATE.OPEN, plan_due__lt=today) | under_way

    @property
    def reference(self) -> str:
        """Number as printed: RI-2026-014."""
        return f"RI-{self.year}-{self.number:03d}"

    @property
    def is_open(self) -> bool:
        """Not closed."""
        return self.state != _STATE.CLOSED

    @property
    def since(self) -> Period:
        """The first period of what opened it."""
        return Period(Grain(self.grain), self.since_on)

    @property
    def level_label(self) -> str:
        """The level in words."""
        return str(EscalationLevel(str(self.level)).label)

    def write_plan(self, *, cause: str, plan: str, by: User, at: datetime) -> None:
        """OPEN -> PLANNED. In RETURNED the return stays: the plan says what was done."""
        target = _STATE.RETURNED if self.state == _STATE.RETURNED else _STATE.PLANNED
        self._move(target, plan_cause=cause, plan=plan, planned_at=at, planned_by=by)

    def start(self, *, at: datetime) -> None:
        """PLANNED -> IN_PROGRESS; in RETURNED the return stays."""
        target = _STATE.RETURNED if self.state == _STATE.RETURNED else _STATE.IN_PROGRESS
        self._move(target, started_at=at)

    def come_back(self, *, periods: list[dict[str, Any]], at: datetime) -> None:
        """Any state but CLOSED -> RETURNED, with the periods that show it."""
        self._move(_STATE.RETURNED, returned_at=at, returned_by=periods)

    def miss_again(self) -> None:
        """RETURNED -> where its plan stands."""
        target = _STATE.OPEN
        if self.planned_at is not None:
            target = _STATE.PLANNED if self.started_at is None else _STATE.IN_PROGRESS
        self._move(target, returned_at=None, returned_by=[])

    def close(self, *, by: User, at: datetime, comment: str, settled_on: date) -> None:
        """RETURNED -> CLOSED, for good."""
        self._move(
            _STATE.CLOSED,
            closed_at=at,
            closed_by=by,
            closing_comment=comment,
            settled_on=settled_on,
        )

    def _move(self, target: ComplaintState, **values: Any) -> None:
        """Change the state and what is tied to it. Raises TransitionNotAllowedError."""
        COMPLAINT_FLOW.check(source=self.state, target=target)
        for name, value in values.items():
            setattr(self, name, value)
        self.state = target
        self.version += 1
        self.save(update_fields=["state", "version", *values])
