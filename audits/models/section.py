"""The audit's own copy of the levels above the requirement, frozen when it begins."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.enums import SectionLevel
from audits.models.audit import Audit


class AuditSection(models.Model):
    """The audit's own copy of a domain or of an engagement, as it read when the audit began."""

    audit = models.ForeignKey(
        Audit, models.CASCADE, related_name="sections", verbose_name=_("audit")
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("domain"),
    )
    level = models.CharField(_("level"), choices=SectionLevel, max_length=10)
    code = models.CharField(_("code"), max_length=20)
    title_fr = models.CharField(_("title (French)"), max_length=500)
    title_en = models.CharField(_("title (English)"), max_length=500)
    external_control_fr = models.TextField(_("external control (French)"), blank=True)
    external_control_en = models.TextField(_("external control (English)"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("audit section")
        verbose_name_plural = _("audit sections")
        constraints = (
            models.UniqueConstraint(name="section_code_unique", fields=["audit", "level", "code"]),
            models.CheckConstraint(
                name="section_parent_iff_engagement",
                condition=Q(level=SectionLevel.DOMAIN, parent=None)
                | Q(level=SectionLevel.ENGAGEMENT, parent__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title_fr}"
