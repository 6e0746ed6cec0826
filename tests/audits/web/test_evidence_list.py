"""The list of evidence: filters in the address, nothing of other organisations."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.actions.evidence_links import link_evidence
from crcaudit.accounts.enums import Role
from tests.audits.evidence import AT
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    EvidenceFactory,
    first_assessment,
    running_audit,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
URL = "/preuves/"


def piece(row, title, *, linked=True, **fields):
    evidence = EvidenceFactory(organisation=row.audit.organisation, title=title, **fields)
    if linked:
        link_evidence(evidence=evidence, assessments=[row], by=UserFactory(), at=AT)
    return evidence


def titles(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return [line.evidence.title for line in response.context["lines"]]


@pytest.fixture
def four(row):
    """Valid, expiring, expired, linked to nothing."""
    return [
        piece(row, "Valable"),
        piece(row, "Bientôt", valid_until=TODAY + timedelta(30)),
        piece(row, "Expirée", valid_until=TODAY - timedelta(1)),
        piece(row, "Seule", linked=False, valid_until=TODAY + timedelta(31)),
    ]


def test_newest_evidence_comes_first(client, four):
    assert titles(client) == ["Seule", "Expirée", "Bientôt", "Valable"]


@pytest.mark.parametrize(
    ("state", "kept"),
    [("expirees", ["Expirée"]), ("bientot", ["Bientôt"]), ("sans-lien", ["Seule"])],
)
def test_state_is_filtered_by_the_address(client, four, state, kept):
    assert titles(client, etat=state) == kept


def test_chips_count_what_each_filter_keeps(client, four):
    chips = client.get(URL).context["states"]

    assert [chip.count for chip in chips] == [4, 1, 1, 1, 0]


def test_evidence_of_one_requirement(client, row, four):
    other = row.audit.assessments.select_related("audit").order_by("position")[1]
    link_evidence(evidence=four[3], assessments=[other], by=UserFactory(), at=AT)

    assert titles(client, exigence=other.code) == ["Seule"]
    assert titles(client, exigence="EX-inconnue") == []
    assert client.get(URL).context["codes"] == [row.code, other.code]


def test_text_is_found_in_title_file_name_and_reference(client, row, four):
    found = four[0].reference

    assert titles(client, q="bient") == ["Bientôt"]
    assert titles(client, q="seule.txt") == ["Seule"]
    assert titles(client, q=found.lower()) == ["Valable"]
    assert titles(client, q="%") == []


def test_kind_is_filtered_by_the_address(client, row, four):
    piece(row, "Un lien", kind="LINK", url="https://example.org")

    assert titles(client, type="LINK") == ["Un lien"]


@pytest.mark.parametrize("query", ["etat=x", "type=x", "sort=created_by__password", "sort=--title"])
def test_filter_that_no_link_carries_is_a_bad_request(client, four, query):
    assert client.get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99", "9" * 40])
def test_page_that_does_not_exist_is_not_found(client, four, page):
    assert client.get(URL, {"page": page}).status_code == 404


def test_sort_is_in_the_address(client, four):
    assert titles(client, sort="title") == ["Bientôt", "Expirée", "Seule", "Valable"]
    assert titles(client, sort="valid") == ["Expirée", "Bientôt", "Seule", "Valable"]
    assert titles(client, sort="-valid") == ["Seule", "Bientôt", "Expirée", "Valable"]


def test_nothing_of_another_organisation_is_shown_or_counted(client, four):
    foreign = first_assessment(running_audit())
    piece(foreign, "CANARI", valid_until=TODAY - timedelta(1))

    page = client.get(URL)

    assert "CANARI" not in page.content.decode()
    assert page.context["total"] == 4
    assert titles(client, q="CANARI") == []


def test_contributor_sees_what_was_given_to_them_and_what_they_added(client, row, four):
    member = MembershipFactory(organisation=row.audit.organisation, role=Role.CONTRIBUTOR)
    client.force_login(member.user)
    own = piece(row, "La mienne", linked=False, created_by=member.user)

    assert titles(client) == [own.title]
    row.assigned_to = member.user
    row.save(update_fields=["assigned_to"])
    assert len(titles(client)) == 4


def test_list_without_evidence_says_what_to_do(client, manager):
    page = client.get(URL).content.decode()

    assert "No evidence yet" in page
    assert reverse("audits:certifications") in page


def test_filters_that_keep_nothing_lead_back(client, four):
    page = client.get(URL, {"q": "introuvable"}).content.decode()

    assert "No evidence matches these filters" in page


def test_fragment_is_the_list_alone(client, four):
    response = client.get(URL, headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()
    assert "Expirée" in response.content.decode()


def test_queries_do_not_grow_with_the_list(client, row, four, django_assert_max_num_queries):
    client.get(URL)
    with django_assert_max_num_queries(12) as few:
        client.get(URL)
    for number in range(20):
        piece(row, f"Preuve en plus {number}")
    with django_assert_max_num_queries(12) as many:
        client.get(URL)

    assert len(many) == len(few)
