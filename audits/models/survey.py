"""Waves of surveys: who was asked, at which places, and the answers by mark. No respondent."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Channel
from audits.logic.periods import Grain, Period
from audits.logic.surveys import SCALES, Answers, Question
from audits.measure_enums import GrainChoice
from audits.models.measure_import import MeasureImport
from audits.models.place import MeasuringPlace
from audits.survey_enums import (
    WAVE_FLOW,
    WAVE_GRAINS,
    SurveyQuestion,
    WaveKind,
    WaveState,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with

_OPEN = Q(closed_at=None, closed_by=None)
_ASKS = {
    Question.SATISFACTION: "asks_satisfaction",
    Question.RECOMMENDATION: "asks_recommendation",
    Question.EFFORT: "asks_effort",
}


class SurveyWaveQuerySet(models.QuerySet["SurveyWave"]):
    """Reads of waves."""

    def visible_to(self, user: User) -> Self:
        """All of an organisation for those who bring its figures; else closed ones.

        Of closed ones, those with answers of a place whose figures the user reads.
        """
        bringing = organisations_with(user, Role.QUALITY_MANAGER, Role.CONTRIBUTOR)
        read = WaveReturn.objects.filter(place__in=MeasuringPlace.objects.visible_to(user))
        closed = Q(state=WaveState.CLOSED, pk__in=read.values("wave"))
        return self.filter(Q(organisation__in=bringing) | closed)

    def counted(self) -> Self:
        """Those that indicators are fed by."""
        return self.filter(state=WaveState.CLOSED)


class SurveyWave(models.Model):
    """One wave: the same questions asked at some places over one period.

    ``channel`` is "" when several or none are meant. ``is_exhaustive`` when every person of the
    population answered; else the answers are a sample. ``file`` is the last file of answers that
    its counts come from, None when they were typed.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="waves", verbose_name=_("organisation")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), choices=WaveKind, max_length=5)
    grain = models.CharField(_("period"), choices=GrainChoice, max_length=7)
    starts_on = models.DateField(_("from"))
    channel = models.CharField(_("channel"), choices=Channel, max_length=10, blank=True)
    asks_satisfaction = models.BooleanField(_("satisfaction asked"), default=False)
    asks_recommendation = models.BooleanField(_("recommendation asked"), default=False)
    asks_effort = models.BooleanField(_("effort asked"), default=False)
    is_exhaustive = models.BooleanField(_("whole population"), default=False)
    source = models.CharField(_("source"), max_length=200)
    file = models.ForeignKey(
        MeasureImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waves",
        verbose_name=_("file of answers"),
    )
    state = models.CharField(_("state"), choices=WaveState, default=WaveState.DRAFT, max_length=9)
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
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
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = SurveyWaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey wave")
        verbose_name_plural = _("survey waves")
        indexes = (
            models.Index(name="wave_by_period", fields=["organisation", "state", "starts_on"]),
        )
        constraints = (
            models.UniqueConstraint(name="wave_number_unique", fields=["organisation", "number"]),
            models.CheckConstraint(name="wave_kind_known", condition=Q(kind__in=WaveKind.values)),
            models.CheckConstraint(
                name="wave_state_known", condition=Q(state__in=WaveState.values)
            ),
            models.CheckConstraint(
                name="wave_grain_known", condition=Q(grain__in=[str(one) for one in WAVE_GRAINS])
            ),
            models.CheckConstraint(
                name="wave_channel_known", condition=Q(channel__in=["", *Channel.values])
            ),
            models.CheckConstraint(
                name="wave_asks_something",
                condition=Q(asks_satisfaction=True)
                | Q(asks_recommendation=True)
                | Q(asks_effort=True),
            ),
            # The effort of a contact is the customer's.
            models.CheckConstraint(
                name="wave_effort_of_customers",
                condition=Q(asks_effort=False) | ~Q(kind=WaveKind.STAFF),
            ),
            models.CheckConstraint(name="wave_has_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="wave_closed_iff_dated",
                condition=(Q(state=WaveState.DRAFT) & _OPEN)
                | Q(state=WaveState.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | (
                    Q(state=WaveState.WITHDRAWN)
                    & (_OPEN | Q(closed_at__isnull=False, closed_by__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="wave_withdrawn_iff_dated",
                condition=Q(state=WaveState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=WaveState.WITHDRAWN) & Q(withdrawn_at=None)),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Number as printed: EQ-0012."""
        return f"EQ-{self.number:04d}"

    @property
    def period(self) -> Period:
        """The period over which it was asked."""
        return Period(Grain(self.grain), self.starts_on)

    @property
    def questions(self) -> list[Question]:
        """What was asked, in the order of the form."""
        return [question for question, name in _ASKS.items() if getattr(self, name)]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:survey-wave", args=[self.key])

    def close(self, *, by: User, at: datetime) -> None:
        """DRAFT -> CLOSED."""
        WAVE_FLOW.check(source=self.state, target=WaveState.CLOSED)
        self.state, self.closed_at, self.closed_by = WaveState.CLOSED, at, by
        self.version += 1
        self.save(update_fields=["state", "closed_at", "closed_by", "version"])

    def withdraw(self, *, at: datetime) -> None:
        """Taken out of the indicators, for ever."""
        WAVE_FLOW.check(source=self.state, target=WaveState.WITHDRAWN)
        self.state, self.withdrawn_at = WaveState.WITHDRAWN, at
        self.version += 1
        self.save(update_fields=["state", "withdrawn_at", "version"])


class WaveReturn(models.Model):
    """What came back from one place of a wave.

    ``invited`` is None while it is not known how many were asked; ``answered`` how many of them
    said something, None until the answers are entered.
    """

    wave = models.ForeignKey(
        SurveyWave, models.CASCADE, related_name="returns", verbose_name=_("survey wave")
    )
    place = models.ForeignKey(
        MeasuringPlace, models.PROTECT, related_name="returns", verbose_name=_("place of measure")
    )
    invited = models.PositiveIntegerField(_("people asked"), null=True, blank=True)
    answered = models.PositiveIntegerField(_("people who answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("answers of a place")
        verbose_name_plural = _("answers of places")
        constraints = (
            models.UniqueConstraint(name="return_one_of_place", fields=["wave", "place"]),
            models.CheckConstraint(
                name="return_answered_within",
                condition=Q(invited=None) | Q(answered=None) | Q(answered__lte=F("invited")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.wave_id} {self.place_id}"

    @property
    def answers(self) -> Answers:
        """As the rules take it, from the counts that are loaded."""
        counts: dict[Question, dict[int, int]] = {}
        for row in self.counts.all():
            counts.setdefault(Question(row.question), {})[row.mark] = row.count
        known = self.invited is not None and self.answered is not None
        return Answers(
            counts=counts,
            invited=(self.invited or 0) if known else 0,
            answered=(self.answered or 0) if known else 0,
            is_exhaustive=self.wave.is_exhaustive,
        )


class AnswerCount(models.Model):
    """How many gave one mark to one question."""

    place_return = models.ForeignKey(
        WaveReturn, models.CASCADE, related_name="counts", verbose_name=_("answers of a place")
    )
    question = models.CharField(_("question"), choices=SurveyQuestion, max_length=14)
    mark = models.PositiveSmallIntegerField(_("mark"))
    count = models.PositiveIntegerField(_("answers"))

    class Meta:
        verbose_name = _("answers by mark")
        verbose_name_plural = _("answers by mark")
        constraints = (
            models.UniqueConstraint(
                name="answers_once_by_mark", fields=["place_return", "question", "mark"]
            ),
            models.CheckConstraint(
                name="answers_mark_on_scale",
                condition=Q(
                    question=SurveyQuestion.SATISFACTION,
                    mark__range=(
                        SCALES[Question.SATISFACTION][0],
                        SCALES[Question.SATISFACTION][-1],
                    ),
                )
                | Q(
                    question=SurveyQuestion.RECOMMENDATION,
                    mark__lte=SCALES[Question.RECOMMENDATION][-1],
                )
                | Q(
                    question=SurveyQuestion.EFFORT,
                    mark__range=(SCALES[Question.EFFORT][0], SCALES[Question.EFFORT][-1]),
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.question} {self.mark}"
