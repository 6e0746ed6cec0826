"""What a provider shares of a certification file, and the subcontractors that a file lists."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audits.models.certification import Certification
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import organisations_with

# Who reads, for their organisation, what its providers share with it.
CLIENT_READERS = (Role.QUALITY_MANAGER, Role.DIRECTOR, Role.CLIENT)


class FileShareQuerySet(models.QuerySet["FileShare"]):
    """Reads of shares."""

    def visible_to(self, user: User) -> Self:
        """Shares through which the user reads today: see `CLIENT_READERS`."""
        return self.in_force().filter(client__in=organisations_with(user, *CLIENT_READERS))

    def in_force(self) -> Self:
        """Not taken back, and not past their last day: compared when read, stored nowhere."""
        lasting = Q(last_day=None) | Q(last_day__gte=localdate())
        return self.filter(lasting, revoked_at=None)


class FileShare(models.Model):
    """A certification file that its organisation, the provider, opens to a client organisation.

    ``last_day`` None for no end. Nothing of a row changes but that it is taken back, once: what
    was opened to whom, and when, stays readable. Another level is another row.
    """

    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="shares",
        verbose_name=_("certification file"),
    )
    client = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="received_shares",
        verbose_name=_("client organisation"),
    )
    level = models.CharField(_("what is shared"), choices=ShareLevel, max_length=8)
    last_day = models.DateField(_("last day of the share"), null=True, blank=True)
    granted_at = models.DateTimeField(_("shared on"))
    granted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("shared by")
    )
    revoked_at = models.DateTimeField(_("taken back on"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    revoked_reason = models.TextField(_("reason for taking back"), blank=True)

    objects = FileShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("file share")
        verbose_name_plural = _("file shares")
        constraints = (
            models.UniqueConstraint(
                name="share_one_standing",
                fields=["certification", "client"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="share_level_known", condition=Q(level__in=ShareLevel.values)
            ),
            models.CheckConstraint(
                name="share_revoked_iff_reason",
                condition=Q(revoked_at=None, revoked_by=None, revoked_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_reason="")),
            ),
            models.CheckConstraint(
                name="share_revoked_after_grant",
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("granted_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.certification_id} - {self.client_id} {self.get_level_display()}"

    def is_in_force(self, today: date) -> bool:
        """Whether the client organisation reads through it on the day."""
        return self.revoked_at is None and (self.last_day is None or self.last_day >= today)

    def revoke(self, *, by: User, at: datetime, reason: str) -> None:
        """Take it back for ever: the next request of the other side finds nothing."""
        self.revoked_at, self.revoked_by, self.revoked_reason = at, by, reason
        self.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])


class Subcontractor(models.Model):
    """Who handles contacts for the organisation of the file, at which level below it.

    ``parent`` is who it works for, None when it works for the organisation itself.
    ``shared_file`` is its own file, once it has shared one with the organisation.
    ``contact_role`` is a function, never a person. ``channels`` holds codes of
    `audits.enums.Channel`.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="subcontracting",
        verbose_name=_("certification file"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("works for"),
    )
    name = models.CharField(_("name"), max_length=200)
    activity = models.CharField(_("activity"), max_length=300)
    contact_role = models.CharField(_("function to contact"), max_length=120, blank=True)
    channels = models.JSONField(_("channels"), default=list)
    sites = models.ManyToManyField(
        Site, blank=True, related_name="+", verbose_name=_("sites served")
    )
    shared_file = models.ForeignKey(
        Certification,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("its own file"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("written on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    class Meta:
        verbose_name = _("subcontractor")
        verbose_name_plural = _("subcontractors")
        constraints = (
            models.UniqueConstraint(
                name="subcontractor_name_unique", fields=["certification", "name"]
            ),
            models.CheckConstraint(
                name="subcontractor_not_under_itself",
                condition=Q(parent=None) | ~Q(parent=F("id")),
            ),
            models.CheckConstraint(
                name="subcontractor_file_of_another",
                condition=Q(shared_file=None) | ~Q(shared_file=F("certification")),
            ),
        )

    def __str__(self) -> str:
        return self.name
