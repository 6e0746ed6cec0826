"""A certification that is over: concluded, decided, with its certificate; then a surveillance."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from audits.actions import assessment as rating
from audits.actions import certification as files
from audits.actions import finding_steps as steps
from audits.actions import meeting as meetings
from audits.actions import plan as plans
from audits.actions import team
from audits.actions.audit import start_audit
from audits.actions.conclusion import ConclusionFields, conclude_audit
from audits.actions.decision import CertificateFields, DecisionFields, decide_on_audit
from audits.actions.evidence import add_statement
from audits.actions.evidence_fields import EvidenceFields
from audits.actions.evidence_links import link_evidence
from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.actions.review import ReviewFields, review_evidence
from audits.cycle_enums import AuditMethod, SlotKind
from audits.decision_enums import DecisionKind, Recommendation
from audits.enums import AuditeePosition, AuditKind, EvidenceKind, ReviewVerdict, TeamRole
from audits.models import Assessment, Audit, EvidenceLink, Finding
from crcaudit.accounts.models import User
from engagements.models import Edition
from reports.management.demo import library
from reports.management.demo.scene import DEPARTURE, Scene

INITIAL, SURVEILLANCE = "certified_initial", "certified_surveillance"


def schedule(scene: Scene) -> None:
    """Put the file, its two audits and the decision in the agenda of the scene."""
    _Story(scene, library.load("certified")).schedule()


@dataclass(slots=True)
class _Story:
    """Carries out the steps of the file; ``data`` is its fixture."""

    scene: Scene
    data: Mapping[str, Any]

    def schedule(self) -> None:
        agenda, moments = self.scene.agenda, self.scene.moments
        first, second = self.data["initial"], self.data["surveillance"]
        agenda.add(moments.at(self.data["day"], 9), self._open)
        for name, kind, days in (
            (INITIAL, AuditKind.INITIAL, first),
            (SURVEILLANCE, AuditKind.SURVEILLANCE, second),
        ):
            agenda.add(moments.at(days["start"], 9), partial(self._start, name, kind, days))
            agenda.add(moments.at(days["start"], 10), partial(self._bring, name))
            agenda.add(moments.at(days["last"], 11), partial(self._rate, name, days["levels"]))
            agenda.add(moments.at(days["last"], 13), partial(self._review, name))
        agenda.add(moments.at(first["last"], 15), self._write)
        agenda.add(moments.at(first["presented"], 17), self._meet)
        agenda.add(moments.at(first["concluded"], 10), self._conclude)
        agenda.add(moments.at(first["decided"], 16), self._decide)

    @property
    def _lead(self) -> User:
        return self._person("auditeur_principal")

    @property
    def _initial(self) -> Audit:
        return self.scene.audits[INITIAL]

    def _person(self, key: str) -> User:
        return self.scene.cast.people[key]

    def _open(self, at: datetime) -> None:
        data, cast = self.data, self.scene.cast
        published = Edition.objects.published().filter(referential__code=data["referential"])
        self.scene.certifications["certified"] = files.open_certification(
            key=uuid.uuid4(),
            organisation=cast.organisations[data["organisation"]],
            edition=published.latest("published_at"),
            fields=files.CertificationFields(
                title=data["title"],
                scope=data["scope"],
                channels=tuple(data["channels"]),
                sites=tuple(cast.sites[key] for key in data["sites"]),
                body=cast.organisations[data["body"]],
            ),
            by=self._person(data["opened_by"]),
            at=at,
        )

    def _start(self, name: str, kind: AuditKind, days: Mapping[str, Any], at: datetime) -> None:
        by = self._person(self.data["opened_by"])
        audit = start_audit(
            certification=self.scene.certifications["certified"],
            kind=kind,
            is_per_site=False,
            objectives="Vérifier que chaque engagement du référentiel est tenu à Nantes.",
            start_date=localdate(at),
            end_date=self.scene.moments.workday(days["last"]),
            by=by,
            at=at,
        )
        self.scene.audits[name] = audit
        for key, role in self.data["team"].items():
            member = team.set_team_member(
                audit=audit, user=self._person(key), role=TeamRole(role), by=by, at=at
            )
            team.declare_independence(member=member, links="", at=at)

    def _bring(self, name: str, at: datetime) -> None:
        """One note for each domain, which proves every requirement of it."""
        audit, by = self.scene.audits[name], self._person(self.data["opened_by"])
        rows = audit.assessments.select_related("audit__organisation", "section__parent")
        domains: dict[str, list[Assessment]] = {}
        for row in rows.order_by("position"):
            domains.setdefault(str(row.section.parent), []).append(row)
        for domain, proven in domains.items():
            piece = add_statement(
                key=uuid.uuid4(),
                assessment=proven[0],
                kind=EvidenceKind.NOTE,
                fields=EvidenceFields(
                    title=f"Dossier de mesures de Nantes, {domain}"[:200],
                    fact_date=localdate(at),
                    note=self.data["note"],
                ),
                by=by,
                at=at,
            )
            link_evidence(evidence=piece, assessments=proven[1:], by=by, at=at)

    def _review(self, name: str, at: datetime) -> None:
        links = EvidenceLink.objects.filter(assessment__audit=self.scene.audits[name])
        for link in links.order_by("pk"):
            fields = ReviewFields(seen=link.reviews, verdict=ReviewVerdict.ACCEPTED)
            review_evidence(link=link, fields=fields, by=self._lead, at=at)

    def _rate(self, name: str, levels: Mapping[str, str], at: datetime) -> None:
        rows = self.scene.audits[name].assessments.select_related("audit__organisation")
        for row in rows.order_by("position"):
            rating.rate(
                assessment=row,
                version=row.version,
                level=levels.get(row.code, "C"),
                departure=DEPARTURE,
                by=self._lead,
                at=at,
            )

    def _write(self, at: datetime) -> None:
        audit, data = self._initial, self.data["initial"]["finding"]
        scheme = audit.certification.edition.referential.scheme
        row = add_finding(
            key=uuid.uuid4(),
            assessment=audit.assessments.select_related("audit__organisation").get(
                code=data["code"]
            ),
            fields=FindingFields(
                grade=scheme.grades.get(code=data["grade"]),
                title=data["title"],
                required=data["required"],
                found=data["found"],
                consequence=data["consequence"],
                next_step="",
                found_date=localdate(at),
            ),
            by=self._lead,
            at=at,
        )
        self.scene.findings["courriels_dimanche"] = row

    def _meet(self, at: datetime) -> None:
        """The closing meeting: findings presented, the disagreement noted, who was there."""
        audit, data = self._initial, self.data["initial"]["finding"]
        steps.present_findings(audit=audit, by=self._lead, at=at)
        steps.take_position(
            finding=Finding.objects.get(pk=self.scene.findings["courriels_dimanche"].pk),
            position=AuditeePosition(data["position"]),
            comment=data["comment"],
            by=self._person(self.data["opened_by"]),
            at=at,
        )
        slot = plans.add_slot(
            key=uuid.uuid4(),
            audit=audit,
            fields=plans.SlotFields(
                kind=SlotKind.CLOSING,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                title="Réunion de clôture",
                method=AuditMethod.ON_SITE,
                site=self.scene.cast.sites["nantes"],
                people_met="Direction, responsable qualité",
                topics="Constats, désaccord sur les courriels du dimanche, suites",
                auditors=tuple(audit.team.all()),
            ),
            by=self._lead,
            at=at,
        )
        attendees = (("Responsable qualité", str(self._person(self.data["opened_by"]))),)
        meetings.record_meeting(
            slot=slot,
            version=slot.version,
            fields=meetings.MeetingFields(at, "Une réserve, notée avec son motif.", attendees),
            by=self._lead,
            at=at,
        )

    def _conclude(self, at: datetime) -> None:
        data = self.data["initial"]
        conclude_audit(
            audit=self._initial,
            fields=ConclusionFields(
                summary=data["summary"],
                recommendation=Recommendation.GRANT,
                not_covered=data["not_covered"],
            ),
            by=self._lead,
            at=at,
        )

    def _decide(self, at: datetime) -> None:
        data = self.data["initial"]
        decide_on_audit(
            audit=self._initial,
            fields=DecisionFields(
                kind=DecisionKind.GRANTED, reason=data["reason"], effective_on=localdate(at)
            ),
            certificate=CertificateFields(number=data["number"], consult=data["consult"]),
            by=self._person("decision"),
            at=at,
        )
