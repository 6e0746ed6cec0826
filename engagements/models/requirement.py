"""Domain > engagement > requirement, of one edition."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from engagements.enums import Criticality
from engagements.models.referential import Edition


class Domain(models.Model):
    """First level: a group of engagements."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="domains", verbose_name=_("edition")
    )
    code = models.CharField(_("code"), max_length=20)
    title_fr = models.CharField(_("title (French)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ("edition", "position")
        constraints = (
            models.UniqueConstraint(name="domain_code_unique", fields=["edition", "code"]),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title_fr}"


class Engagement(models.Model):
    """Second level: a promise to the customer, with its line of the external control plan."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="engagements", verbose_name=_("edition")
    )
    domain = models.ForeignKey(
        Domain, models.PROTECT, related_name="engagements", verbose_name=_("domain")
    )
    code = models.CharField(_("code"), max_length=20)
    text_fr = models.CharField(_("wording (French)"), max_length=500)
    text_en = models.CharField(_("wording (English)"), max_length=500)
    summary_fr = models.TextField(_("summary (French)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    external_control_fr = models.TextField(_("external control (French)"), blank=True)
    external_control_en = models.TextField(_("external control (English)"), blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    numbering_confidence = models.CharField(_("numbering"), max_length=20, blank=True)
    content_confidence = models.CharField(_("content"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ("edition", "position")
        constraints = (
            models.UniqueConstraint(name="engagement_code_unique", fields=["edition", "code"]),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.text_fr}"


class Requirement(models.Model):
    """Third level: what is rated.

    ``control_methods`` holds codes of the edition's vocabulary, in order;
    ``expected_evidence_*`` the wordings, in order.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="requirements", verbose_name=_("edition")
    )
    engagement = models.ForeignKey(
        Engagement, models.PROTECT, related_name="requirements", verbose_name=_("engagement")
    )
    code = models.CharField(_("code"), max_length=20)
    text_fr = models.TextField(_("wording (French)"))
    text_en = models.TextField(_("wording (English)"))
    criticality = models.CharField(_("criticality"), choices=Criticality, max_length=10)
    weight = models.PositiveSmallIntegerField(_("weight"))
    journey_stage = models.CharField(_("journey stage"), max_length=40, blank=True)
    control_methods = models.JSONField(_("control methods"), default=list)
    control_method_fr = models.TextField(_("how it is controlled (French)"), blank=True)
    control_method_en = models.TextField(_("how it is controlled (English)"), blank=True)
    expected_evidence_fr = models.JSONField(_("expected evidence (French)"), default=list)
    expected_evidence_en = models.JSONField(_("expected evidence (English)"), default=list)
    basis = models.CharField(_("basis"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ("edition", "position")
        constraints = (
            models.UniqueConstraint(name="requirement_code_unique", fields=["edition", "code"]),
            models.CheckConstraint(
                name="requirement_criticality_known",
                condition=Q(criticality__in=Criticality.values),
            ),
            models.CheckConstraint(
                name="requirement_weight_1_to_10", condition=Q(weight__gte=1, weight__lte=10)
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.text_fr}"
