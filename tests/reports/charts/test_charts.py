import base64
from datetime import date
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from crcaudit.core.formats import percent
from crcaudit.core.verdicts import VERDICTS
from reports import charts

pytestmark = pytest.mark.unit

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "g", "text", "rect", "line"}
ALLOWED |= {"circle", "path", "polyline", "polygon"}
HALF, SEVENTH = Fraction(1, 2), Fraction(1, 7)
HOSTILE = '"><script>alert(1)</script>&amp;\x00\x0b\ud800\u202e{{7*7}}<image href="http://x/"/>'


@pytest.fixture(autouse=True)
def _french():
    with translation.override("fr"):
        yield


def bars(title="Accueil"):
    return [
        charts.BarRow("D1", title, SEVENTH, HALF, Fraction(4, 5)),
        charts.BarRow("D2", title, None, None, Fraction(4, 5)),
        charts.BarRow("D3", title, Fraction(1)),
    ]


def every_chart(title="Accueil"):
    """Each chart once, with a score and without."""
    tiles = tuple(charts.Tile(f"E1.{n}", kind, title) for n, kind in enumerate(VERDICTS))
    axes = [
        charts.Axis("D1", title, HALF, SEVENTH),
        charts.Axis("D2", title, None, HALF),
        charts.Axis("D3", title, Fraction(1), None),
    ]
    points = [
        charts.Point(title, date(2026, 3, 13), HALF),
        charts.Point(title, date(2026, 6, 1), None),
        charts.Point(title, date(2026, 10, 9), Fraction(94, 100)),
    ]
    shares = [charts.Share(kind, title, n) for n, kind in enumerate(VERDICTS)]
    return {
        "domain_bars": charts.domain_bars(bars(title)),
        "score_bar": charts.score_bar(HALF, threshold=Fraction(4, 5), baseline=SEVENTH),
        "score_bar without score": charts.score_bar(None),
        "engagement_map": charts.engagement_map([charts.MapRow("D1", title, tiles)]),
        "gauge": charts.gauge(HALF, threshold=Fraction(9, 10), caption=title),
        "gauge without score": charts.gauge(None, threshold=None, caption=title),
        "radar": charts.radar(axes, threshold=Fraction(4, 5)),
        "progress_line": charts.progress_line(
            points, threshold=Fraction(9, 10), target=date(2027, 3, 14)
        ),
        "rating_distribution": charts.rating_distribution(shares),
        **{kind: charts.verdict_symbol(kind) for kind in VERDICTS},
    }


