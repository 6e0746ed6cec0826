"""Who used to be named on the team of an audit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.enums import TeamRole
from audits.models.audit import Audit
from crcaudit.accounts.models import User


class FormerTeamMember(models.Model):
    """A person who was taken off the team: nothing is open to them, and they decide nothing.

    What they had declared is kept as it was; ``declared_at`` is None when they had not yet.
    ``number`` is the one that the row of the team had, None for those taken off before it was
    kept: by it an old page knows who it was about.
    """

    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="former_team", verbose_name=_("audit")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("user"))
    role = models.CharField(_("role"), choices=TeamRole, max_length=10)
    declared_at = models.DateTimeField(_("independence declared on"), null=True, blank=True)
    declared_links = models.TextField(_("declared links"), blank=True)
    number = models.PositiveBigIntegerField(_("number"), null=True, blank=True)
    removed_at = models.DateTimeField(_("taken off on"))
    removed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken off by"),
    )

    class Meta:
        verbose_name = _("former team member")
        verbose_name_plural = _("former team members")

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
