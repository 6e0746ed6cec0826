"""The chapters that the diagnosis report and the audit report share."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from audits.logic.gap import Rating
from audits.snapshots import AuditSnapshot
from crcaudit.core.formats import date_text
from reports.builders import rows
from reports.builders.chapters import Chapter, traceability
from reports.builders.engine import DataFile
from reports.builders.meta import ReportMeta
from reports.builders.words import limit, listed, period, typo


def scope_and_method(snapshot: AuditSnapshot) -> Chapter:
    """Object, scope, scale, rule and the definition of every figure used later."""
    return Chapter(
        "method",
        _("Object, scope and method"),
        "reports/pdf/_method.html",
        data={
            "facts": [row for row in _identity(snapshot) if row[1]],
            "scale": rows.scale(snapshot.scale),
            "rule_version": snapshot.rule_version,
            "global_threshold": limit(snapshot.thresholds.global_score),
            "domain_threshold": limit(snapshot.thresholds.domain_score),
            "open_minors": snapshot.thresholds.open_minors,
        },
    )


def _identity(snapshot: AuditSnapshot) -> list[tuple[str, str]]:
    return [
        (_("Organisation"), typo(snapshot.organisation)),
        (_("Certification file"), snapshot.certification),
        (_("Audit"), f"{snapshot.reference} · {snapshot.kind_label}"),
        (_("Referential"), f"{typo(snapshot.referential)}, {snapshot.edition}"),
        (_("Scheme"), typo(snapshot.scheme)),
        (_("Sites"), listed(snapshot.sites)),
        (_("Channels"), ", ".join(snapshot.channels)),
        (_("Dates"), period(snapshot.start_date, snapshot.end_date)),
        (_("Certification aimed at"), date_text(snapshot.target_date)),
        (_("Objectives"), typo(snapshot.objectives)),
        (_("Scope"), typo(snapshot.scope)),
    ]


def results(snapshot: AuditSnapshot) -> Chapter:
    """One section per domain, one line per requirement."""
    sections = [rows.domain_section(domain, snapshot) for domain in snapshot.domains]
    return Chapter(
        "results",
        _("Results by domain"),
        "reports/pdf/_results.html",
        entries=tuple(
            (str(section["id"]), f"{section['code']} {section['title']}") for section in sections
        ),
        data={"sections": sections},
    )


def findings(snapshot: AuditSnapshot) -> Chapter:
    """One sheet per finding, worst first."""
    groups = rows.finding_groups(snapshot.findings)
    return Chapter(
        "findings",
        _("Findings"),
        "reports/pdf/_findings.html",
        entries=tuple(
            (str(group["id"]), f"{group['label']} ({group['count']})") for group in groups
        ),
        data={"groups": groups},
    )


def action_plan(snapshot: AuditSnapshot) -> Chapter:
    """Every action in one landscape table, and the nonconformities that still have none."""
    return Chapter(
        "actions",
        _("Action plan"),
        "reports/pdf/_actions.html",
        layout="wide",
        data={
            "groups": rows.action_groups(snapshot.findings),
            "without": listed(rows.without_action(snapshot.findings)),
        },
    )


def evidence_index(snapshot: AuditSnapshot) -> Chapter:
    """Every piece of evidence with its fingerprint."""
    return Chapter(
        "evidence",
        _("Evidence index"),
        "reports/pdf/_evidence.html",
        layout="wide",
        data={"rows": list(rows.evidence_rows(snapshot.evidence))},
    )


def limits(snapshot: AuditSnapshot) -> Chapter:
    """Sampling caution, what was not examined, what does not apply."""
    return Chapter(
        "limits",
        _("Limits of the work"),
        "reports/pdf/_limits.html",
        data={
            "not_examined": rows.left_out(snapshot, Rating.NOT_ASSESSED),
            "not_applicable": rows.left_out(snapshot, Rating.NOT_APPLICABLE),
        },
    )


def people(snapshot: AuditSnapshot, meta: ReportMeta) -> Chapter:
    """Audit team, positions and signatures, distribution."""
    team = snapshot.team or ((snapshot.lead, _("Lead auditor")),)
    return Chapter(
        "people",
        _("Team, positions and distribution"),
        "reports/pdf/_people.html",
        layout="flow",
        data={
            "team": [{"name": name, "role": role} for name, role in team if name],
            "signatures": [
                (_("Lead auditor"), snapshot.lead),
                (_("Prepared by"), meta.prepared_by),
                (_("Approved by"), meta.approved_by),
                (_("For the organisation"), ""),
            ],
            "distribution": meta.distribution,
            "confidentiality": meta.confidentiality,
        },
    )


def proof(snapshot: AuditSnapshot, meta: ReportMeta, *, files: Sequence[DataFile]) -> Chapter:
    """What the document was made from."""
    return traceability(
        meta,
        rule_version=snapshot.rule_version,
        journal_root=snapshot.journal_root,
        files=[file.name for file in files],
    )
