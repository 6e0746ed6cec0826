"""Sample snapshots: one believable diagnosis, audit and control plan, and hostile copies.

The requirements are those of the shipped example referential; people and figures are invented.
"""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml

from audits.logic import gap, verdicts
from audits.logic.gap import Rated, Rating
from audits.logic.gap_rules.v1 import Thresholds
from audits.logic.readiness import OpenFinding, assess_readiness
from audits.snapshots import (
    SCHEMA,
    ActionView,
    AuditSnapshot,
    ControlLineView,
    ControlPlanSnapshot,
    DomainView,
    EngagementView,
    EvidenceView,
    FindingView,
    GradeView,
    IndicatorView,
    RequirementView,
    ScaleLevelView,
    digest,
    to_json,
)
from reports.builders.meta import ReportMeta
from tests.reports.findings import COMMENTS, FINDINGS, NOT_APPLICABLE, NOT_EXAMINED

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CRITICALITIES = {"critical": "Critique", "major": "Majeure", "standard": "Courante"}
GRADES = {
    "major": ("NC_MAJ", "Non-conformité majeure", "major"),
    "minor": ("NC_MIN", "Non-conformité mineure", "minor"),
    "watch": ("PS", "Point sensible", "part"),
    "improve": ("PP", "Piste d'amélioration", "na"),
    "strong": ("PF", "Point fort", "ok"),
}
SCALE = (
    ScaleLevelView("C", "C", "Conforme", 2, is_conform=True, shape="ok"),
    ScaleLevelView("PC", "P", "Partiellement conforme", 1, is_conform=False, shape="part"),
    ScaleLevelView("NC", "N", "Non conforme", 0, is_conform=False, shape="minor"),
)
FOUND_ON = date(2026, 3, 13)


@cache
def referential() -> dict:
    return yaml.safe_load((FIXTURES / "referentials" / "sfr-2004.yaml").read_text())


@cache
def indicators() -> dict:
    data = yaml.safe_load((FIXTURES / "indicators.yaml").read_text())
    return {row["code"]: row for row in data["indicators"]}


def diagnosis(*, copies: int = 1, findings: bool = True, language: str = "fr") -> AuditSnapshot:
    """The diagnosis: 53 requirements, 16 findings times ``copies``."""
    views = _findings(copies) if findings else ()
    return _audit(
        views,
        better=False,
        language=language,
        reference="DI-2026-03",
        kind="DIAGNOSIS",
        kind_label="Diagnostic initial",
        title="Diagnostic initial",
    )


def audit(*, copies: int = 1, language: str = "fr") -> AuditSnapshot:
    """A later audit of the same scope, compared with the diagnosis."""
    before = diagnosis(language=language)
    later = _audit(
        _findings(copies),
        better=True,
        language=language,
        reference="AC-2026-01",
        kind="INITIAL",
        kind_label="Audit initial",
        title="Audit initial de certification",
    )
    domains = tuple(
        dataclasses.replace(domain, baseline=then.gap.score)
        for domain, then in zip(later.domains, before.domains, strict=True)
    )
    return dataclasses.replace(
        later,
        domains=domains,
        baseline=before.whole.score,
        start_date=date(2026, 10, 5),
        end_date=date(2026, 10, 9),
    )


def meta(snapshot: AuditSnapshot | ControlPlanSnapshot, **changes) -> ReportMeta:
    """A report's own data, with the right fingerprint."""
    return dataclasses.replace(
        ReportMeta(
            reference=f"{snapshot.reference}-R",
            revision="1.0",
            title=snapshot.title,
            language=snapshot.language,
            created_on=date(2026, 4, 3),
            confidentiality="Diffusion restreinte",
            prepared_by="Camille Martin-Démo",
            approved_by="Dominique Bernard-Démo",
            template_version="v1",
            app_version="0.1.0",
            snapshot_sha256=digest(to_json(snapshot)),
            is_draft=False,
            distribution=("Direction du service client", "Responsable qualité", "Auditeurs"),
        ),
        **changes,
    )


# Words of the program in a snapshot: a person cannot type them.
KEPT = ("language", "rating", "shape", "severity", "kind", "rule_version")


def a_few_of_each(value):
    """The same snapshot with short lists: every kind of page, and few of them."""
    changes = {}
    for field in dataclasses.fields(value):
        items = getattr(value, field.name)
        if isinstance(items, tuple) and field.name != "scale":
            items = items[:2]
            if items and dataclasses.is_dataclass(items[0]):
                items = tuple(a_few_of_each(item) for item in items)
            changes[field.name] = items
    return dataclasses.replace(value, **changes)


