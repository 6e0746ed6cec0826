"""Screens of the internal control plan: its lines, its versions, its approval."""

import csv
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.enums import TeamRole
from audits.models import ControlLine, ControlPlan
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import name_on_team, running_audit
from tests.factories.controls import (
    approve,
    controlled_file,
    draft_plan,
    line_fields,
    only_line,
    person_with,
    plan_in_force,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def file(client):
    """A file whose quality manager is signed in and reads English."""
    file = controlled_file()
    sign_in(client, file.opened_by)
    return file


def sign_in(client, user):
    user.language = "en"
    user.save(update_fields=["language"])
    client.force_login(user)


def direct(client, file):
    sign_in(client, person_with(file, Role.DIRECTOR))


def url(name, file, *more):
    return reverse(f"audits:{name}", args=[file.key, *more])


def body(file, **changes):
    usual = {
        "key": uuid4(),
        "requirement": file.edition.requirements.order_by("position").first().pk,
        "control_point": "Prix écrit",
        "method": "doc_review",
        "is_per_site": "0",
        "frequency": "MONTHLY",
        "rank": "5",
        "window_days": "0",
        "role": "quality_manager",
        "record": "Liste de contrôle",
        "retention_months": "36",
        "sign": ">=",
        "target": "100",
        "alert": "98.5",
        "escalation": "DIRECTOR",
        "escalate_after": "10",
    }
    return usual | changes


def submit(client, file):
    draft = ControlPlan.objects.get(state="DRAFT")
    return client.post(url("submit-control-plan", file), {"version": draft.version})


def test_from_the_lines_of_the_referential_to_a_version_in_force(client, file):
    shown = client.get(url("control-month", file)).content.decode()
    assert "No internal control plan yet" in shown

    begun = client.post(url("begin-control-plan", file), {"key": uuid4(), "reason": "Premier plan"})
    assert begun.status_code == 302
    assert ControlLine.objects.count() == file.edition.requirements.count()
    assert submit(client, file).status_code == 302
    direct(client, file)
    page = client.get(url("control-draft", file)).content.decode()
    assert "The first version" in page
    draft = ControlPlan.objects.get()
    sent = {"version": draft.version, "starts_on": localdate().isoformat()}
    answer = client.post(url("approve-control-plan", file), sent)

    assert answer.status_code == 302
    assert ControlPlan.objects.get().state == "APPROVED"
    month = client.get(url("control-month", file))
    assert "version 1, approved by the direction" in month.content.decode()


def test_the_director_sees_what_changes_before_approving(client, file):
    plan_in_force(file, line_fields(file), line_fields(file, control_point="Appels test"))
    client.post(url("begin-control-plan", file), {"key": uuid4(), "reason": "Suite"})
    first, second = ControlLine.objects.filter(plan__state="DRAFT").order_by("position")
    edited = body(file, version=1, alert="97", nonconformity="90", control_point="Prix affiché")
    client.post(url("edit-control-line", file, first.pk), edited)
    client.post(url("remove-control-line", file, second.pk))
    client.post(url("add-control-line", file), body(file, control_point="Nouveau point"))
    submit(client, file)

    direct(client, file)
    page = client.get(url("control-draft", file)).content.decode()

    assert "1 line comes" in page
    assert "1 line goes" in page
    assert "1 line changes" in page
    for text in (
        "Prix affiché",
        "Appels test",
        "Nouveau point",
        '<del class="muted">98</del> → 97',
    ):
        assert text in page
    assert "Put it back" not in page


def test_a_line_that_was_taken_out_is_put_back(client, file):
    source = only_line(plan_in_force(file))
    client.post(url("begin-control-plan", file), {"key": uuid4(), "reason": "Suite"})
    client.post(url("remove-control-line", file, ControlLine.objects.get(plan__state="DRAFT").pk))
    assert "Put it back" in client.get(url("control-draft", file)).content.decode()

    answer = client.post(url("restore-control-line", file, source.pk))

    assert answer.status_code == 302
    assert ControlLine.objects.get(plan__state="DRAFT").lineage == source.lineage


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"control_point": ""}, "control_point", "Say what is looked at."),
        ({"rank": ""}, "rank", "Say on which working day of the period."),
        ({"frequency": "WEEKLY"}, "weekday", "Say on which day of the week."),
        ({"alert": "cent"}, "alert", "Enter a percentage between 0 and 100"),
        ({"alert": "101"}, "alert", "Enter a percentage between 0 and 100"),
        ({"sign": ""}, "sign", "Say how the thresholds are compared."),
        ({"target": ""}, "target", "Give the target"),
        ({"target": "97"}, "alert", "worse than the one before"),
        ({"escalation": "PERSON"}, "escalate_to", "Say to whom it is escalated."),
        ({"escalate_after": ""}, "escalate_after", "Say after how many working days."),
        ({"method": "magic"}, "method", "Choose a method of the list."),
        ({"sites": ["99999999999999999999"]}, "sites", "Choose sites of the file."),
        ({"requirement": "x"}, "requirement", "Choose a requirement of the edition"),
    ],
)
def test_what_is_wrong_in_a_line_is_said_and_nothing_typed_is_lost(
    client, file, changes, field, sentence
):
    draft_plan(file)

    answer = client.post(url("add-control-line", file), body(file, record="Mon relevé") | changes)

    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert "Mon relevé" in answer.content.decode()
    assert ControlLine.objects.count() == 1


