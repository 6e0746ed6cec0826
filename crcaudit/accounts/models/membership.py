"""Who does what in which organisation."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.enums import Role
from crcaudit.accounts.models.organisation import Organisation
from crcaudit.accounts.models.site import Site
from crcaudit.accounts.models.user import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def active(self) -> Self:
        """Those in force."""
        return self.filter(is_active=True)


class Membership(models.Model):
    """A role of a person in an organisation; a site manager's names the site."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), choices=Role, max_length=20)
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("site"),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                name="membership_unique", fields=["user", "organisation", "role"]
            ),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="membership_site_iff_site_manager",
                condition=Q(role=Role.SITE_MANAGER, site__isnull=False)
                | (~Q(role=Role.SITE_MANAGER) & Q(site__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} - {self.get_role_display()}"

    def end(self) -> None:
        """Take the role back."""
        self.is_active = False
        self.save(update_fields=["is_active"])

    def renew(self, *, site: Site | None) -> None:
        """Give the role, for this site where it has one."""
        self.is_active, self.site = True, site
        self.save(update_fields=["is_active", "site"])
