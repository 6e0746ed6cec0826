"""Another lead auditor for a concluded audit whose findings are still to be judged."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.timezone import localdate

from audits import snapshots
from audits.actions.audit import validate_audit
from audits.actions.closing import close_certification
from audits.actions.freezing import reopen_audit
from audits.actions.lead import replace_lead
from audits.actions.team import remove_team_member, set_team_member
from audits.enums import AuditKind, TeamRole
from audits.forms.plan import SlotForm
from audits.models import Audit, AuditPlan, AuditTeamMember, FormerTeamMember, PlanSlot
from audits.snapshots.plan import audit_plan_snapshot
from crcaudit.accounts.actions.account import PersonFields
from crcaudit.accounts.enums import Role
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    FindingFactory,
    first_assessment,
    running_audit,
)
from tests.factories.decisions import (
    conclude,
    decide,
    decision_maker_of,
    followed_up_audit,
    led_audit,
)
from tests.factories.reports import rate_everything
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def replace(audit, user, *, by=None, **days):
    person = PersonFields(email=user.email, first_name="S", last_name="E", language="fr")
    return replace_lead(
        audit=audit,
        person=person,
        opens_on=days.get("opens_on"),
        closes_on=days.get("closes_on"),
        by=by or audit.started_by,
        at=timezone.now(),
        address="http://testserver/",
    )[0]


def opens_to(user) -> bool:
    return AuditTeamMember.objects.giving_access(user).exists()


def test_the_new_lead_has_a_row_of_their_own_and_the_old_one_leaves():
    audit, lead = followed_up_audit()
    new = UserFactory()

    member = replace(audit, new, closes_on=localdate() + timedelta(days=90))

    lead.refresh_from_db()
    assert (member.user, member.role, member.declared_at) == (new, TeamRole.LEAD, None)
    assert (lead.role, lead.left_at) == (TeamRole.LEAD, member.named_at)
    assert (opens_to(lead.user), opens_to(new)) == (False, False)
    assert [message.to for message in mail.outbox] == [[new.email]]
    assert "constats" in mail.outbox[0].body


def test_one_row_of_the_journal_says_who_follows_whom_and_until_when():
    audit, lead = followed_up_audit()
    new, manager = UserFactory(), UserFactory()
    before = JournalEntry.objects.count()

    replace(audit, new, by=manager, closes_on=localdate())

    assert JournalEntry.objects.count() == before + 1
    entry = JournalEntry.objects.order_by("pk").last()
    assert (entry.action, entry.actor) == ("audit.lead_replaced", str(manager.key))
    assert entry.before == {str(lead.user.key): "LEAD"}
    assert entry.after == {str(new.key): "LEAD", "closes_on": localdate().isoformat()}


def test_no_byte_of_the_concluded_audit_changes_nor_the_team_in_its_documents():
    auditor = UserFactory()
    audit, _lead = followed_up_audit(auditor=auditor)
    plan = AuditPlan.objects.get()
    row = Audit.objects.filter(pk=audit.pk).values().get()
    printed = audit_plan_snapshot(audit, plan, language="fr")
    frozen = snapshots.from_json(snapshots.AuditSnapshot, audit.frozen["fr"])

    replace(audit, UserFactory())
    remove_team_member(member=audit.team.get(user=auditor), by=audit.started_by, at=timezone.now())

    audit.refresh_from_db()
    again = audit_plan_snapshot(audit, plan, language="fr")
    assert Audit.objects.filter(pk=audit.pk).values().get() == row
    assert (again.team, again.days) == (printed.team, printed.days)
    assert set(again.team) == set(frozen.team)
    live = snapshots.audit_snapshot(audit, language="fr", on=localdate())
    assert (live.lead, live.team) == (frozen.lead, frozen.team)


def test_after_a_lead_was_taken_off_another_one_is_named():
    audit, lead = followed_up_audit()
    remove_team_member(member=lead, by=audit.started_by, at=timezone.now())
    new = UserFactory()

    member = replace(audit, new)

    assert audit.team.leading().get() == member
    entry = JournalEntry.objects.get(action="audit.lead_replaced")
    assert entry.before == {}


def test_an_auditor_of_the_team_who_takes_over_has_declared_already():
    auditor = UserFactory()
    audit, _lead = followed_up_audit(auditor=auditor)
    own = audit.team.get(user=auditor)

    member = replace(audit, auditor)

    own.refresh_from_db()
    assert (own.role, own.left_at is None) == (TeamRole.AUDITOR, False)
    assert (member.role, member.declared_at) == (TeamRole.LEAD, own.declared_at)
    assert opens_to(auditor)


def test_one_lead_follows_another_and_may_come_back():
    audit, lead = followed_up_audit()
    second = UserFactory()

    replace(audit, second)
    member = replace(audit, lead.user)

    assert audit.team.leading().get() == member
    assert member.declared_at is None
    assert audit.team.filter(role=TeamRole.LEAD).count() == 3


def test_the_same_form_twice_names_once():
    audit, _lead = followed_up_audit()
    new = UserFactory()

    first, second = replace(audit, new), replace(audit, new)

    assert first == second
    assert JournalEntry.objects.filter(action="audit.lead_replaced").count() == 1
    assert len(mail.outbox) == 1


def test_whoever_leads_the_audit_already_is_not_named_again():
    audit, lead = followed_up_audit()

    with pytest.raises(NotAvailableError, match="jours"):
        replace(audit, lead.user)

    assert audit.team.get() == lead


def _running():
    return led_audit()[0]


def _own():
    audit = running_audit(kind=AuditKind.INTERNAL)
    FindingFactory(assessment=first_assessment(audit))
    rate_everything(audit)
    return validate_audit(audit=audit, by=UserFactory(), at=timezone.now())


def _settled():
    audit, lead = followed_up_audit()
    audit.findings.get().close(by=lead.user, at=timezone.now(), comment="Vu")
    return audit


def _of_closed_file():
    audit, lead = followed_up_audit()
    file = audit.certification
    close_certification(certification=file, reason="Fini.", by=lead.user, at=timezone.now())
    return Audit.objects.get(pk=audit.pk)


@pytest.mark.parametrize("make", [_running, _own, _settled, _of_closed_file])
def test_where_nothing_is_left_to_judge_nobody_is_named(make):
    audit = make()
    before = set(audit.team.values_list("pk", "left_at"))

    with pytest.raises(NotAvailableError):
        replace(audit, UserFactory())

    assert set(audit.team.values_list("pk", "left_at")) == before
    assert mail.outbox == []


@pytest.mark.parametrize("who", ["member", "decision maker", "closed account"])
def test_nobody_judges_who_may_not(who):
    audit, lead = followed_up_audit()
    person = {
        "member": lambda: (
            MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
        ),
        "decision maker": lambda: decision_maker_of(audit.certification),
        "closed account": lambda: UserFactory(is_active=False),
    }[who]()

    with pytest.raises(UserError):
        replace(audit, person)

    lead.refresh_from_db()
    assert (lead.left_at, audit.team.count()) == (None, 1)


def test_who_used_to_lead_still_decides_nothing():
    audit, lead = followed_up_audit(grade="PS")
    replace(audit, UserFactory())
    decision_maker_of(audit.certification)
    MembershipFactory(
        user=lead.user, organisation=audit.certification.body, role=Role.DECISION_MAKER
    )

    with pytest.raises(UserError):
        decide(audit, lead.user)


def test_a_reopened_audit_is_led_by_the_new_lead_who_is_in_its_next_conclusion():
    audit, lead = followed_up_audit()
    new = replace(audit, UserFactory())
    at = timezone.now()

    audit = reopen_audit(audit=audit, reason="Pièce retrouvée", by=new.user, at=at)
    AuditTeamMember.objects.filter(pk=new.pk).update(declared_at=at)
    conclude(audit, new.user)

    audit.refresh_from_db()
    frozen = snapshots.from_json(snapshots.AuditSnapshot, audit.frozen["fr"])
    assert (frozen.lead, [name for name, _role in frozen.team]) == (str(new.user), [str(new.user)])
    assert audit.team.filter(pk=lead.pk).exists()


def row(audit, **values):
    return AuditTeamMember(**{"audit": audit, "user": UserFactory(), "role": "LEAD"} | values)


def test_the_database_keeps_one_lead_and_the_team_of_a_concluded_audit():
    auditor = UserFactory()
    audit, lead = followed_up_audit(auditor=auditor)
    rows = AuditTeamMember.objects
    of_lead, of_auditor = rows.filter(pk=lead.pk), rows.filter(user=auditor)

    assert refused(row(audit).save)  # a second lead
    assert refused(row(audit, role="AUDITOR").save)
    assert refused(row(audit, role="OBSERVER").save)
    assert refused(lambda: of_auditor.update(role="OBSERVER"))
    assert refused(lambda: of_lead.update(user=UserFactory()))
    FormerTeamMember.objects.create(
        audit=audit, user=auditor, role="AUDITOR", removed_at=timezone.now()
    )
    assert refused(of_auditor.delete)
    assert not refused(lambda: of_lead.update(closes_on=localdate()))


def test_the_database_lets_a_lead_in_only_while_findings_of_a_third_party_are_open():
    settled = _settled()
    AuditTeamMember.objects.update(left_at=timezone.now())
    own = _own()

    assert refused(row(settled).save)
    assert refused(row(own).save)
    audit, lead = followed_up_audit()
    lead.leave(at=timezone.now())
    assert not refused(row(audit).save)


def test_the_database_keeps_those_who_left_as_they_were():
    audit, lead = followed_up_audit()
    lead.leave(at=timezone.now())
    rows = AuditTeamMember.objects.filter(pk=lead.pk)

    assert refused(lambda: rows.update(left_at=None))
    assert refused(lambda: rows.update(closes_on=None))
    assert refused(row(audit, left_at=timezone.now()).save)


def test_the_database_lets_nobody_leave_an_audit_under_way_and_stay_in_its_team():
    audit, lead = led_audit()

    assert refused(lambda: audit.team.update(left_at=timezone.now()))
    assert audit.team.get().user == lead


def test_who_left_is_given_neither_days_nor_another_role():
    audit, lead = followed_up_audit()
    lead.leave(at=timezone.now())

    with pytest.raises(NotAvailableError):
        set_team_member(
            audit=audit, user=lead.user, role=TeamRole.LEAD, by=lead.user, at=timezone.now()
        )

    assert audit.team.get().left_at is not None


def test_in_a_reopened_audit_a_session_keeps_who_held_it_and_left_since():
    audit, lead = followed_up_audit()
    new = replace(audit, UserFactory())
    audit = reopen_audit(audit=audit, reason="Erreur", by=new.user, at=timezone.now())
    slot = PlanSlot.objects.get()

    held, another = SlotForm(audit=audit, slot=slot), SlotForm(audit=audit)

    assert set(held.fields["auditors"].queryset) == {lead, new}
    assert set(another.fields["auditors"].queryset) == {new}
