"""What came back in a workbook: shown first, then written whole or not at all, or taken back."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from django.db import models
from django.db.models import Q, TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit
from crcaudit.accounts.models import User
from crcaudit.core.flow import Flow

LASTS = timedelta(days=2)


class Kind(StrEnum):
    """What a row of a workbook is about."""

    REQUIREMENT = "REQUIREMENT"
    FINDING = "FINDING"
    ACTION = "ACTION"


class ImportState(TextChoices):
    """Life of what a workbook brought back."""

    PREVIEWED = "PREVIEWED", _("To be confirmed")
    APPLIED = "APPLIED", _("Written in the audit")
    UNDONE = "UNDONE", _("Taken back")
    ABANDONED = "ABANDONED", _("Abandoned")


IMPORT_FLOW = Flow(
    "workbook import",
    {
        ImportState.PREVIEWED: frozenset({ImportState.APPLIED, ImportState.ABANDONED}),
        ImportState.APPLIED: frozenset({ImportState.UNDONE}),
    },
)


class WorkbookImportQuerySet(models.QuerySet["WorkbookImport"]):
    """Reads of imports."""

    def visible_to(self, user: User) -> Self:
        """One's own, in audits that are still open to the person."""
        return self.filter(brought_by=user, audit__in=Audit.objects.visible_to(user))

    def waiting(self) -> Self:
        """Shown, and neither written nor abandoned."""
        return self.filter(state=ImportState.PREVIEWED)


class WorkbookImport(models.Model):
    """One workbook brought back. The file itself is not kept: ``sha256`` says which one it was.

    ``proposed`` lists what it brings, row by row, with its ``kind``: of a row that it changes,
    ``pk``, and what was ``taken`` and is ``brought``, by name; of one that it adds, ``key``,
    ``label`` and ``values``; empty once abandoned. ``theirs`` and ``agreed`` count the cells that
    somebody else changed, or changed alike. ``applied`` lists the rows as written, empty before:
    ``kind``, ``pk``, ``version``, and ``before`` with what an undo puts back, nothing for a row
    that was added. A preview lasts `LASTS`, as what it compares grows old.
    """

    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="workbook_imports", verbose_name=_("audit")
    )
    state = models.CharField(
        _("state"), choices=ImportState, default=ImportState.PREVIEWED, max_length=10
    )
    file_name = models.CharField(_("file"), max_length=180)
    sha256 = models.CharField("SHA-256", max_length=64)
    taken_at = models.DateTimeField(_("taken away on"))
    proposed = models.JSONField(_("proposed"), default=list)
    theirs = models.PositiveIntegerField(_("changed by others"), default=0)
    agreed = models.PositiveIntegerField(_("changed alike"), default=0)
    applied = models.JSONField(_("written"), default=list)
    brought_at = models.DateTimeField(_("brought back on"))
    brought_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("brought back by")
    )
    applied_at = models.DateTimeField(_("written on"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back on"), null=True, blank=True)
    abandoned_at = models.DateTimeField(_("abandoned on"), null=True, blank=True)

    objects = WorkbookImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("workbook import")
        verbose_name_plural = _("workbook imports")
        constraints = (
            models.CheckConstraint(
                name="workbook_import_state_known", condition=Q(state__in=ImportState.values)
            ),
            models.CheckConstraint(
                name="workbook_import_applied_iff_dated",
                condition=Q(
                    state__in=[ImportState.APPLIED, ImportState.UNDONE], applied_at__isnull=False
                )
                | (~Q(state__in=[ImportState.APPLIED, ImportState.UNDONE]) & Q(applied_at=None)),
            ),
            models.CheckConstraint(
                name="workbook_import_undone_iff_dated",
                condition=Q(state=ImportState.UNDONE, undone_at__isnull=False)
                | (~Q(state=ImportState.UNDONE) & Q(undone_at=None)),
            ),
            models.CheckConstraint(
                name="workbook_import_abandoned_iff_dated",
                condition=Q(state=ImportState.ABANDONED, abandoned_at__isnull=False)
                | (~Q(state=ImportState.ABANDONED) & Q(abandoned_at=None)),
            ),
        )
        indexes = (
            models.Index(name="workbook_import_own", fields=["audit", "brought_by", "-brought_at"]),
        )

    def __str__(self) -> str:
        return f"{self.file_name} {self.get_state_display()}"

    @property
    def needs_open_audit(self) -> bool:
        """Whether more than actions is in it: only those go on once an audit is validated."""
        rows = self.applied or self.proposed
        return any(row["kind"] != Kind.ACTION for row in rows)

    @property
    def is_taken_back_whole(self) -> bool:
        """Whether it can be: a step of an action is not taken back."""
        return not any("step" in row for row in self.applied)

    def get_absolute_url(self) -> str:
        """What it brings back, or what became of it."""
        return reverse("audits:workbook-import", args=[self.audit.key, self.pk])

    def is_expired(self, now: datetime) -> bool:
        """Whether it waited too long to be written."""
        return self.state == ImportState.PREVIEWED and now > self.brought_at + LASTS

    def count(self, kind: Kind) -> int:
        """How many rows of the kind were written."""
        return sum(row["kind"] == kind for row in self.applied)

    def apply(self, *, applied: list[dict[str, Any]], at: datetime) -> None:
        """PREVIEWED -> APPLIED. Raises TransitionNotAllowedError from any other state."""
        IMPORT_FLOW.check(source=self.state, target=ImportState.APPLIED)
        self.state, self.applied, self.applied_at = ImportState.APPLIED, applied, at
        self.save(update_fields=["state", "applied", "applied_at"])

    def undo(self, *, at: datetime) -> None:
        """APPLIED -> UNDONE. Raises TransitionNotAllowedError from any other state."""
        IMPORT_FLOW.check(source=self.state, target=ImportState.UNDONE)
        self.state, self.undone_at = ImportState.UNDONE, at
        self.save(update_fields=["state", "undone_at"])

    def abandon(self, *, at: datetime) -> None:
        """PREVIEWED -> ABANDONED; its texts go. Raises TransitionNotAllowedError otherwise."""
        IMPORT_FLOW.check(source=self.state, target=ImportState.ABANDONED)
        self.state, self.abandoned_at, self.proposed = ImportState.ABANDONED, at, []
        self.save(update_fields=["state", "abandoned_at", "proposed"])
