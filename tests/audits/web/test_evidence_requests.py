"""Requests for evidence on screen: asked, listed, taken away, imported, answered, judged."""

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.evidence_request import RequestFields, ask_evidence
from audits.actions.evidence_request_answer import RequestAnswerFields, answer_request
from audits.enums import AuditKind, Need
from audits.models import Assessment, EvidenceLink, EvidenceRequest
from audits.presenters.home import Task
from audits.presenters.turns import requests_of
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import (
    EvidenceFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

SOON = timedelta(days=7)


@pytest.fixture
def audit():
    return running_audit(kind=AuditKind.INITIAL)


def ask(audit, by, *texts, due=SOON, row=None, ago=timedelta(0)):
    at = timezone.now() - ago
    wanted = [
        RequestFields(
            assessments=(row or first_assessment(audit),),
            text=text,
            scope="Janvier à mars",
            due_date=localdate(at) + due,
        )
        for text in texts or ("Relevé des appels",)
    ]
    return ask_evidence(key=uuid4(), audit=audit, requests=wanted, by=by, at=at)


def answer(row, by):
    said = RequestAnswerFields(text="Aucun appel sortant", has_nothing=True)
    return answer_request(key=uuid4(), request=row, fields=said, by=by, at=timezone.now())


def url(name, thing):
    return reverse(f"audits:{name}", args=[thing.key])


def sent(client, name, thing, **data):
    return client.post(url(name, thing), {"key": uuid4(), **data})


def test_an_auditor_asks_from_a_requirement_and_the_request_is_seen_everywhere(
    client, audit, lead, auditee
):
    row = first_assessment(audit)
    client.force_login(lead)
    form = client.get(url("ask-evidence", audit) + f"?exigence={row.pk}").context["form"]

    answer = sent(
        client,
        "ask-evidence",
        audit,
        text="Relevé des appels",
        scope="Janvier à mars",
        due_date=localdate() + SOON,
        requirements=[row.pk],
    )

    asked = EvidenceRequest.objects.get()
    assert form["requirements"].value() == [row.pk]
    assert (answer.status_code, answer.url) == (302, asked.get_absolute_url())
    client.force_login(auditee)
    for page in (
        url("evidence-requests", audit),
        reverse("audits:requirement", args=[audit.key, row.pk]),
        reverse("audits:grid", args=[audit.key]),
        reverse("audits:home"),
        reverse("audits:prepare", args=[audit.certification.key]),
    ):
        assert f'href="{asked.get_absolute_url()}"' in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"due_date": "2020-01-01"}, "due_date"),
        ({"due_date": "demain"}, "due_date"),
        ({"requirements": []}, "requirements"),
        ({"requirements": ["9" * 30]}, "requirements"),
    ],
)
def test_a_wrong_request_comes_back_with_its_text(client, audit, lead, wrong, field):
    client.force_login(lead)
    data = {
        "text": "Relevé à garder",
        "due_date": localdate() + SOON,
        "requirements": [first_assessment(audit).pk],
    }

    page = sent(client, "ask-evidence", audit, **data | wrong)

    assert (page.status_code, field in page.context["form"].errors) == (422, True)
    assert "text" in wrong or "Relevé à garder" in page.content.decode()
    assert not EvidenceRequest.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_nine_queries(client, audit, lead, auditee, number):
    ask(audit, lead, *(["Relevé"] * number))
    client.force_login(auditee)
    client.get(url("evidence-requests", audit))

    with counted() as statements:
        page = client.get(url("evidence-requests", audit))

    assert len(page.context["lines"]) == number
    assert len(statements) == 9


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_request_takes_ten_queries(client, audit, lead, auditee, number):
    (asked,) = ask(audit, lead)
    for place in range(number):
        piece = EvidenceFactory(organisation=audit.organisation, number=800 + place)
        said = RequestAnswerFields(text="Voilà", evidence=(piece,))
        given = answer_request(
            key=uuid4(), request=asked, fields=said, by=auditee, at=timezone.now()
        )
        asked.refresh_from_db()
        if place < number - 1:
            given.judge(opinion="REFUSED", reason="x", by=lead, at=timezone.now())
            asked.ask_again()
    client.force_login(auditee)

    with counted() as statements:
        page = client.get(asked.get_absolute_url())

    assert len(page.context["answers"]) == number
    assert len(statements) == 10


