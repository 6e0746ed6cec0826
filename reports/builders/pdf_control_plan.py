"""The management and internal control plan (PMCI) of a certification file."""

from django.utils.translation import override

from audits.snapshots import ControlPlanSnapshot
from reports.builders import chapters, delivery, plan_chapters, plan_chapters_v2
from reports.builders.engine import Progress, few_collections, ignore_progress
from reports.builders.meta import ReportMeta

FIRST, TEMPLATE = "control_plan_v1", "control_plan_v2"


def build_control_plan_pdf(
    snapshot: ControlPlanSnapshot,
    meta: ReportMeta,
    *,
    progress: Progress = ignore_progress,
    text: str = "",
) -> bytes:
    """PDF/A-3a with the snapshot's JSON inside, in ``meta.language``.

    ``text`` is what the snapshot was read from, see `delivery.snapshot_file`.

    Raises:
        ReportRenderError: no title or language, another snapshot's fingerprint, or a text that
            cannot be laid out.
    """
    with override(meta.language), few_collections():
        data = delivery.snapshot_file(snapshot, meta, text)
        # A document that was asked for in the first layout keeps it, whenever it is made.
        version = FIRST if meta.template_version == FIRST else TEMPLATE
        parts = plan_chapters if version == FIRST else plan_chapters_v2
        body = chapters.numbered(parts.chapters(snapshot, meta))
        proof = chapters.traceability(
            meta, rule_version="", journal_root=snapshot.journal_root, files=[data.name]
        )
        order = [chapters.contents([*body, proof]), *body, proof]
        return delivery.deliver(
            chapters.body(version, order, parts.cover(snapshot, meta)),
            meta=meta,
            files=(data,),
            pages_expected=12 + len(snapshot.lines) // 6 + len(snapshot.indicators) // 9,
            progress=progress,
        )
