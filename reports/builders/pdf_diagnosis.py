"""The initial diagnosis report: the gap to certification on the first day."""

from django.utils.translation import override

from audits.snapshots import AuditSnapshot
from reports.builders import audit_chapters as parts
from reports.builders import chapters, delivery
from reports.builders import management_chapters as management
from reports.builders.engine import Progress, few_collections, ignore_progress
from reports.builders.meta import ReportMeta

TEMPLATE = "diagnosis_v1"


def build_diagnosis_pdf(
    snapshot: AuditSnapshot,
    meta: ReportMeta,
    *,
    progress: Progress = ignore_progress,
    text: str = "",
) -> bytes:
    """PDF/A-3a with the snapshot's JSON and workbook inside, in ``meta.language``.

    ``text`` is what the snapshot was read from, see `delivery.snapshot_file`.

    Raises:
        ReportRenderError: no title or language, another snapshot's fingerprint, or a text that
            cannot be laid out.
    """
    with override(meta.language), few_collections():
        files = delivery.audit_files(snapshot, meta, text)
        summary = management.management_summary(snapshot)
        body = chapters.numbered(
            [
                parts.scope_and_method(snapshot),
                management.overview(snapshot),
                parts.results(snapshot),
                parts.findings(snapshot),
                parts.action_plan(snapshot),
                parts.evidence_index(snapshot),
                parts.limits(snapshot),
                parts.people(snapshot, meta),
                parts.proof(snapshot, meta, files=files),
            ]
        )
        order = [summary, chapters.contents([summary, *body]), *body]
        return delivery.deliver(
            chapters.body(TEMPLATE, order, management.cover(snapshot, meta)),
            meta=meta,
            files=files,
            pages_expected=delivery.pages(snapshot),
            progress=progress,
        )