def test_filters_count_and_keep_each_state_and_who_is_late(client, audit, lead, auditee):
    five_days = timedelta(days=5)
    late, waiting = ask(audit, lead, "En retard", "Répondue", due=timedelta(1), ago=five_days)
    answer(waiting, auditee)
    (fresh,) = ask(audit, lead, "À venir", due=timedelta(days=60))
    client.force_login(auditee)

    pages = {
        query: client.get(url("evidence-requests", audit) + query)
        for query in ("", "?retard=1", "?etat=a-examiner", "?etat=satisfaites", "?etat=x")
    }
    table = client.get(url("request-table", audit) + "?retard=1").content.decode("utf-8-sig")

    found = {
        query: [line.request for line, _due in page.context["lines"]]
        for query, page in pages.items()
        if page.status_code == 200
    }
    assert found == {
        "": [late, waiting, fresh],
        "?retard=1": [late],
        "?etat=a-examiner": [waiting],
        "?etat=satisfaites": [],
    }
    assert pages["?etat=x"].status_code == 400
    assert pages[""].context["late"] == 1
    assert [chip.count for chip in pages[""].context["states"]] == [3, 2, 1, 0, 0, 3, 1]
    assert [row[0] for row in csv.reader(StringIO(table), delimiter=";")][1:] == ["D-01"]


def test_the_table_defuses_formulas(client, audit, lead):
    ask(audit, lead, "=HYPERLINK(1)")
    client.force_login(lead)

    table = client.get(url("request-table", audit)).content.decode("utf-8-sig")

    assert ";=HYPERLINK" not in table


@pytest.mark.parametrize("who", ["lead", "auditee"])
def test_an_empty_list_says_what_to_do_next(client, audit, lead, auditee, who):
    client.force_login({"lead": lead, "auditee": auditee}[who])

    page = client.get(url("evidence-requests", audit)).content.decode()

    assert (url("ask-evidence", audit) in page) == (who == "lead")


def test_files_and_evidence_are_answered_in_one_form(client, audit, lead, auditee):
    (asked,) = ask(audit, lead)
    piece = EvidenceFactory(organisation=audit.organisation, number=800, title="Registre")
    client.force_login(auditee)
    offered = client.get(url("answer-request", asked)).context["form"]["evidence"]

    page = sent(
        client,
        "answer-request",
        asked,
        text="Voir la page 2",
        evidence=[piece.pk],
        uploads=[
            SimpleUploadedFile("mars.txt", b"Mars\n"),
            SimpleUploadedFile("avril.txt", b"Avril\n"),
        ],
    )

    assert [choice.data["label"] for choice in offered] == [str(piece)]
    assert page.status_code == 302
    titles = EvidenceLink.objects.filter(assessment__requests=asked).values_list(
        "evidence__title", flat=True
    )
    assert sorted(titles) == ["Registre", "avril", "mars"]


def test_a_refused_file_gives_the_answer_back(client, audit, lead, auditee):
    (asked,) = ask(audit, lead)
    piece = EvidenceFactory(organisation=audit.organisation, number=800)
    client.force_login(auditee)

    page = sent(
        client,
        "answer-request",
        asked,
        text="Texte à garder",
        evidence=[piece.pk],
        uploads=[SimpleUploadedFile("outil.exe", b"MZ")],
    )

    assert (page.status_code, "uploads" in page.context["form"].errors) == (422, True)
    assert "Texte à garder" in page.content.decode()
    assert page.context["form"].errors["uploads"][0].startswith("outil.exe")
    assert page.context["form"]["evidence"].value() == [str(piece.pk)]
    assert not asked.answers.exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": "Voilà"}, "uploads"),
        ({"text": "", "has_nothing": "on"}, "text"),
        ({"text": "Voilà", "has_nothing": "on", "evidence": "piece"}, "has_nothing"),
        ({"text": "Voilà", "evidence": "foreign"}, "evidence"),
    ],
)
def test_an_answer_without_its_substance_says_what_to_do(client, audit, lead, data, field):
    auditee = manager_of(audit).user
    (asked,) = ask(audit, lead)
    pieces = {
        "piece": EvidenceFactory(organisation=audit.organisation, number=800),
        "foreign": EvidenceFactory(),
    }
    if "evidence" in data:
        data = data | {"evidence": [pieces[data["evidence"]].pk]}
    client.force_login(auditee)

    page = sent(client, "answer-request", asked, **data)

    assert (page.status_code, field in page.context["form"].errors) == (422, True)
    assert not asked.answers.exists()


