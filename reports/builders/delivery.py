"""The last steps that all documents share: their data files, their page estimate, their bytes."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits.snapshots import AuditPlanSnapshot, AuditSnapshot, ControlPlanSnapshot, digest, to_json
from audits.snapshots.committee import CommitteePack
from reports.builders.engine import DataFile, Progress, render_pdf
from reports.builders.meta import ReportMeta
from reports.builders.xlsx_audit import build_audit_workbook


def snapshot_file(
    snapshot: AuditSnapshot | ControlPlanSnapshot | AuditPlanSnapshot | CommitteePack,
    meta: ReportMeta,
    text: str = "",
) -> DataFile:
    """The canonical snapshot as an embedded file.

    ``text`` is what it was read from, "" to write it anew: one that was kept before a field came
    has no such key, and its fingerprint is that of the text as it was kept.

    Raises:
        ReportRenderError: the fingerprint in ``meta`` is not the snapshot's.
    """
    text = text or to_json(snapshot)
    meta.check(digest(text))
    return DataFile(
        name="snapshot.json",
        content=text.encode("ascii"),
        media_type="application/json",
        description=_("Data of this document"),
    )


def audit_files(snapshot: AuditSnapshot, meta: ReportMeta, text: str = "") -> tuple[DataFile, ...]:
    """The snapshot and its workbook. Raises as ``snapshot_file``."""
    data = snapshot_file(snapshot, meta, text)
    workbook = DataFile(
        name="audit.xlsx",
        content=build_audit_workbook(snapshot),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        description=_("Data of this document"),
    )
    return (data, workbook)


def pages(snapshot: AuditSnapshot) -> int:
    """Pages to expect, for the progress bar only."""
    lines = sum(domain.gap.total for domain in snapshot.domains)
    return 14 + lines // 9 + len(snapshot.findings) // 4 + len(snapshot.evidence) // 14


def deliver(
    body: SafeString,
    *,
    meta: ReportMeta,
    files: tuple[DataFile, ...],
    pages_expected: int,
    progress: Progress,
) -> bytes:
    """The bytes of the document. Raises ``ReportRenderError`` as ``render_pdf`` does."""
    return render_pdf(
        body, meta=meta, files=files, pages_expected=pages_expected, progress=progress
    )
