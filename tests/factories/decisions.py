"""Third parties' audits brought to their conclusion, and to the decision on them."""

from datetime import timedelta

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.conclusion import ConclusionFields, conclude_audit
from audits.actions.decision import CertificateFields, DecisionFields, decide_on_audit
from audits.decision_enums import DecisionKind, Recommendation
from audits.enums import AuditKind, TeamRole
from audits.logic.conclusion import ObstacleKind
from audits.logic.cycle import term_of
from audits.models import (
    Audit,
    AuditConclusion,
    AuditPlan,
    AuditTeamMember,
    Certification,
    Decision,
    PlanSlot,
)
from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import User
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.audits import (
    FindingFactory,
    first_assessment,
    name_on_team,
    running_audit,
)
from tests.factories.reports import rate_everything


def led_audit(*, kind: AuditKind = AuditKind.INITIAL, **fields: object) -> tuple[Audit, User]:
    """A running audit with its lead auditor, every requirement rated."""
    audit, lead = running_audit(kind=kind, **fields), UserFactory()
    name_on_team(audit=audit, user=lead, role=TeamRole.LEAD)
    rate_everything(audit)
    return audit, lead


def conclusion_fields(**changes: object) -> ConclusionFields:
    """Grant; everything that may be accepted is."""
    values = {
        "summary": "Les engagements sont tenus, sauf le délai du courrier.",
        "recommendation": Recommendation.GRANT,
        "accepted": frozenset(ObstacleKind),
    }
    return ConclusionFields(**values | changes)


def conclude(audit: Audit, by: User, **changes: object) -> AuditConclusion:
    """Conclude the audit as `conclusion_fields` says."""
    at = changes.pop("at", None) or timezone.now()
    return conclude_audit(audit=audit, fields=conclusion_fields(**changes), by=by, at=at)


def concluded_audit(**fields: object) -> Audit:
    """An initial audit, concluded by its lead."""
    audit, lead = led_audit(**fields)
    return conclude(audit, lead).audit


def followed_up_audit(
    *, auditor: User | None = None, grade: str = "NC_MIN", **fields: object
) -> tuple[Audit, AuditTeamMember]:
    """An audit concluded with an open finding and a session held by its team; its lead."""
    audit, lead = led_audit(**fields)
    if auditor is not None:
        name_on_team(audit=audit, user=auditor, role=TeamRole.AUDITOR)
    scheme = audit.certification.edition.referential.scheme
    FindingFactory(assessment=first_assessment(audit), grade=scheme.grades.get(code=grade))
    now = timezone.now()
    plan = AuditPlan.objects.create(audit=audit, created_at=now, created_by=lead, changed_at=now)
    slot = PlanSlot.objects.create(
        plan=plan, starts_at=now, ends_at=now + timedelta(hours=1), title="Écoutes"
    )
    slot.auditors.set(audit.team.all())
    audit = conclude(audit, lead).audit
    return audit, audit.team.get(role=TeamRole.LEAD)


def decision_maker_of(certification: Certification) -> User:
    """Somebody who decides in the body of the file, which is named where it is not yet."""
    if certification.body is None:
        body = OrganisationFactory(kind=OrganisationKind.CERTIFICATION_BODY)
        Certification.objects.filter(pk=certification.pk).update(body=body)
        certification.body = body
    return MembershipFactory(organisation=certification.body, role=Role.DECISION_MAKER).user


def decision_fields(kind: str = "GRANTED", **changes: object) -> DecisionFields:
    """A decision of today, with its conditions where it needs some."""
    values = {
        "kind": DecisionKind(kind),
        "reason": "Le comité a lu le rapport.",
        "conditions": "Revoir le courrier sous six mois." if "FOLLOW" in kind else "",
        "effective_on": localdate(),
    }
    return DecisionFields(**values | changes)


def decide(audit: Audit, by: User, kind: str = "GRANTED", **changes: object) -> Decision:
    """Decide on a concluded audit; a certificate that comes of it has a number of its own."""
    at = changes.pop("at", None) or timezone.now()
    number = changes.pop("number", None) or f"C-{audit.pk}"
    consult = changes.pop("consult", None) or "www.exemple.test/referentiel"
    fields = decision_fields(kind, **changes)
    certificate = CertificateFields(
        number=number,
        consult=consult,
        expires_on=term_of(fields.effective_on, 3),
    )
    return decide_on_audit(
        audit=audit,
        fields=fields,
        certificate=certificate,
        by=by,
        at=at,
    )


def certified_file() -> tuple[Certification, User]:
    """A file whose initial audit was granted, and who decided."""
    audit = concluded_audit()
    maker = decision_maker_of(audit.certification)
    decide(audit, maker)
    return audit.certification, maker