def test_an_edit_of_an_older_line_comes_back_with_what_was_typed(client, file):
    line = only_line(draft_plan(file))
    address = url("edit-control-line", file, line.pk)
    client.post(address, body(file, version=1, record="Fiche"))

    answer = client.post(address, body(file, version=1, record="Grille"))

    assert answer.status_code == 409
    assert "Grille" in answer.content.decode()
    sent = {**body(file, record="Grille"), "version": answer.context["form"]["version"].value()}
    assert client.post(address, sent).status_code == 302
    assert ControlLine.objects.get().record == "Grille"


def test_nobody_writes_an_approved_version(client, file):
    line = only_line(plan_in_force(file))

    assert client.get(url("edit-control-line", file, line.pk)).status_code == 403
    assert client.post(url("remove-control-line", file, line.pk)).status_code == 409
    assert client.get(url("add-control-line", file)).status_code == 404
    assert client.post(url("submit-control-plan", file), {"version": 1}).status_code == 404
    assert client.post(url("restore-control-line", file, line.pk)).status_code == 409


def test_an_approval_of_another_text_is_refused(client, file):
    draft = draft_plan(file)
    submit(client, file)
    direct(client, file)

    sent = {"version": draft.version, "starts_on": localdate().isoformat()}
    answer = client.post(url("approve-control-plan", file), sent)

    assert answer.status_code == 409
    assert "read what changes again" in answer.content.decode()
    missing = client.post(url("approve-control-plan", file), {"starts_on": ""})
    assert missing.status_code == 422


def test_the_quality_manager_does_not_approve_nor_the_director_write(client, file):
    draft = draft_plan(file)
    sent = {"version": draft.version, "starts_on": localdate().isoformat()}
    assert client.post(url("approve-control-plan", file), sent).status_code == 403

    direct(client, file)

    assert client.post(url("submit-control-plan", file), sent).status_code == 403
    assert client.get(url("add-control-line", file)).status_code == 403
    assert client.get(url("begin-control-plan", file)).status_code == 403
    assert client.get(url("control-draft", file)).status_code == 200