def hostile(value, texts: Iterator[str], *, keep=KEPT):
    """The same frozen value with every text replaced, but those that steer the layout."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if type(value).__module__.startswith("audits.logic"):
            return value
        changes = {
            field.name: hostile(getattr(value, field.name), texts, keep=keep)
            for field in dataclasses.fields(value)
            if field.name not in keep
        }
        return dataclasses.replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(hostile(item, texts, keep=keep) for item in value)
    return next(texts) if isinstance(value, str) else value


def _points(code: str, *, better: bool) -> int:
    severity = next((row[1] for row in FINDINGS if row[0] == code), "")
    if severity in {"major", "minor"} and not better:
        return 0 if severity == "major" else 1
    weak = int(sha256(code.encode()).hexdigest(), 16) % 10
    if better:
        return 1 if severity == "major" else 2
    return 2 if severity == "strong" or weak < 4 else 1 if weak < 8 else 0


def _rating(code: str) -> Rating:
    if code in NOT_APPLICABLE:
        return Rating.NOT_APPLICABLE
    return Rating.NOT_ASSESSED if code in NOT_EXAMINED else Rating.RATED


def _findings(copies: int) -> tuple[FindingView, ...]:
    rows = [row for _copy in range(copies) for row in FINDINGS]
    rows.sort(key=lambda row: list(GRADES).index(row[1]))
    return tuple(_finding(index, row) for index, row in enumerate(rows, start=1))


def _finding(index: int, row) -> FindingView:
    code, severity, title, found, consequence, next_step, actions = row
    grade, label, shape = GRADES[severity]
    reference = f"F-{index:02}"
    needs_answer = severity in {"major", "minor"}
    return FindingView(
        reference=reference,
        title=title,
        grade=grade,
        grade_label=label,
        severity=severity,
        shape=shape,
        requirement=code,
        site="",
        required=_requirement_text(code),
        found=found,
        consequence=consequence,
        next_step=next_step,
        evidence=tuple(
            f"{view.reference} {view.title}, empreinte {view.sha256[:4]}…{view.sha256[-4:]}"
            for view in _evidence()
            if code in view.requirements
        ),
        found_date=FOUND_ON,
        due_date=FOUND_ON + timedelta(days=90 if severity == "major" else 180)
        if needs_answer
        else None,
        state="PRESENTED" if needs_answer else "RECORDED",
        state_label="Ouvert" if needs_answer else "Consigné",
        actions=tuple(
            ActionView(
                reference=f"A-{index:02}{letter}",
                title=name,
                owner=owner,
                due_date=FOUND_ON + timedelta(days=30 + days),
                effort_days=Fraction(days),
                state="DONE" if done else "IN_PROGRESS",
                state_label="Réalisée" if done else "En cours",
                finding=reference,
            )
            for letter, (name, owner, days, done) in zip("abc", actions, strict=False)
        ),
    )


def _requirement_text(code: str) -> str:
    return next(
        row["text_fr"]
        for domain in referential()["domains"]
        for engagement in domain["engagements"]
        for row in engagement["requirements"]
        if row["code"] == code
    )


@cache
def _evidence() -> tuple[EvidenceView, ...]:
    rows = []
    for domain in referential()["domains"]:
        for engagement in domain["engagements"]:
            for row in engagement["requirements"]:
                if _rating(row["code"]) == Rating.RATED:
                    rows += [(row["code"], title) for title in row["expected_evidence_fr"][:1]]
    return tuple(
        EvidenceView(
            key=f"key-{index}",
            reference=f"P-{index:03}",
            title=title,
            file_name=f"P-{index:03}-{code.lower()}.pdf",
            media_type="application/pdf",
            size=48_213 * index,
            sha256=sha256(title.encode()).hexdigest(),
            version=1 + index % 2,
            fact_date=date(2026, 3, 1 + index % 27),
            valid_until=date(2027, 3, 1) if index % 3 else None,
            confidentiality="Diffusion restreinte",
            requirements=(code,),
        )
        for index, (code, title) in enumerate(rows, start=1)
    )


def _indicator(row: dict) -> str:
    if not (asked := row.get("indicator")):
        return ""
    sign = {">=": "≥", "<=": "≤"}.get(asked.get("op"), "")
    value = str(asked.get("value", "")).replace(".", ",")
    return f"{asked['code']} {sign} {value} {asked.get('unit', '')}".strip()


def _requirement(row: dict, *, better: bool, findings: tuple[FindingView, ...]) -> RequirementView:
    code = row["code"]
    rating = _rating(code)
    points = _points(code, better=better) if rating == Rating.RATED else None
    level = (
        next((lvl for lvl in SCALE if lvl.points == points), None) if points is not None else None
    )
    mine = [view for view in findings if view.requirement == code]
    shape = verdicts.verdict_shape(
        rating=rating,
        is_conform=bool(level and level.is_conform),
        points=points,
        severity="" if better else verdicts.worst_severity(view.severity for view in mine),
        criticality=row["criticality"],
    )
    return RequirementView(
        code=code,
        text=row["text_fr"],
        site="",
        weight=row["weight"],
        criticality=row["criticality"],
        criticality_label=CRITICALITIES[row["criticality"]],
        rating=str(rating),
        level=level.code if level else "",
        level_label=level.label if level else "",
        points=points,
        max_points=2,
        shape=str(shape),
        comment=COMMENTS.get(code, ""),
        na_reason=NOT_APPLICABLE.get(code, ""),
        control_methods=("Revue documentaire",),
        control_method=row["control_method_fr"],
        expected_evidence=tuple(row["expected_evidence_fr"]),
        indicator=_indicator(row),
        evidence=tuple(view.reference for view in _evidence() if code in view.requirements),
        findings=tuple(view.reference for view in mine)[:4],
        gap=None if points is None else 1 - Fraction(points, 2),
    )


def _rated(view: RequirementView, domain: str, engagement: str) -> Rated:
    return Rated(
        code=view.code,
        weight=view.weight,
        domain=domain,
        engagement=engagement,
        site=view.site,
        criticality=view.criticality,
        rating=Rating(view.rating),
        points=view.points,
        max_points=view.max_points,
        is_conform=view.level == "C",
        has_evidence=bool(view.evidence),
    )


def rated(snapshot: AuditSnapshot) -> list[Rated]:
    """The snapshot's requirements as the gap functions read them."""
    return [
        _rated(view, domain.code, engagement.code)
        for domain in snapshot.domains
        for engagement in domain.engagements
        for view in engagement.requirements
    ]


