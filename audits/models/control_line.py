"""One line of the internal control plan (domain.md 4.3)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.control_enums import ControlFrequency, EscalationTarget, ThresholdSign, Weekday
from audits.models.control_plan import ControlPlan
from audits.models.corrective_action import CorrectiveAction
from crcaudit.accounts.models import Site, User
from engagements.models import Indicator, Requirement

MOST_RANK, MOST_WINDOW, MOST_AFTER, MOST_MONTHS = 60, 20, 60, 600


class ControlLine(models.Model):
    """One control of the plan: on which requirement, how, where, when, by whom.

    ``lineage`` is what the versions of a line have in common. ``method`` and ``role`` are codes of
    the edition's vocabularies, ``channels`` codes of `audits.enums.Channel`. Without sites it is
    for every site of the file; ``is_per_site`` says whether each has its own control. ``weekday``
    is of weekly lines, ``rank`` the working day wanted in longer periods, ``window_days`` the
    working days before it from which the control may be done. Thresholds are percentages of what
    complies, with <= and < of what does not. ``escalate_after`` counts working days.
    """

    plan = models.ForeignKey(
        ControlPlan, models.PROTECT, related_name="lines", verbose_name=_("internal control plan")
    )
    lineage = models.UUIDField(_("lineage"), default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(_("position"))
    requirement = models.ForeignKey(
        Requirement,
        models.PROTECT,
        related_name="control_lines",
        verbose_name=_("requirement"),
    )
    control_point = models.CharField(_("control point"), max_length=300)
    method = models.CharField(_("control method"), max_length=60)
    procedure = models.TextField(_("procedure"), blank=True)
    population = models.CharField(_("population"), max_length=300, blank=True)
    sample = models.CharField(_("sample"), max_length=300, blank=True)
    sample_size = models.PositiveIntegerField(_("size of the sample"), null=True, blank=True)
    is_per_site = models.BooleanField(_("one control per site"), default=True)
    sites = models.ManyToManyField(Site, blank=True, related_name="+", verbose_name=_("sites"))
    channels = models.JSONField(_("channels"), default=list, blank=True)
    frequency = models.CharField(_("frequency"), choices=ControlFrequency, max_length=12)
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), choices=Weekday, null=True, blank=True
    )
    rank = models.PositiveSmallIntegerField(_("working day of the period"), null=True, blank=True)
    window_days = models.PositiveSmallIntegerField(_("days of the window"), default=0)
    role = models.CharField(_("role in charge"), max_length=60)
    responsible = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person in charge"),
    )
    substitute = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("substitute"),
    )
    record = models.CharField(_("record"), max_length=300)
    record_place = models.CharField(_("place of the record"), max_length=200, blank=True)
    retention_months = models.PositiveSmallIntegerField(_("retention (months)"), default=36)
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("indicator"),
    )
    sign = models.CharField(_("comparison"), choices=ThresholdSign, max_length=2, blank=True)
    target = models.DecimalField(
        _("target (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    alert = models.DecimalField(
        _("alert threshold (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    nonconformity = models.DecimalField(
        _("nonconformity threshold (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    threshold_note = models.CharField(_("thresholds in words"), max_length=300, blank=True)
    reaction = models.TextField(_("reaction"), blank=True)
    escalation = models.CharField(
        _("escalation"),
        choices=EscalationTarget,
        default=EscalationTarget.DIRECTOR,
        max_length=15,
    )
    escalate_to = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("escalated to"),
    )
    escalate_after = models.PositiveSmallIntegerField(
        _("escalation after (working days)"), null=True, blank=True
    )
    action = models.ForeignKey(
        CorrectiveAction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="control_lines",
        verbose_name=_("corrective action"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("internal control line")
        verbose_name_plural = _("internal control lines")
        constraints = (
            models.UniqueConstraint(name="control_line_lineage_once", fields=["plan", "lineage"]),
            models.CheckConstraint(
                name="control_line_frequency_known",
                condition=Q(frequency__in=ControlFrequency.values),
            ),
            models.CheckConstraint(
                name="control_line_day_of_its_frequency",
                condition=Q(
                    frequency=ControlFrequency.WEEKLY,
                    weekday__isnull=False,
                    weekday__in=Weekday.values,
                    rank=None,
                )
                | Q(
                    frequency__in=[ControlFrequency.DAILY, ControlFrequency.PER_EVENT],
                    weekday=None,
                    rank=None,
                )
                | Q(
                    frequency__in=[
                        ControlFrequency.MONTHLY,
                        ControlFrequency.QUARTERLY,
                        ControlFrequency.HALF_YEARLY,
                        ControlFrequency.YEARLY,
                    ],
                    weekday=None,
                    rank__isnull=False,
                    rank__gte=1,
                    rank__lte=MOST_RANK,
                ),
            ),
            models.CheckConstraint(
                name="control_line_numbers_within_reason",
                condition=Q(
                    window_days__lte=MOST_WINDOW,
                    retention_months__gte=1,
                    retention_months__lte=MOST_MONTHS,
                ),
            ),
            models.CheckConstraint(
                name="control_line_thresholds_whole",
                condition=Q(sign="", target=None, alert=None, nonconformity=None)
                | Q(sign__in=ThresholdSign.values, target__isnull=False),
            ),
            models.CheckConstraint(
                name="control_line_thresholds_are_percentages",
                condition=(Q(target=None) | Q(target__gte=0, target__lte=100))
                & (Q(alert=None) | Q(alert__gte=0, alert__lte=100))
                & (Q(nonconformity=None) | Q(nonconformity__gte=0, nonconformity__lte=100)),
            ),
            models.CheckConstraint(
                name="control_line_thresholds_in_order",
                condition=(
                    Q(sign__in=["", ThresholdSign.AT_LEAST, ThresholdSign.MORE_THAN])
                    & (Q(alert=None) | Q(alert__lte=F("target")))
                    & (Q(nonconformity=None) | Q(nonconformity__lte=F("target")))
                    & (Q(alert=None) | Q(nonconformity=None) | Q(nonconformity__lte=F("alert")))
                )
                | (
                    Q(sign__in=[ThresholdSign.AT_MOST, ThresholdSign.LESS_THAN])
                    & (Q(alert=None) | Q(alert__gte=F("target")))
                    & (Q(nonconformity=None) | Q(nonconformity__gte=F("target")))
                    & (Q(alert=None) | Q(nonconformity=None) | Q(nonconformity__gte=F("alert")))
                ),
            ),
            models.CheckConstraint(
                name="control_line_escalation_whole",
                condition=Q(
                    escalation=EscalationTarget.NOBODY, escalate_to=None, escalate_after=None
                )
                | Q(
                    escalation__in=[
                        EscalationTarget.QUALITY_MANAGER,
                        EscalationTarget.DIRECTOR,
                    ],
                    escalate_to=None,
                    escalate_after__isnull=False,
                    escalate_after__gte=1,
                    escalate_after__lte=MOST_AFTER,
                )
                | Q(
                    escalation=EscalationTarget.PERSON,
                    escalate_to__isnull=False,
                    escalate_after__isnull=False,
                    escalate_after__gte=1,
                    escalate_after__lte=MOST_AFTER,
                ),
            ),
        )

    def __str__(self) -> str:
        return self.control_point

    def get_absolute_url(self) -> str:
        """Its page, in its version of the plan."""
        return reverse("audits:control-line", args=[self.plan.certification.key, self.pk])
