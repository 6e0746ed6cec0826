"""What was found on one requirement, and the roll-up of a section."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import AssessmentStatus, AuditState
from audits.models.audit import Audit
from audits.models.section import AuditSection
from audits.models.team import AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Site, User
from crcaudit.accounts.permissions import memberships_of, organisations_with
from engagements.enums import Criticality, Shape
from engagements.models import Requirement


def proven_on(day: Any) -> Q:
    """Applicable, with evidence still valid on ``day``: a date, or an expression of one."""
    return ~Q(status=AssessmentStatus.NOT_APPLICABLE) & Q(evidence_until__gte=day)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Reads of assessments."""

    def visible_to(self, user: User) -> Self:
        """Everything for managers, directors, the audit team and who decides; else their part."""
        seen = Q(audit__in=AuditTeamMember.objects.giving_access(user).values("audit"))
        if bodies := organisations_with(user, Role.DECISION_MAKER):
            seen |= Q(audit__in=Audit.objects.concluded_for(bodies).values("pk"))
        if whole := organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR):
            seen |= Q(audit__organisation__in=whole)
        if given := organisations_with(user, Role.CONTRIBUTOR):
            seen |= Q(audit__organisation__in=given, assigned_to=user)
        for row in memberships_of(user):
            if row.role == Role.SITE_MANAGER:
                on_site = Q(site=row.site_id) | Q(site=None)
                seen |= Q(audit__organisation=row.organisation_id) & on_site
        return self.filter(seen)

    def in_open_audits(self) -> Self:
        """Those that may still change."""
        return self.filter(audit__state=AuditState.IN_PROGRESS)


