"""Contacts heard and graded: the session, its marks, and how many are planned."""

import uuid
from datetime import date, datetime
from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Channel
from audits.listening_enums import HEARD, ListeningKind, MarkValue, RoundState
from audits.logic.listening import Outcome, expires_on
from audits.models.calibration import CalibrationRound
from audits.models.listening_grid import (
    ListeningCriterion,
    ListeningGrid,
    files_opened_to,
    sites_managed_by,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import READERS, organisations_with

ERASED = {"agent": "", "contact_reference": "", "contact_reason": "", "comment": ""}
_UNROUNDED = Q(round=None, is_reference=False)
_HIDDEN = Q(kind=ListeningKind.CALIBRATION, round__state=RoundState.OPEN)


class ListeningSessionQuerySet(models.QuerySet["ListeningSession"]):
    """Reads of what was graded."""

    def visible_to(self, user: User) -> Self:
        """What the user reads as a whole, and what they graded themselves.

        Of a calibration round that is still being graded, nobody sees what another gave.
        """
        own = Q(evaluator=user, organisation__in=organisations_with(user, *READERS))
        return self.filter((self._read_by(user) & ~_HIDDEN) | own)

    def read_by(self, user: User) -> Self:
        """What figures are made of for the user: never only what they graded themselves."""
        return self.filter(self._read_by(user) & ~_HIDDEN)

    def measuring(self) -> Self:
        """Drawn at random: the only ones that measure."""
        return self.filter(kind=ListeningKind.RANDOM)

    def heard(self) -> Self:
        """Random and targeted: somebody of the centre was heard."""
        return self.filter(kind__in=HEARD)

    def to_erase(self, today: date) -> Self:
        """Those whose year is over."""
        return self.filter(erased_at=None, expires_on__lte=today)

    @staticmethod
    def _read_by(user: User) -> Q:
        """Managers and directors the whole, a site manager the site, auditors the linked file.

        An auditor sees the sites of the file only.
        """
        whole = Q(organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR))
        audited = Q(
            grid__certification__in=files_opened_to(user),
            site__certifications=F("grid__certification"),
        )
        return whole | Q(site__in=sites_managed_by(user)) | Q(pk__in=_ids(audited))


def _ids(condition: Q) -> "models.QuerySet[ListeningSession, int]":
    return ListeningSession.objects.filter(condition).values_list("pk", flat=True)


