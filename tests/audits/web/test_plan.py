"""The screens of an audit plan, and its file for an agenda."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from audits.actions import plan as actions
from audits.actions.plan import SlotFields
from audits.cycle_enums import AuditMethod, SlotKind
from audits.enums import AuditKind, TeamRole
from audits.models import AuditPlan, PlanSlot
from crcaudit.accounts.enums import Role
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import CertificationFactory, name_on_team, running_audit
from tests.project.hostile import CORPUS
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

START = datetime(2026, 3, 2, 9, tzinfo=PARIS)


@pytest.fixture
def audit(manager):
    file = CertificationFactory(organisation=manager.organisation)
    file.sites.set([SiteFactory(organisation=manager.organisation, name="Lyon")])
    return running_audit(
        certification=file, kind=AuditKind.INTERNAL, end_date=START.date() + timedelta(days=1)
    )


@pytest.fixture
def lead(audit):
    user = UserFactory(language="en", first_name="Sacha", last_name="Essai")
    return name_on_team(audit=audit, user=user, role=TeamRole.LEAD)


def slot_of(audit, hour=0, **changes):
    usual = {
        "kind": SlotKind.SESSION,
        "starts_at": START + timedelta(hours=hour),
        "ends_at": START + timedelta(hours=hour + 1),
        "title": f"Créneau {hour}",
        "method": AuditMethod.ON_SITE,
    }
    return actions.add_slot(
        key=uuid4(),
        audit=audit,
        fields=SlotFields(**usual | changes),
        by=audit.started_by,
        at=timezone.now(),
    )


def url(name, audit, *args):
    return reverse(f"audits:{name}", args=[audit.key, *args])


def sent(audit, **changes):
    usual = {
        "key": uuid4(),
        "kind": "SESSION",
        "title": "Écoute",
        "day": "2026-03-02",
        "starts": "10:00",
        "ends": "11:30",
        "method": "ON_SITE",
    }
    return usual | changes


def read(client, audit):
    answer = client.get(url("plan", audit))
    assert answer.status_code == 200
    return answer


def test_an_empty_plan_says_what_to_begin_with(client, audit):
    answer = read(client, audit)

    assert "Begin with the opening meeting" in answer.content.decode()
    assert client.get(url("plan-calendar", audit)).status_code == 404


def test_a_slot_is_added_and_shown(client, audit, lead):
    site = audit.certification.sites.get()
    section = audit.sections.order_by("position").first()
    body = sent(
        audit,
        site=site.pk,
        auditors=[lead.pk],
        sections=[section.pk],
        people_met="Superviseur",
        topics="Dix appels",
    )

    answer = client.post(url("add-slot", audit), body)

    assert answer.headers["Location"] == url("plan", audit)
    shown = read(client, audit).content.decode()
    for text in ("Écoute", "Lyon", "Sacha Essai", "Superviseur", "Dix appels", section.code):
        assert text in shown
    slot = PlanSlot.objects.get()
    assert timezone.localtime(slot.starts_at).hour == 10


def test_the_next_slot_begins_where_the_last_one_ends(client, audit):
    assert client.get(url("add-slot", audit)).context["form"].initial["kind"] == "OPENING"
    slot_of(audit, hour=2)

    initial = client.get(url("add-slot", audit)).context["form"].initial

    assert (initial["day"], initial["starts"].hour) == (START.date(), 12)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends": "10:00"}, "ends"),
        ({"ends": "9:00"}, "ends"),
        ({"title": ""}, "title"),
        ({"starts": "25:00"}, "starts"),
        ({"day": ""}, "day"),
        ({"kind": "NAP"}, "kind"),
    ],
)
def test_a_slot_that_cannot_be_is_given_back(client, audit, changes, field):
    answer = client.post(url("add-slot", audit), sent(audit, topics="Gardé", **changes))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Gardé" in answer.content.decode()
    assert not AuditPlan.objects.exists()


def test_an_hour_that_the_clock_skips_cannot_be_the_end(client, audit):
    """On 29 March 2026 clocks go from 2:00 to 3:00: 2:30 comes after 3:15."""
    body = sent(audit, day="2026-03-29", starts="02:30", ends="03:15")

    assert client.post(url("add-slot", audit), body).status_code == 422


def test_what_does_not_hold_is_shown_and_saved_all_the_same(client, audit, lead):
    slot_of(audit, auditors=(lead,), title="Accueil")

    answer = client.post(
        url("add-slot", audit), sent(audit, starts="09:30", ends="10:30", auditors=[lead.pk])
    )

    assert answer.status_code == 302
    assert [remark.text for remark in read(client, audit).context["remarks"]] == [
        "Sacha Essai is in two slots at once: Accueil (09:00) and Écoute (09:30)."
    ]


def test_a_slot_is_changed_and_a_conflict_loses_nothing(client, audit):
    slot = slot_of(audit)
    place = url("edit-slot", audit, slot.pk)
    assert client.post(place, sent(audit, version=1, title="Un")).status_code == 302

    refused = client.post(place, sent(audit, version=1, title="Deux"))
    version = refused.context["form"]["version"].value()
    again = client.post(place, sent(audit, version=version, title="Deux"))

    assert (refused.status_code, again.status_code) == (409, 302)
    assert "Deux" in refused.content.decode()
    assert PlanSlot.objects.get().title == "Deux"


def test_a_slot_is_taken_out(client, audit):
    slot = slot_of(audit)

    answer = client.post(url("remove-slot", audit, slot.pk))

    assert answer.status_code == 302
    assert not PlanSlot.objects.exists()


def test_the_plan_itself_is_written(client, audit):
    answer = client.post(
        url("edit-plan", audit), {"version": "", "criteria": "Nos procédures", "language": "fr"}
    )

    assert answer.status_code == 302
    assert "Nos procédures" in read(client, audit).content.decode()


def test_who_came_to_a_meeting_is_a_sheet_as_on_paper(client, audit):
    slot = slot_of(audit, kind=SlotKind.OPENING, title="Ouverture")
    place = url("record-meeting", audit, slot.pk)
    body = {"version": 1, "held_day": "2026-03-02", "held_time": "09:05", "notes": "Plan confirmé"}

    nameless = client.post(place, body | {"name_0": "Camille"})
    saved = client.post(place, body | {"function_3": "Direction", "name_3": "Camille"})

    assert (nameless.status_code, saved.status_code) == (422, 302)
    shown = read(client, audit).content.decode()
    for text in ("Held on 2 March 2026 at 09:05", "Direction, Camille", "Plan confirmé"):
        assert text in shown
    form = client.get(place).context["form"]
    assert form["function_0"].value() == "Direction"
    assert len(form.sheet) == 8


@pytest.mark.parametrize(
    "missing", [{"held_time": "09:00"}, {"held_day": "2026-03-02"}], ids=["day", "hour"]
)
def test_a_meeting_has_a_day_and_an_hour_or_neither(client, audit, missing):
    slot = slot_of(audit, kind=SlotKind.CLOSING)

    answer = client.post(url("record-meeting", audit, slot.pk), {"version": 1, **missing})

    assert answer.status_code == 422


def test_a_session_is_no_meeting(client, audit):
    slot = slot_of(audit)

    assert client.get(url("record-meeting", audit, slot.pk)).status_code == 409


def test_a_slot_of_another_audit_is_not_found(client, audit):
    other = running_audit(certification=audit.certification, kind=AuditKind.MOCK)
    slot = slot_of(other)

    for name in ("edit-slot", "record-meeting"):
        assert client.get(url(name, audit, slot.pk)).status_code == 404


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR])
def test_members_read_and_do_not_write(client, audit, role):
    slot = slot_of(audit)
    client.force_login(MembershipFactory(organisation=audit.organisation, role=role).user)

    assert read(client, audit).context["can_write"] is False
    assert client.get(url("plan-calendar", audit)).status_code == 200
    for name, args in (("edit-plan", ()), ("add-slot", ()), ("edit-slot", (slot.pk,))):
        assert client.get(url(name, audit, *args)).status_code == 403
    assert client.post(url("remove-slot", audit, slot.pk)).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"), [(TeamRole.LEAD, 200), (TeamRole.AUDITOR, 403), (TeamRole.OBSERVER, 403)]
)
def test_of_a_third_party_audit_only_the_lead_writes_the_plan(client, manager, role, status):
    file = CertificationFactory(organisation=manager.organisation)
    audit = running_audit(certification=file, kind=AuditKind.INITIAL)
    member = name_on_team(audit=audit, user=UserFactory(language="en"), role=role)
    assert client.get(url("add-slot", audit)).status_code == 403
    client.force_login(member.user)

    assert client.get(url("add-slot", audit)).status_code == status
    assert read(client, audit).context["can_write"] is (status == 200)


def test_before_the_declaration_there_is_no_plan(client, audit, lead):
    slot_of(audit)
    type(lead).objects.filter(pk=lead.pk).update(declared_at=None)
    client.force_login(lead.user)

    for name in ("plan", "plan-calendar", "add-slot"):
        assert client.get(url(name, audit)).status_code == 404


def test_the_file_has_one_event_per_slot_and_grows_with_the_plan(client, audit, lead):
    slot = slot_of(audit, auditors=(lead,), people_met="Superviseur")
    slot_of(audit, hour=2)
    first = Calendar.from_ical(client.get(url("plan-calendar", audit)).content).events
    client.post(url("edit-slot", audit, slot.pk), sent(audit, version=1))

    second = Calendar.from_ical(client.get(url("plan-calendar", audit)).content).events

    assert [event["uid"] for event in first] == [event["uid"] for event in second][::1]
    assert {event["sequence"] for event in first} == {3}
    assert {event["sequence"] for event in second} == {4}
    assert first[0].start == START
    assert "Superviseur" in str(first[0]["description"])


@pytest.mark.parametrize("text", [*CORPUS][:6], ids=range(6))
def test_hostile_titles_stay_titles_in_the_file(client, audit, text):
    body = sent(audit, title="x" + text[:150], topics=text[:900])
    answer = client.post(url("add-slot", audit), body)
    assert answer.status_code == 302

    content = client.get(url("plan-calendar", audit)).content

    assert len(Calendar.from_ical(content).events) == 1
    assert max(map(len, content.split(b"\r\n"))) <= 75


def test_the_queries_do_not_grow_with_the_slots(client, audit, lead):
    slot_of(audit, auditors=(lead,))
    with counted() as one:
        read(client, audit)
    for hour in (1, 2, 3):
        slot_of(audit, hour=hour, auditors=(lead,), site=audit.certification.sites.get())

    with counted() as four:
        read(client, audit)

    assert len(four) == len(one)
