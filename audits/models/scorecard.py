"""What each criterion of a scorecard holds, version by version of an organisation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.sharing import CLIENT_READERS
from audits.scorecard_enums import CriterionChoice
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with
from engagements.models import Indicator

MAX_LINE_WEIGHT = 100


def scoring_organisations(user: User) -> Q:
    """Organisations for which the user reads providers: quality manager, direction, client."""
    return Q(pk__in=organisations_with(user, *CLIENT_READERS))


class ScorecardGrid(models.Model):
    """One version of what the seven criteria hold. Never changes: a change is another version.

    In force from ``starts_on``, the first day of a month, until the next version. ``required`` is
    the part of the weights, in percent, that a criterion needs to be held.
    """

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="scorecard_grids",
        verbose_name=_("organisation"),
    )
    number = models.PositiveSmallIntegerField(_("version of the grid"))
    starts_on = models.DateField(_("from"))
    required = models.PositiveSmallIntegerField(_("part of the weights required (%)"))
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("written on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )

    class Meta:
        verbose_name = _("scorecard grid")
        verbose_name_plural = _("scorecard grids")
        constraints = (
            models.UniqueConstraint(
                name="scorecard_number_unique", fields=["organisation", "number"]
            ),
            models.CheckConstraint(
                name="scorecard_required_is_share", condition=Q(required__gte=1, required__lte=100)
            ),
            models.CheckConstraint(name="scorecard_number_from_one", condition=Q(number__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} v{self.number}"


class ScorecardLine(models.Model):
    """An indicator within a criterion. A critical one that is missed makes the criterion so."""

    grid = models.ForeignKey(
        ScorecardGrid, models.CASCADE, related_name="lines", verbose_name=_("scorecard grid")
    )
    criterion = models.CharField(_("criterion"), choices=CriterionChoice, max_length=12)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    weight = models.PositiveSmallIntegerField(_("weight"))
    is_critical = models.BooleanField(_("critical"), default=False)

    class Meta:
        verbose_name = _("scorecard line")
        verbose_name_plural = _("scorecard lines")
        constraints = (
            models.UniqueConstraint(
                name="scorecard_line_once", fields=["grid", "criterion", "indicator"]
            ),
            models.CheckConstraint(
                name="scorecard_criterion_known", condition=Q(criterion__in=CriterionChoice.values)
            ),
            models.CheckConstraint(
                name="scorecard_weight_in_bounds",
                condition=Q(weight__gte=1, weight__lte=MAX_LINE_WEIGHT),
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion} {self.indicator_id}"
