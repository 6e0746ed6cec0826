"""Indicators: definition apart from value. The formula convention is kept with the measure."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.models import Organisation
from engagements.enums import Dimension, Direction, Operator, StatisticKind
from engagements.models.referential import Edition
from engagements.models.requirement import Requirement


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Reads of indicators."""

    def of_catalogue(self) -> Self:
        """Those of everybody."""
        return self.filter(organisation=None)

    def offered_to(self, organisation: Organisation) -> Self:
        """Those of everybody and those that the organisation made."""
        return self.filter(Q(organisation=None) | Q(organisation=organisation))


class Indicator(models.Model):
    """An indicator: of the catalogue, or of one organisation, that made it for itself.

    ``formula`` uses declared inputs and + - * / only. ``organisation`` is None for the catalogue.
    """

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_indicators",
        verbose_name=_("organisation"),
    )
    code = models.CharField(_("code"), max_length=20)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    definition_fr = models.TextField(_("definition (French)"))
    definition_en = models.TextField(_("definition (English)"))
    formula = models.CharField(_("formula"), max_length=300)
    unit = models.CharField(_("unit"), max_length=40)
    direction = models.CharField(_("direction"), choices=Direction, max_length=8)
    journey_stage = models.CharField(_("journey stage"), max_length=40)
    dimension = models.CharField(_("dimension"), choices=Dimension, max_length=10)
    frequency = models.CharField(_("frequency"), max_length=20)
    channels = models.JSONField(_("channels"), default=list)
    data_source_fr = models.CharField(_("data source (French)"), max_length=200, blank=True)
    data_source_en = models.CharField(_("data source (English)"), max_length=200, blank=True)
    statistic = models.CharField(_("statistic"), choices=StatisticKind, max_length=12)
    confidence = models.CharField(_("confidence"), max_length=20, blank=True)
    standard_link = models.CharField(_("link to the standard"), max_length=200, blank=True)
    note_fr = models.TextField(_("note (French)"), blank=True)
    note_en = models.TextField(_("note (English)"), blank=True)
    parameters = models.JSONField(_("parameters"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = (
            models.UniqueConstraint(
                name="indicator_code_unique", fields=["code"], condition=Q(organisation=None)
            ),
            models.UniqueConstraint(
                name="indicator_own_code_unique", fields=["organisation", "code"]
            ),
            models.CheckConstraint(
                name="indicator_direction_known", condition=Q(direction__in=Direction.values)
            ),
            models.CheckConstraint(
                name="indicator_dimension_known", condition=Q(dimension__in=Dimension.values)
            ),
            models.CheckConstraint(
                name="indicator_statistic_known", condition=Q(statistic__in=StatisticKind.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name_fr}"


class IndicatorInput(models.Model):
    """A figure that the formula needs."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="inputs", verbose_name=_("indicator")
    )
    key = models.CharField(_("key"), max_length=40)
    label_fr = models.CharField(_("label (French)"), max_length=200)
    label_en = models.CharField(_("label (English)"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("indicator input")
        verbose_name_plural = _("indicator inputs")
        ordering = ("indicator", "position")
        constraints = (
            models.UniqueConstraint(name="input_key_unique", fields=["indicator", "key"]),
        )

    def __str__(self) -> str:
        return self.key


class IndicatorTarget(models.Model):
    """A usual target of the catalogue, with its source; never a rule of a standard."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    operator = models.CharField(_("operator"), choices=Operator, max_length=2)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=40)
    label_fr = models.CharField(_("label (French)"), max_length=300, blank=True)
    label_en = models.CharField(_("label (English)"), max_length=300, blank=True)
    source_fr = models.CharField(_("source (French)"), max_length=200, blank=True)
    source_en = models.CharField(_("source (English)"), max_length=200, blank=True)
    confidence = models.CharField(_("confidence"), max_length=20, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    parameters = models.JSONField(_("parameters"), default=dict)

    class Meta:
        verbose_name = _("usual target")
        verbose_name_plural = _("usual targets")
        constraints = (
            models.CheckConstraint(
                name="indicator_target_operator_known",
                condition=Q(operator__in=Operator.values),
            ),
        )

    def __str__(self) -> str:
        return f"{self.operator} {self.value} {self.unit}"


class RequirementIndicator(models.Model):
    """The indicator that measures a requirement, with the target the edition states.

    A suggestion (ISO 18295 states no target) has no operator and no value.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="requirement_indicators", verbose_name=_("edition")
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, related_name="indicators", verbose_name=_("requirement")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="requirements", verbose_name=_("indicator")
    )
    operator = models.CharField(_("operator"), choices=Operator, max_length=2, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("indicator of a requirement")
        verbose_name_plural = _("indicators of a requirement")
        ordering = ("requirement", "position")
        constraints = (
            models.UniqueConstraint(
                name="requirement_indicator_unique", fields=["requirement", "indicator"]
            ),
            models.CheckConstraint(
                name="requirement_indicator_target_whole",
                condition=Q(operator="", value=None)
                | Q(operator__in=Operator.values, value__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.requirement_id} {self.indicator_id}"