def test_a_contributor_finds_their_requests_and_no_other(client, audit, lead):
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    mine, other = audit.assessments.order_by("position")[:2]
    Assessment.objects.filter(pk=mine.pk).update(assigned_to=member.user)
    (asked,) = ask(audit, lead, "Pour moi", row=mine)
    (hidden,) = ask(audit, lead, "Pour un autre", row=other)
    client.force_login(member.user)

    page = client.get(url("evidence-requests", audit))

    assert [line.request for line, _due in page.context["lines"]] == [asked]
    assert client.get(asked.get_absolute_url()).status_code == 200
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert [task.url for task in requests_of(member.user, today=localdate())] == [
        asked.get_absolute_url()
    ]


def test_a_stranger_learns_nothing(client, audit, lead):
    (asked,) = ask(audit, lead)
    client.force_login(MembershipFactory().user)
    names = {"evidence-requests": audit, "evidence-request": asked, "answer-request": asked}

    answers = [client.get(url(name, thing)).status_code for name, thing in names.items()]

    assert answers == [404] * 3


def test_an_opinion_on_a_request_that_moved_comes_back(client, audit, lead, auditee):
    (asked,) = ask(audit, lead)
    answer(asked, auditee)
    client.force_login(lead)

    page = client.post(
        url("judge-request", asked),
        {"version": 1, "opinion": "REFUSED", "reason": "Il manque février"},
    )

    assert page.status_code == 409
    assert "Il manque février" in page.content.decode()
    asked.refresh_from_db()
    assert page.context["form"]["version"].value() == str(asked.version)


def csv_file(text):
    return SimpleUploadedFile("demandes.csv", text.encode("cp1252"))


def test_a_list_is_checked_then_sent_as_a_whole(client, audit, lead):
    day = localdate() + SOON
    text = f"code;demande;échéance\nEX-1.1.1;Relevé;{day}\nEX-1.1.2 EX-1.2.1;Courriers;{day}\n"
    client.force_login(lead)

    page = client.post(url("import-requests", audit), {"file": csv_file(text)})
    assert (page.status_code, len(page.context["checked"])) == (200, 2)
    assert not EvidenceRequest.objects.exists()

    confirmed = {"content": page.context["content"], "key": page.context["key"]}
    done = [client.post(url("import-requests", audit), confirmed) for _time in "ab"]

    assert [row.status_code for row in done] == [302, 302]
    assert [row.text for row in EvidenceRequest.objects.order_by("number")] == [
        "Relevé",
        "Courriers",
    ]


def test_a_list_with_one_wrong_cell_asks_nothing(client, audit, lead):
    day = localdate() + SOON
    text = f"code;demande;échéance\nEX-1.1.1;Relevé;{day}\nEX-9.9.9;Courriers;{day}\n"
    client.force_login(lead)

    page = client.post(url("import-requests", audit), {"file": csv_file(text)})

    (problem,) = page.context["problems"]
    assert (page.status_code, problem.row, problem.column) == (422, 3, "code")
    assert not EvidenceRequest.objects.exists()


def test_no_file_and_a_file_too_large_are_said(client, audit, lead):
    client.force_login(lead)
    large = SimpleUploadedFile("demandes.csv", b"x" * 600_000)

    answers = [client.post(url("import-requests", audit), data) for data in ({}, {"file": large})]

    assert [page.status_code for page in answers] == [422, 422]
    assert all("file" in page.context["form"].errors for page in answers)


def test_auditors_find_answers_to_examine_and_managers_do_not_judge_themselves(
    audit, lead, auditee
):
    own = running_audit(certification=audit.certification, kind=AuditKind.INTERNAL)
    (asked,) = ask(audit, lead)
    answer(asked, auditee)
    (by_manager,) = ask(own, auditee)

    tasks = {user: requests_of(user, today=localdate()) for user in (lead, auditee)}

    assert [task.url for task in tasks[lead]] == [asked.get_absolute_url()]
    assert all(isinstance(task, Task) for task in tasks[lead])
    assert tasks[auditee] == []
    other = manager_of(audit).user
    assert [task.url for task in requests_of(other, today=localdate())] == [
        by_manager.get_absolute_url()
    ]


def test_a_finding_of_a_third_party_is_to_answer_and_not_also_without_action(
    client, audit, lead, auditee
):
    finding = FindingFactory(assessment=first_assessment(audit), answer_due=date(2026, 3, 20))
    client.force_login(auditee)

    page = client.get(reverse("audits:prepare", args=[audit.certification.key]))

    found = [
        (item.need, item.due)
        for item, _due in page.context["items"]
        if finding.reference in item.text
    ]
    assert found == [(Need.ANSWER_OWED, date(2026, 3, 20))]
