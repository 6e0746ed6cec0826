"""The internal control plan of a certification file as frozen values.

The lines are those of the version that the direction approved, with their last result; while there
is none, one line per requirement as the edition proposes it, with the last verdict found.
"""

from collections import defaultdict
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from audits.enums import AssessmentStatus
from audits.models import Assessment, Audit, Certification, CorrectiveAction, Finding
from audits.snapshots import common
from audits.snapshots.plan_in_force import (
    approved_plan,
    lines_in_force,
    uncovered,
    versions_of,
)
from audits.snapshots.plan_values import (
    ControlLineView,
    ControlPlanSnapshot,
    GradeView,
    IndicatorView,
)
from audits.snapshots.values import SCHEMA
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership
from crcaudit.core import journal
from engagements.enums import TermKind
from engagements.models import Indicator, Requirement, RequirementIndicator
from engagements.words import unit_label


def control_plan_snapshot(
    certification: Certification, *, language: str, on: date
) -> ControlPlanSnapshot:
    """The plan in one language; "last" and "action" columns as they stand on that day."""
    with translation.override(language):
        return _Reader(certification, language=language, on=on).snapshot()


class _Reader:
    """Reads the plan once, then shapes it. Lives for one snapshot."""

    def __init__(self, certification: Certification, *, language: str, on: date) -> None:
        self.certification, self.language, self.on = certification, language, on
        self.edition = certification.edition
        self.labels = common.edition_labels(self.edition.pk, language)
        self.indicators = common.indicators_of(self.edition.pk)
        self.requirements = list(
            Requirement.objects.filter(edition=self.edition)
            .select_related("engagement__domain", "control_point")
            .order_by("engagement__domain__position", "engagement__position", "position")
        )
        self.latest = certification.audits.order_by("-started_at", "-pk").first()
        self.found = _assessments(self.latest)
        self.actions = list(
            CorrectiveAction.objects.filter(finding__audit__certification=certification)
            .pending()
            .select_related("owner", "finding__assessment")
            .order_by("due_date", "pk")
        )
        self.action_refs: dict[int, list[str]] = defaultdict(list)
        for action in self.actions:
            requirement_id = action.finding.assessment.requirement_id
            self.action_refs[requirement_id].append(action.reference)
        self.sites = tuple(certification.sites.order_by("name").values_list("name", flat=True))
        self.channels = common.channel_labels(certification.channels)

    def snapshot(self) -> ControlPlanSnapshot:
        certification, referential = self.certification, self.edition.referential
        findings = Finding.objects.open().filter(audit__certification=certification)
        plan = approved_plan(certification)
        lines = (
            lines_in_force(plan, terms=self.labels, language=self.language)
            if plan is not None
            else tuple(self._line(row) for row in self.requirements)
        )
        return ControlPlanSnapshot(
            schema=SCHEMA,
            language=self.language,
            organisation=certification.organisation.name,
            certification=certification.reference,
            reference=f"PMCI-{certification.reference}",
            title=certification.title,
            is_draft=False,
            referential=self._text(self.edition, "title"),
            edition=self.edition.version,
            scheme=self._text(referential.scheme, "name"),
            notice=self._text(self.edition, "notice"),
            sites=self.sites,
            scope=certification.scope,
            channels=self.channels,
            roles=self._roles(),
            exclusions=self._exclusions(),
            domains=self._domains(),
            lines=lines,
            indicators=self._indicator_sheets(),
            grades=self._grades(),
            findings_open=findings.count(),
            actions=tuple(
                common.action_view(row, finding=row.finding.reference) for row in self.actions
            ),
            journal_root=journal.root(journal.organisation_stream(certification.organisation.key)),
            versions=versions_of(certification) if plan is not None else (),
            uncovered=uncovered([row.code for row in self.requirements], lines),
        )

    def _text(self, row: object, name: str) -> str:
        return str(common.in_language(row, name, self.language))

    def _label(self, kind: str, code: str) -> str:
        return self.labels.get((kind, code), code)

    def _line(self, row: Requirement) -> ControlLineView:
        point = getattr(row, "control_point", None)
        rows = self.indicators.get(row.pk, [])
        methods = ", ".join(
            self._label(TermKind.CONTROL_METHOD, code) for code in row.control_methods
        )
        quality = self._label(TermKind.ROLE, "quality_manager")
        responsible = self._label(TermKind.ROLE, point.responsible) if point else ""
        engagement = row.engagement
        return ControlLineView(
            code=row.code,
            domain=engagement.domain.code,
            engagement=engagement.code,
            requirement=self._text(row, "text"),
            criticality=row.criticality,
            criticality_label=row.get_criticality_display(),
            control_point=self._text(engagement, "text"),
            methods=methods,
            procedure=self._text(row, "control_method"),
            sample=self._text(point, "sample") if point else "",
            site_channel=_("all sites, all channels") if self.sites else "",
            frequency=point.frequency if point else "",
            frequency_label=self._label(TermKind.FREQUENCY, point.frequency) if point else "",
            responsible=responsible,
            substitute=quality if responsible and responsible != quality else "",
            record=self._text(point, "record") if point else "",
            indicator=", ".join(i.indicator.code for i in rows),
            target=", ".join(filter(None, (common.target_text(i, self.language) for i in rows))),
            alert=self._text(point, "alert_threshold") if point else "",
            nonconformity=_("target missed") if any(i.operator for i in rows) else "",
            last=self._last(row),
            reaction=self._text(point, "action_if_breach") if point else "",
            escalation=_("Director") if point else "",
            action=", ".join(self.action_refs[row.pk]),
        )

    def _last(self, row: Requirement) -> str:
        """Worst verdict of the latest audit over the sites, as a word; "" when not assessed."""
        found = self.found.get(row.pk, [])
        if not found or self.latest is None:
            return ""
        levels = {level["code"]: level[f"label_{self.language}"] for level in self.latest.scale}
        worst = min(found, key=lambda a: -1 if a.points is None else a.points)
        return str(levels.get(worst.level, ""))

    def _roles(self) -> tuple[tuple[str, str], ...]:
        rows = (
            Membership.objects.active()
            .filter(organisation=self.certification.organisation_id)
            .exclude(role__in=[Role.CLIENT, Role.ADMINISTRATOR])
            .select_related("user", "site")
            .order_by("role", "pk")
        )
        return tuple(
            (
                f"{row.get_role_display()} ({row.site})" if row.site else row.get_role_display(),
                str(row.user),
            )
            for row in rows
        )

    def _exclusions(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (assessment.code, assessment.na_reason)
            for rows in self.found.values()
            for assessment in rows
            if assessment.status == AssessmentStatus.NOT_APPLICABLE
        )

    def _domains(self) -> tuple[tuple[str, str, int, int], ...]:
        engagements: dict[int, set[int]] = defaultdict(set)
        counts: dict[int, int] = defaultdict(int)
        domains = {}
        for row in self.requirements:
            domain = row.engagement.domain
            domains[domain.pk] = domain
            engagements[domain.pk].add(row.engagement_id)
            counts[domain.pk] += 1
        return tuple(
            (d.code, self._text(d, "title"), len(engagements[d.pk]), counts[d.pk])
            for d in domains.values()
        )

    def _indicator_sheets(self) -> tuple[IndicatorView, ...]:
        """One sheet per indicator used; the first target stated in the edition."""
        first: dict[int, RequirementIndicator] = {}
        for rows in self.indicators.values():
            for row in rows:
                first.setdefault(row.indicator_id, row)
        found = Indicator.objects.filter(pk__in=first).prefetch_related("inputs").order_by("code")
        return tuple(
            IndicatorView(
                code=row.code,
                name=self._text(row, "name"),
                definition=self._text(row, "definition"),
                formula=common.formula_text(row, self.language),
                unit=unit_label(row.unit),
                target=common.target_text(first[row.pk], self.language),
                frequency=self._label(TermKind.FREQUENCY, row.frequency),
                source=self._text(row, "data_source"),
            )
            for row in found
        )

    def _grades(self) -> tuple[GradeView, ...]:
        scheme = self.edition.referential.scheme
        return tuple(
            GradeView(
                code=row.code,
                label=self._text(row, "label"),
                answer_days=row.answer_days,
                evidence_days=row.evidence_days,
                working_days=row.working_days,
                blocks=row.blocks,
            )
            for row in scheme.grades.order_by("position")
        )


def _assessments(audit: Audit | None) -> dict[int, list[Assessment]]:
    found: dict[int, list[Assessment]] = defaultdict(list)
    if audit is not None:
        for row in audit.assessments.exclude(status=AssessmentStatus.NOT_ASSESSED).order_by(
            "position"
        ):
            found[row.requirement_id].append(row)
    return found
