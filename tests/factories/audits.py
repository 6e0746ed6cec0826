"""Certification files, audits with their assessments, evidence, findings, actions."""

import hashlib
import uuid
from datetime import date
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from audits.actions.audit import start_audit
from audits.actions.sample import draw_sample, prepare_sample
from audits.actions.sample_fields import SampleFields
from audits.actions.sample_item import record_result
from audits.actions.sharing import ShareFields, share_file
from audits.actions.subcontractor import SubcontractorFields, add_subcontractor
from audits.actions.team import declare_independence, set_team_member
from audits.enums import AuditKind, FindingState, TeamRole
from audits.logic.sampling import Unit
from audits.models import (
    Assessment,
    Audit,
    AuditTeamMember,
    Certification,
    CorrectiveAction,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    FileShare,
    Finding,
    Sample,
    Subcontractor,
)
from audits.sample_enums import SampleMethod, SampleSubject
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import OrganisationKind
from crcaudit.accounts.models import Membership, Organisation, User
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.engagements import published_edition


class CertificationFactory(DjangoModelFactory[Certification]):
    """An open file on a published edition of 1 domain, 2 engagements, 4 requirements."""

    class Meta:
        model = Certification

    organisation = factory.SubFactory(OrganisationFactory)
    edition = factory.LazyFunction(published_edition)
    reference = factory.Sequence(lambda n: f"CERT-2026-{n:02d}")
    title = "Service client mobile"
    scope = "Appels et courriers entrants"
    channels = factory.LazyFunction(lambda: ["PHONE", "EMAIL"])
    target_date = date(2027, 3, 14)
    opened_at = factory.LazyFunction(timezone.now)
    opened_by = factory.SubFactory(UserFactory)


def running_audit(
    *,
    certification: Certification | None = None,
    kind: AuditKind = AuditKind.DIAGNOSIS,
    is_per_site: bool = False,
    **fields: object,
) -> Audit:
    """A running audit with one assessment per requirement."""
    certification = certification or CertificationFactory()
    return start_audit(
        certification=certification,
        kind=kind,
        is_per_site=is_per_site,
        start_date=fields.pop("start_date", date(2026, 3, 2)),
        by=certification.opened_by,
        at=timezone.now(),
        **fields,
    )


def manager_of(audit: Audit) -> Membership:
    """A quality manager of the audited organisation."""
    return MembershipFactory(organisation=audit.organisation)


def name_on_team(
    *, audit: Audit, user: User, role: TeamRole, by: User | None = None, **days: date
) -> AuditTeamMember:
    """Somebody named on the audit, whose independence is declared: it is open to them."""
    at = timezone.now()
    member = set_team_member(
        audit=audit, user=user, role=role, by=by or audit.started_by, at=at, **days
    )
    return declare_independence(member=member, links="", at=at)


def naming(email: str, role: str = "AUDITOR") -> dict[str, str]:
    """What the screen of a team sends to name somebody who reads English."""
    names = {"first_name": "Sacha", "last_name": "Essai", "language": "en"}
    return {"email": email, "role": role} | names


def first_assessment(audit: Audit) -> Assessment:
    """The first requirement of the grid."""
    return audit.assessments.select_related("audit__organisation").order_by("position").first()


class EvidenceFactory(DjangoModelFactory[Evidence]):
    """A piece of evidence with one small text file as its first version."""

    class Meta:
        model = Evidence
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Preuve {n}")
    created_at = factory.LazyFunction(timezone.now)
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def version_1(self, create, extracted, **_kwargs):
        content = self.title.encode()
        EvidenceVersion.objects.create(
            evidence=self,
            number=1,
            path=f"{self.organisation.key}/{self.key}",
            file_name=f"{self.title}.txt",
            media_type="text/plain",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            preview="text",
            uploaded_at=self.created_at,
            uploaded_by=self.created_by,
        )


class EvidenceLinkFactory(DjangoModelFactory[EvidenceLink]):
    """A link; the assessment's own figures are refreshed by the action, not here."""

    class Meta:
        model = EvidenceLink

    assessment = factory.LazyFunction(lambda: first_assessment(running_audit()))
    evidence = factory.SubFactory(
        EvidenceFactory, organisation=factory.SelfAttribute("..assessment.audit.organisation")
    )
    linked_at = factory.LazyFunction(timezone.now)
    linked_by = factory.SubFactory(UserFactory)


