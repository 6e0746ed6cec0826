"""Starting an audit with its own copy of what it judges on; validating an own one."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.actions.carry_over import NOTHING, CarriedOver, carried_over, require_followable
from audits.actions.closing import require_open_file
from audits.actions.freezing import freeze, locked_audit, stream_of
from audits.enums import (
    REFERENCE_PREFIX,
    AuditKind,
    SectionLevel,
    TeamRole,
)
from audits.independence import decision_problem
from audits.models import (
    Assessment,
    Audit,
    AuditSection,
    AuditTeamMember,
    Certification,
    SectionRollup,
)
from crcaudit.accounts.models import Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError
from engagements.enums import Criticality
from engagements.models import RatingLevel, Requirement, Scheme

KIND = "audit"


@transaction.atomic
def start_audit(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    certification: Certification,
    kind: AuditKind,
    is_per_site: bool,
    objectives: str = "",
    start_date: date,
    end_date: date | None = None,
    lead: User | None = None,
    previous: Audit | None = None,
    by: User,
    at: datetime,
) -> Audit:
    """One assessment per requirement (and site), in a number of queries that does not grow.

    ``previous`` is the validated audit that this one follows; see `audits.actions.carry_over`.

    Raises:
        NotAvailableError: when the file is closed or already has its diagnosis, when ``previous``
            is no validated audit of it, or the lead auditor decides on its certificate.
    """
    if previous is not None:
        require_followable(certification, previous)
    reference = _reference(certification, kind, start_date)
    if lead is not None and (problem := decision_problem(certification, lead)):
        raise NotAvailableError(problem)
    scheme = certification.edition.referential.scheme
    scale = frozen_scale(scheme.levels.order_by("position"))
    audit = Audit.objects.create(
        reference=reference,
        certification=certification,
        organisation=certification.organisation,
        kind=kind,
        is_per_site=is_per_site,
        objectives=objectives,
        start_date=start_date,
        end_date=end_date,
        scale=scale,
        max_points=max(level["points"] for level in scale if level["points"] is not None),
        started_at=at,
        started_by=by,
        previous=previous,
        **_rule(scheme),
    )
    if lead is not None:
        AuditTeamMember.objects.create(audit=audit, user=lead, role=TeamRole.LEAD, named_at=at)
    sites: list[Site | None] = list(certification.sites.order_by("name")) if is_per_site else []
    carried = carried_over(previous) if previous is not None else NOTHING
    rows = _copy_requirements(audit, sites or [None], carried)
    told: dict[str, Any] = {"kind": kind}
    if previous is not None:
        links = carried.link(rows, by=by, at=at)
        told |= {"previous": previous.reference, "evidence_links": links}
    change = journal.Change("audit.started", KIND, audit.key, audit.reference, after=told)
    journal.record(change, stream=stream_of(audit), by=by, at=at)
    return audit


@transaction.atomic
def validate_audit(*, audit: Audit, by: User, at: datetime) -> Audit:
    """Freeze an audit of the organisation's own.

    Raises:
        NotAvailableError: when it is a third party's, which is concluded; when it is not in
            progress, or nothing was rated.
    """
    audit = locked_audit(audit)
    if not audit.is_own:
        raise NotAvailableError(
            _("A third party's audit is not validated: its lead auditor concludes it.")
        )
    if not audit.is_open:
        raise NotAvailableError(_("This audit is already validated."))
    if not audit.rollups.filter(examined__gt=0).exists():
        raise NotAvailableError(
            _("Nothing was rated yet: rate at least one requirement before validating.")
        )
    freeze(audit, "audit.validated", by=by, at=at)
    return audit


def frozen_scale(levels: Sequence[RatingLevel] | Any) -> list[dict[str, Any]]:
    """The scheme's levels as the audit keeps them, best first as the scheme orders them."""
    names = (
        "code",
        "letter",
        "label_fr",
        "label_en",
        "points",
        "is_conform",
        "is_excluded",
        "shape",
    )
    return [{name: getattr(level, name) for name in names} for level in levels]


