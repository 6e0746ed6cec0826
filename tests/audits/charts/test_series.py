"""Small charts beside a value, and the whole series with what a reader is told of it."""

from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest

from audits.charts.series import Band, Dot, Rules, band_of, series_chart, spark
from audits.logic.indicators import Terms

pytestmark = pytest.mark.unit
DOTS = (
    Dot("Jan", 80.0, Band(85.0, None), shape="part", text="80 % under target"),
    Dot("Feb", None, Band(85.0, None), text="–"),
    Dot(
        "Mar",
        90.0,
        Band(85.0, None),
        84.0,
        94.0,
        "ok",
        stands_out=True,
        text="90 %",
        url="/m/?a=1&b",
    ),
    Dot("Apr", 91.0, None, shape="ok", text="91 %"),
)


def words(value):
    return f"{value:.0f} %"


def drawn(svg):
    return ET.fromstring(svg)


def of_class(svg, name):
    return [e for e in drawn(svg).iter() if name in e.get("class", "").split()]


def test_a_missing_value_breaks_the_line_and_is_no_zero():
    svg = series_chart(DOTS, title="T", words=words, limits=None)

    lines = [e.get("points").split() for e in of_class(svg, "series-line")]
    assert [len(points) for points in lines] == [1, 2]
    assert len(of_class(svg, "series-dot")) == 3


def test_the_chart_says_its_figures_in_words():
    svg = series_chart(DOTS, title="Wait & <answer>", words=words, limits=None)

    assert drawn(svg).get("aria-label") == "Wait & <answer>"
    (desc,) = [e.text for e in drawn(svg).iter() if e.tag.endswith("desc")]
    assert desc == "Jan 80 % under target; Feb –; Mar 90 %; Apr 91 %"


def test_the_band_of_each_period_is_its_own():
    svg = series_chart(DOTS, title="T", words=words, limits=None)

    assert len(of_class(svg, "series-band")) == 3


def test_intervals_limits_and_signals_are_drawn_where_there_are_some():
    svg = series_chart(DOTS, title="T", words=words, limits=Rules(88.0, 80.0, 96.0))

    assert len(of_class(svg, "series-interval")) == 1
    assert len(of_class(svg, "series-limit")) == 3
    assert len(of_class(svg, "series-signal")) == 1
    assert [e.get("href") for e in drawn(svg).iter() if e.tag.endswith("a")] == ["/m/?a=1&b"]


def test_everything_lies_inside_the_picture():
    svg = series_chart(DOTS, title="T", words=words, limits=Rules(88.0, 10.0, 200.0))

    for dot in of_class(svg, "series-dot"):
        assert 0 <= float(dot.get("cy")) <= 300
        assert 0 <= float(dot.get("cx")) <= 880


def test_a_series_without_any_figure_is_still_a_picture():
    svg = series_chart([Dot("Jan", None)], title="T", words=words, limits=None)

    assert of_class(svg, "series-dot") == []


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0], [1.0, None, 3.0], [None, 2.0]])
def test_a_small_chart_draws_every_run(values):
    svg = spark(values, band=Band(4.0, None), is_bad=False)

    runs = drawn(svg).findall("polyline")
    known = [value for value in values if value is not None]
    assert 1 <= len(runs) <= len(known)
    for run in runs:
        for pair in run.get("points").split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= 150
            assert 0 <= y <= 40


def test_nothing_measured_draws_nothing():
    assert spark([None, None], band=None, is_bad=False) == ""


@pytest.mark.parametrize(
    ("operator", "band"),
    [
        (">=", Band(85.0, None)),
        (">", Band(85.0, None)),
        ("<=", Band(None, 85.0)),
        ("<", Band(None, 85.0)),
        ("=", Band(85.0, 85.0)),
    ],
)
def test_the_band_is_on_the_good_side_of_the_target(operator, band):
    assert band_of(Terms(operator, Fraction(85))) == band


def test_without_a_target_there_is_no_band():
    assert band_of(None) is None
