"""The plan of an audit, to be sent to whoever is audited."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.snapshots import AuditPlanSnapshot
from crcaudit.core.formats import date_text
from reports.builders import chapters, delivery
from reports.builders.chapters import Chapter
from reports.builders.engine import Progress, few_collections, ignore_progress
from reports.builders.meta import ReportMeta
from reports.builders.words import DASH, listed, typo

TEMPLATE = "audit_plan_v1"


def build_audit_plan_pdf(
    snapshot: AuditPlanSnapshot,
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
        body = chapters.numbered([_audit(snapshot), _timetable(snapshot)])
        proof = chapters.traceability(
            meta, rule_version="", journal_root=snapshot.journal_root, files=[data.name]
        )
        return delivery.deliver(
            chapters.body(TEMPLATE, [*body, replace(proof, layout="tall")], _cover(snapshot, meta)),
            meta=meta,
            files=(data,),
            pages_expected=3 + sum(len(day.slots) for day in snapshot.days) // 8,
            progress=progress,
        )


def _cover(snapshot: AuditPlanSnapshot, meta: ReportMeta) -> dict[str, object]:
    return chapters.document_cover(meta) | {
        "organisation": typo(snapshot.organisation),
        "lines": [
            f"{snapshot.kind} {snapshot.audit}",
            _dates(snapshot),
            typo(snapshot.referential),
        ],
        "facts": [
            _("Certification file %(reference)s") % {"reference": snapshot.certification},
            _("Version %(version)s of the plan") % {"version": snapshot.version},
        ],
        "notice": typo(snapshot.notice),
    }


def _audit(snapshot: AuditPlanSnapshot) -> Chapter:
    facts = [
        (_("Organisation"), typo(snapshot.organisation)),
        (_("Audit"), f"{snapshot.kind} {snapshot.audit}"),
        (_("Dates"), _dates(snapshot)),
        (_("Objectives"), typo(snapshot.objectives)),
        (_("Scope"), typo(snapshot.scope)),
        (_("Criteria"), typo(snapshot.criteria)),
        (_("Language"), typo(snapshot.audit_language)),
        (_("Confidentiality"), typo(snapshot.confidentiality)),
        (_("Means of the remote audit"), typo(snapshot.remote_means)),
        (_("If these means fail"), typo(snapshot.fallback)),
        (_("Logistics"), typo(snapshot.logistics)),
    ]
    return Chapter(
        "audit",
        _("The audit"),
        "reports/pdf/_audit_plan_audit.html",
        data={"facts": [row for row in facts if row[1]], "team": snapshot.team},
    )


def _timetable(snapshot: AuditPlanSnapshot) -> Chapter:
    days = [
        {
            "title": date_text(day.day),
            "slots": [
                {
                    "time": f"{slot.starts} {DASH} {slot.ends}",
                    "title": typo(slot.title),
                    "kind": slot.kind,
                    "topics": typo(slot.topics),
                    "codes": ", ".join(slot.codes),
                    "where": ", ".join(filter(None, (slot.site, slot.method))),
                    "auditors": listed(slot.auditors) if slot.auditors else "",
                    "people_met": typo(slot.people_met),
                }
                for slot in day.slots
            ],
        }
        for day in snapshot.days
    ]
    return Chapter(
        "timetable",
        _("Timetable"),
        "reports/pdf/_audit_plan_timetable.html",
        layout="wide",
        data={"days": days, "parts": snapshot.parts},
    )


def _dates(snapshot: AuditPlanSnapshot) -> str:
    first = date_text(snapshot.start)
    if snapshot.end is None or snapshot.end == snapshot.start:
        return first
    return f"{first} {DASH} {date_text(snapshot.end)}"
