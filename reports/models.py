"""Reports. The row is the job, the queue of record and the register in one."""

import re
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import Confidentiality
from audits.models import Audit, AuditTeamMember, Certification, CommitteeMeeting, FileShare
from audits.models.sharing import CLIENT_READERS
from audits.sharing_enums import WITH_REPORTS
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with
from reports.enums import PENDING, ReportKind, ReportState


class ReportQuerySet(models.QuerySet["Report"]):
    """Reads of reports."""

    def visible_to(self, user: User) -> Self:
        """Reports the user may know exist.

        All of them for managers and directors, who ask for them; ready ones for site managers,
        but for packs of the committee, which tell of every site;
        those of their audits for the team; issued ones of the files that a provider shares with
        their organisation, where the share opens reports; issued ones of concluded audits for
        whoever decides on the certificate.
        """
        asked = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
        managed = Q(organisation__in=asked)
        ready = Q(
            organisation__in=organisations_with(user, Role.SITE_MANAGER),
            state=ReportState.READY,
            meeting=None,
        )
        shared = Q(pk__in=())
        if organisations_with(user, *CLIENT_READERS):  # else nothing can be shared: no subquery
            shares = FileShare.objects.visible_to(user).filter(level__in=WITH_REPORTS)
            files = shares.values("certification")
            shared = Q(certification__in=files, issued_at__isnull=False)
        named = Q(audit__in=AuditTeamMember.objects.giving_access(user).values("audit"))
        seen = managed | ready | shared | named
        if bodies := organisations_with(user, Role.DECISION_MAKER):
            concluded = Audit.objects.concluded_for(bodies).values("pk")
            seen |= Q(audit__in=concluded, issued_at__isnull=False)
        return self.filter(seen)

    def pending(self) -> Self:
        """Waiting or being made."""
        return self.filter(state__in=PENDING)

    def ahead_of(self, report: "Report") -> Self:
        """Those that a worker takes, or took, before this one."""
        earlier = Q(requested_at__lt=report.requested_at)
        same_time = Q(requested_at=report.requested_at, pk__lt=report.pk)
        return self.pending().filter(earlier | same_time)

    def for_screens(self) -> Self:
        """With what screens show, without the snapshots, which are long and shown nowhere."""
        related = ("organisation", "certification", "audit", "meeting", "requested_by", "issued_by")
        return self.select_related(*related).defer(
            "snapshot", "audit__frozen", "audit__scale", "meeting__frozen"
        )


