"""What an organisation wants of an indicator, from a day on."""

from datetime import date
from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.logic.indicators import Terms
from audits.measure_enums import GrainChoice, TargetKind
from audits.models.place import MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from engagements.enums import Operator
from engagements.models import Indicator

_THRESHOLDS = Q(alert=None) & Q(nonconformity=None)
_FALLING_ALERT = Q(alert=None) | Q(alert__gte=models.F("value"))
_FALLING_WORST = (
    Q(nonconformity=None)
    | Q(alert=None, nonconformity__gte=models.F("value"))
    | Q(alert__isnull=False, nonconformity__gte=models.F("alert"))
)
_RISING_ALERT = Q(alert=None) | Q(alert__lte=models.F("value"))
_RISING_WORST = (
    Q(nonconformity=None)
    | Q(alert=None, nonconformity__lte=models.F("value"))
    | Q(alert__isnull=False, nonconformity__lte=models.F("alert"))
)


class TargetQuerySet(models.QuerySet["Target"]):
    """Reads of targets."""

    def in_force(self, day: date) -> Self:
        """Those begun on the day, latest first: the first of a series is the one in force."""
        return self.filter(starts_on__lte=day).order_by("-starts_on", "-pk")


class Target(models.Model):
    """One line of what is wanted: in force from ``starts_on`` until the next line begins.

    A line that a period was judged by never changes: another target is another line, which
    begins later. ``value`` is None unless ``kind`` is TARGET. ``alert`` and ``nonconformity`` are
    thresholds beyond which a value is one; None without. All are in the unit of the indicator.
    ``parameters`` is the convention that the measure must have, by key of the catalogue.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="targets", verbose_name=_("organisation")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="set_targets", verbose_name=_("indicator")
    )
    place = models.ForeignKey(
        MeasuringPlace, models.PROTECT, related_name="targets", verbose_name=_("place of measure")
    )
    kind = models.CharField(_("kind"), choices=TargetKind, max_length=8)
    grain = models.CharField(_("period"), choices=GrainChoice, max_length=7)
    starts_on = models.DateField(_("from"))
    operator = models.CharField(_("operator"), choices=Operator, max_length=2, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    alert = models.DecimalField(
        _("alert threshold"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    nonconformity = models.DecimalField(
        _("threshold of nonconformity"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    parameters = models.JSONField(_("parameters"), default=dict)
    source = models.CharField(_("source"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("set on"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("set by"))

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = (
            models.UniqueConstraint(
                name="target_one_from", fields=["indicator", "place", "starts_on"]
            ),
            models.CheckConstraint(
                name="target_kind_known", condition=Q(kind__in=TargetKind.values)
            ),
            models.CheckConstraint(
                name="target_grain_known", condition=Q(grain__in=GrainChoice.values)
            ),
            models.CheckConstraint(
                name="target_value_iff_target",
                condition=Q(
                    kind=TargetKind.TARGET, value__isnull=False, operator__in=Operator.values
                )
                | (~Q(kind=TargetKind.TARGET) & Q(value=None, operator="") & _THRESHOLDS),
            ),
            models.CheckConstraint(
                name="target_thresholds_in_order",
                condition=Q(operator="")
                | (Q(operator=Operator.EQUAL) & _THRESHOLDS)
                | (
                    Q(operator__in=[Operator.AT_LEAST, Operator.MORE_THAN])
                    & _RISING_ALERT
                    & _RISING_WORST
                )
                | (
                    Q(operator__in=[Operator.AT_MOST, Operator.LESS_THAN])
                    & _FALLING_ALERT
                    & _FALLING_WORST
                ),
            ),
        )
        indexes = (
            models.Index(name="target_series", fields=["organisation", "indicator", "place"]),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.operator} {self.value}"

    @property
    def terms(self) -> Terms | None:
        """What a figure is judged by; None without a target."""
        if self.value is None:
            return None
        alert, worst = self.alert, self.nonconformity
        return Terms(
            operator=self.operator,
            value=Fraction(self.value),
            alert=None if alert is None else Fraction(alert),
            nonconformity=None if worst is None else Fraction(worst),
        )
