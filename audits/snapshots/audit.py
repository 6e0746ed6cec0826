"""An audit as frozen values, in a number of queries that does not grow with it."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

from django.db.models import Prefetch
from django.utils import translation

from audits.enums import AuditState
from audits.logic import gap
from audits.logic.gap import Rated, Rating
from audits.logic.gap_rules.v1 import Thresholds
from audits.logic.readiness import OpenFinding, assess_readiness
from audits.logic.verdicts import Verdict, group_shape
from audits.models import (
    Assessment,
    Audit,
    AuditConclusion,
    AuditSection,
    Certification,
    CorrectiveAction,
    Evidence,
    VerdictProposal,
)
from audits.proposal_words import line_text
from audits.snapshots import common, evidence
from audits.snapshots.findings import conclusion_view, finding_view
from audits.snapshots.rollups import diagnosis_gaps
from audits.snapshots.values import (
    SCHEMA,
    AuditSnapshot,
    ConclusionView,
    DomainView,
    EngagementView,
    EvidenceView,
    RequirementView,
    ScaleLevelView,
)
from crcaudit.accounts.models import Organisation
from crcaudit.core import journal
from engagements.enums import TermKind


def audit_snapshot(
    audit: Audit,
    *,
    language: str,
    on: date,
    validated: bool = False,
    conclusion: AuditConclusion | None = None,
) -> AuditSnapshot:
    """Everything a document about the audit needs.

    Args:
        audit: any state; a validated one keeps its own frozen text, see `Audit.frozen`.
        language: "fr" or "en"; every text is in it.
        on: the day evidence must be valid on.
        validated: describe the audit as validated although its row is not saved yet.
        conclusion: what its lead auditor concludes, not saved yet either.
    """
    with translation.override(language):
        return _Reader(audit, language=language, on=on).snapshot(
            validated=validated or audit.state == AuditState.VALIDATED,
            conclusion=conclusion_view(conclusion),
        )


def rated(row: Assessment, *, max_points: int, on: date) -> Rated:
    """An assessment as a value of the gap; needs its section and site loaded."""
    domain = row.section.parent
    return Rated(
        code=row.code,
        weight=row.weight,
        domain=domain.code if domain else "",
        engagement=row.section.code,
        site=row.site.name if row.site else "",
        criticality=row.criticality,
        rating=Rating(row.status),
        points=row.points,
        max_points=max_points,
        is_conform=row.is_conform,
        has_evidence=row.evidence_until is not None and row.evidence_until >= on,
    )


def thresholds(audit: Audit) -> Thresholds:
    """The audit's own copy of what certification asks."""
    return Thresholds(
        global_score=Fraction(audit.global_threshold, 100),
        domain_score=Fraction(audit.domain_threshold, 100),
        open_minors=audit.open_minors_limit,
    )


def _certification(audit: Audit) -> Certification:
    """The file of the audit; unless loaded already, with all that it names in one query."""
    if Audit.certification.is_cached(audit):
        return audit.certification
    rows = Certification.objects.select_related("organisation", "edition__referential__scheme")
    return rows.get(pk=audit.certification_id)


def _organisation(audit: Audit, certification: Certification) -> Organisation:
    """Of both: whichever has it loaded."""
    return (audit if Audit.organisation.is_cached(audit) else certification).organisation


def _domain_of(section: AuditSection) -> AuditSection:
    return section.parent or section


