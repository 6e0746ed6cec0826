"""Calibration rounds: one contact, several evaluators, what was agreed on."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Channel
from audits.listening_enums import ROUND_FLOW, RoundState
from audits.models.listening_grid import ListeningGrid, files_opened_to, sites_managed_by
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import READERS, organisations_with


class CalibrationRoundQuerySet(models.QuerySet["CalibrationRound"]):
    """Reads of calibration rounds."""

    def visible_to(self, user: User) -> Self:
        """Managers and directors all of them, whoever grades their own.

        Once they are compared, a site manager those of the site, and auditors those of a grid of
        their file.
        """
        whole = Q(organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR))
        named = self.model.evaluators.through.objects.filter(user=user)
        own = Q(
            pk__in=named.values("calibrationround"),
            organisation__in=organisations_with(user, *READERS),
        )
        read = Q(site__in=sites_managed_by(user))
        read |= Q(grid__certification__in=files_opened_to(user))
        return self.filter(whole | own | (read & ~Q(state=RoundState.OPEN)))

    def waiting_for(self, user: User) -> Self:
        """Rounds that the user is still to grade, as a member of the organisation."""
        rows = self.filter(
            evaluators=user,
            state=RoundState.OPEN,
            organisation__in=organisations_with(user, *READERS),
        )
        return rows.exclude(sessions__evaluator=user)

    def to_erase(self, today: date) -> Self:
        """Those whose year is over."""
        return self.filter(erased_at=None, expires_on__lte=today)


class CalibrationRound(models.Model):
    """One contact that several people grade, each unseen by the others until all have.

    ``leader`` is who may end the grading before, and who writes what was agreed on.
    ``contact_reference`` says which contact, and is erased as that of a session is.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="calibration_rounds",
        verbose_name=_("organisation"),
    )
    number = models.PositiveIntegerField(_("number"))
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))
    channel = models.CharField(_("channel"), choices=Channel, max_length=10)
    heard_on = models.DateField(_("heard on"))
    contact_reference = models.CharField(_("reference of the contact"), max_length=80, blank=True)
    grid = models.ForeignKey(
        ListeningGrid,
        models.PROTECT,
        related_name="calibration_rounds",
        verbose_name=_("listening grid"),
    )
    evaluators = models.ManyToManyField(
        User, related_name="calibration_rounds", verbose_name=_("evaluators")
    )
    due_on = models.DateField(_("to be graded by"))
    state = models.CharField(_("state"), choices=RoundState, default=RoundState.OPEN, max_length=9)
    opened_at = models.DateTimeField(_("opened on"))
    leader = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("leader"))
    revealed_at = models.DateTimeField(_("compared on"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("concluded on"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    expires_on = models.DateField(_("texts erased on"))
    erased_at = models.DateTimeField(_("erased on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = CalibrationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration round")
        verbose_name_plural = _("calibration rounds")
        constraints = (
            models.UniqueConstraint(name="round_number_unique", fields=["organisation", "number"]),
            models.CheckConstraint(
                name="round_channel_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="round_state_iff_dated",
                condition=Q(
                    state=RoundState.OPEN, revealed_at=None, concluded_at=None, conclusion=""
                )
                | Q(
                    state=RoundState.REVEALED,
                    revealed_at__isnull=False,
                    concluded_at=None,
                    conclusion="",
                )
                | (
                    Q(
                        state=RoundState.CONCLUDED,
                        revealed_at__isnull=False,
                        concluded_at__isnull=False,
                    )
                    & ~Q(conclusion="")
                ),
            ),
            models.CheckConstraint(
                name="round_erased_is_empty",
                condition=Q(erased_at=None) | Q(contact_reference=""),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Number as printed: CAL-03."""
        return f"CAL-{self.number:02d}"

    @property
    def is_open(self) -> bool:
        """Whether it is still being graded."""
        return self.state == RoundState.OPEN

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:calibration", args=[self.key])

    def reveal(self, *, at: datetime) -> None:
        """OPEN -> REVEALED: everybody sees what each gave. Raises TransitionNotAllowedError."""
        ROUND_FLOW.check(source=self.state, target=RoundState.REVEALED)
        self.state, self.revealed_at = RoundState.REVEALED, at
        self._keep()

    def conclude(self, *, conclusion: str, at: datetime) -> None:
        """REVEALED -> CONCLUDED, for ever. Raises TransitionNotAllowedError."""
        ROUND_FLOW.check(source=self.state, target=RoundState.CONCLUDED)
        self.state, self.concluded_at = RoundState.CONCLUDED, at
        self.conclusion = conclusion
        self._keep()

    def erase(self, *, at: datetime) -> None:
        """Empty the reference of the contact, for ever."""
        self.contact_reference, self.erased_at = "", at
        self.version += 1
        self.save(update_fields=["contact_reference", "erased_at", "version"])

    def _keep(self) -> None:
        self.version += 1
        self.save(update_fields=["state", "revealed_at", "concluded_at", "conclusion", "version"])
