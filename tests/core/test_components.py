"""What the components of every screen write."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from crcaudit.core.templatetags.crc import SPRITE

pytestmark = pytest.mark.unit


def attribute(name, html):
    return re.findall(rf'\b{name}="([^"]*)"', html)


OPTIONS = [
    SimpleNamespace(value="C", label="C", title="Conforme", kind="ok", selected=True, key="1"),
    SimpleNamespace(value="P", label="P", title="", kind="part", selected=False, key=""),
]


def test_segmented_buttons_post_their_value_and_say_which_is_chosen():
    html = render_to_string(
        "components/_segmented.html", {"name": "rating", "options": OPTIONS, "label": "Évaluation"}
    )

    assert attribute("value", html) == ["C", "P"]
    assert attribute("type", html) == ["submit", "submit"]
    assert attribute("aria-pressed", html) == ["true", "false"]
    assert attribute("data-crc-key", html) == ["1"]
    assert 'C<span class="visually-hidden"> Conforme</span></button>' in html


def test_segmented_choice_is_a_named_group_of_radios_with_its_error():
    html = render_to_string(
        "components/_segmented_choice.html",
        {
            "name": "grade",
            "id": "grade",
            "options": OPTIONS,
            "label": "Cotation",
            "errors": ["Choisissez une cotation."],
        },
    )

    assert "<legend>Cotation</legend>" in html
    assert attribute("for", html) == attribute("id", html)[:2] == ["grade-0", "grade-1"]
    assert len(re.findall(r" checked", html)) == 1
    assert attribute("aria-describedby", html) == ["grade_error"]
    assert "Choisissez une cotation." in html


class SampleForm(forms.Form):
    title = forms.CharField(label="Titre")
    grade = forms.ChoiceField(
        label="Cotation", choices=[("M", "Majeure")], widget=forms.RadioSelect
    )


def test_error_summary_leads_to_each_field():
    form = SampleForm({})
    form.add_error(None, "Cet audit est clos.")

    html = render_to_string("components/_error_summary.html", {"form": form})

    assert attribute("href", html) == ["#id_title", "#div_id_grade"]
    assert attribute("tabindex", html) == ["-1"]
    assert "<li>Cet audit est clos.</li>" in html
    assert "data-crc-errors" in html


def test_error_summary_of_a_good_form_is_nothing():
    html = render_to_string("components/_error_summary.html", {"form": SampleForm()})

    assert html.strip() == ""


def test_field_is_tied_to_its_error():
    html = render_to_string("components/_field.html", {"field": SampleForm({})["title"]})

    assert attribute("aria-invalid", html) == ["true"]
    assert attribute("aria-describedby", html) == ["id_title_error"]
    assert "id_title_error" in attribute("id", html)


def test_page_turning_keeps_the_filters():
    request = RequestFactory().get("/preuves/", {"q": "été", "page": "2"})
    page = Paginator(range(1234), 25).page(2)

    with translation.override("en"):
        html = render_to_string("components/_pagination.html", {"page": page, "request": request})

    assert attribute("href", html) == [
        "?q=%C3%A9t%C3%A9&amp;page=1",
        f"/static/{SPRITE}#chevron-left",
        "?q=%C3%A9t%C3%A9&amp;page=3",
        f"/static/{SPRITE}#chevron-right",
    ]
    assert "26\u201350 of 1,234" in html


def test_page_turning_of_nothing_offers_no_page():
    page = Paginator([], 25).page(1)

    html = render_to_string(
        "components/_pagination.html", {"page": page, "request": RequestFactory().get("/")}
    )

    assert "<a " not in html


@pytest.mark.parametrize(
    ("current", "state", "target"),
    [("due", ["ascending"], "-due"), ("-due", ["descending"], "due"), ("code", [], "due")],
)
def test_sort_header_turns_the_order_and_returns_to_the_first_page(current, state, target):
    html = render_to_string(
        "components/_sort_header.html",
        {
            "label": "Échéance",
            "field": "due",
            "current": current,
            "request": RequestFactory().get("/", {"page": "3", "sort": current}),
        },
    )

    assert attribute("aria-sort", html) == state
    assert attribute("href", html)[0] == f"?sort={target}"


@pytest.mark.parametrize(
    ("media_type", "icon"),
    [
        ("application/pdf", "file-earmark-pdf"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "file-earmark-excel"),
        ("text/csv", "file-earmark-excel"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "file-earmark-word",
        ),
        ("image/png", "file-earmark-image"),
        ("audio/mpeg", "file-earmark-music"),
        ("video/mp4", "file-earmark-play"),
        ("application/octet-stream", "file-earmark"),
    ],
)
def test_file_shows_its_kind_and_size(media_type, icon):
    with translation.override("fr"):
        html = render_to_string(
            "components/_file.html",
            {"name": "Relevé.bin", "size": 2048, "media_type": media_type, "url": "/f/"},
        )

    assert attribute("href", html) == [f"/static/{SPRITE}#{icon}", "/f/"]
    assert "2\u00a0Ko" in html


def test_dropzone_is_an_ordinary_form_of_several_files():
    with translation.override("en"):
        html = render_to_string(
            "components/_dropzone.html",
            {
                "action": "/preuves/ajouter/",
                "id": "drop",
                "label": "Déposez",
                "target": "#list",
                "max_bytes": 104857600,
                "csrf_token": "jeton",
            },
        )

    assert attribute("action", html) == ["/preuves/ajouter/"]
    assert attribute("enctype", html) == ["multipart/form-data"]
    assert re.search(r'type="file" name="files" id="drop-files" multiple', html)
    assert 'value="jeton"' in html
    assert attribute("data-max-bytes", html) == ["104857600"]
    assert attribute("data-too-large", html) == ["{name} is larger than 100\u00a0MB."]
    assert "without-js" in html


def test_expired_session_gives_every_value_back():
    values = [("Constat", "<b>Annonce</b> & attente"), ("Suite", "ligne 1\nligne 2")]

    html = render_to_string("session_expired.html", {"values": values, "next": "/audits/?q=é&x=1"})

    assert ">&lt;b&gt;Annonce&lt;/b&gt; &amp; attente</textarea>" in html
    assert ">ligne 1\nligne 2</textarea>" in html
    assert "next=/audits/%3Fq%3D%C3%A9%26x%3D1" in html
    assert html.count(" readonly>") == 2


def test_failure_page_needs_no_request():
    html = render_to_string("500.html")

    assert "<h1>" in html
    assert 'href="/"' in html
    assert "<form" not in html
