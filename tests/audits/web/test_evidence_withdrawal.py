"""The screens that withdraw evidence and put it back, and what the others say of it."""

import pytest
from django.urls import reverse

from audits.actions.evidence_links import link_evidence
from crcaudit.accounts.enums import Role
from tests.audits.evidence import AT, deposit, state
from tests.core.files import builders as b
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.queries import counted

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]

REASON = "Grille d'un autre site <b>"


def url(name, evidence):
    return reverse(f"audits:{name}-evidence", args=[evidence.key])


def withdraw(client, evidence, reason=REASON):
    return client.post(url("withdraw", evidence), {"reason": reason}, follow=True)


def page(client, evidence) -> str:
    return client.get(evidence.get_absolute_url()).content.decode()


def test_the_form_says_what_stops_counting(client, row):
    evidence = deposit(row)

    shown = client.get(url("withdraw", evidence)).content.decode()

    assert f'<span class="chip">{row.code}</span>' in shown
    assert "It can be put back." in shown


def test_withdrawn_evidence_is_struck_out_everywhere_with_its_reason(client, row):
    evidence = deposit(row, name="Grille.pdf")

    response = withdraw(client, evidence)

    shown = response.content.decode()
    assert response.redirect_chain == [(evidence.get_absolute_url(), 302)]
    assert "<h1><s>Grille</s></h1>" in shown
    assert "Grille d&#x27;un autre site &lt;b&gt;" in shown
    assert "Evidence withdrawn" in shown  # its history
    assert url("restore", evidence) in shown
    for name in ("edit", "link", "withdraw"):
        assert url(name, evidence) not in shown
    assert "<s>Grille</s>" in client.get(reverse("audits:evidence-list")).content.decode()
    grid = client.get(row.get_absolute_url()).content.decode()
    assert "<s>Grille</s>" in grid
    assert '<span class="chip chip-new">No evidence</span>' in grid
    found = client.get(reverse("audits:search"), {"q": "Grille"}).content.decode()
    assert "Withdrawn" in found


def test_put_back_it_is_as_before(client, row):
    evidence = deposit(row, name="Grille.pdf")
    withdraw(client, evidence)

    asked = client.get(url("restore", evidence)).content.decode()
    response = client.post(url("restore", evidence), follow=True)

    assert "Grille d&#x27;un autre site" in asked
    assert "<h1>Grille</h1>" in response.content.decode()
    assert url("withdraw", evidence) in response.content.decode()
    row.refresh_from_db()
    assert row.evidence_count == 1


def test_the_reason_is_asked_for(client, row):
    evidence = deposit(row)
    before = state()

    response = client.post(url("withdraw", evidence), {"reason": "  "})

    assert response.status_code == 422
    assert "Say why the evidence is withdrawn." in response.content.decode()
    assert state() == before


def test_the_fragment_is_the_form_alone(client, row):
    response = client.get(url("withdraw", deposit(row)), headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert 'name="reason"' in response.content.decode()


@pytest.mark.parametrize("name", ["withdraw", "restore"])
def test_the_other_state_answers_that_the_step_is_not_there(client, row, name):
    evidence = deposit(row)
    if name == "withdraw":
        withdraw(client, evidence)
    before = state()

    answers = [client.get(url(name, evidence)), client.post(url(name, evidence), {"reason": "x"})]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert state() == before


def test_who_added_it_may_withdraw_it_and_their_colleague_may_not(client, row):
    organisation = row.audit.organisation
    author, colleague = (
        MembershipFactory(organisation=organisation, role=Role.CONTRIBUTOR).user for _ in range(2)
    )
    row.audit.assessments.filter(pk=row.pk).update(assigned_to=colleague)
    evidence = deposit(row, by=author)

    client.force_login(colleague)
    refused = client.post(url("withdraw", evidence), {"reason": REASON})
    offered = url("withdraw", evidence) in page(client, evidence)
    client.force_login(author)

    assert (refused.status_code, offered) == (403, False)
    assert url("withdraw", evidence) in page(client, evidence)
    assert client.post(url("withdraw", evidence), {"reason": REASON}).status_code == 302


def test_a_stranger_does_not_learn_of_it(client, row):
    evidence = deposit(row)
    client.force_login(MembershipFactory().user)

    assert client.get(url("withdraw", evidence)).status_code == 404
    assert client.post(url("restore", evidence)).status_code == 404


def test_the_list_has_a_filter_of_its_own(client, row):
    kept, gone = deposit(row, name="Gardée.pdf"), deposit(row, b.pdf(7), name="Retirée.pdf")
    gone.valid_until = AT.date()
    gone.save(update_fields=["valid_until"])
    withdraw(client, gone)
    address = reverse("audits:evidence-list")

    answers = {name: client.get(address, {"etat": name}) for name in ("", "retirees", "expirees")}

    listed = {name: [x.evidence for x in a.context["lines"]] for name, a in answers.items()}
    assert listed == {"": [gone, kept], "retirees": [gone], "expirees": []}
    assert [chip.count for chip in answers[""].context["states"]] == [2, 0, 0, 0, 1]


@pytest.mark.parametrize("links", [1, 3])
def test_the_form_takes_as_many_queries_whatever_the_links(client, row, links):
    evidence = deposit(row)
    others = list(row.audit.assessments.exclude(pk=row.pk).order_by("position"))[: links - 1]
    link_evidence(evidence=evidence, assessments=others, by=UserFactory(), at=AT)

    with counted() as statements:
        client.get(url("withdraw", evidence))

    assert len(statements) == 5
