import re

import pytest
from django.urls import reverse
from django.utils import translation

from engagements import actions
from tests.engagements.conftest import AT
from tests.factories.engagements import EditionFactory, published_edition

pytestmark = [pytest.mark.web, pytest.mark.django_db]

HTMX = {"HX-Request": "true"}


def open_(client, edition, headers=None, **query):
    url = reverse("engagements:edition", args=[edition.pk])
    response = client.get(url, query, headers=headers or {})
    assert response.status_code == 200
    return response.content.decode()


def codes(html):
    return re.findall(r'<span class="code">(EX-[0-9.]+|I[12]-[0-9.-]+)</span>', html)


def test_the_whole_referential_is_shown_in_its_order(client, reader, mobile):
    html = open_(client, mobile)

    shown = codes(html)
    assert len(shown) == 53
    assert (shown[0], shown[-1]) == ("EX-1.1.1", "EX-6.7.1")
    assert "6 domains · 27 commitments · 53 requirements" in html
    assert html.index('id="E1.5"') < html.index('id="D2"') < html.index('id="E2.1"')


def test_the_notice_and_the_badge_are_always_there(client, reader, mobile):
    html = open_(client, mobile, q="nothing like this")

    assert "reconstructed requirements</span>" in html
    assert "Neither the operator nor the certification body wrote" in html


def test_an_edition_that_is_not_reconstructed_has_no_badge(client, reader):
    html = open_(client, published_edition())

    assert "reconstructed requirements</span>" not in html
    assert "Requirements rebuilt for the tests." in html


def test_targets_stand_beside_their_requirement(client, reader, mobile):
    html = open_(client, mobile, q="EX-3.1.2")

    assert codes(html) == ["EX-3.1.2"]
    assert re.search(r"TRT-08\s+≥\s100\s%", html)
    assert re.search(r'<span class="crit">Critical</span>', html)


@pytest.mark.parametrize("query", ["reclamation", "RÉCLAMATION", "  réclamation  "])
def test_search_ignores_accents_and_case_in_the_wording(client, reader, mobile, query):
    reader.language = "fr"
    reader.save(update_fields=["language"])
    with translation.override("fr"):
        html = open_(client, mobile, q=query)

    assert codes(html) == ["EX-1.4.2", "EX-6.3.1", "EX-6.3.2", "EX-6.6.1", "EX-6.6.2"]


def test_search_finds_codes_of_requirements_and_of_engagements(client, reader, mobile):
    assert codes(open_(client, mobile, q="ex-2.2.3")) == ["EX-2.2.3"]
    assert codes(open_(client, mobile, q="E2.1")) == ["EX-2.1.1", "EX-2.1.2"]


def test_search_is_in_the_language_of_the_reader(client, reader, mobile):
    assert "EX-6.3.1" in codes(open_(client, mobile, q="complaint"))
    assert codes(open_(client, mobile, q="réclamation")) == []


def test_criticality_narrows_and_its_counts_follow_the_search(client, reader, mobile):
    html = open_(client, mobile, criticality="critical")

    assert len(codes(html)) == 11
    assert "11 requirements of 53 found" in html
    assert re.search(r'aria-current="true">Critical <span>11</span>', html)
    both = open_(client, mobile, criticality="critical", q="working day")
    assert codes(both) == ["EX-3.1.2", "EX-3.1.3", "EX-4.1.1", "EX-6.3.1"]


def test_chips_keep_the_words_of_the_search(client, reader, mobile):
    html = open_(client, mobile, q="invoice")

    assert 'href="?q=invoice&amp;criticality=critical"' in html


def test_the_form_keeps_the_criticality(client, reader, mobile):
    html = open_(client, mobile, criticality="major")

    assert '<input type="hidden" name="criticality" value="major">' in html


def test_nothing_found_offers_to_show_everything(client, reader, mobile):
    html = open_(client, mobile, q="zzz")

    assert codes(html) == []
    assert "Nothing found" in html
    assert "Show everything" in html


def test_htmx_gets_the_fragment_alone(client, reader, mobile):
    html = open_(client, mobile, headers=HTMX, q="EX-3.1.2")

    assert codes(html) == ["EX-3.1.2"]
    assert "<html" not in html
    assert "<form" not in html


def test_a_page_restored_by_the_browser_is_whole(client, reader, mobile):
    html = open_(client, mobile, headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert "<html" in html


def test_levels_are_called_as_the_scheme_calls_them(client, reader, load):
    edition = actions.publish_edition(edition=load("iso18295-1"), by=None, at=AT)

    html = open_(client, edition)

    assert "6 chapters · 20 clauses · 56 requirements" in html


def test_a_chapter_without_clauses_is_not_named_twice(client, administrator, load):
    html = open_(client, load("iso18295-1"))

    assert html.count('id="9"') == html.count('href="#9"') == 1
    assert html.count("Client relationship</") == 2
    assert "I1-9-1" in codes(html)


def test_no_identifier_is_used_twice_on_the_page(client, administrator, mobile, load):
    for edition in (mobile, load("iso18295-1"), load("iso18295-2")):
        ids = re.findall(r'\sid="([^"]+)"', open_(client, edition))

        assert len(ids) == len(set(ids))


def test_a_draft_is_not_found_by_a_reader(client, reader, load):
    draft = load("iso18295-2")

    response = client.get(reverse("engagements:edition", args=[draft.pk]))

    assert response.status_code == 404


def test_an_administrator_reads_a_draft(client, administrator, load):
    html = open_(client, load("iso18295-2"))

    assert len(codes(html)) == 23
    assert ">Draft</span>" in html


def test_it_asks_to_sign_in(client, mobile):
    response = client.get(reverse("engagements:edition", args=[mobile.pk]))

    assert response.status_code == 302


def test_hostile_texts_are_shown_as_text(client, administrator):
    edition = EditionFactory(
        title_en='<script>alert("x")</script>', notice_en="<img src=x onerror=1>\x0b{{ 7 }}"
    )

    html = open_(client, edition)

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "{{ 7 }}" in html


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "%%%%"},
        {"q": "a" * 5000},
        {"q": "\u202e مرحبا 👩‍👩‍👧"},
        {"criticality": "x' OR 1=1"},
        {"criticality": "\x00"},
        {"page": "-1", "sort": "password"},
    ],
)
def test_odd_parameters_never_break_the_page(client, reader, mobile, query):
    open_(client, mobile, **query)


@pytest.mark.parametrize("pk", ["0", str(10**30), "999999"])
def test_an_edition_that_is_not_there_is_not_found(client, reader, pk):
    assert client.get(f"/referentiels/{pk}/").status_code == 404


def test_the_number_of_queries_is_the_same_for_1_and_53_requirements(
    client, reader, mobile, django_assert_num_queries
):
    small = published_edition(engagements=1, requirements=1)

    for edition in (small, mobile):
        # session, user, edition, vocabularies, targets, requirements, memberships
        with django_assert_num_queries(7):
            open_(client, edition)
