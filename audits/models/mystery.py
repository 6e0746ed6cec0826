"""Mystery contacts: scenarios, campaigns, and each contact of a plan."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audits.enums import Channel
from audits.listening_enums import CONTACT_FLOW, ContactState
from audits.logic.mystery import BEST, V1
from audits.models.listening import ListeningSession
from audits.models.listening_grid import ListeningGrid, files_opened_to, sites_managed_by
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import READERS, organisations_with

LAST_HOUR = 24
_UNKNOWN = Q(recommendation=None, wait_seconds=None)


class MysteryScenarioQuerySet(models.QuerySet["MysteryScenario"]):
    """Reads of scenarios."""

    def visible_to(self, user: User) -> Self:
        """Of the organisations that the user manages or directs: nobody who is tested."""
        return self.filter(
            organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        )


class MysteryScenario(models.Model):
    """What a tester plays. Contacts keep the one that they were planned with."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="mystery_scenarios",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("title"), max_length=120)
    channel = models.CharField(_("channel"), choices=Channel, max_length=10)
    situation = models.TextField(_("situation"))
    says = models.TextField(_("what the tester says"))
    expected = models.TextField(_("expected points"))
    grid = models.ForeignKey(
        ListeningGrid,
        models.PROTECT,
        related_name="scenarios",
        verbose_name=_("listening grid"),
    )
    is_active = models.BooleanField(_("on offer"), default=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = MysteryScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("mystery scenario")
        verbose_name_plural = _("mystery scenarios")
        constraints = (
            models.CheckConstraint(
                name="scenario_channel_known", condition=Q(channel__in=Channel.values)
            ),
        )

    def __str__(self) -> str:
        return self.title


class MysteryCampaignQuerySet(models.QuerySet["MysteryCampaign"]):
    """Reads of campaigns."""

    def visible_to(self, user: User) -> Self:
        """Managers and directors, testers their own, auditors those on a grid of their file.

        A site manager, once it is over, those in which a contact was settled on their site: who
        is tested does not know when.
        """
        whole = Q(organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR))
        own = MysteryContact.objects.filter(tester=user).values("campaign")
        tested = Q(pk__in=own, organisation__in=organisations_with(user, *READERS))
        grids = MysteryContact.objects.filter(
            scenario__grid__certification__in=files_opened_to(user)
        )
        settled = MysteryContact.objects.exclude(state=ContactState.PLANNED)
        here = settled.filter(site__in=sites_managed_by(user)).values("campaign")
        over = Q(pk__in=here, ends_on__lt=localdate())
        return self.filter(whole | tested | over | Q(pk__in=grids.values("campaign")))


