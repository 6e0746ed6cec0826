"""How many contacts there were, by place, channel and reason; and what they cost."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.contact_enums import ALL_CHANNELS, CostKind, VolumeGrain
from audits.enums import Channel
from audits.logic.periods import Grain, Period
from audits.models.contact_reason import ContactReason
from audits.models.measure_import import MeasureImport
from audits.models.place import MeasuringPlace
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with

# Who reads what the centre costs, unless a figure that everybody reads says it.
COST_READERS = (Role.QUALITY_MANAGER, Role.DIRECTOR)


class ContactVolumeQuerySet(models.QuerySet["ContactVolume"]):
    """Reads of volumes."""

    def visible_to(self, user: User) -> Self:
        """Those of the places that the user reads."""
        return self.filter(place__in=MeasuringPlace.objects.visible_to(user))


class ContactVolume(models.Model):
    """Contacts of one reason on one channel at a place over a period.

    ``reason`` is None for contacts that carry none: they are counted, and no reason is invented.
    No row at all says that nothing was counted, which is no zero. ``source`` is the file that it
    came from, None when it was typed; the journal keeps the version before.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="contact_volumes",
        verbose_name=_("place of measure"),
    )
    grain = models.CharField(_("period"), choices=VolumeGrain, max_length=7)
    starts_on = models.DateField(_("from"))
    channel = models.CharField(_("channel"), choices=Channel, max_length=10)
    reason = models.ForeignKey(
        ContactReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="volumes",
        verbose_name=_("contact reason"),
    )
    contacts = models.PositiveBigIntegerField(_("contacts"))
    source = models.ForeignKey(
        MeasureImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_volumes",
        verbose_name=_("source file"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = ContactVolumeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact volume")
        verbose_name_plural = _("contact volumes")
        constraints = (
            models.UniqueConstraint(
                name="contact_volume_once",
                fields=["place", "grain", "starts_on", "channel", "reason"],
                condition=Q(reason__isnull=False),
            ),
            models.UniqueConstraint(
                name="contact_volume_without_reason_once",
                fields=["place", "grain", "starts_on", "channel"],
                condition=Q(reason=None),
            ),
            models.CheckConstraint(
                name="contact_volume_grain_known", condition=Q(grain__in=VolumeGrain.values)
            ),
            models.CheckConstraint(
                name="contact_volume_channel_known", condition=Q(channel__in=Channel.values)
            ),
        )
        indexes = (
            models.Index(name="contact_volume_by_period", fields=["organisation", "starts_on"]),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.grain} {self.starts_on}: {self.contacts}"

    @property
    def period(self) -> Period:
        """The period that it covers."""
        return Period(Grain(self.grain), self.starts_on)


class ContactCostQuerySet(models.QuerySet["ContactCost"]):
    """Reads of costs."""

    def visible_to(self, user: User) -> Self:
        """The quality manager and the director alone: no auditor, no client, no site manager."""
        return self.filter(organisation__in=organisations_with(user, *COST_READERS))


class ContactCost(models.Model):
    """What one kind of cost came to at a place over a month, in euros.

    ``channel`` is "" for what is paid for all channels together: it is shared out to none.
    ``starts_on`` is the first day of the month.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="contact_costs",
        verbose_name=_("place of measure"),
    )
    starts_on = models.DateField(_("from"))
    channel = models.CharField(_("channel"), choices=Channel, max_length=10, blank=True)
    kind = models.CharField(_("kind"), choices=CostKind, max_length=8)
    amount = models.DecimalField(_("amount (€)"), max_digits=14, decimal_places=2)
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = ContactCostQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact cost")
        verbose_name_plural = _("contact costs")
        constraints = (
            models.UniqueConstraint(
                name="contact_cost_once", fields=["place", "starts_on", "channel", "kind"]
            ),
            models.CheckConstraint(
                name="contact_cost_kind_known", condition=Q(kind__in=CostKind.values)
            ),
            models.CheckConstraint(
                name="contact_cost_channel_known",
                condition=Q(channel__in=[ALL_CHANNELS, *Channel.values]),
            ),
            models.CheckConstraint(name="contact_cost_of_a_month", condition=Q(starts_on__day=1)),
            models.CheckConstraint(name="contact_cost_not_negative", condition=Q(amount__gte=0)),
        )
        indexes = (
            models.Index(name="contact_cost_by_month", fields=["organisation", "starts_on"]),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_on}: {self.amount}"
