"""A sample: what it is drawn from, how, and the record of the draw."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.logic.sampling import V1, Counted, Unit, fingerprint
from audits.models.assessment import Assessment
from audits.models.audit import Audit
from audits.models.team import AuditTeamMember
from audits.sample_enums import (
    SAMPLE_FLOW,
    SampleMethod,
    SampleState,
    SampleSubject,
    SiteSampleRule,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import organisations_with

_UNDRAWN = Q(drawn_at=None, drawn_by=None, seed="", algorithm="", population_hash="")
_DRAWN = Q(drawn_at__isnull=False, drawn_by__isnull=False) & ~(
    Q(seed="") | Q(algorithm="") | Q(population_hash="")
)
_UNCONCLUDED = Q(concluded_at=None, concluded_by=None)
_CONCLUDED = Q(concluded_at__isnull=False, concluded_by__isnull=False)


class SampleQuerySet(models.QuerySet["Sample"]):
    """Reads of samples."""

    def visible_to(self, user: User) -> Self:
        """Everything for managers, directors, the audit team and who decides; else their part."""
        whole = Q(audit__in=AuditTeamMember.objects.giving_access(user).values("audit"))
        if members := organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR):
            whole |= Q(audit__organisation__in=members)
        if bodies := organisations_with(user, Role.DECISION_MAKER):
            whole |= Q(audit__in=Audit.objects.concluded_for(bodies).values("pk"))
        part = Q(assessment__in=Assessment.objects.visible_to(user).values("pk"))
        return self.filter(whole | part)

    def without_list(self) -> Self:
        """Without the population, which may be long."""
        return self.defer("population", "audit__frozen", "audit__scale")


class Sample(models.Model):
    """What is drawn from a population to judge a requirement, or the sites that an audit visits.

    ``population`` is the list, as pairs of label and stratum in their order; empty when the
    population is only known by its number, its units being then called "1" to "population_size".
    ``margin`` is in points and ``confidence`` in percent: what the size was proposed from, None
    for sites. ``target`` is in percent, None without one: no verdict then. ``chosen`` holds the
    positions that the auditor chose. ``central`` names the site of the central function, which is
    visited every time and not drawn; "" when it is none of the sites. Seed, algorithm and hash of
    the population are written by the draw: from there on nothing of it changes, in the database
    too. Another draw is another sample, that ``replaces`` this one for a ``reason``.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="samples", verbose_name=_("audit")
    )
    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="samples",
        verbose_name=_("requirement"),
    )
    number = models.PositiveIntegerField(_("number"))
    subject = models.CharField(
        _("subject"), choices=SampleSubject, default=SampleSubject.UNITS, max_length=5
    )
    title = models.CharField(_("title"), max_length=200)
    counted = models.TextField(_("what is conform"), blank=True)
    source = models.TextField(_("population"))
    population = models.JSONField(_("list"), default=list)
    population_size = models.PositiveIntegerField(_("size of the population"))
    method = models.CharField(_("method"), choices=SampleMethod, max_length=10)
    rule = models.CharField(_("rule for sites"), choices=SiteSampleRule, max_length=12, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence (%)"), null=True, blank=True)
    margin = models.PositiveSmallIntegerField(_("margin (points)"), null=True, blank=True)
    target = models.DecimalField(
        _("target (%)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    size = models.PositiveIntegerField(_("size of the sample"))
    chosen = models.JSONField(_("chosen units"), default=list)
    central = models.CharField(_("central function"), max_length=120, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    algorithm = models.CharField(_("algorithm"), max_length=10, blank=True)
    population_hash = models.CharField(_("hash of the population"), max_length=64, blank=True)
    state = models.CharField(
        _("state"), choices=SampleState, default=SampleState.DRAFT, max_length=9
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    reason = models.TextField(_("reason for another draw"), blank=True)
    created_at = models.DateTimeField(_("prepared on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    drawn_at = models.DateTimeField(_("drawn on"), null=True, blank=True)
    drawn_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("drawn by"),
    )
    concluded_at = models.DateTimeField(_("concluded on"), null=True, blank=True)
    concluded_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("concluded by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        constraints = (
            models.UniqueConstraint(name="sample_number_unique", fields=["audit", "number"]),
            models.CheckConstraint(
                name="sample_subject_known", condition=Q(subject__in=SampleSubject.values)
            ),
            models.CheckConstraint(
                name="sample_method_known", condition=Q(method__in=SampleMethod.values)
            ),
            models.CheckConstraint(
                name="sample_rule_iff_sites",
                condition=Q(subject=SampleSubject.SITES, rule__in=SiteSampleRule.values)
                | (Q(subject=SampleSubject.UNITS, rule="", central="") & ~Q(counted="")),
            ),
            models.CheckConstraint(
                name="sample_state_iff_dated",
                condition=(Q(state=SampleState.DRAFT) & _UNDRAWN & _UNCONCLUDED)
                | (Q(state=SampleState.DRAWN) & _DRAWN & _UNCONCLUDED)
                | (Q(state=SampleState.CONCLUDED) & _DRAWN & _CONCLUDED),
            ),
            models.CheckConstraint(
                name="sample_size_possible",
                condition=Q(size__gte=1, size__lte=F("population_size")),
            ),
            models.CheckConstraint(
                name="sample_target_is_share",
                condition=Q(target=None) | Q(target__gte=0, target__lte=100),
            ),
            models.CheckConstraint(
                name="sample_replaces_iff_reason",
                condition=Q(replaces=None, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Number as printed: ECH-03."""
        return f"ECH-{self.number:02d}"

    @property
    def is_draft(self) -> bool:
        """Whether nothing is drawn yet."""
        return self.state == SampleState.DRAFT

    @property
    def is_of_sites(self) -> bool:
        """Whether it is a choice of sites, which has no results of its own."""
        return self.subject == SampleSubject.SITES

    @property
    def target_share(self) -> Fraction | None:
        """The target as a ratio."""
        return None if self.target is None else Fraction(self.target) / 100

    def get_absolute_url(self) -> str:
        """Page of the sample."""
        return reverse("audits:sample", args=[self.audit.key, self.number])

    def units(self) -> Sequence[Unit]:
        """The population in its order."""
        if not self.population:
            return Counted(self.population_size)
        return [Unit(label, stratum) for label, stratum in self.population]

    def mark_drawn(self, *, seed: str, by: User, at: datetime) -> None:
        """DRAFT -> DRAWN, with what lets anybody redo it. Raises TransitionNotAllowedError."""
        SAMPLE_FLOW.check(source=self.state, target=SampleState.DRAWN)
        self.state, self.drawn_at, self.drawn_by = SampleState.DRAWN, at, by
        self.seed, self.algorithm = seed, V1
        self.population_hash = fingerprint(self.units())
        self.version += 1
        self.save(
            update_fields=[
                *("state", "drawn_at", "drawn_by", "seed", "algorithm"),
                *("population_hash", "version"),
            ]
        )

    def conclude(self, *, by: User, at: datetime) -> None:
        """DRAWN -> CONCLUDED. Raises TransitionNotAllowedError."""
        SAMPLE_FLOW.check(source=self.state, target=SampleState.CONCLUDED)
        self.state, self.concluded_at, self.concluded_by = SampleState.CONCLUDED, at, by
        self._save_state()

    def take_up(self) -> None:
        """CONCLUDED -> DRAWN; why is in the journal. A draft is refused by the database.

        Raises TransitionNotAllowedError.
        """
        SAMPLE_FLOW.check(source=self.state, target=SampleState.DRAWN)
        self.state, self.concluded_at, self.concluded_by = SampleState.DRAWN, None, None
        self._save_state()

    def _save_state(self) -> None:
        self.version += 1
        self.save(update_fields=["state", "concluded_at", "concluded_by", "version"])