def _engagement(row: dict, domain: str, views: tuple[RequirementView, ...]) -> EngagementView:
    return EngagementView(
        code=row["code"],
        text=row["text_fr"],
        external_control=row["external_control_fr"],
        requirements=views,
        gap=gap.measure(_rated(view, domain, row["code"]) for view in views),
        shape=str(verdicts.group_shape(verdicts.Verdict(view.shape) for view in views)),
    )


def _domains(findings: tuple[FindingView, ...], *, better: bool) -> tuple[DomainView, ...]:
    domains = []
    for row in referential()["domains"]:
        engagements = tuple(
            _engagement(
                engagement,
                row["code"],
                tuple(
                    _requirement(requirement, better=better, findings=findings)
                    for requirement in engagement["requirements"]
                ),
            )
            for engagement in row["engagements"]
        )
        whole = sum((view.gap for view in engagements), gap.EMPTY)
        domains.append(DomainView(row["code"], row["title_fr"], engagements, whole, None))
    return tuple(domains)


def _audit(findings: tuple[FindingView, ...], *, better: bool, **names) -> AuditSnapshot:
    domains = _domains(findings, better=better)
    snapshot = AuditSnapshot(
        schema=SCHEMA,
        audit_key="00000000-0000-0000-0000-000000000000",
        state="VALIDATED",
        is_draft=False,
        organisation="Opérateur Démo",
        sites=("Lyon", "Massy"),
        scope="Relation clientèle des abonnés et des clients prépayés, grand public et "
        "professionnels : appels, courriers, messages et réclamations.",
        channels=("Téléphone", "Courriel et formulaire", "Courrier"),
        objectives="Mesurer l'écart entre le service rendu et le référentiel, nommer ce qui "
        "empêche la certification et convenir des actions.",
        referential=referential()["title_fr"],
        edition="2004-04 (reconstruction 1)",
        scheme="Certification de services QualiCert",
        notice=referential()["notice_fr"],
        certification="CERT-2026-01",
        start_date=date(2026, 3, 2),
        end_date=FOUND_ON,
        target_date=date(2027, 3, 14),
        lead="Camille Martin-Démo",
        team=(("Camille Martin-Démo", "Responsable d'audit"), ("Alex Petit-Démo", "Auditeur")),
        scale=SCALE,
        rule_version="v1",
        thresholds=Thresholds(),
        domains=domains,
        whole=sum((domain.gap for domain in domains), gap.EMPTY),
        sites_gap=(),
        baseline=None,
        readiness=assess_readiness((), (), Thresholds()),
        findings=findings,
        evidence=_evidence(),
        journal_root=sha256(b"journal").hexdigest(),
        **names,
    )
    still_open = [
        OpenFinding(view.reference, view.requirement, view.title, view.severity)
        for view in findings
        if view.state == "PRESENTED"
    ]
    readiness = assess_readiness(rated(snapshot), still_open, snapshot.thresholds)
    return dataclasses.replace(snapshot, readiness=readiness)