class FindingFactory(DjangoModelFactory[Finding]):
    """A presented major nonconformity; pass ``grade`` for another one, ``draft`` for a draft."""

    class Meta:
        model = Finding

    class Params:
        draft = factory.Trait(state=FindingState.DRAFT, presented_at=None, due_date=None)

    assessment = factory.LazyFunction(lambda: first_assessment(running_audit()))
    audit = factory.SelfAttribute("assessment.audit")
    number = factory.Sequence(lambda n: n + 1)
    grade = factory.LazyAttribute(
        lambda o: o.audit.certification.edition.referential.scheme.grades.get(code="NC_MAJ")
    )
    title = "Délai non tenu"
    required = "Répondre dans le délai annoncé"
    found = "Trois réponses sur dix hors délai"
    state = FindingState.PRESENTED
    presented_at = factory.LazyFunction(timezone.now)
    found_date = date(2026, 3, 4)
    due_date = date(2026, 6, 2)
    created_at = factory.LazyFunction(timezone.now)
    created_by = factory.SubFactory(UserFactory)


class CorrectiveActionFactory(DjangoModelFactory[CorrectiveAction]):
    """A planned action on an open finding."""

    class Meta:
        model = CorrectiveAction

    finding = factory.SubFactory(FindingFactory)
    organisation = factory.SelfAttribute("finding.audit.organisation")
    number = factory.Sequence(lambda n: n + 1)
    title = "Renforcer l'équipe courrier"
    owner = factory.SubFactory(UserFactory)
    due_date = date(2026, 5, 15)
    created_at = factory.LazyFunction(timezone.now)
    created_by = factory.SubFactory(UserFactory)


def sample_fields(**changes: object) -> SampleFields:
    """Five files out of twelve, drawn simply, for a target of 90 %."""
    values = {
        "subject": SampleSubject.UNITS,
        "title": "Courriers relus",
        "counted": "La réponse traite chaque demande",
        "source": "Courriers de mars",
        "units": tuple(Unit(f"CR-{n:02d}", ("Lyon", "Massy")[n % 2]) for n in range(1, 13)),
        "population_size": 12,
        "method": SampleMethod.SIMPLE,
        "size": 5,
        "confidence": 95,
        "margin": 10,
        "target": Decimal(90),
    }
    return SampleFields(**values | changes)


def prepared_sample(*, audit: Audit, by: User | None = None, **changes: object) -> Sample:
    """A sample of the audit that is still to be drawn."""
    return prepare_sample(
        key=uuid.uuid4(),
        audit=audit,
        fields=sample_fields(**changes),
        by=by or audit.started_by,
        at=timezone.now(),
    )


def drawn_sample(*, audit: Audit, by: User | None = None, **changes: object) -> Sample:
    """A sample that is drawn, without results."""
    sample = prepared_sample(audit=audit, by=by, **changes)
    by = by or audit.started_by
    return draw_sample(sample=sample, version=sample.version, by=by, at=timezone.now())


def record_all(sample: Sample, result: str = "CONFORM") -> None:
    """The same result for every unit that has none."""
    for item in sample.items.filter(result="").order_by("rank"):
        record_result(
            item=item,
            version=item.version,
            result=result,
            comment="",
            by=sample.drawn_by,
            at=timezone.now(),
        )


def shared(
    file: Certification,
    *,
    level: ShareLevel = ShareLevel.RESULTS,
    client: Organisation | None = None,
    last_day: date | None = None,
) -> FileShare:
    """A file opened to a client organisation, another one unless it is given."""
    return share_file(
        certification=file,
        client=client or OrganisationFactory(kind=OrganisationKind.CLIENT),
        fields=ShareFields(level, last_day),
        by=file.opened_by,
        at=timezone.now(),
    )


def subcontractor(
    file: Certification, name: str = "Relais Ouest", **fields: object
) -> Subcontractor:
    """A subcontractor of the file, of the first level unless ``parent`` is given."""
    return add_subcontractor(
        key=uuid.uuid4(),
        certification=file,
        fields=SubcontractorFields(**{"name": name, "activity": "Soirées"} | fields),
        by=file.opened_by,
        at=timezone.now(),
    )
