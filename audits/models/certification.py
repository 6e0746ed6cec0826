"""The certification file: one organisation, one edition, one scope."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import CERTIFICATION_FLOW, CertificationState
from audits.models.access import concluded_for, opened_by_team
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import READERS, organisations_with
from engagements.models import Edition


class CertificationQuerySet(models.QuerySet["Certification"]):
    """Reads of certification files."""

    def visible_to(self, user: User) -> Self:
        """Files of the user's organisations, and of the audits whose team opens them.

        For whoever decides in a certification body, its files of which an audit is concluded.
        """
        seen = Q(organisation__in=organisations_with(user, *READERS))
        seen |= opened_by_team(user, team="audits__team__")
        if bodies := organisations_with(user, Role.DECISION_MAKER):
            seen |= concluded_for(bodies, file="", audit="audits__")
        return self.filter(seen).distinct()

    def with_plan_for(self, user: User) -> Self:
        """Files whose internal control plan the user may know of: members, and audit teams."""
        own = Q(organisation__in=organisations_with(user, *READERS))
        return self.filter(own | opened_by_team(user, team="audits__team__")).distinct()

    def managed_by(self, user: User) -> Self:
        """Files whose quality manager the user is."""
        return self.filter(organisation__in=organisations_with(user, Role.QUALITY_MANAGER))


class Certification(models.Model):
    """What an organisation wants certified: scope, sites, channels, target date.

    ``channels`` holds codes of `audits.enums.Channel`. ``body`` is who decides on the certificate,
    None while it is not named. Nothing of a closed file changes, in the database too, until it is
    reopened; the body still decides.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("reference"), max_length=30)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="certifications",
        verbose_name=_("organisation"),
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="certifications", verbose_name=_("edition")
    )
    body = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certified_files",
        verbose_name=_("certification body"),
    )
    title = models.CharField(_("title"), max_length=200)
    scope = models.TextField(_("scope"))
    subcontractors = models.TextField(_("subcontractors"), blank=True)
    channels = models.JSONField(_("channels"), default=list)
    sites = models.ManyToManyField(Site, related_name="certifications", verbose_name=_("sites"))
    target_date = models.DateField(_("date of the certification audit"), null=True, blank=True)
    state = models.CharField(
        _("state"),
        choices=CertificationState,
        default=CertificationState.OPEN,
        max_length=8,
    )
    opened_at = models.DateTimeField(_("opened on"))
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("opened by")
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
    closed_reason = models.TextField(_("reason for closing"), blank=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification file")
        verbose_name_plural = _("certification files")
        constraints = (
            models.UniqueConstraint(
                name="certification_reference_unique", fields=["organisation", "reference"]
            ),
            models.CheckConstraint(
                name="certification_state_known",
                condition=Q(state__in=CertificationState.values),
            ),
            models.CheckConstraint(
                name="certification_closed_iff_dated",
                condition=(
                    Q(
                        state=CertificationState.CLOSED,
                        closed_at__isnull=False,
                        closed_by__isnull=False,
                    )
                    & ~Q(closed_reason="")
                )
                | Q(
                    state=CertificationState.OPEN,
                    closed_at=None,
                    closed_by=None,
                    closed_reason="",
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        """Page of the file."""
        return reverse("audits:certification", args=[self.key])

    def close(self, *, by: User, at: datetime, reason: str) -> None:
        """OPEN -> CLOSED. Raises TransitionNotAllowedError."""
        CERTIFICATION_FLOW.check(source=self.state, target=CertificationState.CLOSED)
        self.state, self.closed_at, self.closed_by = CertificationState.CLOSED, at, by
        self.closed_reason = reason
        self.save(update_fields=["state", "closed_at", "closed_by", "closed_reason"])

    def reopen(self) -> None:
        """CLOSED -> OPEN; why is in the journal. Raises TransitionNotAllowedError."""
        CERTIFICATION_FLOW.check(source=self.state, target=CertificationState.OPEN)
        self.state, self.closed_at, self.closed_by = CertificationState.OPEN, None, None
        self.closed_reason = ""
        self.save(update_fields=["state", "closed_at", "closed_by", "closed_reason"])