class MysteryCampaign(models.Model):
    """A period in which contacts are made, spread by a draw that anybody can redo.

    ``opens_at`` and ``closes_at`` are hours of the day; a contact begins in an hour from the
    first up to the one before the last. ``seed`` and ``algorithm`` are those of
    `audits.logic.mystery`.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="mystery_campaigns",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("title"), max_length=120)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    opens_at = models.PositiveSmallIntegerField(_("opens at"))
    closes_at = models.PositiveSmallIntegerField(_("closes at"))
    size = models.PositiveSmallIntegerField(_("number of contacts"))
    seed = models.CharField(_("seed"), max_length=64)
    algorithm = models.CharField(_("algorithm"), max_length=10, default=V1)
    planned_at = models.DateTimeField(_("planned on"))
    planned_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )

    objects = MysteryCampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("mystery campaign")
        verbose_name_plural = _("mystery campaigns")
        constraints = (
            models.CheckConstraint(
                name="campaign_days_in_order", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="campaign_hours_in_order",
                condition=Q(closes_at__gt=F("opens_at"), closes_at__lte=LAST_HOUR),
            ),
            models.CheckConstraint(name="campaign_has_contacts", condition=Q(size__gte=1)),
            models.CheckConstraint(name="campaign_has_seed", condition=~Q(seed="")),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:mystery-campaign", args=[self.key])


class MysteryContactQuerySet(models.QuerySet["MysteryContact"]):
    """Reads of contacts."""

    def visible_to(self, user: User) -> Self:
        """Managers and directors all, a site manager what is over, a tester their own.

        Nobody of a site sees what it is still to be tested on, unless they are the tester.
        """
        whole = Q(
            campaign__organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        )
        own = Q(tester=user, campaign__organisation__in=organisations_with(user, *READERS))
        over = ~Q(state=ContactState.PLANNED)
        site = Q(site__in=sites_managed_by(user)) & over
        audited = Q(scenario__grid__certification__in=files_opened_to(user)) & over
        return self.filter(whole | own | site | audited)

    def waiting_for(self, user: User) -> Self:
        """What the user is still to make, as a member of the organisation."""
        return self.filter(
            tester=user,
            state=ContactState.PLANNED,
            campaign__organisation__in=organisations_with(user, *READERS),
        )


class MysteryContact(models.Model):
    """One contact of the plan: on a day, within an hour, by a tester.

    ``recommendation`` is from 0 to 10 and ``wait_seconds`` until somebody answered; None for
    what was not made, or not given. The marks and the reference of the proof are those of
    ``session``, and are erased with it.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        MysteryCampaign, models.PROTECT, related_name="contacts", verbose_name=_("campaign")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    scenario = models.ForeignKey(
        MysteryScenario, models.PROTECT, related_name="contacts", verbose_name=_("scenario")
    )
    channel = models.CharField(_("channel"), choices=Channel, max_length=10)
    planned_on = models.DateField(_("planned on"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    tester = models.ForeignKey(
        User, models.PROTECT, related_name="mystery_contacts", verbose_name=_("tester")
    )
    state = models.CharField(
        _("state"), choices=ContactState, default=ContactState.PLANNED, max_length=8
    )
    settled_at = models.DateTimeField(
        pgettext_lazy("mystery contact", "settled on"), null=True, blank=True
    )
    session = models.OneToOneField(
        ListeningSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mystery_contact",
        verbose_name=_("listening session"),
    )
    recommendation = models.PositiveSmallIntegerField(_("recommendation"), null=True, blank=True)
    wait_seconds = models.PositiveIntegerField(_("wait (seconds)"), null=True, blank=True)
    missed_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = MysteryContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("mystery contact")
        verbose_name_plural = _("mystery contacts")
        constraints = (
            models.UniqueConstraint(name="contact_number_unique", fields=["campaign", "number"]),
            models.CheckConstraint(
                name="contact_channel_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="contact_recommendation_in_bounds",
                condition=Q(recommendation=None) | Q(recommendation__lte=BEST),
            ),
            models.CheckConstraint(name="contact_hour_of_day", condition=Q(hour__lt=LAST_HOUR)),
            models.CheckConstraint(
                name="contact_state_iff_settled",
                condition=(
                    Q(state=ContactState.PLANNED, settled_at=None, session=None, missed_reason="")
                    & _UNKNOWN
                )
                | Q(
                    state=ContactState.DONE,
                    settled_at__isnull=False,
                    session__isnull=False,
                    missed_reason="",
                )
                | (
                    Q(state=ContactState.MISSED, settled_at__isnull=False, session=None)
                    & _UNKNOWN
                    & ~Q(missed_reason="")
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign} {self.number}"

    def settle(
        self,
        *,
        session: ListeningSession,
        recommendation: int | None,
        wait: int | None,
        at: datetime,
    ) -> None:
        """PLANNED -> DONE; ``wait`` in seconds. Raises TransitionNotAllowedError."""
        CONTACT_FLOW.check(source=self.state, target=ContactState.DONE)
        self.state, self.settled_at, self.session = ContactState.DONE, at, session
        self.recommendation, self.wait_seconds = recommendation, wait
        self._keep()

    def miss(self, *, reason: str, at: datetime) -> None:
        """PLANNED -> MISSED, with why. Raises TransitionNotAllowedError."""
        CONTACT_FLOW.check(source=self.state, target=ContactState.MISSED)
        self.state, self.settled_at, self.missed_reason = ContactState.MISSED, at, reason
        self._keep()

    def _keep(self) -> None:
        self.save(
            update_fields=[
                *("state", "settled_at", "session", "recommendation"),
                *("wait_seconds", "missed_reason"),
            ]
        )
