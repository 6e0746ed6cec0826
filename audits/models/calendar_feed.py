"""Calendars that people subscribe to from their own agenda."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.control_enums import FeedScope
from audits.models.certification import Certification
from crcaudit.accounts.models import User


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Reads of calendar feeds."""

    def visible_to(self, user: User) -> Self:
        """One's own, revoked or not: nobody else's exists."""
        return self.filter(user=user)

    def answering(self) -> Self:
        """Not revoked, of an account that is open."""
        return self.filter(revoked_at=None, user__is_active=True)


class CalendarFeed(models.Model):
    """An address that an agenda reads without signing in, with what its owner may see that day.

    Only the SHA-256 of the secret is kept: the address is shown once. ``certification`` None
    stands for every file of the owner; ``scope`` narrows it to their internal controls.
    ``last_used_at`` is exact to the hour.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="calendar_feeds", verbose_name=_("user")
    )
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certification file"),
    )
    scope = models.CharField(
        _("contents"), choices=FeedScope, default=FeedScope.EVERYTHING, max_length=10
    )
    secret_hash = models.CharField(_("hash of the secret"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created on"))
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used on"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = (
            models.CheckConstraint(
                name="calendar_feed_scope_known", condition=Q(scope__in=FeedScope.values)
            ),
            models.CheckConstraint(
                name="calendar_feed_revoked_after_creation",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=models.F("created_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"

    def revoke(self, *, at: datetime) -> None:
        """The address answers no more, for ever."""
        self.revoked_at = at
        self.save(update_fields=["revoked_at"])
