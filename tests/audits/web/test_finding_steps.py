"""Each step on a finding is taken beside the finding, and only when it is its turn."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.enums import AuditKind, FindingState
from audits.models import Finding, FindingAnswer
from tests.factories.audits import CorrectiveActionFactory, EvidenceLinkFactory, running_audit
from tests.factories.findings import (
    ANSWER,
    accepted,
    answered,
    presented,
    proven,
    settle_actions,
    written,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
TOMORROW = TODAY + timedelta(days=1)
SENT = {
    "correction": "Traités le jour même",
    "extent": "Rien ailleurs",
    "cause_method": "FIVE_WHYS",
    "why_1": "Absence",
    "root_cause": "Plan de charge",
}


@pytest.fixture
def audit():
    return running_audit(kind=AuditKind.INITIAL)


@pytest.fixture(autouse=True)
def _in_english(lead, auditee):
    type(lead).objects.filter(pk__in=[lead.pk, auditee.pk]).update(language="en")


def url(name, row):
    return reverse(f"audits:{name}", args=[row.key])


def main(response) -> str:
    """The page between its bars, as it is read."""
    html = unescape(response.content.decode())
    return html[html.index("<main") : html.index("</main>")]


def beside(response) -> str:
    """What stands before the form of the page."""
    html = main(response)
    return html[: html.index("<form")]


@pytest.fixture
def at_step(audit, lead, auditee):
    """A finding for which a step is due, and whose turn it is; called with the name of the step."""
    made = {
        "discard-finding": lambda: (written(audit, lead), lead),
        "take-position": lambda: (presented(audit, lead), auditee),
        "add-action": lambda: (presented(audit, lead), auditee),
        "answer-finding": lambda: (with_action(presented(audit, lead)), auditee),
        "judge-answer": lambda: (answered(audit, lead, auditee), lead),
        "bring-proof": lambda: (settled(accepted(audit, lead, auditee)), auditee),
        "refuse-proof": lambda: (proven(audit, lead, auditee), lead),
        "close-finding": lambda: (proven(audit, lead, auditee), lead),
        "reopen-finding": lambda: (closed(proven(audit, lead, auditee), lead), lead),
    }
    return lambda name: made[name]()


@pytest.fixture
def out_of_turn(audit, lead, auditee):
    """A finding for which a step is not due, and who would take it; called as `at_step`."""
    made = {
        "discard-finding": lambda: (presented(audit, lead), lead),
        "take-position": lambda: (closed(proven(audit, lead, auditee), lead), auditee),
        "answer-finding": lambda: (answered(audit, lead, auditee), auditee),
        "judge-answer": lambda: (presented(audit, lead), lead),
        "bring-proof": lambda: (presented(audit, lead), auditee),
        "refuse-proof": lambda: (accepted(audit, lead, auditee), lead),
        "close-finding": lambda: (closed(proven(audit, lead, auditee), lead), lead),
        "reopen-finding": lambda: (presented(audit, lead), lead),
    }
    return lambda name: made[name]()


STEPS = (
    "discard-finding",
    "take-position",
    "add-action",
    "answer-finding",
    "judge-answer",
    "bring-proof",
    "refuse-proof",
    "close-finding",
    "reopen-finding",
)


def with_action(row):
    CorrectiveActionFactory(finding=row)
    return row


def settled(row):
    settle_actions(row)
    return row


def closed(row, by):
    row.close(by=by, at=row.proven_at, comment="Vu sur site")
    return row


@pytest.mark.parametrize("name", STEPS)
def test_the_finding_stands_beside_the_form_of_each_step(client, at_step, name):
    row, person = at_step(name)
    piece = EvidenceLinkFactory(assessment=row.assessment).evidence
    row.evidence.add(piece)
    days = {"answer_due": TODAY - timedelta(days=40), "due_date": TODAY + timedelta(days=7)}
    if row.state != FindingState.DRAFT:
        Finding.objects.filter(pk=row.pk).update(**days)
    client.force_login(person)

    response = client.get(url(name, row))

    assert response.status_code == 200
    shown = beside(response)
    for text in (
        row.grade.label_en,
        row.assessment.code,
        row.assessment.text_en,
        row.required,
        row.found,
        piece.title,
        row.get_absolute_url(),
    ):
        assert text in shown
    assert ("40 days late" in shown) == (row.state == FindingState.PRESENTED)
    is_owed = row.state in {FindingState.PRESENTED, FindingState.ANSWERED, FindingState.ACCEPTED}
    assert ("in 7 days" in shown) == is_owed


@pytest.mark.parametrize("name", ["judge-answer", "bring-proof", "refuse-proof", "close-finding"])
def test_who_judges_reads_the_answer_with_its_analysis_and_actions(client, at_step, name):
    row, person = at_step(name)
    client.force_login(person)

    before = beside(client.get(url(name, row)))

    for text in (ANSWER.correction, ANSWER.extent, *ANSWER.cause_steps, ANSWER.root_cause):
        assert text in before
    assert row.actions.get().title in before


@pytest.mark.parametrize("name", ["refuse-proof", "close-finding"])
def test_who_judges_a_proof_reads_it_with_its_pieces(client, at_step, name):
    row, person = at_step(name)
    piece = EvidenceLinkFactory(
        assessment=row.assessment, evidence__title="Tableau de mars"
    ).evidence
    row.proofs.get().evidence.add(piece)
    client.force_login(person)

    before = beside(client.get(url(name, row)))

    assert row.proofs.get().statement in before
    assert "Tableau de mars" in before
    assert piece.get_absolute_url() in before


def test_a_refused_answer_is_read_again_beside_the_next_one(client, audit, lead, auditee):
    row = answered(audit, lead, auditee)
    client.force_login(lead)
    refusal = {"version": row.version, "opinion": "REFUSED", "reason": "Rien sur l'autre site"}
    assert client.post(url("judge-answer", row), refusal).status_code == 302
    client.force_login(auditee)

    response = client.get(url("answer-finding", row))

    assert "Rien sur l'autre site" in beside(response)
    form = response.context["form"]
    assert form["correction"].value() == ANSWER.correction
    assert [form[f"why_{n}"].value() for n in (1, 2, 3)] == [*ANSWER.cause_steps, None]


def test_an_analysis_by_families_is_kept_shown_and_taken_up_again(client, at_step, lead, auditee):
    row, _person = at_step("answer-finding")
    sent = SENT | {
        "cause_method": "ISHIKAWA",
        "branch_method": "Consigne absente",
        "branch_tools": "Aucune alerte",
    }
    client.force_login(auditee)

    assert client.post(url("answer-finding", row), sent).status_code == 302

    answer = FindingAnswer.objects.get()
    # What was typed for the other method is left out.
    assert answer.cause_steps == {"METHOD": "Consigne absente", "TOOLS": "Aucune alerte"}
    client.force_login(lead)
    html = main(client.get(url("judge-answer", row)))
    assert "Ishikawa" in html
    assert "Aucune alerte" in html
    row.refresh_from_db()
    refusal = {"version": row.version, "opinion": "REFUSED", "reason": "Trop court"}
    client.post(url("judge-answer", row), refusal)
    client.force_login(auditee)
    form = client.get(url("answer-finding", row)).context["form"]
    assert (form["branch_tools"].value(), form["why_1"].value()) == ("Aucune alerte", None)


def test_another_method_needs_no_steps_and_is_taken_up_again(client, at_step, lead, auditee):
    row, _person = at_step("answer-finding")
    client.force_login(auditee)
    client.post(url("answer-finding", row), SENT | {"cause_method": "OTHER", "why_1": ""})
    assert FindingAnswer.objects.get().cause_steps == []
    client.force_login(lead)
    row.refresh_from_db()
    refusal = {"version": row.version, "opinion": "REFUSED", "reason": "Trop court"}
    client.post(url("judge-answer", row), refusal)
    client.force_login(auditee)

    form = client.get(url("answer-finding", row)).context["form"]

    assert (form["cause_method"].value(), form["root_cause"].value()) == ("OTHER", "Plan de charge")


@pytest.mark.parametrize(
    ("name", "sent", "errors"),
    [
        ("take-position", {"position": "DISPUTED", "comment": " "}, ["comment"]),
        ("take-position", {"position": "PEUT-ETRE"}, ["position"]),
        (
            "answer-finding",
            SENT | {"corrected_on": f"{TODAY + timedelta(days=1)}"},
            ["corrected_on"],
        ),
        ("answer-finding", SENT | {"why_1": " "}, ["why_1"]),
        ("answer-finding", SENT | {"cause_method": "ISHIKAWA"}, ["branch_method"]),
        ("answer-finding", SENT | {"cause_method": "HASARD"}, ["cause_method"]),
        ("judge-answer", {"opinion": "REFUSED", "reason": ""}, ["reason"]),
        ("judge-answer", {"reason": "Rien à dire"}, ["opinion"]),
        ("bring-proof", {"statement": ""}, ["statement"]),
        ("bring-proof", {"statement": "98 %", "evidence": ["9999"]}, ["evidence"]),
        ("refuse-proof", {"reason": ""}, ["reason"]),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, at_step, name, sent, errors):
    row, person = at_step(name)
    # A list of evidence is there only where there is some to choose.
    EvidenceLinkFactory(assessment=row.assessment)
    client.force_login(person)
    before = Finding.objects.values().get()

    response = client.post(url(name, row), {"version": row.version} | sent)

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == errors
    assert {field: form[field].value() for field in sent} == sent
    assert row.found in main(response)
    assert Finding.objects.values().get() == before


@pytest.mark.parametrize("name", [name for name in STEPS if name != "add-action"])
def test_a_step_out_of_its_turn_is_not_available_and_changes_nothing(client, out_of_turn, name):
    row, person = out_of_turn(name)
    client.force_login(person)
    before = Finding.objects.values().get()
    sent = SENT | {
        "version": row.version,
        "position": "AGREED",
        "opinion": "ACCEPTED",
        "statement": "98 %",
        "reason": "Vu",
        "comment": "Vu",
    }

    page, refused = client.get(url(name, row)), client.post(url(name, row), sent)

    assert (page.status_code, refused.status_code) == (409, 409)
    assert Finding.objects.values().get() == before


@pytest.mark.parametrize("name", ["answer-finding", "bring-proof", "close-finding"])
def test_what_must_come_first_is_said_instead_of_the_form(client, audit, lead, auditee, name):
    row, said = {
        "answer-finding": lambda: (presented(audit, lead), "plan one before you answer"),
        "bring-proof": lambda: (accepted(audit, lead, auditee), "Finish the actions first"),
        "close-finding": lambda: (accepted(audit, lead, auditee), "is not verified yet"),
    }[name]()
    client.force_login(lead if name == "close-finding" else auditee)

    html = main(client.get(url(name, row)))

    assert said in html
    assert row.found in html
    assert "<form" not in html
    assert (url("add-action", row) in html) == (name == "answer-finding")


def test_each_step_leads_to_the_next_one(client, audit, lead, auditee):
    row = written(audit, lead)
    piece = EvidenceLinkFactory(assessment=row.assessment).evidence

    def take(person, name, **sent):
        row.refresh_from_db()
        client.force_login(person)
        response = client.post(url(name, row), {"version": row.version} | sent, follow=False)
        assert response.status_code == 302, response.context["form"].errors
        row.refresh_from_db()
        return row.state

    client.force_login(lead)
    client.post(reverse("audits:present-findings", args=[audit.key]))
    assert take(auditee, "take-position", position="AGREED", comment="") == "PRESENTED"
    with_action(row)
    assert take(auditee, "answer-finding", **SENT) == "ANSWERED"
    assert take(lead, "judge-answer", opinion="ACCEPTED", reason="") == "ACCEPTED"
    settle_actions(row)
    proof = {"statement": "98 % en avril", "evidence": [piece.pk]}
    assert take(auditee, "bring-proof", **proof) == "PROVEN"
    assert take(lead, "refuse-proof", reason="Un mois ne suffit pas") == "ACCEPTED"
    assert take(auditee, "bring-proof", **proof) == "PROVEN"
    assert take(lead, "close-finding", comment="Vu") == "CLOSED"
    assert take(lead, "reopen-finding", reason="Revenu") == "ACCEPTED"
    assert [proof.evidence.get() for proof in row.proofs.all()] == [piece, piece]


def test_every_draft_is_read_before_it_is_presented_and_only_once(client, audit, lead):
    row = written(audit, lead)
    present = reverse("audits:present-findings", args=[audit.key])
    client.force_login(lead)

    page = main(client.get(present))
    statuses = [client.post(present).status_code for _time in range(2)]

    assert row.title in page
    assert row.reference in page
    assert statuses == [302, 409]
    row.refresh_from_db()
    assert row.state == FindingState.PRESENTED


def test_a_discarded_draft_leads_back_to_its_requirement(client, audit, lead):
    row = written(audit, lead)
    client.force_login(lead)

    response = client.post(url("discard-finding", row))

    assert response.headers["Location"] == row.assessment.get_absolute_url()
    assert not Finding.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("discard-finding", 9),
        ("take-position", 8),
        ("add-action", 9),
        ("answer-finding", 10),
        ("judge-answer", 9),
        ("bring-proof", 11),
        ("refuse-proof", 11),
        ("close-finding", 12),
        ("reopen-finding", 11),
    ],
)
def test_a_step_takes_the_same_queries_whatever_stands_beside_it(
    client, at_step, name, number, rows
):
    row, person = at_step(name)
    for _row in range(rows):
        piece = EvidenceLinkFactory(assessment=row.assessment).evidence
        row.evidence.add(piece)
        for proof in row.proofs.all():
            proof.evidence.add(piece)
        if row.actions.exists():
            CorrectiveActionFactory(finding=row, state="CANCELLED")
    client.force_login(person)

    with counted() as queries:
        response = client.get(url(name, row))

    assert len(response.context["evidence"]) == rows
    assert len(queries) == number