def control_plan(*, language: str = "fr") -> ControlPlanSnapshot:
    """The internal control plan of the sample organisation: one line per requirement."""
    roles = {row["code"]: row["label_fr"] for row in referential()["roles"]}
    return ControlPlanSnapshot(
        schema=SCHEMA,
        language=language,
        organisation="Opérateur Démo",
        certification="CERT-2026-01",
        reference="PMCI-2026",
        title="Plan de management et de contrôle interne",
        is_draft=False,
        referential=referential()["title_fr"],
        edition="2004-04 (reconstruction 1)",
        scheme="Certification de services QualiCert",
        notice=referential()["notice_fr"],
        sites=("Lyon", "Massy"),
        scope="Relation clientèle des abonnés et des clients prépayés.",
        channels=("Téléphone", "Courriel et formulaire", "Courrier"),
        roles=tuple((label, "") for label in list(roles.values())[:9]),
        exclusions=tuple(NOT_APPLICABLE.items()),
        domains=tuple(
            (
                row["code"],
                row["title_fr"],
                len(row["engagements"]),
                sum(len(item["requirements"]) for item in row["engagements"]),
            )
            for row in referential()["domains"]
        ),
        lines=tuple(_control_lines(roles)),
        indicators=tuple(_indicator_view(row) for row in list(indicators().values())[:24]),
        grades=(
            GradeView("NC_MAJ", "Non-conformité majeure", 30, 90, working_days=False, blocks=True),
            GradeView(
                "NC_MIN", "Non-conformité mineure", 30, 180, working_days=False, blocks=False
            ),
            GradeView("PS", "Point sensible", None, None, working_days=False, blocks=False),
            GradeView("PF", "Point fort", None, None, working_days=False, blocks=False),
        ),
        findings_open=11,
        actions=tuple(action for view in _findings(1) for action in view.actions),
        journal_root=sha256(b"journal").hexdigest(),
    )


def _indicator_view(row: dict) -> IndicatorView:
    target = next((item["label_fr"] for item in row.get("targets", ())), "")
    return IndicatorView(
        code=row["code"],
        name=row["name_fr"],
        definition=row["definition_fr"],
        formula=row["formula"],
        unit=row["unit"],
        target=target,
        frequency={"daily": "Quotidienne", "weekly": "Hebdomadaire"}.get(
            row["frequency"], "Mensuelle"
        ),
        source=row.get("data_source_fr", ""),
    )


def _control_lines(roles: dict):
    methods = {row["code"]: row["label_fr"] for row in referential()["control_methods"]}
    frequencies = {row["code"]: row["label_fr"] for row in referential()["frequencies"]}
    for domain in referential()["domains"]:
        for engagement in domain["engagements"]:
            for row in engagement["requirements"]:
                line = row["internal_control"]
                yield ControlLineView(
                    code=row["code"],
                    domain=domain["code"],
                    engagement=f"{engagement['code']} {engagement['text_fr']}",
                    requirement=row["text_fr"],
                    criticality=row["criticality"],
                    criticality_label=CRITICALITIES[row["criticality"]],
                    control_point=row["expected_evidence_fr"][0],
                    methods=", ".join(methods[code] for code in row["control_methods"]),
                    procedure=row["control_method_fr"],
                    sample=line["sample_fr"],
                    site_channel="Tous les sites",
                    frequency=line["frequency"],
                    frequency_label=frequencies[line["frequency"]],
                    responsible=roles[line["responsible"]],
                    substitute="Responsable qualité",
                    record=line["record_fr"],
                    indicator=_indicator(row),
                    target="",
                    alert=line["alert_threshold_fr"],
                    nonconformity="",
                    last="",
                    reaction=line["action_if_breach_fr"],
                    escalation="Direction après deux semaines",
                    action="",
                )
