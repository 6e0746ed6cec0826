import re

import pytest
from django.urls import reverse

from engagements.models import Indicator

pytestmark = [pytest.mark.web, pytest.mark.django_db]

URL = "engagements:indicators"


def open_(client, headers=None, **query):
    response = client.get(reverse(URL), query, headers=headers or {})
    assert response.status_code == 200
    return response.content.decode()


def codes(html):
    return re.findall(r'<th scope="row">\s*<span class="code">([A-Z]+-\d+)</span>', html)


def test_the_catalogue_lists_its_hundred_indicators(client, reader, catalogue):
    html = open_(client)

    assert len(codes(html)) == 100
    assert "100 indicators of 100" in html
    for chip in ("Economic: process and service <span>49", "Social <span>25", "<span>26"):
        assert chip in html


def test_dimension_stage_and_words_narrow_together(client, reader, catalogue):
    assert len(codes(open_(client, dimension="social"))) == 25
    assert len(codes(open_(client, stage="billing"))) == 2
    assert codes(open_(client, dimension="process", stage="billing")) == ["BIL-02"]
    assert codes(open_(client, q="ABSENTEEISM")) == ["SOC-01"]
    assert codes(open_(client, q="pec-01")) == ["PEC-01"]


def test_chips_and_form_keep_each_other(client, reader, catalogue):
    html = open_(client, dimension="social", stage="workforce", q="training")

    assert '<input type="hidden" name="dimension" value="social">' in html
    assert '<option value="workforce" selected>' in html
    chip = re.search(r'href="\?([^"]*dimension=customer[^"]*)"', html)
    assert sorted(chip[1].split("&amp;")) == [
        "dimension=customer",
        "q=training",
        "stage=workforce",
    ]


def test_nothing_found_offers_to_show_everything(client, reader, catalogue):
    html = open_(client, q="zzz")

    assert codes(html) == []
    assert "Show everything" in html


def test_htmx_gets_the_table_alone(client, reader, catalogue):
    html = open_(client, headers={"HX-Request": "true"}, q="pec-01")

    assert codes(html) == ["PEC-01"]
    assert "<html" not in html


@pytest.mark.parametrize(
    "query",
    [{"stage": "x"}, {"dimension": "\x00"}, {"q": "\x00" * 10}, {"q": "9" * 5000}],
)
def test_odd_parameters_never_break_the_page(client, reader, catalogue, query):
    open_(client, **query)


def test_the_list_asks_to_sign_in(client, catalogue):
    assert client.get(reverse(URL)).status_code == 302


def test_the_list_takes_the_same_queries_for_1_and_100(
    client, reader, catalogue, django_assert_num_queries
):
    # session, user, indicators, default targets, memberships
    with django_assert_num_queries(5):
        open_(client)
    Indicator.objects.exclude(code="SOC-01").delete()
    with django_assert_num_queries(5):
        open_(client)


def sheet(client, code):
    response = client.get(reverse("engagements:indicator", args=[code]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_sheet_shows_definition_formula_and_inputs(client, reader, catalogue):
    html = sheet(client, "PEC-01")

    assert "100 * answered_in_t / offered" in html
    assert "calls answered before T" in html
    assert "The threshold is strict" in html
    assert re.search(r"Threshold T in seconds</dt>\s*<dd>15<", html)
    assert re.search(r"Denominator convention</dt>\s*<dd>calls offered<", html)
    assert "ISO 18295-1 (A)" in html


def test_the_sheet_shows_usual_targets_default_first_with_their_source(client, reader, catalogue):
    html = sheet(client, "PEC-01")

    shown = re.findall(r"<b>(≥\s\d+\s%)</b>", html)
    assert [re.sub(r"\s", " ", text) for text in shown] == [
        "≥ 85 %",
        "≥ 95 %",
        "≥ 90 %",
        "≥ 80 %",
        "≥ 90 %",
    ]
    assert html.count("trade press") == 3
    assert ".txt" not in html


def test_an_indicator_without_target_says_so(client, reader, catalogue):
    assert "No usual target" in sheet(client, "ACC-07")


def test_requirements_that_use_it_are_linked_within_visible_editions(client, reader, mobile, load):
    draft = load("iso18295-1")

    html = sheet(client, "PEC-01")

    for code in ("EX-1.3.1", "EX-4.6.1"):
        assert reverse("engagements:requirement", args=[mobile.pk, code]) in html
    assert reverse("engagements:requirement", args=[draft.pk, "I1-5.2-1"]) not in html


def test_an_administrator_sees_the_uses_in_drafts(client, administrator, load):
    draft = load("iso18295-1")

    html = sheet(client, "PEC-01")

    assert reverse("engagements:requirement", args=[draft.pk, "I1-5.2-1"]) in html


def test_a_unit_that_is_not_known_is_shown_as_it_is(client, reader, catalogue):
    Indicator.objects.filter(code="PEC-02").update(unit="kg")

    assert re.search(r"Unit</dt>\s*<dd>kg<", sheet(client, "PEC-02"))


@pytest.mark.parametrize("code", ["NO-1", "pec-01", "%00", "a" * 300])
def test_an_unknown_indicator_is_not_found(client, reader, catalogue, code):
    assert client.get(f"/referentiels/indicateurs/{code}/").status_code == 404


def test_the_sheet_asks_to_sign_in(client, catalogue):
    assert client.get(reverse("engagements:indicator", args=["PEC-01"])).status_code == 302


def test_the_sheet_takes_a_fixed_number_of_queries(
    client, reader, mobile, django_assert_num_queries
):
    for code in ("PEC-01", "ACC-07"):
        # session, user, indicator, inputs, targets, uses, memberships
        with django_assert_num_queries(7):
            sheet(client, code)
