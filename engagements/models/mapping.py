"""What the requirements of one edition became in another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from engagements.enums import MappingRelation
from engagements.models.referential import Edition
from engagements.models.requirement import Requirement


class RequirementMapping(models.Model):
    """One requirement of ``old_edition`` beside one of ``new_edition``.

    A requirement that was merged or split has as many rows as it has counterparts. ``old`` is None
    for a new requirement, ``new`` for one that was removed.
    """

    old_edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="mappings_from", verbose_name=_("former edition")
    )
    new_edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="mappings_to", verbose_name=_("new edition")
    )
    old = models.ForeignKey(
        Requirement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mappings_from",
        verbose_name=_("former requirement"),
    )
    new = models.ForeignKey(
        Requirement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mappings_to",
        verbose_name=_("new requirement"),
    )
    relation = models.CharField(_("relation"), choices=MappingRelation, max_length=10)

    class Meta:
        verbose_name = _("requirement mapping")
        verbose_name_plural = _("requirement mappings")
        constraints = (
            models.CheckConstraint(
                name="mapping_relation_known", condition=Q(relation__in=MappingRelation.values)
            ),
            models.CheckConstraint(
                name="mapping_of_two_editions", condition=~Q(old_edition=F("new_edition"))
            ),
            models.CheckConstraint(
                name="mapping_sides_as_related",
                condition=Q(relation=MappingRelation.NEW, old=None, new__isnull=False)
                | Q(relation=MappingRelation.REMOVED, old__isnull=False, new=None)
                | (
                    ~Q(relation__in=[MappingRelation.NEW, MappingRelation.REMOVED])
                    & Q(old__isnull=False, new__isnull=False)
                ),
            ),
            models.UniqueConstraint(
                name="mapping_pair_unique",
                fields=["old_edition", "new_edition", "old", "new"],
            ),
            # One level of one requirement stands for exactly one other.
            models.UniqueConstraint(
                name="mapping_kept_once_from",
                fields=["new_edition", "old"],
                condition=Q(relation__in=[MappingRelation.KEPT, MappingRelation.REWORDED]),
            ),
            models.UniqueConstraint(
                name="mapping_kept_once_to",
                fields=["old_edition", "new"],
                condition=Q(relation__in=[MappingRelation.KEPT, MappingRelation.REWORDED]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.old_id or '-'} > {self.new_id or '-'} {self.relation}"
