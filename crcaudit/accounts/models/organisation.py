"""Organisations: centres, client organisations, auditing organisations, certification bodies."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.enums import OrganisationKind

if TYPE_CHECKING:
    from crcaudit.accounts.models.user import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads of organisations."""

    def visible_to(self, user: "User") -> Self:
        """Organisations the user is a member of; administrators know of all of them."""
        if user.is_superuser:
            return self
        return self.filter(memberships__user=user, memberships__is_active=True).distinct()


class Organisation(models.Model):
    """A legal entity that plays a part in a certification."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(
        _("kind"), choices=OrganisationKind, default=OrganisationKind.CENTRE, max_length=20
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            models.CheckConstraint(
                name="organisation_kind_known", condition=Q(kind__in=OrganisationKind.values)
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Page of its members and sites."""
        return reverse("accounts:organisation", args=[self.key])
