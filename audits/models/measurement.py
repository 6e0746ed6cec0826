"""What was measured, and what it gives over each longer period and for the whole."""

import uuid
from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.logic.indicators import Part
from audits.logic.periods import Grain, Period
from audits.measure_enums import GrainChoice, MeasureOrigin
from audits.models.measure_import import MeasureImport
from audits.models.place import MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from engagements.models import Indicator

# Kept beside the figures, but no reason not to put two of them together.
INFORMATIVE = frozenset({"time_zone", "waves", "source", "counted_from"})
_COUNTED = Q(recorded_by=None, source=None)


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Reads of measures."""

    def visible_to(self, user: User) -> Self:
        """Measures of the places that the user reads."""
        return self.filter(place__in=MeasuringPlace.objects.visible_to(user))


class Figures(models.Model):
    """What stands behind one value. Abstract.

    ``inputs`` maps each key of the formula to a decimal number written out, as sums are exact.
    ``convention`` is how it was counted; see `audits.logic.indicators.Part`. ``distribution`` maps
    whole seconds, written out, to a count; empty when it is not known.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="%(class)ss", verbose_name=_("indicator")
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("place of measure"),
    )
    grain = models.CharField(_("period"), choices=GrainChoice, max_length=7)
    starts_on = models.DateField(_("from"))
    inputs = models.JSONField(_("inputs"), default=dict)
    is_exhaustive = models.BooleanField(_("whole population"), default=True)
    convention = models.JSONField(_("convention"), default=dict)
    distribution = models.JSONField(_("distribution"), default=dict)

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(
                name="%(class)s_once", fields=["indicator", "place", "grain", "starts_on"]
            ),
            models.CheckConstraint(
                name="%(class)s_grain_known", condition=Q(grain__in=GrainChoice.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.grain} {self.starts_on}"

    @property
    def period(self) -> Period:
        """The period that it covers."""
        return Period(Grain(self.grain), self.starts_on)

    @property
    def part(self) -> Part:
        """As the rules take it."""
        return Part(
            inputs={key: Fraction(value) for key, value in self.inputs.items()},
            is_exhaustive=self.is_exhaustive,
            convention=tuple(
                (key, str(value))
                for key, value in sorted(self.convention.items())
                if key not in INFORMATIVE
            ),
            distribution={int(key): count for key, count in self.distribution.items()},
        )


class Measurement(Figures):
    """One measure of an indicator at a place over a period.

    ``source`` is the file that it came from, None when it was typed. What the product counted by
    itself has its ``origin``, and nobody in ``recorded_by``. A correction is another ``version``
    of the row; the journal keeps the one before.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(
        MeasureImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
        verbose_name=_("source file"),
    )
    origin = models.CharField(
        _("origin"), choices=MeasureOrigin, default=MeasureOrigin.ENTERED, max_length=11
    )
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta(Figures.Meta):
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = (  # type: ignore[assignment]
            *Figures.Meta.constraints,
            models.CheckConstraint(
                name="measurement_origin_known", condition=Q(origin__in=MeasureOrigin.values)
            ),
            models.CheckConstraint(
                name="measurement_entered_iff_by",
                condition=Q(origin=MeasureOrigin.ENTERED, recorded_by__isnull=False)
                | (~Q(origin=MeasureOrigin.ENTERED) & _COUNTED),
            ),
        )
        indexes = (
            models.Index(
                name="measure_by_place", fields=["organisation", "place", "grain", "starts_on"]
            ),
        )

    @property
    def is_counted(self) -> bool:
        """Whether the product counted it by itself."""
        return self.origin != MeasureOrigin.ENTERED


class SetAsideCount(models.Model):
    """What the product counts where somebody entered another figure, which stays.

    ``inputs`` are as those of a measure. The row goes once both say the same, or the entered
    figure is taken away.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="counts_set_aside",
        verbose_name=_("place of measure"),
    )
    grain = models.CharField(_("period"), choices=GrainChoice, max_length=7)
    starts_on = models.DateField(_("from"))
    origin = models.CharField(_("origin"), choices=MeasureOrigin, max_length=11)
    inputs = models.JSONField(_("inputs"), default=dict)
    found_at = models.DateTimeField(_("found on"))

    class Meta:
        verbose_name = _("count set aside")
        verbose_name_plural = _("counts set aside")
        constraints = (
            models.UniqueConstraint(
                name="set_aside_once", fields=["indicator", "place", "grain", "starts_on"]
            ),
            models.CheckConstraint(
                name="set_aside_grain_known", condition=Q(grain__in=GrainChoice.values)
            ),
            models.CheckConstraint(
                name="set_aside_origin_counted",
                condition=Q(origin__in=MeasureOrigin.values) & ~Q(origin=MeasureOrigin.ENTERED),
            ),
        )
        indexes = (models.Index(name="set_aside_by_place", fields=["organisation", "place"]),)

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.grain} {self.starts_on}"

    @property
    def period(self) -> Period:
        """The period that it covers."""
        return Period(Grain(self.grain), self.starts_on)


class PeriodResult(Figures):
    """Measures put together: over a longer period, for the whole. Maintained with the measures.

    ``unpooled`` says why they cannot be put together, "" when they are; ``inputs`` is empty then.
    ``value`` is the value of the indicator for drawings and sorting alone, None when there is
    none: judgements are made from the inputs. ``count`` is the number of measures behind it.
    ``manage.py rebuild_results`` computes all of them again.
    """

    value = models.FloatField(_("value"), null=True, blank=True)
    count = models.PositiveIntegerField(_("measures"))
    unpooled = models.CharField(_("not put together"), max_length=12, blank=True)

    class Meta(Figures.Meta):
        verbose_name = _("result of a period")
        verbose_name_plural = _("results of periods")
        indexes = (
            models.Index(
                name="result_by_period", fields=["organisation", "place", "grain", "starts_on"]
            ),
        )
