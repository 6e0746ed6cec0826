"""Which gaps to close first: by points per day, with what is unknown said."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.audits.web.test_compare import audited
from tests.audits.web.test_evolution import act, row_of
from tests.factories.audits import CertificationFactory
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation)


@pytest.fixture
def audit(file):
    return audited(file, ["P", "NC", "NC", "C"])


def shown(client, file, **query):
    response = client.get(reverse("audits:priorities", args=[file.key]), query)
    assert response.status_code == 200
    rows = [(r.gap.code, r.effort, r.per_day) for r in response.context["rows"]]
    return rows, response.content.decode()


def test_best_points_per_day_come_first_and_unknown_effort_last(client, file, audit):
    act(row_of(audit, 0), 9, effort_days=Decimal("0.5"))
    act(row_of(audit, 1), 9, effort_days=Decimal(3))
    act(row_of(audit, 1), 9, effort_days=Decimal("2.25"))
    act(row_of(audit, 2), 9)

    rows, page = shown(client, file)

    assert rows == [
        ("EX-1.1.1", "0.5", "25.00"),
        ("EX-1.1.2", "5.25", "4.76"),
        ("EX-1.2.1", "", ""),
    ]
    assert "The effort of 1 gap is unknown" in page


def test_what_has_no_action_says_so(client, file, audit):
    rows, page = shown(client, file)

    assert [code for code, _effort, _rate in rows] == ["EX-1.1.2", "EX-1.2.1", "EX-1.1.1"]
    assert page.count("none planned") == 3


def test_nothing_left_is_said(client, file):
    audited(file, ["C", "C", "C", "NA"])

    assert "No gap to close" in shown(client, file)[1]


def test_without_an_audit_the_page_says_so(client, file):
    assert "No audit yet" in shown(client, file)[1]


def test_a_page_that_is_not_there_is_not_found(client, file, audit):
    response = client.get(reverse("audits:priorities", args=[file.key]), {"page": "2"})

    assert response.status_code == 404


def test_the_dashboard_leads_to_all_four(client, file, audit):
    page = client.get(reverse("audits:dashboard", args=[file.key])).content.decode()

    for name in ("evolution", "compare", "simulation", "priorities"):
        assert reverse(f"audits:{name}", args=[file.key]) in page


@pytest.mark.parametrize("requirements", [1, 6])
def test_the_number_of_queries_does_not_grow(client, manager, requirements):
    edition = published_edition(domains=2, engagements=2, requirements=requirements)
    file = CertificationFactory(organisation=manager.organisation, edition=edition)
    audit = audited(file, ["NC"] * 4 * requirements)
    for row in audit.assessments.select_related("audit"):
        act(row, 5)
    shown(client, file)

    with counted() as queries:
        rows, _page = shown(client, file)

    assert len(rows) == 4 * requirements
    assert len(queries) == QUERIES


QUERIES = 9  # session, user, memberships, file, audits, lines, findings, actions, wordings