class _Reader:
    """Reads an audit once, then shapes it. Lives for one snapshot."""

    def __init__(self, audit: Audit, *, language: str, on: date) -> None:
        self.audit, self.language, self.on = audit, language, on
        self.certification = _certification(audit)
        self.edition = self.certification.edition
        self.rows = list(
            audit.assessments.select_related(
                "section__parent", "requirement", "site", "proposal"
            ).order_by("position")
        )
        self.rated = {row.pk: rated(row, max_points=audit.max_points, on=on) for row in self.rows}
        owned = CorrectiveAction.objects.select_related("owner")
        self.findings = list(
            audit.findings.presented()
            .select_related("grade", "assessment__site")
            .prefetch_related(Prefetch("actions", owned), "evidence")
            .order_by("number")
        )
        self.links = evidence.links_of(audit)
        self.evidence_refs: dict[int, list[str]] = defaultdict(list)
        for link in self.links:
            self.evidence_refs[link.assessment_id].append(link.evidence.reference)
        self.finding_refs: dict[int, list[str]] = defaultdict(list)
        for finding in self.findings:
            self.finding_refs[finding.assessment_id].append(finding.reference)
        self.versions = evidence.versions_of(self.links)
        self.labels = common.terms_of(self.edition, language)
        self.indicators = common.indicators_of(self.edition.pk)
        self.levels = {row["code"]: row for row in audit.scale}
        self.baselines = diagnosis_gaps(audit)

    def snapshot(self, *, validated: bool, conclusion: ConclusionView | None) -> AuditSnapshot:
        audit, certification = self.audit, self.certification
        organisation = _organisation(audit, certification)
        referential = self.edition.referential
        items = list(self.rated.values())
        team = list(audit.team.of(audit).select_related("user").order_by("role", "pk"))
        sites = gap.by_site(items) if audit.is_per_site else {}
        baseline = self.baselines.get("")
        return AuditSnapshot(
            schema=SCHEMA,
            language=self.language,
            audit_key=str(audit.key),
            reference=audit.reference,
            kind=audit.kind,
            kind_label=audit.get_kind_display(),
            title=certification.title,
            state=AuditState.VALIDATED if validated else audit.state,
            is_draft=not validated,
            organisation=organisation.name,
            sites=tuple(certification.sites.order_by("name").values_list("name", flat=True)),
            scope=certification.scope,
            channels=common.channel_labels(certification.channels),
            objectives=audit.objectives,
            referential=self._text(self.edition, "title"),
            edition=self.edition.version,
            scheme=self._text(referential.scheme, "name"),
            notice=self._text(self.edition, "notice"),
            certification=certification.reference,
            start_date=audit.start_date,
            end_date=audit.end_date,
            target_date=certification.target_date,
            lead=next((str(m.user) for m in team if m.role == "LEAD"), ""),
            team=tuple((str(m.user), m.get_role_display()) for m in team),
            scale=tuple(self._level(row) for row in audit.scale if not row["is_excluded"]),
            rule_version=audit.gap_rule,
            thresholds=thresholds(audit),
            domains=self._domains(),
            whole=gap.measure(items),
            sites_gap=tuple(sites.items()),
            baseline=baseline.score if baseline else None,
            readiness=assess_readiness(items, self._open_findings(), thresholds(audit)),
            findings=tuple(
                finding_view(row, versions=self.versions, language=self.language)
                for row in self.findings
            ),
            evidence=self._evidence(),
            journal_root=journal.root(journal.organisation_stream(organisation.key)),
            conclusion=conclusion,
        )

    def _text(self, row: object, name: str) -> str:
        return str(common.in_language(row, name, self.language))

    def _level(self, row: dict[str, object]) -> ScaleLevelView:
        return ScaleLevelView(
            code=str(row["code"]),
            letter=str(row["letter"]),
            label=str(row[f"label_{self.language}"]),
            points=int(str(row["points"])),
            is_conform=bool(row["is_conform"]),
            shape=str(row["shape"]),
        )

    def _open_findings(self) -> list[OpenFinding]:
        return [
            OpenFinding(f.reference, f.assessment.code, f.title, f.grade.severity)
            for f in self.findings
            if f.is_open
        ]

    def _domains(self) -> tuple[DomainView, ...]:
        domains: dict[int, list[Assessment]] = defaultdict(list)
        for row in self.rows:
            domains[_domain_of(row.section).pk].append(row)
        return tuple(self._domain(rows) for rows in domains.values())

    def _domain(self, rows: list[Assessment]) -> DomainView:
        section = _domain_of(rows[0].section)
        engagements: dict[int, list[Assessment]] = defaultdict(list)
        for row in rows:
            engagements[row.section_id].append(row)
        baseline = self.baselines.get(section.code)
        return DomainView(
            code=section.code,
            title=self._text(section, "title"),
            engagements=tuple(self._engagement(group) for group in engagements.values()),
            gap=gap.measure(self.rated[row.pk] for row in rows),
            baseline=baseline.score if baseline else None,
        )

    def _engagement(self, rows: list[Assessment]) -> EngagementView:
        section = rows[0].section
        return EngagementView(
            code=section.code,
            text=self._text(section, "title"),
            external_control=self._text(section, "external_control"),
            requirements=tuple(self._requirement(row) for row in rows),
            gap=gap.measure(self.rated[row.pk] for row in rows),
            shape=group_shape(Verdict(row.shape) for row in rows).value,
        )

    def _requirement(self, row: Assessment) -> RequirementView:
        requirement, level = row.requirement, self.levels.get(row.level)
        methods = (
            self.labels.get((TermKind.CONTROL_METHOD, code), code)
            for code in requirement.control_methods
        )
        return RequirementView(
            code=row.code,
            text=self._text(row, "text"),
            site=row.site.name if row.site else "",
            weight=row.weight,
            criticality=row.criticality,
            criticality_label=row.get_criticality_display(),
            rating=row.status,
            level=row.level,
            level_label=level[f"label_{self.language}"] if level else "",
            points=row.points,
            max_points=self.audit.max_points,
            shape=row.shape,
            comment=row.comment,
            na_reason=row.na_reason,
            control_methods=tuple(methods),
            control_method=self._text(requirement, "control_method"),
            expected_evidence=tuple(
                common.in_language(requirement, "expected_evidence", self.language)
            ),
            indicator=common.indicator_text(self.indicators.get(requirement.pk, []), self.language),
            evidence=tuple(self.evidence_refs[row.pk]),
            findings=tuple(self.finding_refs[row.pk]),
            gap=gap.requirement_gap(self.rated[row.pk]),
            proposal=self._proposal(row),
        )

    def _proposal(self, row: Assessment) -> str:
        kept: VerdictProposal | None = getattr(row, "proposal", None)
        return line_text(kept, self.audit.scale) if kept is not None else ""

    def _evidence(self) -> tuple[EvidenceView, ...]:
        codes: dict[int, list[str]] = defaultdict(list)
        pieces: dict[int, Evidence] = {}
        code_of = {row.pk: row.code for row in self.rows}
        for link in self.links:
            pieces[link.evidence_id] = link.evidence
            code = code_of[link.assessment_id]
            if code not in codes[link.evidence_id]:
                codes[link.evidence_id].append(code)
        ordered = sorted(pieces.values(), key=lambda row: row.number)
        return tuple(
            evidence.evidence_view(row, self.versions.get(row.pk), tuple(codes[row.pk]))
            for row in ordered
        )
