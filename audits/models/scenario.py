"""What somebody supposed, to see what score and verdict it would give."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit
from audits.models.certification import Certification
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import organisations_with


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Reads of scenarios."""

    def visible_to(self, user: User) -> Self:
        """Those of the user's own organisation: what an auditee supposes is not the auditor's."""
        own = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        return self.filter(certification__organisation__in=own)


class Scenario(models.Model):
    """Levels and finished actions supposed on one audit of a file. Nothing is rated by it.

    ``levels`` maps the id of an assessment, as text, to a code of the audit's scale; ``actions``
    lists ids of corrective actions supposed done. What no longer exists or no longer waits is
    passed over when the scenario is opened again.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        related_name="scenarios",
        verbose_name=_("certification file"),
    )
    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="scenarios", verbose_name=_("audit")
    )
    title = models.CharField(_("title"), max_length=200)
    levels = models.JSONField(_("supposed levels"), default=dict)
    actions = models.JSONField(_("supposed actions"), default=list)
    is_proven = models.BooleanField(_("everything supposed proven"), default=False)
    created_at = models.DateTimeField(_("saved on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("saved by")
    )
    updated_at = models.DateTimeField(_("changed on"))
    updated_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("changed by")
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        constraints = (
            models.CheckConstraint(name="scenario_named", condition=~Q(title="")),
            models.CheckConstraint(
                name="scenario_changed_after", condition=Q(updated_at__gte=F("created_at"))
            ),
        )
        indexes = (models.Index(name="scenario_of_file", fields=["certification", "updated_at"]),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The simulation with what this scenario supposes."""
        return reverse("audits:scenario", args=[self.key])
