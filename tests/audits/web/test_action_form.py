"""Planning and editing a corrective action."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.enums import AuditKind, TeamRole
from audits.models import CorrectiveAction, Finding
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    first_assessment,
    name_on_team,
    running_audit,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def finding(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return FindingFactory(assessment=first_assessment(running_audit(certification=file)))


@pytest.fixture
def owner(manager):
    return MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR).user


def add_url(row):
    return reverse("audits:add-action", args=[row.key])


def edit_url(row):
    return reverse("audits:edit-action", args=[row.key])


def data(person, **changes):
    values = {
        "key": str(uuid4()),
        "title": "Renforcer l'équipe courrier",
        "description": "Recruter deux conseillers",
        "owner": person.pk,
        "due_date": "2026-05-15",
        "effort_days": "2.5",
    }
    return values | changes


def edit_data(client, row, **changes):
    form = client.get(edit_url(row)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def test_the_due_date_starts_from_that_of_the_finding(client, finding):
    form = client.get(add_url(finding)).context["form"]

    assert form["due_date"].value() == finding.due_date


def test_an_action_is_planned_and_shown_on_its_finding(client, manager, finding, owner):
    response = client.post(add_url(finding), data(owner))

    row = CorrectiveAction.objects.get()
    assert response.headers["Location"] == finding.get_absolute_url()
    assert (row.reference, row.owner, row.due_date, row.effort_days) == (
        "ACT-001",
        owner,
        date(2026, 5, 15),
        Decimal("2.50"),
    )
    assert row.get_absolute_url() in client.get(response.headers["Location"]).content.decode()


@pytest.mark.parametrize(("language", "typed"), [("fr", "2,5"), ("fr", "2.5"), ("en", "2.5")])
def test_the_effort_is_read_as_people_write_it(client, manager, finding, language, typed):
    type(manager.user).objects.update(language=language)

    client.post(add_url(finding), data(manager.user, effort_days=typed))

    assert CorrectiveAction.objects.get().effort_days == Decimal("2.5")


@pytest.mark.parametrize("field", ["title", "owner", "due_date"])
def test_what_is_missing_is_asked_for_and_the_rest_kept(client, finding, owner, field):
    response = client.post(add_url(finding), data(owner, **{field: ""}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert "Recruter deux conseillers" in response.content.decode()
    assert not CorrectiveAction.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effort_days", "-1"),
        ("effort_days", "NaN"),
        ("effort_days", "1e400"),
        ("effort_days", "99999"),
        ("effort_days", "deux"),
        ("due_date", "2026-03-03"),  # the day before the finding
        ("due_date", "9999-12-31"),
        ("owner", "10" * 30),
        ("owner", "abc"),
        ("owner", "\x00"),
        ("key", "abc"),
    ],
)
def test_odd_values_are_refused_and_not_a_fault(client, finding, owner, field, value):
    response = client.post(add_url(finding), data(owner, **{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not CorrectiveAction.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "former", "client"])
def test_an_owner_who_is_no_member_is_refused_with_a_sentence(client, manager, finding, who):
    organisation = manager.organisation
    user = {
        "stranger": lambda: MembershipFactory().user,
        "former": lambda: MembershipFactory(organisation=organisation, is_active=False).user,
        "client": lambda: MembershipFactory(organisation=organisation, role=Role.CLIENT).user,
    }[who]()

    response = client.post(add_url(finding), data(user))

    assert response.context["form"].errors == {
        "owner": ["Choose an owner among the members of the organisation."]
    }
    assert not CorrectiveAction.objects.exists()


def test_fields_that_are_not_on_the_form_are_ignored(client, finding, owner):
    other = FindingFactory()

    client.post(
        add_url(finding),
        data(owner, state="VERIFIED", number=99, finding=other.pk, verified_by=owner.pk),
    )

    row = CorrectiveAction.objects.get()
    assert (row.state, row.number, row.finding, row.verified_by) == ("PLANNED", 1, finding, None)


def test_the_same_form_sent_twice_plans_one_action(client, finding, owner):
    sent = data(owner)

    statuses = [client.post(add_url(finding), sent).status_code for _time in range(2)]

    assert statuses == [302, 302]
    assert CorrectiveAction.objects.count() == 1


def test_going_back_and_sending_another_text_loses_nothing(client, finding, owner):
    sent = data(owner)
    client.post(add_url(finding), sent)

    refused = client.post(add_url(finding), sent | {"title": "Deuxième action"})
    key = refused.context["form"]["key"].value()
    client.post(add_url(finding), sent | {"title": "Deuxième action", "key": key})

    assert refused.status_code == 409
    assert CorrectiveAction.objects.count() == 2


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["director", "lead auditor"])
def test_who_does_not_manage_the_organisation_plans_nothing(client, manager, method, who):
    file = CertificationFactory(organisation=manager.organisation)
    audit = running_audit(certification=file, kind=AuditKind.INITIAL)
    row = FindingFactory(assessment=first_assessment(audit))
    if who == "director":
        user = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR).user
    else:
        user = UserFactory()
        name_on_team(audit=audit, user=user, role=TeamRole.LEAD, by=manager.user)
    client.force_login(user)

    response = getattr(client, method)(add_url(row), data(user))

    assert response.status_code == 403
    assert not CorrectiveAction.objects.exists()


def test_a_closed_finding_takes_no_action_and_the_text_is_kept(client, finding, owner):
    Finding.objects.update(state="CLOSED", closed_at=timezone.now(), closed_by=UserFactory())

    page = client.get(add_url(finding))
    refused = client.post(add_url(finding), data(owner))

    assert (page.status_code, refused.status_code) == (409, 409)
    assert "Recruter deux conseillers" in refused.content.decode()
    assert not CorrectiveAction.objects.exists()


def test_an_edit_is_saved_and_traced(client, finding, owner):
    row = CorrectiveActionFactory(finding=finding, owner=owner)

    response = client.post(edit_url(row), edit_data(client, row, title="Autre action"))

    row.refresh_from_db()
    assert response.headers["Location"] == row.get_absolute_url()
    assert (row.title, row.version) == ("Autre action", 2)
    assert JournalEntry.objects.get(object_type="action").after == {"title": "Autre action"}


def test_saving_without_a_change_leaves_no_trace(client, finding, owner):
    row = CorrectiveActionFactory(finding=finding, owner=owner, effort_days="2.50")

    response = client.post(edit_url(row), edit_data(client, row))

    row.refresh_from_db()
    assert (response.status_code, row.version) == (302, 1)
    assert not JournalEntry.objects.filter(object_type="action").exists()


def test_two_edits_at_once_show_both_texts_and_lose_none(client, manager, finding, owner):
    row = CorrectiveActionFactory(finding=finding, owner=owner)
    mine = edit_data(client, row, title="Mon action", owner=manager.user.pk)
    client.post(edit_url(row), edit_data(client, row, title="Leur action"))

    response = client.post(edit_url(row), mine)

    row.refresh_from_db()
    assert (response.status_code, row.title) == (409, "Leur action")
    assert [(d.theirs, d.mine) for d in response.context["differences"]] == [
        ("Leur action", "Mon action"),
        (str(owner), str(manager.user)),
    ]
    html = response.content.decode()
    assert all(text in html for text in ("Mon action", "Leur action"))

    again = mine | {"version": response.context["form"]["version"].value()}
    assert client.post(edit_url(row), again).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.owner) == ("Mon action", manager.user)


def test_an_old_due_date_may_stay_though_it_comes_before_the_finding(client, finding, owner):
    early = finding.found_date - timedelta(days=5)
    row = CorrectiveActionFactory(finding=finding, owner=owner, due_date=early)

    kept = client.post(edit_url(row), edit_data(client, row, title="Autre"))
    moved = client.post(edit_url(row), edit_data(client, row, due_date=early - timedelta(days=1)))

    assert (kept.status_code, moved.status_code) == (302, 422)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_owner_carries_the_action_on_but_does_not_rewrite_it(client, finding, owner, method):
    row = CorrectiveActionFactory(finding=finding, owner=owner, title="Avant")
    client.force_login(owner)

    response = getattr(client, method)(edit_url(row), data(owner, version=1))

    row.refresh_from_db()
    assert (response.status_code, row.title) == (403, "Avant")


def test_an_action_done_meanwhile_keeps_the_text_that_was_typed(client, finding, owner):
    row = CorrectiveActionFactory(finding=finding, owner=owner, title="Avant")
    sent = edit_data(client, row, title="Après")
    CorrectiveAction.objects.update(state="DONE", done_at=timezone.now())

    response = client.post(edit_url(row), sent)

    row.refresh_from_db()
    assert (response.status_code, row.title) == (409, "Avant")
    assert "Après" in response.content.decode()
    assert client.get(edit_url(row)).status_code == 409
