"""The rule by which figures open an internal complaint, and who is told at each level."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.alert_enums import BoundChoice
from audits.logic.alerts import FIRST_LEVEL, TOP_LEVEL, USUAL_DAYS, USUAL_HELD, Bound, Rule
from audits.models.place import MeasuringPlace
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with
from engagements.models import Indicator


class AlertRuleQuerySet(models.QuerySet["AlertRule"]):
    """Reads of rules."""

    def visible_to(self, user: User) -> Self:
        """Those of the organisations that the user manages or directs."""
        return self.filter(
            organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        )


class AlertRule(models.Model):
    """When figures open a complaint, who has it, and how it goes up.

    ``indicator`` is None for every indicator. Without a rule of its own, a place is under that of
    the whole for the indicator, then under that of every indicator, then under the usual one.
    ``missed_periods`` and ``trend_points`` are None when they open nothing. Days are working days.
    ``owner`` is None for the quality manager. A rule that is not ``is_active`` opens nothing.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="alert_rules", verbose_name=_("organisation")
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="alert_rules",
        verbose_name=_("indicator"),
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="alert_rules",
        verbose_name=_("place of measure"),
    )
    is_active = models.BooleanField(_("opens complaints"), default=True)
    missed_periods = models.PositiveSmallIntegerField(
        _("missed periods running"), null=True, blank=True
    )
    bound = models.CharField(
        _("single sample"), choices=BoundChoice, default=BoundChoice.NONE, max_length=6
    )
    trend_points = models.PositiveSmallIntegerField(
        _("points getting worse"), null=True, blank=True
    )
    return_periods = models.PositiveSmallIntegerField(
        _("met periods of a return"), default=USUAL_HELD
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    plan_days = models.PositiveSmallIntegerField(_("days for the plan"), default=USUAL_DAYS)
    level_days = models.PositiveSmallIntegerField(_("days between levels"), default=USUAL_DAYS)
    version = models.PositiveIntegerField(_("version"), default=1)
    written_at = models.DateTimeField(_("written on"))
    written_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    objects = AlertRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = (
            models.UniqueConstraint(name="alert_rule_once", fields=["indicator", "place"]),
            models.UniqueConstraint(
                name="alert_rule_one_for_all", fields=["place"], condition=Q(indicator=None)
            ),
            models.CheckConstraint(
                name="alert_rule_bound_known", condition=Q(bound__in=BoundChoice.values)
            ),
            models.CheckConstraint(
                name="alert_rule_numbers_sound",
                condition=(Q(missed_periods=None) | Q(missed_periods__range=(1, 12)))
                & (Q(trend_points=None) | Q(trend_points__range=(3, 12)))
                & Q(return_periods__range=(1, 12))
                & Q(plan_days__range=(1, 60))
                & Q(level_days__range=(1, 60)),
            ),
            models.CheckConstraint(
                name="alert_rule_opens_by_something",
                condition=Q(missed_periods__isnull=False)
                | Q(trend_points__isnull=False)
                | ~Q(bound=BoundChoice.NONE),
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id or '*'} {self.place_id}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:alert-rule", args=[self.key])

    @property
    def test(self) -> Rule:
        """As the rules of alerts take it."""
        return Rule(
            missed=self.missed_periods,
            bound=Bound(self.bound),
            trend=self.trend_points,
            held=self.return_periods,
        )


class AlertRulePerson(models.Model):
    """Somebody told when a complaint reaches a level. Without any, the role of the level is."""

    rule = models.ForeignKey(
        AlertRule, models.CASCADE, related_name="people", verbose_name=_("alert rule")
    )
    level = models.PositiveSmallIntegerField(_("level"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("person told of alerts")
        verbose_name_plural = _("people told of alerts")
        constraints = (
            models.UniqueConstraint(
                name="alert_rule_person_once", fields=["rule", "level", "user"]
            ),
            models.CheckConstraint(
                name="alert_rule_person_level_known",
                condition=Q(level__range=(FIRST_LEVEL, TOP_LEVEL)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.user_id}"