class Assessment(models.Model):
    """One requirement judged in one audit, on one site or on the whole scope (site None).

    Code, wording, weight and criticality are the audit's own copy. ``points`` and
    ``is_conform`` are those of ``level`` on the audit's scale; points is None unless rated.
    ``evidence_until`` is the last day on which some linked evidence is valid: None without
    evidence, 9999-12-31 when it never expires. ``shape`` is the verdict shown everywhere.
    ``due_date`` is the day by which the person in charge brings the evidence, None without one.
    ``version`` grows with each save: a write names the version it started from.
    """

    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="assessments", verbose_name=_("audit")
    )
    section = models.ForeignKey(
        AuditSection, models.PROTECT, related_name="assessments", verbose_name=_("engagement")
    )
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, related_name="assessments", verbose_name=_("requirement")
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        verbose_name=_("site"),
    )
    position = models.PositiveIntegerField(_("position"))
    code = models.CharField(_("code"), max_length=20)
    text_fr = models.TextField(_("wording (French)"))
    text_en = models.TextField(_("wording (English)"))
    criticality = models.CharField(_("criticality"), choices=Criticality, max_length=10)
    weight = models.PositiveSmallIntegerField(_("weight"))
    status = models.CharField(
        _("status"),
        choices=AssessmentStatus,
        default=AssessmentStatus.NOT_ASSESSED,
        max_length=14,
    )
    level = models.CharField(_("level"), max_length=8, blank=True)
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    is_conform = models.BooleanField(_("compliant"), default=False)
    na_reason = models.TextField(_("reason for not applicable"), blank=True)
    comment = models.TextField(_("comment"), blank=True)
    shape = models.CharField(_("verdict"), choices=Shape, default=Shape.NONE, max_length=8)
    evidence_until = models.DateField(_("evidence valid until"), null=True, blank=True)
    evidence_count = models.PositiveSmallIntegerField(_("pieces of evidence"), default=0)
    assigned_to = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_assessments",
        verbose_name=_("assigned to"),
    )
    due_date = models.DateField(_("due date"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    updated_at = models.DateTimeField(_("changed on"), null=True, blank=True)
    updated_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("changed by"),
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = (
            models.UniqueConstraint(
                name="assessment_unique_on_site",
                fields=["audit", "requirement", "site"],
                condition=Q(site__isnull=False),
            ),
            models.UniqueConstraint(
                name="assessment_unique_on_whole",
                fields=["audit", "requirement"],
                condition=Q(site=None),
            ),
            models.CheckConstraint(
                name="assessment_status_known", condition=Q(status__in=AssessmentStatus.values)
            ),
            models.CheckConstraint(
                name="assessment_shape_known", condition=Q(shape__in=Shape.values)
            ),
            models.CheckConstraint(
                name="assessment_points_iff_rated",
                condition=Q(status=AssessmentStatus.RATED, points__isnull=False) & ~Q(level="")
                | (~Q(status=AssessmentStatus.RATED) & Q(points=None, is_conform=False)),
            ),
            models.CheckConstraint(
                name="assessment_na_iff_reason",
                condition=(Q(status=AssessmentStatus.NOT_APPLICABLE) & ~Q(na_reason=""))
                | (~Q(status=AssessmentStatus.NOT_APPLICABLE) & Q(na_reason="")),
            ),
            models.CheckConstraint(
                name="assessment_due_only_when_assigned",
                condition=Q(due_date=None) | Q(assigned_to__isnull=False),
            ),
            models.CheckConstraint(
                name="assessment_changed_iff_by",
                condition=Q(updated_at=None, updated_by=None)
                | Q(updated_at__isnull=False, updated_by__isnull=False),
            ),
        )
        indexes = (
            models.Index(name="assessment_order", fields=["audit", "position"]),
            # Covers the recomputation of every roll-up without reading the wordings.
            models.Index(
                name="assessment_rollup",
                fields=[
                    "audit",
                    "section",
                    "site",
                    "status",
                    "is_conform",
                    "weight",
                    "points",
                    "shape",
                    "evidence_until",
                    "criticality",
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        """The grid with this requirement chosen."""
        return f"{reverse('audits:grid', args=[self.audit.key])}?exigence={self.pk}"


class SectionRollup(models.Model):
    """Counts and sums of one engagement of an audit, on one site or on the whole scope.

    Maintained in the transaction that saves an assessment; ``reached`` is the sum of
    weight x points over examined requirements, ``weight`` the sum of their weights;
    ``blocking`` counts major verdicts and critical requirements below compliant, ``worst`` is
    the worst verdict. Nothing that passes with time is stored, such as the validity of evidence.
    ``manage.py rebuild_rollups`` computes all of them again.
    """

    audit = models.ForeignKey(
        Audit, models.CASCADE, related_name="rollups", verbose_name=_("audit")
    )
    section = models.ForeignKey(
        AuditSection, models.CASCADE, related_name="rollups", verbose_name=_("engagement")
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    total = models.PositiveIntegerField(_("requirements"), default=0)
    not_applicable = models.PositiveIntegerField(_("not applicable"), default=0)
    examined = models.PositiveIntegerField(_("examined"), default=0)
    conform = models.PositiveIntegerField(_("compliant"), default=0)
    weight = models.PositiveIntegerField(_("weight"), default=0)
    reached = models.PositiveIntegerField(_("points reached"), default=0)
    critical = models.PositiveIntegerField(_("critical"), default=0)
    blocking = models.PositiveIntegerField(_("blocking"), default=0)
    worst = models.CharField(_("worst verdict"), choices=Shape, default=Shape.NONE, max_length=8)

    class Meta:
        verbose_name = _("section roll-up")
        verbose_name_plural = _("section roll-ups")
        constraints = (
            models.UniqueConstraint(
                name="rollup_unique_on_site",
                fields=["audit", "section", "site"],
                condition=Q(site__isnull=False),
            ),
            models.UniqueConstraint(
                name="rollup_unique_on_whole",
                fields=["audit", "section"],
                condition=Q(site=None),
            ),
            models.CheckConstraint(
                name="rollup_counts_add_up",
                condition=Q(total__gte=F("not_applicable") + F("examined"))
                & Q(conform__lte=F("examined")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.section_id} {self.examined}/{self.total}"
