"""Meetings of the operational committee (domain.md 4.3, chapter 3)."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.committee_enums import MEETING_FLOW, MeetingState, PackGrain
from audits.logic.periods import Grain, Period
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with


class CommitteeMeetingQuerySet(models.QuerySet["CommitteeMeeting"]):
    """Reads of meetings."""

    def visible_to(self, user: User) -> Self:
        """Those of the organisations that the user is a member of."""
        return self.filter(organisation__in=organisations_with(user, *READERS))

    def held(self) -> Self:
        """Those that were held."""
        return self.filter(state=MeetingState.HELD)


class CommitteeMeeting(models.Model):
    """The committee about one period: what it looked at, who was there, what is foreseen.

    ``starts_on`` is the first day of the period. ``roles`` are codes of `CommitteeRole`. Once it
    is held, ``frozen`` keeps the pack as it was that day (`audits.snapshots.committee`) with its
    ``frozen_sha256``: nothing of it changes any more, in the database too.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="committee_meetings",
        verbose_name=_("organisation"),
    )
    grain = models.CharField(_("period"), choices=PackGrain, max_length=5)
    starts_on = models.DateField(_("from"))
    state = models.CharField(
        _("state"), choices=MeetingState, default=MeetingState.PREPARED, max_length=8
    )
    roles = models.JSONField(_("roles present"), default=list, blank=True)
    people = models.ManyToManyField(
        User, blank=True, related_name="+", verbose_name=_("people present")
    )
    flows = models.TextField(_("contacts expected"), blank=True)
    resources = models.TextField(_("resources available"), blank=True)
    notes = models.TextField(_("what was said"), blank=True)
    prepared_at = models.DateTimeField(_("prepared on"))
    prepared_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    held_at = models.DateTimeField(_("frozen on"), null=True, blank=True)
    held_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("frozen by")
    )
    frozen = models.TextField(_("snapshot"), blank=True)
    frozen_sha256 = models.CharField(_("hash of the snapshot"), max_length=64, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = CommitteeMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee meeting")
        verbose_name_plural = _("committee meetings")
        constraints = (
            models.UniqueConstraint(
                name="committee_one_per_period", fields=["organisation", "grain", "starts_on"]
            ),
            models.CheckConstraint(
                name="committee_grain_known", condition=Q(grain__in=PackGrain.values)
            ),
            models.CheckConstraint(
                name="committee_state_known", condition=Q(state__in=MeetingState.values)
            ),
            models.CheckConstraint(
                name="committee_held_iff_frozen",
                condition=(
                    Q(
                        state=MeetingState.HELD,
                        held_on__isnull=False,
                        held_at__isnull=False,
                        held_by__isnull=False,
                    )
                    & ~Q(frozen="")
                    & ~Q(frozen_sha256="")
                )
                | Q(
                    state=MeetingState.PREPARED,
                    held_on=None,
                    held_at=None,
                    held_by=None,
                    frozen="",
                    frozen_sha256="",
                ),
            ),
            models.CheckConstraint(
                name="committee_held_after_its_period",
                condition=Q(held_on=None) | Q(held_on__gt=models.F("starts_on")),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def period(self) -> Period:
        """The period that it looks back on."""
        return Period(Grain(self.grain), self.starts_on)

    @property
    def reference(self) -> str:
        """As printed: CO-2026-S48, CO-2026-11."""
        return reference_of(self.period)

    @property
    def is_held(self) -> bool:
        """Whether it is over, and nothing of it changes."""
        return self.state == MeetingState.HELD

    def prepare(self, **values: object) -> None:
        """What is written before it is held."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=["version", *values])

    def hold(self, *, on: date, by: User, at: datetime, frozen: tuple[str, str]) -> None:
        """PREPARED -> HELD, with the text of the pack and its hash, for good."""
        MEETING_FLOW.check(source=self.state, target=MeetingState.HELD)
        self.state, self.held_on, self.held_by, self.held_at = MeetingState.HELD, on, by, at
        self.frozen, self.frozen_sha256 = frozen
        self.version += 1
        self.save(
            update_fields=[
                *("state", "held_on", "held_by", "held_at"),
                *("frozen", "frozen_sha256", "version"),
            ]
        )


def reference_of(period: Period) -> str:
    """Reference of the meeting about a week or a month: CO-2026-S48, CO-2026-11."""
    if period.grain is Grain.WEEK:
        year, week, _day = period.start.isocalendar()
        return f"CO-{year}-S{week:02d}"
    return f"CO-{period.start.year}-{period.start.month:02d}"
