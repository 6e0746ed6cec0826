"""The second file of the operator: a finished diagnosis, a certification audit under way.

Told from ``landline.yaml``: Lyon is rated and answered, Massy and the site of a subcontractor are
being audited.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from audits.actions import assessment as rating
from audits.actions import audit as audit_actions
from audits.actions import team as team_actions
from audits.actions.assignment import assign
from audits.actions.daily import escalate_overdue
from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.actions.finding_steps import present_findings
from audits.enums import AuditKind, TeamRole
from audits.models import Assessment, Audit
from reports.management.demo import landline_evidence, landline_steps, library
from reports.management.demo.scene import DEPARTURE, Scene

FILE, DIAGNOSIS, CERTIFICATION = "fixe", "landline_diagnosis", "landline_certification"
COMPLIANT = "C"
_ESCALATED = -6
_ACCESS = timedelta(days=30)


def schedule(scene: Scene) -> None:
    """Put the whole file in the agenda of the scene, which opens it."""
    told = library.load("landline")
    _diagnosis(scene, told["diagnosis"])
    _certification(scene, told["certification"])
    scene.agenda.add(scene.moments.at(_ESCALATED, 6), lambda at: escalate_overdue(at=at))


def _diagnosis(scene: Scene, data: Mapping[str, Any]) -> None:
    moments, agenda, by = scene.moments, scene.agenda, data["by"]
    agenda.add(moments.at(data["start"], 10), partial(_start, scene, data, DIAGNOSIS))
    _visit(scene, data, DIAGNOSIS)
    for finding in data["findings"]:
        step = partial(_write, scene, DIAGNOSIS, finding, by)
        agenda.add(moments.at(data["rated"], 17), step)
        landline_steps.schedule(scene, finding)
    agenda.add(moments.at(data["validated"], 14), partial(_validate, scene, by))


def _certification(scene: Scene, data: Mapping[str, Any]) -> None:
    moments, agenda = scene.moments, scene.agenda
    agenda.add(moments.at(data["start"], 10), partial(_start, scene, data, CERTIFICATION))
    landline_evidence.schedule(scene, CERTIFICATION)
    _visit(scene, data, CERTIFICATION)
    raters = {visit["site"]: visit["by"] for visit in data["visits"]}
    for finding in data["findings"]:
        step = partial(_write, scene, CERTIFICATION, finding, raters[finding["site"]])
        agenda.add(moments.at(finding["day"], 17), step)
        landline_steps.schedule(scene, finding)
    for day in data["presentations"]:
        agenda.add(moments.at(day, 18), partial(_present, scene))


def _visit(scene: Scene, data: Mapping[str, Any], audit: str) -> None:
    """Each part of a visit on a day of it, evenly spread."""
    for visit in data["visits"]:
        days = range(visit["first"], visit["last"] + 1)
        for number, start in enumerate(visit["codes"]):
            day = days[number * len(days) // len(visit["codes"])]
            step = partial(_rate, scene, data, audit, visit, start)
            scene.agenda.add(scene.moments.at(day, 11, number), step)


def _start(scene: Scene, data: Mapping[str, Any], name: str, at: datetime) -> None:
    by, is_own = scene.cast.people[data["by"]], name == DIAGNOSIS
    ends = localdate(at) + timedelta(days=4)
    audit = audit_actions.start_audit(
        certification=scene.certifications[FILE],
        kind=AuditKind.DIAGNOSIS if is_own else AuditKind.INITIAL,
        is_per_site=True,
        objectives=data["objectives"],
        start_date=localdate(at),
        end_date=ends if is_own else scene.moments.date_in(data["ends_in"]),
        by=by,
        at=at,
    )
    scene.audits[name] = audit
    for key, role in data.get("team", {}).items():
        member = team_actions.set_team_member(
            audit=audit,
            user=scene.cast.people[key],
            role=TeamRole(role),
            closes_on=scene.moments.today + _ACCESS,
            by=by,
            at=at,
        )
        team_actions.declare_independence(member=member, links="", at=at)
    for given in data.get("assigned", ()):
        rows = audit.assessments.filter(
            site=scene.cast.sites[given["site"]], code__in=given["codes"]
        )
        assign(
            audit=audit,
            rows=rows.values_list("pk", flat=True),
            to=scene.cast.people[given["to"]],
            due=scene.moments.date_in(given["due"]),
            by=by,
            at=at,
        )


def _rate(  # noqa: PLR0913, PLR0917 -- bound one by one, called with the moment
    scene: Scene,
    data: Mapping[str, Any],
    audit: str,
    visit: Mapping[str, Any],
    start: str,
    at: datetime,
) -> None:
    """Requirements of a visit by the beginning of their code: compliant if nothing else is said."""
    site = visit["site"]
    rows = scene.audits[audit].assessments.select_related("audit__organisation")
    rows = rows.filter(code__startswith=start, site=scene.cast.sites[site])
    said = {row["code"]: row for row in data["levels"] if row["site"] == site}
    found = {"level": COMPLIANT} | {
        key: visit[key] for key in ("level", "na_reason") if key in visit
    }
    by = scene.cast.people[visit["by"]]
    for number, row in enumerate(rows.order_by("position")):
        _rate_row(row, found | said.get(row.code, {}), by, at + timedelta(seconds=2 * number))


def _rate_row(row: Assessment, data: Mapping[str, str], by: Any, at: datetime) -> None:
    if row.level != data["level"]:
        row = rating.rate(
            assessment=row,
            version=row.version,
            level=data["level"],
            na_reason=data.get("na_reason", ""),
            departure=data.get("comment") or DEPARTURE,
            by=by,
            at=at,
        )
    if data.get("comment") not in {None, row.comment}:
        rating.comment(assessment=row, version=row.version, text=data["comment"], by=by, at=at)


def _write(scene: Scene, audit: str, data: Mapping[str, Any], author: str, at: datetime) -> None:
    row = assessment_of(scene, scene.audits[audit], data)
    pieces = [scene.evidence[key] for key in data.get("evidence", ())]
    fields = FindingFields(
        grade=row.audit.certification.edition.referential.scheme.grades.get(code=data["grade"]),
        title=data["title"],
        required=data["required"],
        found=data["found"],
        consequence=data.get("consequence", ""),
        found_date=localdate(at),
        evidence=tuple(pieces),
        recurs=scene.findings[data["recurs"]] if "recurs" in data else None,
    )
    scene.findings[data["key"]] = add_finding(
        key=uuid.uuid4(), assessment=row, fields=fields, by=scene.cast.people[author], at=at
    )


def assessment_of(scene: Scene, audit: Audit, data: Mapping[str, Any]) -> Assessment:
    """The requirement that a row of the fixture is about, on its site."""
    rows = audit.assessments.select_related("audit__organisation", "audit__certification")
    return rows.get(code=data["code"], site=scene.cast.sites[data["site"]])


def _present(scene: Scene, at: datetime) -> None:
    lead = scene.cast.people["evaluateur"]
    present_findings(audit=scene.audits[CERTIFICATION], by=lead, at=at)


def _validate(scene: Scene, by: str, at: datetime) -> None:
    audit = Audit.objects.get(pk=scene.audits[DIAGNOSIS].pk)
    audit_actions.validate_audit(audit=audit, by=scene.cast.people[by], at=at)
