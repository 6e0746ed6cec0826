"""A unit of a sample, and what was found on it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.sample import Sample
from audits.sample_enums import UnitResult
from crcaudit.accounts.models import User


class SampleItem(models.Model):
    """A unit that was taken; only its result changes.

    ``rank`` is the order in which it was taken and ``position`` its place in the population, both
    from 1. ``result`` is "" until it was looked at. ``version`` grows with each save.
    """

    sample = models.ForeignKey(
        Sample, models.PROTECT, related_name="items", verbose_name=_("sample")
    )
    rank = models.PositiveIntegerField(_("rank"))
    position = models.PositiveIntegerField(_("place in the population"))
    label = models.CharField(_("unit"), max_length=120)
    stratum = models.CharField(_("stratum"), max_length=60, blank=True)
    is_chosen = models.BooleanField(_("chosen by the auditor"), default=False)
    result = models.CharField(_("result"), choices=UnitResult, max_length=14, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    recorded_at = models.DateTimeField(_("recorded on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("unit of a sample")
        verbose_name_plural = _("units of a sample")
        constraints = (
            models.UniqueConstraint(name="sample_item_rank", fields=["sample", "rank"]),
            models.UniqueConstraint(name="sample_item_position", fields=["sample", "position"]),
            models.CheckConstraint(
                name="sample_item_result_known",
                condition=Q(result="") | Q(result__in=UnitResult.values),
            ),
            models.CheckConstraint(
                name="sample_item_recorded_iff_by",
                condition=Q(recorded_at=None, recorded_by=None, result="", comment="")
                | Q(recorded_at__isnull=False, recorded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="sample_item_not_assessable_says_why",
                condition=~Q(result=UnitResult.NOT_ASSESSABLE) | ~Q(comment=""),
            ),
        )
        indexes = (models.Index(name="sample_item_results", fields=["sample", "result"]),)

    def __str__(self) -> str:
        return f"{self.rank} {self.label}"