class Report(models.Model):
    """One document, asked for once.

    ``snapshot`` is the canonical JSON that the bytes are made from and ``snapshot_sha256`` its
    hash; neither changes afterwards. ``lease_until`` and ``attempt`` make the row a lease: a
    worker that died loses it, the next one takes it over, and only the holder may finish.
    ``done`` and ``total`` count pages; ``file_path`` is relative to the storage.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), choices=ReportKind, max_length=16)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reports", verbose_name=_("organisation")
    )
    certification = models.ForeignKey(
        Certification,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("certification file"),
    )
    meeting = models.ForeignKey(
        CommitteeMeeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("committee meeting"),
    )
    audit = models.ForeignKey(
        Audit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("audit"),
    )
    reference = models.CharField(_("reference"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=2, default="fr")
    confidentiality = models.CharField(
        _("confidentiality"),
        choices=Confidentiality,
        default=Confidentiality.RESTRICTED,
        max_length=12,
    )
    is_draft = models.BooleanField(_("draft"), default=False)
    requested_at = models.DateTimeField(_("asked for on"))
    requested_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    snapshot = models.TextField(_("snapshot"))
    snapshot_sha256 = models.CharField(_("hash of the snapshot"), max_length=64)
    rule_version = models.CharField(_("version of the rule"), max_length=20)
    template_version = models.CharField(_("version of the template"), max_length=40)
    app_version = models.CharField(_("version of the application"), max_length=20)
    state = models.CharField(
        _("state"), choices=ReportState, default=ReportState.QUEUED, max_length=10
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    step = models.CharField(_("step"), max_length=80, blank=True)
    error = models.TextField(_("cause of the failure"), blank=True)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    file_path = models.CharField(_("file"), max_length=200, blank=True)
    file_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    page_count = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = (
            models.UniqueConstraint(
                name="report_reference_unique",
                fields=["organisation", "reference", "language", "revision"],
            ),
            # A double click, or the same request from two people, is one job.
            models.UniqueConstraint(
                name="report_one_pending",
                fields=["kind", "certification", "language", "snapshot_sha256"],
                condition=Q(state__in=PENDING),
            ),
            models.CheckConstraint(
                name="report_kind_known", condition=Q(kind__in=ReportKind.values)
            ),
            models.CheckConstraint(
                name="report_state_known", condition=Q(state__in=ReportState.values)
            ),
            models.UniqueConstraint(
                name="report_one_pending_pack",
                fields=["meeting", "language", "snapshot_sha256"],
                condition=Q(state__in=PENDING, meeting__isnull=False),
            ),
            # A pack is of an organisation; any other document is of a file, or of an audit of it.
            models.CheckConstraint(
                name="report_about_what_its_kind_says",
                condition=Q(
                    kind=ReportKind.COMMITTEE_PACK,
                    meeting__isnull=False,
                    certification=None,
                    audit=None,
                )
                | Q(kind=ReportKind.CONTROL_PLAN, certification__isnull=False, meeting=None)
                | (
                    ~Q(kind__in=[ReportKind.COMMITTEE_PACK, ReportKind.CONTROL_PLAN])
                    & Q(audit__isnull=False, certification__isnull=False, meeting=None)
                ),
            ),
            models.CheckConstraint(
                name="report_ready_iff_file",
                condition=(
                    Q(state=ReportState.READY, finished_at__isnull=False, file_size__gt=0)
                    & ~Q(file_sha256="")
                    & ~Q(file_path="")
                )
                | (~Q(state=ReportState.READY) & Q(file_sha256="", file_path="")),
            ),
            models.CheckConstraint(
                name="report_leased_iff_building",
                condition=Q(state=ReportState.BUILDING, lease_until__isnull=False)
                | (~Q(state=ReportState.BUILDING) & Q(lease_until=None)),
            ),
            models.CheckConstraint(
                name="report_failed_iff_cause",
                condition=(Q(state=ReportState.FAILED) & ~Q(error=""))
                | (~Q(state=ReportState.FAILED) & Q(error="")),
            ),
            models.CheckConstraint(
                name="report_issued_when_ready",
                condition=Q(issued_at=None, issued_by=None)
                | Q(
                    state=ReportState.READY,
                    is_draft=False,
                    issued_at__isnull=False,
                    issued_by__isnull=False,
                ),
            ),
        )
        indexes = (models.Index(name="report_queue", fields=["state", "lease_until"]),)

    def __str__(self) -> str:
        return f"{self.reference} rev. {self.revision}"

    @property
    def is_pending(self) -> bool:
        """Whether the job is still to be finished."""
        return self.state in PENDING

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; 100 only when ready."""
        if self.state == ReportState.READY:
            return 100
        return min(99, round(100 * self.done / self.total)) if self.total else 0

    @property
    def file_name(self) -> str:
        """Name under which it is downloaded: DI-2026-03_rev1_fr.pdf."""
        reference = re.sub(r"[^A-Za-z0-9.-]+", "-", self.reference)
        return f"{reference}_rev{self.revision}_{self.language}.pdf"

    @property
    def subject(self) -> str:
        """What it is about, as printed: the file, or the organisation of a pack."""
        return (
            self.organisation.name if self.certification is None else self.certification.reference
        )

    def get_absolute_url(self) -> str:
        """Page of the report."""
        return reverse("reports:report", args=[self.key])
