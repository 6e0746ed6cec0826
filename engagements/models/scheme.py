"""The certification scheme: its words, its scale, its grades, its time limits, its rule.

All of it is data. An audit keeps its own copy of what it was judged on, so that changing a
scheme later changes no past verdict.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from engagements.enums import Severity, Shape


class Scheme(models.Model):
    """Rules of one certification: who certifies, for how long, from which score.

    ``minors_per_major`` is how many open minors weigh as much as one major, None when they
    never do (domain.md 5.5).
    Durations of the cycle are None where the scheme does not state them: screens then say that
    they are to be set. ``surveillance_count`` is None too while ``surveillance_months`` is.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    certification_body = models.CharField(_("certification body"), max_length=200, blank=True)
    validity_years = models.PositiveSmallIntegerField(_("validity (years)"), null=True, blank=True)
    surveillance_months = models.PositiveSmallIntegerField(
        _("months between follow-ups"), null=True, blank=True
    )
    surveillance_count = models.PositiveSmallIntegerField(
        _("follow-ups in a cycle"), null=True, blank=True
    )
    window_months = models.PositiveSmallIntegerField(
        _("follow-up possible, months before its day"), null=True, blank=True
    )
    renewal_lead_months = models.PositiveSmallIntegerField(
        _("renewal possible, months before the term"), null=True, blank=True
    )
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice of an audit"), null=True, blank=True
    )
    surveillance_fr = models.CharField(_("follow-up (French)"), max_length=200, blank=True)
    surveillance_en = models.CharField(_("follow-up (English)"), max_length=200, blank=True)
    domain_label_fr = models.CharField(_("level 1 (French)"), max_length=40, default="domaine")
    domain_label_en = models.CharField(_("level 1 (English)"), max_length=40, default="domain")
    engagement_label_fr = models.CharField(
        _("level 2 (French)"), max_length=40, default="engagement"
    )
    engagement_label_en = models.CharField(
        _("level 2 (English)"), max_length=40, default="engagement"
    )
    requirement_label_fr = models.CharField(
        _("level 3 (French)"), max_length=40, default="exigence"
    )
    requirement_label_en = models.CharField(
        _("level 3 (English)"), max_length=40, default="requirement"
    )
    gap_rule = models.CharField(_("gap rule"), max_length=20, default="v1")
    global_threshold = models.PositiveSmallIntegerField(_("global threshold (%)"), default=90)
    domain_threshold = models.PositiveSmallIntegerField(_("domain threshold (%)"), default=80)
    open_minors_limit = models.PositiveSmallIntegerField(_("open minors allowed"), default=4)
    minor_becomes_major = models.BooleanField(
        _("a minor not closed in time becomes major"), default=False
    )
    minors_per_major = models.PositiveSmallIntegerField(
        _("open minors that amount to one major"), null=True, blank=True
    )
    critical_is_major = models.BooleanField(
        _("a gap on a critical requirement is always major"), default=True
    )

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        constraints = (
            models.CheckConstraint(
                name="scheme_thresholds_are_percentages",
                condition=Q(global_threshold__lte=100, domain_threshold__lte=100),
            ),
            models.CheckConstraint(
                name="scheme_minors_per_major_positive",
                condition=Q(minors_per_major=None) | Q(minors_per_major__gte=1),
            ),
            models.CheckConstraint(
                name="scheme_followups_have_a_rhythm",
                condition=Q(surveillance_months__gte=1, surveillance_count__gte=1)
                | Q(surveillance_months=None, surveillance_count=None),
            ),
        )

    def __str__(self) -> str:
        return self.name_fr


class RatingLevel(models.Model):
    """One level of the scheme's rating scale. Points run from 0 to the best level's."""

    scheme = models.ForeignKey(
        Scheme, models.CASCADE, related_name="levels", verbose_name=_("scheme")
    )
    code = models.CharField(_("code"), max_length=8)
    letter = models.CharField(_("letter"), max_length=4)
    label_fr = models.CharField(_("label (French)"), max_length=80)
    label_en = models.CharField(_("label (English)"), max_length=80)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    is_conform = models.BooleanField(_("compliant"), default=False)
    is_excluded = models.BooleanField(_("not applicable"), default=False)
    shape = models.CharField(_("shape"), choices=Shape, max_length=8)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("rating level")
        verbose_name_plural = _("rating levels")
        ordering = ("scheme", "position")
        constraints = (
            models.UniqueConstraint(name="level_code_unique", fields=["scheme", "code"]),
            models.CheckConstraint(name="level_shape_known", condition=Q(shape__in=Shape.values)),
            models.CheckConstraint(
                name="level_excluded_iff_no_points",
                condition=Q(is_excluded=True, points__isnull=True, is_conform=False)
                | Q(is_excluded=False, points__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.label_fr


class FindingGrade(models.Model):
    """One grade of finding, with its time limits in days (None: no limit)."""

    scheme = models.ForeignKey(
        Scheme, models.CASCADE, related_name="grades", verbose_name=_("scheme")
    )
    code = models.CharField(_("code"), max_length=16)
    label_fr = models.CharField(_("label (French)"), max_length=80)
    label_en = models.CharField(_("label (English)"), max_length=80)
    short_fr = models.CharField(_("short label (French)"), max_length=20)
    short_en = models.CharField(_("short label (English)"), max_length=20)
    severity = models.CharField(_("severity"), choices=Severity, max_length=8)
    blocks = models.BooleanField(_("blocks the decision"), default=False)
    needs_action = models.BooleanField(_("needs an action"), default=False)
    answer_days = models.PositiveSmallIntegerField(_("days to answer"), null=True, blank=True)
    evidence_days = models.PositiveSmallIntegerField(_("days to prove"), null=True, blank=True)
    working_days = models.BooleanField(_("counted in working days"), default=False)
    shape = models.CharField(_("shape"), choices=Shape, max_length=8)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("finding grade")
        verbose_name_plural = _("finding grades")
        ordering = ("scheme", "position")
        constraints = (
            models.UniqueConstraint(name="grade_code_unique", fields=["scheme", "code"]),
            models.CheckConstraint(
                name="grade_severity_known", condition=Q(severity__in=Severity.values)
            ),
            models.CheckConstraint(name="grade_shape_known", condition=Q(shape__in=Shape.values)),
        )

    def __str__(self) -> str:
        return self.label_fr