def test_others_read_what_is_approved_and_never_the_draft(client, file):
    contributor = MembershipFactory(organisation=file.organisation, role=Role.CONTRIBUTOR).user
    draft = draft_plan(file)
    line = only_line(draft)
    sign_in(client, contributor)

    assert client.get(url("control-draft", file)).status_code == 404
    assert client.get(url("control-line", file, line.pk)).status_code == 404
    assert client.get(url("control-lines", file) + "?version=brouillon").status_code == 404
    approve(draft)
    assert client.get(url("control-line", file, line.pk)).status_code == 200
    assert client.get(url("control-lines", file) + "?version=1").status_code == 200


def test_the_audit_team_reads_and_strangers_know_of_nothing(client, file):
    line = only_line(plan_in_force(file))
    auditor = UserFactory()
    name_on_team(audit=running_audit(certification=file), user=auditor, role=TeamRole.AUDITOR)
    pages = [
        *(url(f"control-{name}", file) for name in ("month", "people", "results", "lines")),
        url("control-lines-table", file),
        url("control-results-table", file),
        url("control-line", file, line.pk),
    ]

    client.force_login(auditor)
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.get(url("begin-control-plan", file)).status_code == 403
    for stranger in (
        UserFactory(),
        MembershipFactory().user,
        MembershipFactory(organisation=file.organisation, role=Role.CLIENT).user,
    ):
        client.force_login(stranger)
        assert {client.get(page).status_code for page in pages} == {404}


def test_lines_are_filtered_and_taken_away(client, file):
    plan_in_force(
        file,
        line_fields(file, control_point="=Prix affiché"),
        line_fields(file, control_point="Appels test", frequency="WEEKLY", weekday=2, rank=None),
    )
    address = url("control-lines", file)

    assert client.get(address).content.decode().count("<tr>") == 3
    for query, kept in (("?frequence=WEEKLY", "Appels test"), ("?q=prix", "=Prix affiché")):
        rows = client.get(address + query).context["rows"]
        assert [row.line.control_point for row in rows] == [kept]
    assert client.get(address + "?q=rien-de-tel").context["rows"] == []
    assert client.get(address + "?frequence=JAMAIS").status_code == 400
    taken = client.get(url("control-lines-table", file) + "?q=prix").content.decode("utf-8-sig")
    head, line = csv.reader(taken.splitlines(), delimiter=";")
    assert (head[1], line[1]) == ("Control point", "'=Prix affiché")


@pytest.mark.parametrize("query", ["?version=99", "?version=x", "?version=99999999999999999999"])
def test_a_version_that_does_not_exist_is_not_found(client, file, query):
    plan_in_force(file)

    assert client.get(url("control-lines", file) + query).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_lines(client):
    counts = {"control-lines": [], "control-draft": []}
    for count in (1, 3):
        file = controlled_file()
        sign_in(client, file.opened_by)
        rows = [line_fields(file, control_point=f"Point {n}") for n in range(count)]
        plan_in_force(file, *rows)
        client.post(url("begin-control-plan", file), {"key": uuid4(), "reason": "Suite"})
        client.get(url("control-lines", file))
        for name, found in counts.items():
            with counted() as queries:
                assert client.get(url(name, file)).status_code == 200
            found.append(len(queries))

    assert counts["control-lines"][0] == counts["control-lines"][1]
    assert counts["control-draft"][0] == counts["control-draft"][1]


def test_the_menu_leads_to_the_plan_straight_when_there_is_one(client, file):
    page = client.get(reverse("audits:home")).content.decode()
    assert reverse("audits:controls") in page

    answer = client.get(reverse("audits:controls"))
    assert (answer.status_code, answer.headers["Location"]) == (302, url("control-month", file))
    plan_in_force(file)
    other = controlled_file()
    MembershipFactory(organisation=other.organisation, user=file.opened_by)
    listed = client.get(reverse("audits:controls"))
    assert {row.file for row in listed.context["rows"]} == {file, other}


def test_the_client_organisation_has_no_entry_in_the_menu(client, file):
    client.force_login(MembershipFactory(organisation=file.organisation, role=Role.CLIENT).user)

    assert reverse("audits:controls") not in client.get(reverse("audits:home")).content.decode()
