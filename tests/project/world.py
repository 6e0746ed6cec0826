"""Two organisations with the same life, so that what is of one can be asked for by the other.

A `Side` is one centre with its people, its file, its audits (a third party's, its own, a
validated one and one that follows it, one rated site by site, and those of `world_decisions`),
and evidence, findings, actions and reports in the states that screens tell apart. Things have the
names that the matrix of access gives them.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from audits.actions import corrective_action as action_moves
from audits.actions import workbook
from audits.actions.assessment import rate
from audits.actions.audit import validate_audit
from audits.actions.calendar_feed import subscribe
from audits.actions.closing import close_certification
from audits.actions.evidence_withdrawal import withdraw_evidence
from audits.actions.finding import close_finding
from audits.actions.sample import conclude_sample
from audits.actions.scenario import save_scenario
from audits.enums import ActionState, AuditKind, FindingState, TeamRole
from audits.models import (
    Assessment,
    Audit,
    AuditTeamMember,
    Certification,
    FindingAnswer,
    FindingProof,
)
from audits.sharing_enums import ShareLevel
from audits.ticks import Ticks
from audits.workbook.review import read_rows, review
from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core.numbering import next_number
from engagements.enums import Dimension, Direction, StatisticKind
from engagements.models import Edition, Indicator
from reports import actions as report_actions
from reports import storage
from reports.enums import ReportKind
from reports.models import Report
from tests.audits.workbook_files import bring, workbook_of
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
)
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    FindingFactory,
    drawn_sample,
    prepared_sample,
    record_all,
    running_audit,
)
from tests.factories.engagements import EditionFactory, RequirementFactory
from tests.factories.reports import DOCUMENT, rate_everything
from tests.project.world_alerts import add_alerts
from tests.project.world_committee import add_committees
from tests.project.world_contacts import add_contacts
from tests.project.world_controls import add_controls
from tests.project.world_decisions import add_conclusions
from tests.project.world_figures import add_figures
from tests.project.world_listening import add_listening
from tests.project.world_plans import add_plans, add_programmes
from tests.project.world_providers import add_providers
from tests.project.world_requests import add_requests
from tests.project.world_shares import add_shares, client_of, share
from tests.project.world_surveys import add_surveys
from tests.project.world_teams import add_teams

MEMBERS = {
    "manager": Role.QUALITY_MANAGER,
    "contributor": Role.CONTRIBUTOR,
    "site_manager": Role.SITE_MANAGER,
    "director": Role.DIRECTOR,
    "client": Role.CLIENT,
}
TEAM = {"lead": TeamRole.LEAD, "auditor": TeamRole.AUDITOR, "observer": TeamRole.OBSERVER}


@dataclass
class Side:
    """One organisation and everything that it has."""

    organisation: Organisation
    site: Site
    other_site: Site
    people: dict[str, User]
    file: Certification
    audits: dict[str, Audit] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)

    def assessment(self, audit: str, place: int = 0) -> Assessment:
        """The requirement at one place of the grid of one audit."""
        rows = self.audits[audit].assessments.select_related("audit__organisation", "site")
        return rows.order_by("position")[place]


def build_side(edition: Edition) -> Side:
    """One organisation; the contributor is in charge of the first requirement of each audit."""
    organisation = OrganisationFactory()
    site, other_site = SiteFactory.create_batch(2, organisation=organisation)
    people = {
        name: client_of(organisation).user
        if role == Role.CLIENT
        else MembershipFactory(
            organisation=organisation, role=role, site=site if name == "site_manager" else None
        ).user
        for name, role in MEMBERS.items()
    }
    people |= {name: UserFactory() for name in TEAM}
    body = OrganisationFactory(kind=OrganisationKind.CERTIFICATION_BODY)
    people["decision_maker"] = MembershipFactory(organisation=body, role=Role.DECISION_MAKER).user
    file = CertificationFactory(
        organisation=organisation,
        edition=edition,
        opened_by=people["manager"],
        body=body,
        subcontractors="Débordement du soir",
    )
    file.sites.set([site, other_site])
    side = Side(organisation, site, other_site, people, file)
    for name, kind in {
        "third": AuditKind.INITIAL,
        "own": AuditKind.INTERNAL,
        "validated": AuditKind.DIAGNOSIS,
    }.items():
        side.audits[name] = _audit(side, kind)
    # Before the findings: nothing is granted while a major one is open.
    add_conclusions(side)
    _add_evidence(side)
    _rate(side)
    _add_findings(side)
    _add_replies(side)
    _add_actions(side)
    _add_samples(side)
    add_requests(side)
    add_plans(side)
    rate_everything(side.audits["validated"])
    side.audits["validated"] = validate_audit(
        audit=side.audits["validated"], by=people["manager"], at=timezone.now()
    )
    side.audits["following"] = running_audit(
        certification=file,
        kind=AuditKind.INTERNAL,
        start_date=date(2026, 4, 6),
        previous=side.audits["validated"],
    )
    side.audits["sites"] = running_audit(
        certification=file, kind=AuditKind.MOCK, is_per_site=True, start_date=date(2026, 4, 7)
    )
    # Named, but not in yet: their independence is to be declared.
    for name, role in TEAM.items():
        AuditTeamMember.objects.create(
            audit=side.audits["sites"], user=side.people[name], role=role
        )
    add_teams(side)
    _add_scenario(side)
    _add_reports(side)
    _add_files(side)
    add_shares(side)
    _add_people(side)
    _add_workbooks(side)
    add_programmes(side)
    add_figures(side)
    add_contacts(side)
    add_controls(side)
    add_listening(side)
    add_alerts(side)
    add_committees(side)
    add_providers(side)
    add_surveys(side)
    side.things["own_feed"] = subscribe(
        key=uuid4(), user=people["manager"], certification=file, at=timezone.now()
    )[0]
    return side


def _add_scenario(side: Side) -> None:
    """What the quality manager supposed on the latest audit."""
    side.things["scenario"] = save_scenario(
        key=uuid4(),
        audit=side.audits["sites"],
        title="Si tout est prouvé",
        ticks=Ticks(is_proven=True),
        by=side.people["manager"],
        at=timezone.now(),
    )


def _add_files(side: Side) -> None:
    """A file that nothing keeps from being closed, one that is, and two that were shared once."""
    names = ("idle_file", "closed_file", "revoked_file", "ended_file")
    for number, name in enumerate(names, start=1):
        file = CertificationFactory(
            organisation=side.organisation,
            edition=side.file.edition,
            reference=f"CERT-2025-{number:02d}",
            opened_by=side.people["manager"],
        )
        file.sites.set([side.site])
        side.things[name] = file
    share(side, "closed_file", ShareLevel.FINDINGS)
    close_certification(
        certification=side.things["closed_file"],
        reason="Projet abandonné",
        by=side.people["manager"],
        at=timezone.now(),
    )


def _add_workbooks(side: Side) -> None:
    """What the quality manager brought back into their own audit: written, and to be confirmed."""
    by = side.people["manager"]
    for name, place in (("written_workbook", 3), ("workbook", 2)):
        row = side.assessment("own", place)
        imported = bring(row.audit, by, workbook_of(row, by, "Vu sur place"))
        side.things[name] = imported
        if name == "written_workbook":
            side.things[name] = workbook.apply_import(
                imported=imported,
                seen=review(imported, read_rows(imported, by)).seen,
                choices={},
                by=by,
                at=timezone.now(),
            )


def _add_people(side: Side) -> None:
    """What administration is about: roles, places, and accounts in each of their states."""
    things, organisation = side.things, side.organisation
    things["organisation"], things["place"] = organisation, side.other_site
    things["own_role"] = organisation.memberships.get(user=side.people["manager"])
    things["role"] = organisation.memberships.get(user=side.people["contributor"])
    things["account"] = side.people["contributor"]
    for name, is_active in (("invited_account", True), ("closed_account", False)):
        user = UserFactory(password=User.unusable_password(), is_active=is_active)
        MembershipFactory(organisation=organisation, user=user, role=Role.CONTRIBUTOR)
        things[name] = user


def shared_things(edition: Edition) -> dict[str, object]:
    """What belongs to no organisation: a published edition, two drafts, an indicator."""
    indicator = Indicator.objects.create(
        code="IND-1",
        name_fr="Taux de décroché",
        name_en="Answer rate",
        definition_fr="Appels décrochés parmi les appels présentés",
        definition_en="Calls answered among calls offered",
        formula="100 * decroches / presentes",
        unit="%",
        direction=Direction.HIGHER,
        journey_stage="acces",
        dimension=Dimension.values[0],
        frequency="monthly",
        statistic=StatisticKind.values[0],
    )
    full = RequirementFactory().edition
    return {
        "edition": edition,
        "draft": EditionFactory(),
        "full_draft": full,
        "indicator": indicator,
        # The calendar of somebody who is nobody here: empty, for whoever has its address.
        "feed": subscribe(key=uuid4(), user=UserFactory(), certification=None, at=timezone.now())[
            1
        ],
    }


def _audit(side: Side, kind: AuditKind) -> Audit:
    audit = running_audit(certification=side.file, kind=kind)
    for name, role in TEAM.items():
        AuditTeamMember.objects.create(
            audit=audit, user=side.people[name], role=role, declared_at=timezone.now()
        )
    first = audit.assessments.order_by("position").first()
    Assessment.objects.filter(pk=first.pk).update(assigned_to=side.people["contributor"])
    return audit


def _add_evidence(side: Side) -> None:
    """One piece that proves the first requirement of three audits, and one that proves nothing.

    A third one, on one of these audits, is withdrawn.
    """
    by = side.people["contributor"]
    for name in ("evidence", "free_evidence", "withdrawn_evidence"):
        number = next_number(f"evidence:{side.organisation.key}")
        piece = EvidenceFactory(organisation=side.organisation, created_by=by, number=number)
        stored = piece.versions.get()
        default_storage.save(stored.path, ContentFile(piece.title.encode()))
        side.things[name] = piece
    for audit in ("third", "own", "validated"):
        side.things[f"{audit}_link"] = EvidenceLinkFactory(
            assessment=side.assessment(audit), evidence=side.things["evidence"], linked_by=by
        )
    withdrawn = side.things["withdrawn_evidence"]
    EvidenceLinkFactory(assessment=side.assessment("third"), evidence=withdrawn, linked_by=by)
    side.things["withdrawn_evidence"] = withdraw_evidence(
        evidence=withdrawn, reason="Autre dossier", by=by, at=timezone.now()
    )


def _rate(side: Side) -> None:
    """The second requirement of two audits is rated, by who may take it back."""
    for audit, by in (("third", "lead"), ("own", "manager")):
        rate(
            assessment=side.assessment(audit, 1),
            version=1,
            level="C",
            by=side.people[by],
            at=timezone.now(),
        )


def _add_findings(side: Side) -> None:
    by = side.people["lead"]
    light = side.file.edition.referential.scheme.grades.get(code="PS")
    for name, audit, fields in (
        ("finding", "third", {}),
        ("own_finding", "own", {"grade": light}),
        ("light_finding", "third", {"grade": light}),
        ("closed_finding", "third", {"grade": light}),
        ("validated_finding", "validated", {"grade": light}),
    ):
        side.things[name] = FindingFactory(
            assessment=side.assessment(audit),
            number=next_number(f"finding:{side.file.key}"),
            created_by=by,
            **fields,
        )
    close_finding(
        finding=side.things["closed_finding"],
        version=1,
        comment="Vu sur place",
        by=by,
        at=timezone.now(),
    )


def _add_replies(side: Side) -> None:
    """A draft, and one finding at each step between its presentation and its closure."""
    now, first = timezone.now(), side.assessment("third")
    steps = {
        "draft_finding": (FindingState.DRAFT, ()),
        "answered_finding": (FindingState.ANSWERED, ("answered_at",)),
        "accepted_finding": (FindingState.ACCEPTED, ("answered_at", "accepted_at")),
        "proven_finding": (FindingState.PROVEN, ("answered_at", "accepted_at", "proven_at")),
    }
    for name, (state, dates) in steps.items():
        side.things[name] = FindingFactory(
            assessment=first,
            number=next_number(f"finding:{side.file.key}"),
            created_by=side.people["lead"],
            **({"draft": True} if state == FindingState.DRAFT else {"state": state}),
            **dict.fromkeys(dates, now),
        )
    sent = {"number": 1, "sent_at": now, "sent_by": side.people["manager"]}
    FindingAnswer.objects.create(
        finding=side.things["answered_finding"],
        correction="Courriers traités",
        extent="Rien ailleurs",
        cause_method="OTHER",
        root_cause="Absences non remplacées",
        **sent,
    )
    FindingProof.objects.create(
        finding=side.things["proven_finding"], statement="98 % en avril", **sent
    )


def _add_actions(side: Side) -> None:
    people = side.people
    for name in ("action", "done_action"):
        side.things[name] = CorrectiveActionFactory(
            finding=side.things["finding"],
            number=next_number(f"action:{side.organisation.key}"),
            owner=people["contributor"],
            created_by=people["manager"],
        )
    action_moves.move_action(
        action=side.things["done_action"],
        version=1,
        to=ActionState.DONE,
        outcome="",
        by=people["contributor"],
        at=timezone.now(),
    )


def _add_samples(side: Side) -> None:
    """Of an audit by others: drawn on the contributor's requirement, to be drawn, concluded."""
    audit, by = side.audits["third"], side.people["lead"]
    row = side.assessment("third")
    side.things["sample"] = drawn_sample(audit=audit, by=by, assessment=row)
    side.things["draft_sample"] = prepared_sample(audit=audit, by=by)
    done = drawn_sample(audit=audit, by=by)
    record_all(done)
    side.things["done_sample"] = conclude_sample(sample=done, by=by, at=timezone.now())


