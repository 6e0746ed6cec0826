"""The review of a provider: its scorecard as it was, what was concluded, what was asked."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.logic.periods import Grain, Period
from audits.measure_enums import GrainChoice
from audits.scorecard_enums import (
    ASKED_FLOW,
    PROVIDER_REVIEW_FLOW,
    AskedState,
    ProviderReviewState,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with

# Reviews also hold what the organisation measured itself, which a client reader does not read.
REVIEW_READERS = (Role.QUALITY_MANAGER, Role.DIRECTOR)


class ProviderReviewQuerySet(models.QuerySet["ProviderReview"]):
    """Reads of reviews."""

    def visible_to(self, user: User) -> Self:
        """Of the organisations in which the user is quality manager or direction."""
        return self.filter(organisation__in=organisations_with(user, *REVIEW_READERS))


class ProviderReview(models.Model):
    """One review of a provider over a period.

    ``provider`` is the key by which the scorecard knew it, ``provider_name`` its name that day:
    a review outlives the list of subcontractors. ``snapshot`` is the scorecard as it was when the
    review was prepared, as `audits.snapshots.codec` writes it; ``digest`` is its SHA-256. Both
    never change, and nothing does once it is closed. ``held_on`` is the day of the meeting.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="provider_reviews",
        verbose_name=_("organisation"),
    )
    provider = models.UUIDField(_("provider"), editable=False)
    provider_name = models.CharField(_("name of the provider"), max_length=200)
    grain = models.CharField(_("period"), choices=GrainChoice, max_length=7)
    starts_on = models.DateField(_("from"))
    snapshot = models.TextField(_("scorecard"), editable=False)
    digest = models.CharField(_("digest"), max_length=64, editable=False)
    state = models.CharField(
        _("state"),
        choices=ProviderReviewState,
        default=ProviderReviewState.PREPARED,
        max_length=8,
    )
    held_on = models.DateField(_("day of the meeting"), null=True, blank=True)
    strengths = models.TextField(_("strong points"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    prepared_at = models.DateTimeField(_("prepared on"))
    prepared_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("prepared by")
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

    objects = ProviderReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider review")
        verbose_name_plural = _("provider reviews")
        constraints = (
            models.UniqueConstraint(
                name="provider_review_one_a_period",
                fields=["organisation", "provider", "grain", "starts_on"],
            ),
            models.CheckConstraint(
                name="provider_review_grain_known", condition=Q(grain__in=GrainChoice.values)
            ),
            models.CheckConstraint(
                name="provider_review_closed_iff_said",
                condition=Q(state=ProviderReviewState.PREPARED, closed_at=None, closed_by=None)
                | (
                    Q(
                        state=ProviderReviewState.CLOSED,
                        closed_at__isnull=False,
                        closed_by__isnull=False,
                        held_on__isnull=False,
                    )
                    & ~Q(conclusion="")
                ),
            ),
        )
        indexes = (
            models.Index(name="provider_review_series", fields=["organisation", "provider"]),
        )

    def __str__(self) -> str:
        return f"{self.provider_name} {self.starts_on}"

    @property
    def period(self) -> Period:
        """The period that it is about."""
        return Period(Grain(self.grain), self.starts_on)

    @property
    def is_closed(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.state == ProviderReviewState.CLOSED

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:provider-review", args=[self.key])

    def close(self, *, by: User, at: datetime) -> None:
        """PREPARED -> CLOSED, for ever. Raises TransitionNotAllowedError."""
        PROVIDER_REVIEW_FLOW.check(source=self.state, target=ProviderReviewState.CLOSED)
        self.state, self.closed_at, self.closed_by = ProviderReviewState.CLOSED, at, by
        self.version += 1
        self.save(update_fields=["state", "closed_at", "closed_by", "version"])


class AskedItem(models.Model):
    """Something asked of a provider at a review, by a day. ``number`` counts from 1 in a review.

    Followed at the next ones: ``settled_on`` and ``outcome`` say when and how it ended.
    """

    review = models.ForeignKey(
        ProviderReview,
        models.CASCADE,
        related_name="asked",
        verbose_name=_("provider review"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    what = models.CharField(_("what is asked"), max_length=300)
    due_date = models.DateField(_("due date"))
    state = models.CharField(_("state"), choices=AskedState, default=AskedState.OPEN, max_length=8)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    outcome = models.TextField(_("what came of it"), blank=True)

    class Meta:
        verbose_name = _("request of a provider review")
        verbose_name_plural = _("requests of provider reviews")
        constraints = (
            models.UniqueConstraint(name="asked_number_unique", fields=["review", "number"]),
            models.CheckConstraint(name="asked_says_what", condition=~Q(what="")),
            models.CheckConstraint(
                name="asked_settled_iff_said",
                condition=Q(state=AskedState.OPEN, settled_on=None, settled_by=None, outcome="")
                | (
                    Q(
                        state__in=[AskedState.DONE, AskedState.DROPPED],
                        settled_on__isnull=False,
                        settled_by__isnull=False,
                    )
                    & ~Q(outcome="")
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.what}"

    def is_late(self, today: date) -> bool:
        """Whether its day has passed while it is still expected."""
        return self.state == AskedState.OPEN and self.due_date < today

    def settle(self, *, state: AskedState, outcome: str, by: User, on: date) -> None:
        """OPEN -> DONE or DROPPED, once. Raises TransitionNotAllowedError."""
        ASKED_FLOW.check(source=self.state, target=state)
        self.state, self.outcome, self.settled_by, self.settled_on = state, outcome, by, on
        self.save(update_fields=["state", "outcome", "settled_by", "settled_on"])