def _reference(certification: Certification, kind: AuditKind, start: date) -> str:
    """DI-2026-03, then DI-2026-03-2 for a second one of the same month; refuses what cannot be."""
    require_open_file(certification)
    stem = f"{REFERENCE_PREFIX[kind]}-{start:%Y-%m}"
    same_month = Q(organisation=certification.organisation_id, reference__startswith=stem)
    diagnosis = Q(certification=certification, kind=AuditKind.DIAGNOSIS)
    taken = {
        row.reference: row
        for row in Audit.objects.filter(same_month | diagnosis).only(
            "reference", "kind", "certification"
        )
    }
    diagnosed = any(
        row.kind == AuditKind.DIAGNOSIS and row.certification_id == certification.pk
        for row in taken.values()
    )
    if kind == AuditKind.DIAGNOSIS and diagnosed:
        raise NotAvailableError(_("The initial diagnosis of this file was already started."))
    number = 1
    while (name := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return name


def _rule(scheme: Scheme) -> dict[str, Any]:
    return {
        "gap_rule": scheme.gap_rule,
        "global_threshold": scheme.global_threshold,
        "domain_threshold": scheme.domain_threshold,
        "open_minors_limit": scheme.open_minors_limit,
        "minor_becomes_major": scheme.minor_becomes_major,
        "minors_per_major": scheme.minors_per_major,
        "critical_is_major": scheme.critical_is_major,
    }


def _copy_requirements(
    audit: Audit, sites: Sequence[Site | None], carried: CarriedOver
) -> list[Assessment]:
    requirements = list(
        Requirement.objects.filter(edition=audit.certification.edition_id)
        .select_related("engagement__domain")
        .order_by("engagement__domain__position", "engagement__position", "position")
    )
    sections = _copy_sections(audit, requirements)
    rows = [
        Assessment(
            audit=audit,
            section=sections[requirement.engagement_id],
            requirement=requirement,
            site=site,
            position=position,
            code=requirement.code,
            text_fr=requirement.text_fr,
            text_en=requirement.text_en,
            criticality=requirement.criticality,
            weight=requirement.weight,
        )
        for position, (requirement, site) in enumerate(
            (requirement, site) for requirement in requirements for site in sites
        )
    ]
    for row in rows:
        carried.put_into(row)
    Assessment.objects.bulk_create(rows)
    totals = Counter(requirement.engagement_id for requirement in requirements)
    critical = Counter(
        requirement.engagement_id
        for requirement in requirements
        if requirement.criticality == Criticality.CRITICAL
    )
    SectionRollup.objects.bulk_create(
        SectionRollup(
            audit=audit,
            section=sections[engagement],
            site=site,
            total=total,
            critical=critical[engagement],
        )
        for engagement, total in totals.items()
        for site in sites
    )
    return rows


def _copy_sections(audit: Audit, requirements: list[Requirement]) -> dict[int, AuditSection]:
    """The audit's copy of each domain and engagement; by id of the engagement."""
    engagements = {row.engagement_id: row.engagement for row in requirements}
    domains = {row.domain_id: row.domain for row in engagements.values()}
    parents = {
        domain.pk: AuditSection(
            audit=audit,
            level=SectionLevel.DOMAIN,
            code=domain.code,
            title_fr=domain.title_fr,
            title_en=domain.title_en,
            position=position,
        )
        for position, domain in enumerate(domains.values())
    }
    AuditSection.objects.bulk_create(parents.values())
    sections = {
        engagement.pk: AuditSection(
            audit=audit,
            parent=parents[engagement.domain_id],
            level=SectionLevel.ENGAGEMENT,
            code=engagement.code,
            title_fr=engagement.text_fr,
            title_en=engagement.text_en,
            external_control_fr=engagement.external_control_fr,
            external_control_en=engagement.external_control_en,
            position=position,
        )
        for position, engagement in enumerate(engagements.values())
    }
    AuditSection.objects.bulk_create(sections.values())
    return sections
