"""The drawing of the figures behind a complaint."""

import re

import pytest

from audits.charts.targets import Point, target_chart

pytestmark = pytest.mark.unit


def point(label, value, *, target=85.0, operator=">=", missed=False):
    text = "" if value is None else f"{value} %"
    return Point(label, value, target, operator, text, missed)


def test_a_missing_figure_breaks_the_line_and_is_said():
    drawn = target_chart(
        [point("jan", 90.0), point("fév", 88.0), point("mars", None), point("avril", 86.0)],
        title="Service",
    )

    assert len(re.findall('class="stroke-accent"', drawn)) == 1  # a single point is no line
    assert drawn.count("<circle") == 3
    assert "mars –" in drawn


def test_a_missed_figure_is_a_triangle_with_its_value():
    drawn = target_chart([point("jan", 90.0), point("fév", 70.0, missed=True)], title="Service")

    assert drawn.count("fill-major") == 1
    assert ">70.0 %<" in drawn


@pytest.mark.parametrize("operator", [">=", "<=", "="])
def test_the_band_is_on_the_good_side(operator):
    drawn = target_chart([point("jan", 90.0, operator=operator)], title="Service")

    (band,) = re.findall(r'class="chart-good" x="[\d.]+" y="([\d.]+)"[^>]*height="([\d.]+)"', drawn)
    top, height = map(float, band)
    assert {">=": top == 28, "<=": top + height == 176, "=": height == 2}[operator]


def test_without_a_target_there_is_no_band_and_nothing_known_is_drawn_too():
    bare = point("jan", 90.0, target=None)

    assert "chart-good" not in target_chart([bare], title="Service")
    assert "<circle" not in target_chart([point("jan", None, target=None)], title="Service")


def test_names_are_escaped_and_few_labels_are_written():
    many = [point(f"<{n}>", 90.0) for n in range(24)]
    drawn = target_chart(many, title='"><script>')

    assert "<script>" not in drawn
    assert drawn.count("&lt;") >= 8
    assert 8 <= len(re.findall("<text[^>]*>&lt;", drawn)) <= 9
    assert ">&lt;23&gt;<" in drawn
