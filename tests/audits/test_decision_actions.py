"""The certification body decides: once, in order, by somebody who took no part in the audit."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import team
from audits.actions.certification import edit_certification, fields_of, fingerprint
from audits.actions.closing import close_certification
from audits.actions.decision import decide_on_certificate
from audits.actions.freezing import reopen_audit
from audits.decision_enums import CertificateState, DecisionKind
from audits.enums import AuditKind, TeamRole
from audits.logic.cycle import term_of
from audits.logic.decision import DECISION_FLOW, ON_AUDIT
from audits.models import (
    AuditTeamMember,
    Certificate,
    Certification,
    Decision,
    Finding,
    FormerTeamMember,
)
from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Membership, QueuedMessage
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from engagements.models import Scheme
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
)
from tests.factories.audits import FindingFactory, first_assessment, manager_of, name_on_team
from tests.factories.decisions import (
    certified_file,
    conclude,
    concluded_audit,
    decide,
    decision_fields,
    decision_maker_of,
    led_audit,
)
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def on_certificate(file, by, kind, **changes):
    return decide_on_certificate(
        certification=file, fields=decision_fields(kind, **changes), by=by, at=timezone.now()
    )


def raw(file, by, **values):
    """A decision written past the action."""
    last = file.decisions.order_by("number").last()
    defaults = {
        "certification": file,
        "number": (last.number if last else 0) + 1,
        "source": last.target if last else "NONE",
        "reason": "Motif",
        "effective_on": localdate(),
        "decided_at": timezone.now(),
        "decided_by": by,
    }
    return Decision(**defaults | values)


def test_a_grant_writes_the_certificate_with_what_the_public_is_owed():
    audit = concluded_audit()
    file = audit.certification
    maker = decision_maker_of(file)
    # What the scheme states wins over what the person says.
    Scheme.objects.update(validity_years=4)
    before = JournalEntry.objects.count()

    row = decide(audit, maker, number="2026-114", effective_on=localdate())

    made = row.certificate
    assert (row.source, row.target, row.number) == ("NONE", "CERTIFIED", 1)
    assert (made.number, made.holder, made.scope) == (
        "2026-114",
        file.organisation.name,
        file.scope,
    )
    assert (made.body_name, made.referential_fr) == (file.body.name, file.edition.title_fr)
    assert made.consult == "www.exemple.test/referentiel"
    assert (made.valid_from, made.expires_on) == (localdate(), term_of(localdate(), 4))
    entry = JournalEntry.objects.latest("pk")
    assert JournalEntry.objects.count() == before + 1
    assert (entry.action, entry.reason) == ("certification.decided", row.reason)


def test_both_sides_are_told_and_who_decides_is_not():
    audit, lead = led_audit()
    conclude(audit, lead)
    manager, maker = manager_of(audit).user, decision_maker_of(audit.certification)
    other = MembershipFactory(organisation=audit.certification.body, role=Role.DECISION_MAKER).user

    decide(audit, maker)

    told = QueuedMessage.objects.filter(subject="L’organisme certificateur a décidé")
    assert {row.recipient for row in told} == {manager, lead, other}


def test_who_decides_is_told_of_a_conclusion():
    audit, lead = led_audit()
    maker = decision_maker_of(audit.certification)

    conclude(audit, lead)

    assert QueuedMessage.objects.filter(recipient=maker, subject="Un audit est conclu").exists()


@pytest.mark.parametrize("way", ["initial", "earlier"])
def test_nothing_is_granted_over_an_open_major_of_the_file(way):
    audit, lead = led_audit()
    found = FindingFactory(assessment=first_assessment(audit))
    conclude(audit, lead)
    file, maker = audit.certification, decision_maker_of(audit.certification)
    if way == "earlier":
        decide(audit, maker, "SUPPLEMENTARY_AUDIT")
        audit, other_lead = led_audit(kind=AuditKind.SUPPLEMENTARY, certification=file)
        conclude(audit, other_lead)

    with pytest.raises(NotAvailableError, match=found.title):
        decide(audit, maker)
    standing = audit.conclusions.get()
    assert refused(raw(file, maker, kind="GRANTED", target="CERTIFIED", conclusion=standing).save)
    rows = Finding.objects.filter(pk=found.pk)
    rows.update(state="ANSWERED", answered_at=timezone.now())
    rows.update(state="ACCEPTED", accepted_at=timezone.now())
    rows.update(state="CLOSED", closed_at=timezone.now(), closed_by=lead)
    assert decide(audit, maker).target == CertificateState.CERTIFIED


def test_an_audit_is_decided_on_once_and_only_once_it_is_concluded():
    audit, lead = led_audit()
    maker = decision_maker_of(audit.certification)

    with pytest.raises(NotAvailableError):
        decide(audit, maker)
    conclude(audit, lead)
    decide(audit, maker, "REFUSED")
    with pytest.raises(NotAvailableError):
        decide(audit, maker)


def test_what_was_decided_on_is_not_reopened():
    audit = concluded_audit()
    decide(audit, decision_maker_of(audit.certification), "REFUSED")

    with pytest.raises(NotAvailableError):
        reopen_audit(audit=audit, reason="Erreur", by=UserFactory(), at=timezone.now())
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": UserFactory()}
    assert refused(lambda: audit.conclusions.update(**gone, withdrawn_reason="Erreur"))


@pytest.mark.parametrize("was", ["lead", "removed", "of another audit", "member"])
def test_nobody_decides_on_what_they_took_part_in(was):
    audit, lead = led_audit()
    file = audit.certification
    maker = UserFactory()
    if was == "member":
        MembershipFactory(user=maker, organisation=file.organisation, role=Role.CONTRIBUTOR)
    else:
        place = led_audit(certification=file)[0] if was == "of another audit" else audit
        member = name_on_team(audit=place, user=maker, role=TeamRole.OBSERVER)
        if was == "removed":
            team.remove_team_member(member=member, by=lead, at=timezone.now())
    conclude(audit, lead)
    decision_maker_of(file)
    MembershipFactory(user=maker, organisation=file.body, role=Role.DECISION_MAKER)

    with pytest.raises(UserError):
        decide(audit, maker)
    row = raw(file, maker, kind="REFUSED", target="NONE", conclusion=audit.conclusions.get())
    assert refused(row.save)


def test_the_database_lets_only_the_body_of_the_file_decide():
    audit = concluded_audit()
    file = audit.certification
    maker = decision_maker_of(file)
    elsewhere = MembershipFactory(
        organisation=OrganisationFactory(kind=OrganisationKind.CERTIFICATION_BODY),
        role=Role.DECISION_MAKER,
    ).user
    values = {"kind": "REFUSED", "target": "NONE", "conclusion": audit.conclusions.get()}

    assert refused(raw(file, elsewhere, **values).save)
    Membership.objects.filter(user=maker).update(is_active=False)
    assert refused(raw(file, maker, **values).save)
    Membership.objects.filter(user=maker).update(is_active=True)
    assert not refused(raw(file, maker, **values).save)


def test_a_decision_maker_is_on_no_team_of_the_file():
    audit, _lead = led_audit()
    maker = decision_maker_of(audit.certification)

    with pytest.raises(NotAvailableError, match="certificat"):
        name_on_team(audit=audit, user=maker, role=TeamRole.OBSERVER)
    row = AuditTeamMember(audit=audit, user=maker, role=TeamRole.OBSERVER)
    assert refused(row.save)


def test_who_was_taken_off_a_team_is_remembered():
    audit, lead = led_audit()
    member = audit.team.get()

    assert refused(AuditTeamMember.objects.filter(pk=member.pk).delete)
    team.remove_team_member(member=member, by=UserFactory(), at=timezone.now())

    kept = FormerTeamMember.objects.get()
    assert (kept.user, kept.audit, kept.declared_at) == (lead, audit, member.declared_at)
    assert refused(FormerTeamMember.objects.all().delete)


@pytest.mark.parametrize("source", CertificateState.values)
@pytest.mark.parametrize("kind", DecisionKind.values)
def test_the_database_takes_only_the_moves_of_the_flow(source, kind):
    file, maker = _file_in(source)
    audit, lead = led_audit(kind=AuditKind.RENEWAL, certification=file)
    conclude(audit, lead)
    is_on_audit = kind in {one.value for one in ON_AUDIT}
    allowed = {
        target.value
        for (before, decided), target in DECISION_FLOW.items()
        if (before.value, decided.value) == (source, kind)
    }
    conditions = "Revoir" if "FOLLOW" in kind else ""
    conclusion = audit.conclusions.get() if is_on_audit else None
    taken = set()
    for target in CertificateState.values:
        row = raw(
            file, maker, kind=kind, target=target, conditions=conditions, conclusion=conclusion
        )
        with transaction.atomic():
            if not refused(row.save):
                taken.add(target)
            transaction.set_rollback(True)

    assert taken == allowed


def _file_in(state):
    if state == CertificateState.NONE:
        file = concluded_audit().certification
        return file, decision_maker_of(file)
    file, maker = certified_file()
    if state != CertificateState.CERTIFIED:
        on_certificate(file, maker, state)
    return file, maker


def test_the_action_refuses_what_the_state_does_not_have():
    file, maker = certified_file()

    with pytest.raises(NotAvailableError):
        on_certificate(file, maker, "RESTORED")
    on_certificate(file, maker, "SUSPENDED")
    with pytest.raises(NotAvailableError):
        on_certificate(file, maker, "SUSPENDED")
    on_certificate(file, maker, "RESTORED")
    on_certificate(file, maker, "WITHDRAWN")
    with pytest.raises(NotAvailableError):
        on_certificate(file, maker, "RESTORED")


def test_the_database_chains_decisions_and_never_changes_them():
    file, maker = certified_file()
    rows = Decision.objects.filter(certification=file)

    assert refused(raw(file, maker, kind="RESTORED", source="SUSPENDED", target="CERTIFIED").save)
    assert refused(raw(file, maker, kind="SUSPENDED", target="SUSPENDED", number=7).save)
    assert refused(lambda: rows.update(reason="Autre"))
    assert refused(rows.delete)
    assert refused(lambda: Certificate.objects.update(number="X"))
    assert refused(Certificate.objects.all().delete)


def test_a_renewal_writes_the_next_certificate_and_a_surveillance_none():
    file, maker = certified_file()
    surveillance, lead = led_audit(kind=AuditKind.SURVEILLANCE, certification=file)
    conclude(surveillance, lead)
    decide(surveillance, maker, "GRANTED_WITH_FOLLOW_UP")
    assert Certificate.objects.count() == 1

    renewal, lead = led_audit(kind=AuditKind.RENEWAL, certification=file)
    conclude(renewal, lead)
    next_day = Certificate.objects.get().expires_on + timedelta(days=1)
    row = decide(renewal, maker, effective_on=next_day)

    assert row.certificate.valid_from == next_day


def test_an_expired_certificate_is_neither_maintained_nor_suspended():
    file, maker = certified_file()
    after = Certificate.objects.get().expires_on + timedelta(days=1)
    audit, lead = led_audit(kind=AuditKind.SURVEILLANCE, certification=file)
    conclude(audit, lead)

    with pytest.raises(NotAvailableError):
        decide(audit, maker, effective_on=after)
    with pytest.raises(NotAvailableError):
        on_certificate(file, maker, "SUSPENDED", effective_on=after)


def test_a_decision_does_not_count_before_the_audit_was_concluded():
    audit = concluded_audit()

    with pytest.raises(UserError):
        decide(audit, decision_maker_of(audit.certification), effective_on=date(2020, 1, 1))


def test_the_body_still_decides_on_a_closed_file():
    file, maker = certified_file()
    close_certification(certification=file, reason="Obtenu", by=UserFactory(), at=timezone.now())

    assert on_certificate(file, maker, "WITHDRAWN").target == CertificateState.WITHDRAWN


def test_a_number_is_that_of_one_certificate():
    file, maker = certified_file()
    number = Certificate.objects.get().number
    audit, lead = led_audit(kind=AuditKind.RENEWAL, certification=file)
    conclude(audit, lead)

    with pytest.raises(UserError):
        decide(audit, maker, number=number)


def test_the_body_is_a_certification_body_and_does_not_change_once_an_audit_is_concluded():
    audit = concluded_audit()
    file = audit.certification
    decision_maker_of(file)
    rows = Certification.objects.filter(pk=file.pk)
    other = OrganisationFactory(kind=OrganisationKind.CERTIFICATION_BODY)

    for body in (other, None):
        with pytest.raises(UserError):
            change_body(file, body)
        assert refused(lambda body=body: rows.update(body=body))
    fresh = led_audit()[0].certification
    with pytest.raises(UserError):
        change_body(fresh, OrganisationFactory())
    fresh_rows = Certification.objects.filter(pk=fresh.pk)
    assert refused(lambda: fresh_rows.update(body=OrganisationFactory()))
    assert change_body(fresh, other).body == other


def test_a_body_in_which_somebody_of_the_team_decides_is_refused():
    audit, lead = led_audit()
    body = OrganisationFactory(kind=OrganisationKind.CERTIFICATION_BODY)
    MembershipFactory(user=lead, organisation=body, role=Role.DECISION_MAKER)

    with pytest.raises(UserError, match=str(lead)):
        change_body(audit.certification, body)


def change_body(file, body):
    if not file.sites.exists():
        file.sites.add(SiteFactory(organisation=file.organisation))
    present = fields_of(Certification.objects.get(pk=file.pk))
    values = {name: getattr(present, name) for name in present.__slots__}
    return edit_certification(
        certification=file,
        seen=fingerprint(present),
        fields=type(present)(**values | {"body": body}),
        by=UserFactory(),
        at=timezone.now(),
    )
