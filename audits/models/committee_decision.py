"""Decisions of the operational committee: what, who, by when, and what became of them."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.committee_enums import COMMITTEE_DECISION_FLOW, CommitteeDecisionState
from audits.models.committee import CommitteeMeeting
from audits.models.control_line import ControlLine
from audits.models.corrective_action import CorrectiveAction
from audits.models.internal_complaint import InternalComplaint
from audits.models.place import MeasuringPlace
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, memberships_of, organisations_with
from engagements.models import Indicator

_STATE = CommitteeDecisionState
_ABOUT = ("complaint", "indicator", "control_line", "action")


def _about_one_thing() -> Q:
    """At most one of the objects that a decision may be about."""
    found = Q(**dict.fromkeys((f"{name}__isnull" for name in _ABOUT), True))
    for chosen in _ABOUT:
        others = {f"{name}__isnull": name != chosen for name in _ABOUT}
        found |= Q(**others)
    return found


class CommitteeDecisionQuerySet(models.QuerySet["CommitteeDecision"]):
    """Reads of decisions."""

    def visible_to(self, user: User) -> Self:
        """All of them for managers and directors; their site's for who manages one; one's own."""
        whole = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        member = organisations_with(user, *READERS)
        sites = [row.site_id for row in memberships_of(user) if row.role == Role.SITE_MANAGER]
        seen = Q(meeting__organisation__in=whole)
        seen |= Q(owner=user, meeting__organisation__in=member)
        seen |= Q(place__site__in=sites)
        return self.filter(seen)

    def to_do(self) -> Self:
        """Not done and not given up."""
        return self.filter(state=_STATE.OPEN)


class CommitteeDecision(models.Model):
    """One decision. ``first_due_date`` is the day said at first; ``due_date`` may be later.

    About a complaint, an indicator, a control line or an action: at most one of them. ``place``
    is None for the whole. ``note`` says why it was given up, or what was done.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(
        CommitteeMeeting,
        models.PROTECT,
        related_name="decisions",
        verbose_name=_("committee meeting"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("what"), max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, related_name="committee_decisions", verbose_name=_("owner")
    )
    due_date = models.DateField(_("due date"))
    first_due_date = models.DateField(_("due date said at first"))
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place of measure"),
    )
    complaint = models.ForeignKey(
        InternalComplaint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="committee_decisions",
        verbose_name=_("internal complaint"),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
    )
    control_line = models.ForeignKey(
        ControlLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("internal control line"),
    )
    action = models.ForeignKey(
        CorrectiveAction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrective action"),
    )
    state = models.CharField(_("state"), choices=_STATE, default=_STATE.OPEN, max_length=7)
    closed_on = models.DateField(_("settled on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    note = models.TextField(_("what became of it"), blank=True)
    created_at = models.DateTimeField(_("written on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = CommitteeDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of the committee")
        verbose_name_plural = _("decisions of the committee")
        constraints = (
            models.UniqueConstraint(
                name="committee_decision_number_unique", fields=["meeting", "number"]
            ),
            models.CheckConstraint(
                name="committee_decision_state_known", condition=Q(state__in=_STATE.values)
            ),
            models.CheckConstraint(name="committee_decision_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="committee_decision_settled_iff_dated",
                condition=Q(state=_STATE.OPEN, closed_on=None, closed_by=None, note="")
                | (~Q(state=_STATE.OPEN) & Q(closed_on__isnull=False, closed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="committee_decision_given_up_for_a_reason",
                condition=~Q(state=_STATE.DROPPED) | ~Q(note=""),
            ),
            models.CheckConstraint(
                name="committee_decision_about_one_thing", condition=_about_one_thing()
            ),
        )
        indexes = (
            models.Index(
                name="committee_decision_due",
                fields=["owner", "due_date"],
                condition=Q(state="OPEN"),
            ),
        )

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:committee-decision", args=[self.key])

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state == _STATE.OPEN

    def is_late(self, today: date) -> bool:
        """To do since a day that has passed."""
        return self.is_open and self.due_date < today

    def change(self, **values: object) -> None:
        """What was written otherwise, put off or given to somebody else."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=["version", *values])

    def settle(self, *, to: CommitteeDecisionState, by: User, on: date, note: str) -> None:
        """OPEN -> DONE or DROPPED. Raises TransitionNotAllowedError."""
        COMMITTEE_DECISION_FLOW.check(source=self.state, target=to)
        self.change(state=to, closed_by=by, closed_on=on, note=note)

    def take_up(self) -> None:
        """DONE or DROPPED -> OPEN. Raises TransitionNotAllowedError."""
        COMMITTEE_DECISION_FLOW.check(source=self.state, target=_STATE.OPEN)
        self.change(state=_STATE.OPEN, closed_by=None, closed_on=None, note="")
