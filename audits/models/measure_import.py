"""A file of figures: received, its columns named, read in the background, confirmed, written."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.measure_enums import (
    MEASURE_IMPORT_FLOW,
    STILL_OPEN,
    ImportKind,
    MeasureImportState,
)
from audits.models.place import figure_files_read
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with

_STATE = MeasureImportState
_WRITTEN = (_STATE.APPLIED, _STATE.UNDONE)


class MeasureImportQuerySet(models.QuerySet["MeasureImport"]):
    """Reads of files of figures."""

    def visible_to(self, user: User) -> Self:
        """Those of the organisations where the user brings figures; for readers, if written."""
        bringing = organisations_with(user, Role.QUALITY_MANAGER, Role.CONTRIBUTOR)
        seen = Organisation.objects.filter(figure_files_read(user))
        return self.filter(
            Q(organisation__in=bringing) | Q(organisation__in=seen, state__in=_WRITTEN)
        )

    def open(self) -> Self:
        """Neither written nor given up."""
        return self.filter(state__in=STILL_OPEN)


class MeasureImport(models.Model):
    """One file. Nothing of it is written before somebody confirms what it would write.

    ``columns`` are the titles of the file in order, ``sample`` its first rows; ``mapping`` says
    which column is what, with the conventions, as `audits.importers` reads it. ``proposed`` holds
    the measures that it would write, emptied at the end, and ``replaced`` those that stood in their
    place, as they were, for the one who takes it back; ``problems`` what could
    not be read, with its row, and ``problem_count`` how many in all. ``facts`` are what call
    records say besides: calls counted, days, calls of unknown sites. ``lease_until`` and
    ``attempt`` make the row a job: see `audits.actions.import_jobs`. ``done`` and ``total`` count
    bytes. ``file_path`` is relative to the storage, "" once the file was erased.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="measure_imports", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), choices=ImportKind, max_length=8)
    state = models.CharField(_("state"), choices=_STATE, default=_STATE.RECEIVED, max_length=9)
    file_name = models.CharField(_("file"), max_length=180)
    file_path = models.CharField(_("file"), max_length=200, blank=True)
    file_size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    encoding = models.CharField(_("encoding"), max_length=10, blank=True)
    delimiter = models.CharField(_("separator"), max_length=1, blank=True)
    columns = models.JSONField(_("columns"), default=list)
    sample = models.JSONField(_("first rows"), default=list)
    mapping = models.JSONField(_("meaning of the columns"), default=dict)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    problem_count = models.PositiveIntegerField(_("rows that could not be read"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    facts = models.JSONField(_("facts"), default=dict)
    proposed = models.JSONField(_("proposed"), default=list)
    written = models.PositiveIntegerField(_("measures written"), default=0)
    replaced = models.JSONField(_("measures replaced"), default=list)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=0)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("total"), default=0)
    error = models.TextField(_("cause of the failure"), blank=True)
    received_at = models.DateTimeField(_("received on"))
    received_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("received from")
    )
    applied_at = models.DateTimeField(_("written on"), null=True, blank=True)
    applied_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    undone_at = models.DateTimeField(_("taken back on"), null=True, blank=True)
    erased_at = models.DateTimeField(_("file erased on"), null=True, blank=True)

    objects = MeasureImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of figures")
        verbose_name_plural = _("files of figures")
        constraints = (
            models.CheckConstraint(
                name="measure_import_kind_known", condition=Q(kind__in=ImportKind.values)
            ),
            models.CheckConstraint(
                name="measure_import_state_known", condition=Q(state__in=_STATE.values)
            ),
            models.CheckConstraint(
                name="measure_import_applied_iff_dated",
                condition=Q(state__in=_WRITTEN, applied_at__isnull=False, applied_by__isnull=False)
                | (~Q(state__in=_WRITTEN) & Q(applied_at=None, applied_by=None)),
            ),
            models.CheckConstraint(
                name="measure_import_undone_iff_dated",
                condition=Q(state=_STATE.UNDONE, undone_at__isnull=False)
                | (~Q(state=_STATE.UNDONE) & Q(undone_at=None)),
            ),
            models.CheckConstraint(
                name="measure_import_held_iff_reading",
                condition=Q(state=_STATE.READING, lease_until__isnull=False)
                | (~Q(state=_STATE.READING) & Q(lease_until=None)),
            ),
            models.CheckConstraint(
                name="measure_import_failed_iff_cause",
                condition=(Q(state=_STATE.FAILED) & ~Q(error=""))
                | (~Q(state=_STATE.FAILED) & Q(error="")),
            ),
            models.CheckConstraint(
                name="measure_import_erased_iff_dated",
                condition=(Q(erased_at=None) & ~Q(file_path=""))
                | Q(erased_at__isnull=False, file_path=""),
            ),
            # The same file twice is one: what was written from it must be taken back first.
            models.UniqueConstraint(
                name="measure_import_file_once",
                fields=["organisation", "kind", "sha256"],
                condition=Q(state__in=[*STILL_OPEN, _STATE.APPLIED]),
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Its page, whatever its state."""
        return reverse("audits:measure-import", args=[self.key])

    @property
    def is_working(self) -> bool:
        """Whether a job reads it, or is about to."""
        return self.state in {_STATE.QUEUED, _STATE.READING}

    def apply(self, *, written: int, replaced: list[Any], by: User, at: datetime) -> None:
        """READ -> APPLIED, with the number of measures that it wrote and what they replaced."""
        MEASURE_IMPORT_FLOW.check(source=self.state, target=_STATE.APPLIED)
        self.state, self.applied_at, self.applied_by = _STATE.APPLIED, at, by
        self.written, self.replaced, self.proposed = written, replaced, []
        names = ["state", "applied_at", "applied_by", "written", "replaced", "proposed"]
        self.save(update_fields=names)

    def undo(self, *, at: datetime) -> None:
        """APPLIED -> UNDONE."""
        MEASURE_IMPORT_FLOW.check(source=self.state, target=_STATE.UNDONE)
        self.state, self.undone_at, self.replaced = _STATE.UNDONE, at, []
        self.save(update_fields=["state", "undone_at", "replaced"])

    def abandon(self) -> None:
        """Given up before anything was written."""
        MEASURE_IMPORT_FLOW.check(source=self.state, target=_STATE.ABANDONED)
        self.state, self.proposed, self.lease_until, self.error = _STATE.ABANDONED, [], None, ""
        self.save(update_fields=["state", "proposed", "lease_until", "error"])


class ColumnMapping(models.Model):
    """What the columns of a file were last said to mean: proposed for the next one like it.

    ``signature`` is the SHA-256 of the titles in order.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="column_mappings", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), choices=ImportKind, max_length=8)
    signature = models.CharField(_("titles"), max_length=64)
    mapping = models.JSONField(_("meaning of the columns"), default=dict)
    used_at = models.DateTimeField(_("last used on"))

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = (
            models.UniqueConstraint(
                name="column_mapping_once", fields=["organisation", "kind", "signature"]
            ),
            models.CheckConstraint(
                name="column_mapping_kind_known", condition=Q(kind__in=ImportKind.values)
            ),
        )

    def __str__(self) -> str:
        return self.signature[:8]