def _add_reports(side: Side) -> None:
    """Ready, issued, waiting and failed, each asked for by the quality manager."""
    things = side.things
    things["report"] = _ready(_asked(side, "validated", "fr"))
    things["issued_report"] = report_actions.issue_report(
        report_id=_ready(_asked(side, "validated", "en")).pk,
        by=side.people["director"],
        at=timezone.now(),
    )
    things["decided_report"] = report_actions.issue_report(
        report_id=_ready(_asked(side, "decided", "fr")).pk,
        by=side.people["director"],
        at=timezone.now(),
    )
    things["queued_report"] = _asked(side, "third", "fr")
    failed = _asked(side, "own", "fr")
    held = report_actions.claim(report_id=failed.pk, at=timezone.now())
    report_actions.fail(held, cause="Le texte est trop long.", at=timezone.now())
    failed.refresh_from_db()
    things["failed_report"] = failed


def _asked(side: Side, audit: str, language: str) -> Report:
    row = side.audits[audit]
    return report_actions.request_report(
        kind=ReportKind.DIAGNOSIS if row.is_diagnosis else ReportKind.AUDIT,
        certification=side.file,
        audit=row,
        language=language,
        by=side.people["manager"],
        at=timezone.now() - timedelta(minutes=1),
    )


def _ready(report: Report) -> Report:
    held = report_actions.claim(report_id=report.pk, at=timezone.now())
    part = storage.new_part(held.key, held.attempt)
    part.write_bytes(DOCUMENT)
    assert report_actions.finish(held, part=part, pages=2, at=timezone.now())
    held.refresh_from_db()
    return held
