"""Evidence: never lost. A new version supersedes, a link is ended but kept."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Confidentiality, EvidenceKind, ReviewVerdict
from audits.models.assessment import Assessment
from audits.models.control_access import controls_seen
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import organisations_with

NEVER_EXPIRES = date(9999, 12, 31)


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Reads of evidence."""

    def visible_to(self, user: User) -> Self:
        """All of it for managers and directors; otherwise what the visible assessments rest on.

        And the records of the internal controls that are visible.
        """
        whole = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        linked = EvidenceLink.objects.filter(
            assessment__in=Assessment.objects.visible_to(user), unlinked_at=None
        )
        own = Q(
            created_by=user,
            organisation__in=organisations_with(user, Role.CONTRIBUTOR, Role.SITE_MANAGER),
        )
        records = Evidence.objects.filter(controls_seen(user, control="controls__"))
        seen = Q(pk__in=linked.values("evidence")) | Q(pk__in=records.values("pk"))
        return self.filter(Q(organisation__in=whole) | own | seen)

    def valid_on(self, day: date) -> Self:
        """Not withdrawn and not expired on that day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), withdrawn_at=None)


class Evidence(models.Model):
    """A verifiable record. ``number`` gives its reference P-001 within the organisation."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="evidence", verbose_name=_("organisation")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(
        _("kind"), choices=EvidenceKind, default=EvidenceKind.FILE, max_length=4
    )
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("address"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    fact_date = models.DateField(_("date of the fact"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    confidentiality = models.CharField(
        _("confidentiality"),
        choices=Confidentiality,
        default=Confidentiality.INTERNAL,
        max_length=12,
    )
    sites = models.ManyToManyField(
        Site, blank=True, related_name="evidence", verbose_name=_("sites")
    )
    created_at = models.DateTimeField(_("added on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("reason for withdrawal"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("pieces of evidence")
        constraints = (
            models.UniqueConstraint(
                name="evidence_number_unique", fields=["organisation", "number"]
            ),
            models.CheckConstraint(
                name="evidence_kind_known", condition=Q(kind__in=EvidenceKind.values)
            ),
            models.CheckConstraint(
                name="evidence_confidentiality_known",
                condition=Q(confidentiality__in=Confidentiality.values),
            ),
            models.CheckConstraint(
                name="evidence_validity_ordered",
                condition=Q(fact_date=None)
                | Q(valid_until=None)
                | Q(valid_until__gte=F("fact_date")),
            ),
            models.CheckConstraint(
                name="evidence_withdrawn_iff_reason",
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Number as printed: P-031."""
        return f"P-{self.number:03d}"

    def get_absolute_url(self) -> str:
        """Page of the piece of evidence."""
        return reverse("audits:evidence", args=[self.key])


class EvidenceVersion(models.Model):
    """One file that was deposited. Append-only, by triggers in the database.

    ``path`` is relative to the storage; ``size`` in bytes; ``preview`` is pdf, image, table,
    text or "" when the file can only be downloaded. ``scanned_at`` is None for a file that no
    antivirus looked at.
    """

    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="versions", verbose_name=_("evidence")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    path = models.CharField(_("path"), max_length=200, unique=True)
    file_name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=120)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    preview = models.CharField(_("preview"), max_length=8, blank=True)
    scanned_at = models.DateTimeField(_("checked by the antivirus on"), null=True, blank=True)
    uploaded_at = models.DateTimeField(_("deposited on"))
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("deposited by")
    )

    class Meta:
        verbose_name = _("evidence version")
        verbose_name_plural = _("evidence versions")
        constraints = (
            models.UniqueConstraint(name="evidence_version_unique", fields=["evidence", "number"]),
            models.CheckConstraint(name="evidence_version_not_empty", condition=Q(size__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.file_name} v{self.number}"


class EvidenceLink(models.Model):
    """Evidence that an assessment rests on. ``pinned`` is the version that was judged.

    ``review`` is the verdict of the newest review, "" while nobody has reviewed the current
    version; ``reviews`` counts them all, and is the version that a review starts from.
    """

    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="links", verbose_name=_("evidence")
    )
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="links", verbose_name=_("assessment")
    )
    pinned = models.ForeignKey(
        EvidenceVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version judged"),
    )
    review = models.CharField(_("review"), choices=ReviewVerdict, max_length=11, blank=True)
    reviews = models.PositiveSmallIntegerField(_("reviews"), default=0)
    linked_at = models.DateTimeField(_("linked on"))
    linked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("linked by")
    )
    unlinked_at = models.DateTimeField(_("unlinked on"), null=True, blank=True)
    unlinked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unlinked by"),
    )

    class Meta:
        verbose_name = _("evidence link")
        verbose_name_plural = _("evidence links")
        constraints = (
            models.UniqueConstraint(
                name="evidence_link_unique",
                fields=["evidence", "assessment"],
                condition=Q(unlinked_at=None),
            ),
            models.CheckConstraint(
                name="evidence_review_known",
                condition=Q(review="") | Q(review__in=ReviewVerdict.values, reviews__gte=1),
            ),
            models.CheckConstraint(
                name="evidence_unlinked_iff_by",
                condition=Q(unlinked_at=None, unlinked_by=None)
                | Q(unlinked_at__isnull=False, unlinked_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence_id} - {self.assessment_id}"
