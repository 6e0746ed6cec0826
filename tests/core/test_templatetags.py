"""What the tags and components of every screen write."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from crcaudit.core.templatetags.crc import SPRITE

pytestmark = pytest.mark.unit


def render(source, **values):
    return Template("{% load crc %}" + source).render(Context(values)).strip()


def attribute(name, html):
    return re.findall(rf'\b{name}="([^"]*)"', html)


def test_verdict_says_its_word_beside_its_shape():
    with translation.override("en"):
        html = render('{% verdict "major" %}')

    assert html.startswith('<span class="verdict verdict-major"><svg class="shape"')
    assert html.endswith("</svg>Major nonconformity</span>")
    assert 'aria-hidden="true"' in html


def test_verdict_label_is_escaped():
    html = render("{% verdict kind label %}", kind="ok", label="<b>F-07</b>")

    assert html.endswith("</svg>&lt;b&gt;F-07&lt;/b&gt;</span>")


def test_verdict_links_lead_each_to_its_place_and_escape_what_they_show():
    items = [
        SimpleNamespace(shape="ok", code="E<1>", title='Dire "bonjour"', url="/a/?x=1&y=2"),
        SimpleNamespace(shape="na", code="E2", title="", url="/b/"),
    ]

    html = render("{% verdict_links items %}", items=items)

    assert attribute("href", html) == ["/a/?x=1&amp;y=2", "/b/"]
    assert attribute("title", html) == ["Dire &quot;bonjour&quot;", ""]
    assert re.findall(r"</svg>([^<]*)</span>", html) == ["E&lt;1&gt;", "E2"]


def test_a_shared_part_is_the_same_in_both_places_and_of_its_own_page():
    source = '{% shared "components/_nav.html" %} {% shared "components/_nav.html" %}'

    pages = [
        render(source, nav=[{"url": f"/{name}/", "label": name, "active": False}])
        for name in ("audits", "preuves")
    ]

    assert [page.split() for page in pages] == [
        ["<a", 'href="/audits/">audits</a>'] * 2,
        ["<a", 'href="/preuves/">preuves</a>'] * 2,
    ]


def test_shape_alone_is_silent_unless_it_is_given_a_text():
    assert attribute("aria-hidden", render('{% shape "part" %}')) == ["true"]
    named = render('{% shape "part" text %}', text='Partiel "site A"')
    assert attribute("aria-label", named) == ["Partiel &quot;site A&quot;"]
    assert attribute("role", named) == ["img"]


def test_icon_points_into_the_sprite():
    html = render('{% icon "paperclip" %}')

    assert attribute("href", html) == [f"/static/{SPRITE}#paperclip"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_bar_parts_follow_one_another_and_leave_the_rest_empty(language):
    with translation.override(language):
        html = render(
            "{% bar parts 'deux sur trois' total=3 %}",
            parts=[("ok", 1), ("minor", 0), ("major", 1)],
        )

    assert attribute("class", html) == ["bar", "fill-ok", "fill-major"]
    assert attribute("x", html) == ["0", "33.33"]
    assert attribute("width", html) == ["33.33", "33.33"]
    assert attribute("aria-label", html) == ["deux sur trois"]


def test_bar_of_nothing_is_empty_and_does_not_fail():
    html = render("{% bar parts %}", parts=[])

    assert "<rect" not in html
    assert attribute("aria-hidden", html) == ["true"]


def test_bar_larger_than_its_total_stays_inside():
    html = render("{% bar parts total=2 %}", parts=[("ok", 3), ("major", 1)])

    assert attribute("width", html) == ["75", "25"]


@pytest.mark.parametrize(
    ("done", "total", "width"), [(38, 53, ["71.7"]), (0, 53, []), (60, 53, ["100"]), (0, 0, [])]
)
def test_progress_bar(done, total, width):
    assert attribute("width", render("{% progress_bar d t %}", d=done, t=total)) == width


def test_position_marks_now_before_and_the_threshold():
    with translation.override("fr"):
        html = render(
            "{% position now baseline=then threshold=limit label='Accueil' %}",
            now=Fraction(71, 100),
            then=Fraction(1, 3),
            limit=Fraction(85, 100),
        )

    assert re.findall(r'class="fill-accent" y="5" width="([^"]+)"', html) == ["71"]
    assert attribute("d", html) == ["M33.33 0v18", "M85 0v18"]
    assert "71\u00a0%" in html


def test_position_not_assessed_has_no_bar_and_says_so():
    with translation.override("en"):
        html = render("{% position now %}", now=None)

    assert "not assessed" in html
    assert attribute("d", html) == []
    assert re.findall(r'class="fill-accent" y="5" width="([^"]+)"', html) == ["0"]


@pytest.mark.parametrize(
    ("source", "value", "french"),
    [
        ("{{ v|fraction_percent }}", Fraction(3, 7), "42,86\u00a0%"),
        ("{{ v|fraction_percent:1 }}", Fraction(3, 7), "42,9\u00a0%"),
        ("{{ v|points }}", Fraction(14, 100), "14\u00a0points"),
        ('{{ v|points:"+" }}', Fraction(20, 100), "+20\u00a0points"),
        ("{{ v|number_fr }}", 41208, "41\u202f208"),
        ("{{ v|number_fr:1 }}", 8.1, "8,1"),
        ("{{ v|filesize_fr }}", 217088, "212\u00a0Ko"),
        ("{{ v|date_fr }}", date(2026, 11, 21), "21 novembre 2026"),
        ('{{ v|date_fr:"short" }}', date(2026, 11, 21), "21 nov. 2026"),
        ("{{ v|date_fr }}", None, ""),
        ("{{ v|time_fr }}", datetime(2026, 11, 21, 13, 32, tzinfo=UTC), "14\u00a0h\u00a032"),
        (
            '{{ v|datetime_fr:"short" }}',
            datetime(2026, 11, 21, 13, 32, tzinfo=UTC),
            "21 nov. 2026 à 14\u00a0h\u00a032",
        ),
        ("{{ v|short_hash }}", "9f2c" + "0" * 56 + "41ab", "9f2c…41ab"),
    ],
)
def test_values_are_written_the_french_way(source, value, french):
    with translation.override("fr"):
        assert render(source, v=value) == french


def test_typography_of_the_screen_follows_its_language():
    with translation.override("fr"):
        french = render("{{ v|french_typography }}", v="Exigé : <90 %>")
    with translation.override("en"):
        english = render("{{ v|french_typography }}", v="Required : 90 %")

    assert french == "Exigé\u00a0: &lt;90\u00a0%&gt;"
    assert english == "Required : 90 %"


def test_text_of_data_is_in_the_language_of_the_screen_or_in_the_other_one():
    both = SimpleNamespace(title_fr="Accueil", title_en="Welcome")
    only_french = SimpleNamespace(title_fr="Accueil", title_en="")

    with translation.override("fr"):
        assert render('{{ o|localized:"title" }}', o=both) == "Accueil"
    with translation.override("en"):
        assert render('{{ o|localized:"title" }}', o=both) == "Welcome"
        assert render('{{ o|localized:"title" }}', o=only_french) == "Accueil"
