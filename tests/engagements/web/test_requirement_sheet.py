import re

import pytest
from django.urls import reverse

from tests.factories.engagements import published_edition

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def sheet(client, edition, code):
    response = client.get(reverse("engagements:requirement", args=[edition.pk, code]))
    assert response.status_code == 200
    return response.content.decode()


def facts(html):
    """Terms and descriptions of the page, without markup, in order."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", html, re.DOTALL)
    plain = [[re.sub(r"<[^>]+>|\s+", " ", text).strip() for text in pair] for pair in found]
    return [(term, re.sub(r" +", " ", value)) for term, value in plain]


def test_every_field_of_the_requirement_is_shown(client, reader, mobile):
    html = sheet(client, mobile, "EX-3.1.2")

    assert "Every internet request, billing excluded, is handled no later than" in html
    assert facts(html) == [
        ("Criticality", "Critical · weight 3"),
        ("Journey stage", "Handling"),
        (
            "Control methods",
            (
                "Data analysis and recomputation, File sampling "
                "Recompute delays from receipt timestamp; check 50 files."
            ),
        ),
        (
            "Source",
            "Requirement reconstructed for this example, as the original list is not public",
        ),
        ("Domain", "D3 Effective and appropriate handling of requests"),
        (
            "Commitment",
            (
                "E3.1 Answer every request within announced times, and agree a new deadline "
                "when one is needed"
            ),
        ),
        ("Source", "Public mobile customer-service referential, April 2004, page 10"),
        ("Frequency", "Weekly"),
        ("Sample", "All requests; 50 cases reviewed"),
        ("Responsible", "Operations manager"),
        ("Record", "CRM extract"),
        ("Alert threshold", "Below 95% by working day 2"),
        ("Reaction", "Reinforce the team and inform the customers kept waiting"),
    ]


def test_expected_evidence_is_a_list_in_the_language_of_the_reader(client, reader, mobile):
    html = sheet(client, mobile, "EX-1.1.1")

    assert "<li>Dated and approved channel map per segment</li>" in html
    assert "<li>Channel test report</li>" in html
    assert "Cartographie" not in html


def test_the_external_control_of_the_engagement_is_shown(client, reader, mobile):
    html = sheet(client, mobile, "EX-1.1.1")

    assert "List every announced channel, then one live test per channel." in html


def test_the_target_is_printed_with_its_settings_and_a_link(client, reader, mobile):
    html = sheet(client, mobile, "EX-1.3.1")

    assert reverse("engagements:indicator", args=["PEC-01"]) in html
    assert re.search(r"<b>≥\s85\s%</b>", html)
    assert "threshold 15 s" in html
    assert "trade press" in html


def test_a_unit_in_words_is_printed_in_the_language_of_the_reader(client, reader, mobile):
    assert re.search(r"<b>≤\s50\sper 100,000</b>", sheet(client, mobile, "EX-6.7.1"))
    assert re.search(r"<b>≥\s1</b>", sheet(client, mobile, "EX-6.1.2"))


def test_a_requirement_without_indicator_says_so(client, reader, mobile):
    assert "No indicator:" in sheet(client, mobile, "EX-1.1.2")


def test_a_standard_shows_suggestions_and_has_no_control_line(client, administrator, load):
    html = sheet(client, load("iso18295-1"), "I1-4.1-1")

    assert html.count("suggested, without a target") == 3
    assert "This edition proposes no line of internal control" in html
    assert "This edition does not say how" in html
    assert "Clause" in html


def test_neighbours_follow_the_order_of_the_referential(client, reader, mobile):
    def links(code):
        html = sheet(client, mobile, code)
        return re.findall(r'rel="(prev|next)"\s+href="[^"]*exigences/([^/]+)/"', html)

    assert links("EX-1.1.1") == [("next", "EX-1.1.2")]
    assert links("EX-1.5.2") == [("prev", "EX-1.5.1"), ("next", "EX-2.1.1")]
    assert links("EX-6.7.1") == [("prev", "EX-6.6.2")]


def test_the_notice_is_repeated_on_the_sheet(client, reader, mobile):
    html = sheet(client, mobile, "EX-6.7.1")

    assert "reconstructed requirements</span>" in html
    assert "Neither the operator nor the certification body wrote" in html


def test_the_same_code_in_another_edition_is_another_sheet(client, reader, mobile):
    other = published_edition()

    html = sheet(client, other, "EX-1.1.1")

    assert "Requirement EX-1.1.1" in html
    assert "At least three distinct channels" not in html


def test_a_requirement_of_a_draft_is_not_found_by_a_reader(client, reader, load):
    draft = load("iso18295-2")

    url = reverse("engagements:requirement", args=[draft.pk, "I2-4-1"])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("code", ["EX-9.9.9", "ex-1.1.1", "%00", "..%2f..", "a" * 300, "EX 1", "é"])
def test_an_unknown_code_is_not_found(client, reader, mobile, code):
    assert client.get(f"/referentiels/{mobile.pk}/exigences/{code}/").status_code == 404


def test_it_asks_to_sign_in(client, mobile):
    url = reverse("engagements:requirement", args=[mobile.pk, "EX-1.1.1"])

    assert client.get(url).status_code == 302


@pytest.mark.parametrize("code", ["EX-1.1.2", "EX-1.3.1"])
def test_the_number_of_queries_is_fixed(client, reader, mobile, django_assert_num_queries, code):
    # session, user, edition, requirement, vocabularies, codes, indicators, memberships
    with django_assert_num_queries(8):
        sheet(client, mobile, code)