class ListeningSession(models.Model):
    """One contact graded by one person on one version of a grid. No recording is kept.

    ``agent`` is up to three initials or a number that stands for the person, "" for nobody;
    nothing is ever counted by it. ``earned`` of ``applicable`` is the exact score, see
    `audits.logic.listening.Outcome`. From ``expires_on``, or before on request, the texts are
    erased, in the marks too, and the figures stay. ``round`` is that of a calibration, of which
    ``is_reference`` marks what was agreed on.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="listening_sessions",
        verbose_name=_("organisation"),
    )
    number = models.PositiveIntegerField(_("number"))
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="listening_sessions", verbose_name=_("site")
    )
    channel = models.CharField(_("channel"), choices=Channel, max_length=10)
    heard_on = models.DateField(_("heard on"))
    grid = models.ForeignKey(
        ListeningGrid, models.PROTECT, related_name="sessions", verbose_name=_("listening grid")
    )
    kind = models.CharField(_("kind"), choices=ListeningKind, max_length=12)
    round = models.ForeignKey(
        CalibrationRound,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("calibration round"),
    )
    is_reference = models.BooleanField(_("agreed marks"), default=False)
    evaluator = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("evaluator")
    )
    agent = models.CharField(_("initials or number"), max_length=4, blank=True)
    contact_reference = models.CharField(_("reference of the contact"), max_length=80, blank=True)
    contact_reason = models.CharField(_("reason of the contact"), max_length=120, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    debriefed_on = models.DateField(_("debriefed on"), null=True, blank=True)
    earned = models.PositiveIntegerField(_("weights earned"))
    applicable = models.PositiveIntegerField(_("weights that applied"))
    critical_errors = models.PositiveSmallIntegerField(_("critical errors"))
    recorded_at = models.DateTimeField(_("recorded on"))
    expires_on = models.DateField(_("texts erased on"))
    erased_at = models.DateTimeField(_("erased on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ListeningSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("listening session")
        verbose_name_plural = _("listening sessions")
        indexes = (
            models.Index(name="session_by_day", fields=["organisation", "kind", "heard_on"]),
        )
        constraints = (
            models.UniqueConstraint(
                name="session_number_unique", fields=["organisation", "number"]
            ),
            models.UniqueConstraint(
                name="session_one_of_evaluator",
                fields=["round", "evaluator"],
                condition=Q(round__isnull=False, is_reference=False),
            ),
            models.UniqueConstraint(
                name="session_one_reference", fields=["round"], condition=Q(is_reference=True)
            ),
            models.CheckConstraint(
                name="session_kind_known", condition=Q(kind__in=ListeningKind.values)
            ),
            models.CheckConstraint(
                name="session_channel_known", condition=Q(channel__in=Channel.values)
            ),
            models.CheckConstraint(
                name="session_round_iff_calibration",
                condition=Q(kind=ListeningKind.CALIBRATION, round__isnull=False)
                | (~Q(kind=ListeningKind.CALIBRATION) & _UNROUNDED),
            ),
            models.CheckConstraint(
                name="session_earned_within", condition=Q(earned__lte=F("applicable"))
            ),
            models.CheckConstraint(
                name="session_expires_after", condition=Q(expires_on__gt=F("heard_on"))
            ),
            models.CheckConstraint(
                name="session_debriefed_after",
                condition=Q(debriefed_on=None) | Q(debriefed_on__gte=F("heard_on")),
            ),
            models.CheckConstraint(
                name="session_agent_when_heard",
                condition=Q(agent="") | Q(kind__in=[str(kind) for kind in HEARD]),
            ),
            models.CheckConstraint(
                name="session_erased_is_empty", condition=Q(erased_at=None) | Q(**ERASED)
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Number as printed: EC-0012."""
        return f"EC-{self.number:04d}"

    @property
    def outcome(self) -> Outcome:
        """Score and critical errors."""
        return Outcome(self.earned, self.applicable, self.critical_errors)

    @property
    def score(self) -> Fraction | None:
        """Out of 100, exact; None when nothing applied."""
        return self.outcome.score

    @property
    def is_heard(self) -> bool:
        """Whether somebody of the centre was heard, who is told about it."""
        return self.kind in HEARD

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:listening-session", args=[self.key])

    @staticmethod
    def last_day(heard_on: date) -> date:
        """First day without its texts."""
        return expires_on(heard_on)

    def debrief(self, *, on: date) -> None:
        """Keep on which day the person was told."""
        self.debriefed_on = on
        self.version += 1
        self.save(update_fields=["debriefed_on", "version"])

    def erase(self, *, at: datetime) -> None:
        """Empty the texts, for ever; those of the marks are emptied before."""
        for name, value in ERASED.items():
            setattr(self, name, value)
        self.erased_at = at
        self.version += 1
        self.save(update_fields=[*ERASED, "erased_at", "version"])


class ListeningMark(models.Model):
    """The mark of one criterion, with what was heard."""

    session = models.ForeignKey(
        ListeningSession,
        models.CASCADE,
        related_name="marks",
        verbose_name=_("listening session"),
    )
    criterion = models.ForeignKey(
        ListeningCriterion,
        models.PROTECT,
        related_name="marks",
        verbose_name=_("listening criterion"),
    )
    mark = models.CharField(_("mark"), choices=MarkValue, max_length=14)
    comment = models.CharField(_("comment"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("listening mark")
        verbose_name_plural = _("listening marks")
        constraints = (
            models.UniqueConstraint(name="mark_unique", fields=["session", "criterion"]),
            models.CheckConstraint(name="mark_known", condition=Q(mark__in=MarkValue.values)),
        )

    def __str__(self) -> str:
        return self.mark


class ListeningPlan(models.Model):
    """How many contacts a site is to hear in a month; ``month`` is its first day."""

    site = models.ForeignKey(
        Site, models.PROTECT, related_name="listening_plans", verbose_name=_("site")
    )
    month = models.DateField(_("month"))
    planned = models.PositiveSmallIntegerField(_("contacts planned"))

    class Meta:
        verbose_name = _("listening plan")
        verbose_name_plural = _("listening plans")
        constraints = (
            models.UniqueConstraint(name="listening_plan_unique", fields=["site", "month"]),
            models.CheckConstraint(name="listening_plan_first_day", condition=Q(month__day=1)),
        )

    def __str__(self) -> str:
        return f"{self.site} {self.month:%Y-%m}"
