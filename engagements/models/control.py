"""The internal control line that the edition proposes for a requirement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from engagements.models.referential import Edition
from engagements.models.requirement import Requirement


class ControlPoint(models.Model):
    """How often, on what, by whom, recorded where, alerting when, reacting how.

    ``frequency`` and ``responsible`` are codes of the edition's vocabularies.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="control_points", verbose_name=_("edition")
    )
    requirement = models.OneToOneField(
        Requirement, models.PROTECT, related_name="control_point", verbose_name=_("requirement")
    )
    frequency = models.CharField(_("frequency"), max_length=40)
    responsible = models.CharField(_("responsible"), max_length=40)
    sample_fr = models.TextField(_("sample (French)"))
    sample_en = models.TextField(_("sample (English)"))
    record_fr = models.TextField(_("record (French)"))
    record_en = models.TextField(_("record (English)"))
    alert_threshold_fr = models.TextField(_("alert threshold (French)"))
    alert_threshold_en = models.TextField(_("alert threshold (English)"))
    action_if_breach_fr = models.TextField(_("reaction (French)"))
    action_if_breach_en = models.TextField(_("reaction (English)"))

    class Meta:
        verbose_name = _("control point")
        verbose_name_plural = _("control points")

    def __str__(self) -> str:
        return self.record_fr