def drawn(svg):
    """What the eye reads: every text element, in order."""
    return [node.text for node in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", every_chart())
def test_a_chart_is_well_formed_and_says_itself_in_words(name):
    root = ET.fromstring(every_chart()[name])

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text


@pytest.mark.parametrize("name", every_chart())
def test_a_chart_passes_the_content_security_policy(name):
    for node in ET.fromstring(every_chart()[name]).iter():
        assert node.tag.removeprefix(SVG) in ALLOWED
        assert "style" not in node.attrib
        assert not any(attribute.startswith("on") for attribute in node.attrib)


@pytest.mark.parametrize("name", every_chart())
def test_hostile_words_stay_words(name):
    svg = every_chart(HOSTILE)[name]

    root = ET.fromstring(svg)

    assert {node.tag for node in root.iter()} == {
        node.tag for node in ET.fromstring(every_chart()[name]).iter()
    }
    assert "<script" not in svg
    assert "<image" not in svg


def test_hostile_words_are_told_in_full():
    svg = charts.domain_bars([charts.BarRow("D1", HOSTILE, HALF)])

    assert "<script>alert(1)</script>&amp;" in ET.fromstring(svg)[1].text


@pytest.mark.parametrize("name", every_chart())
def test_a_chart_is_small(name):
    assert len(every_chart("W" * 300)[name]) <= 60_000


def test_the_map_of_27_engagements_is_small():
    tiles = tuple(charts.Tile(f"E1.{n}", "part", "Mot " * 30) for n in range(27))

    assert len(charts.engagement_map([charts.MapRow("D1", "Domaine", tiles)])) <= 60_000


@pytest.mark.parametrize("value", [Fraction(0), SEVENTH, Fraction(199, 200), Fraction(1)])
def test_a_bar_prints_the_figure_that_it_draws(value):
    svg = charts.domain_bars([charts.BarRow("D1", "Accueil", value)])

    assert drawn(svg)[-1] == percent(value, decimals=1)
    widths = [float(node.get("width")) for node in ET.fromstring(svg).iter(f"{SVG}rect")]
    track = widths[1]
    filled = widths[2] if value else 0
    assert filled == pytest.approx(track * float(value), abs=0.01)


def test_what_was_not_assessed_is_not_drawn_as_zero():
    nothing = charts.domain_bars([charts.BarRow("D1", "Accueil", None)])
    zero = charts.domain_bars([charts.BarRow("D1", "Accueil", Fraction(0))])

    assert drawn(nothing)[-1] == "non évalué"
    assert drawn(zero)[-1] == "0,0\xa0%"


def test_what_does_not_apply_says_so():
    svg = charts.domain_bars([charts.BarRow("D1", "Accueil", None, missing="Non applicable")])

    assert drawn(svg)[-1] == "Non applicable"


def test_the_gauge_without_score_has_no_needle_and_says_so():
    svg = charts.gauge(None, threshold=Fraction(9, 10), caption="du référentiel")

    assert drawn(svg) == ["non évalué", "du référentiel", "seuil 90\xa0%"]
    assert len(list(ET.fromstring(svg).iter(f"{SVG}path"))) == 1


def test_the_radar_is_open_where_nothing_was_assessed():
    known = [charts.Axis(f"D{n}", "", HALF) for n in range(4)]
    closed = charts.radar(known, threshold=None)
    opened = charts.radar([*known[:3], charts.Axis("D3", "", None)], threshold=None)

    assert len(list(ET.fromstring(closed).iter(f"{SVG}polygon"))) == 1
    assert len(list(ET.fromstring(opened).iter(f"{SVG}polygon"))) == 0
    assert drawn(opened).count("non évalué") == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_radar_of_few_domains_does_not_break(count):
    axes = [charts.Axis(f"D{n}", "Accueil", HALF) for n in range(count)]

    assert drawn(charts.radar(axes, threshold=HALF)).count(percent(HALF, decimals=1)) == count


def test_the_line_stops_at_the_last_measure():
    points = [
        charts.Point("Diagnostic", date(2026, 3, 1), HALF),
        charts.Point("Audit", date(2026, 9, 1), Fraction(3, 4)),
        charts.Point("Suivi", date(2026, 12, 1), None),
    ]
    svg = charts.progress_line(points, threshold=None, target=date(2027, 3, 1))

    (line,) = ET.fromstring(svg).iter(f"{SVG}polyline")
    assert len(line.get("points").split()) == 2
    assert len(list(ET.fromstring(svg).iter(f"{SVG}circle"))) == 2
    assert "non évalué" in drawn(svg)


def test_the_line_of_nothing_does_not_break():
    svg = charts.progress_line([], threshold=HALF)

    assert list(ET.fromstring(svg).iter(f"{SVG}circle")) == []


def test_the_spread_counts_every_level():
    shares = [
        charts.Share("ok", "Conforme", 3),
        charts.Share("part", "Partiel", 0),
        charts.Share("none", "Non évalué", 1),
    ]

    texts = drawn(charts.rating_distribution(shares))

    assert texts == ["3", "Conforme", "0", "Partiel", "1", "Non évalué"]


def test_each_verdict_has_a_shape_of_its_own_beside_its_colour():
    shapes = {
        ET.tostring(ET.fromstring(charts.verdict_symbol(kind)).find(f"{SVG}g")[0])
        for kind in VERDICTS
    }

    assert len(shapes) == len(VERDICTS)


def test_a_tile_says_its_verdict_in_words():
    tile = charts.Tile("E1.3", "major", "Contenir l'attente")
    svg = charts.engagement_map([charts.MapRow("D1", "Accès", (tile,))])

    titles = [node.text for node in ET.fromstring(svg).iter(f"{SVG}title")]
    assert "E1.3 Contenir l'attente: NC majeure" in titles
    assert "E1.3 NC majeure" in ET.fromstring(svg)[1].text


@pytest.mark.parametrize(
    ("href", "linked"),
    [
        ("/audits/1/grille/", True),
        ("javascript:alert(1)", False),
        ("//autre.example/", False),
        ("https://autre.example/", False),
        ("", False),
    ],
)
def test_a_tile_leads_nowhere_but_into_this_site(href, linked):
    row = charts.MapRow("D1", "Accès", (charts.Tile("E1.1", "ok", href=href),))

    links = list(ET.fromstring(charts.engagement_map([row])).iter(f"{SVG}a"))

    assert [link.get("href") for link in links] == ([href] if linked else [])


def test_the_data_address_holds_the_chart():
    svg = charts.verdict_symbol("ok")

    head, _comma, body = charts.data_uri(svg).partition(",")

    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(body).decode() == svg


def test_charts_speak_the_active_language():
    with translation.override("en"):
        assert drawn(charts.domain_bars([charts.BarRow("D1", "", None)]))[-1] == "not assessed"
