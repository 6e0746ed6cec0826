import re
from datetime import date
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from audits.charts import Bar, Mark, trajectory_chart, waterfall_chart
from audits.charts.movement import signed
from audits.logic.trajectory import Point

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("in_english")]

HALF = Fraction(1, 2)
BARS = (
    Bar("Then", Fraction(0), HALF, "50%", is_total=True),
    Bar("D1", HALF, Fraction(7, 10), "+20"),
    Bar("D2", Fraction(7, 10), Fraction(6, 10), "-10"),
    Bar("Now", Fraction(0), Fraction(6, 10), "60%", is_total=True),
)
FUTURE = (
    Point(date(2026, 3, 1), HALF, HALF, HALF),
    Point(date(2026, 4, 1), HALF, Fraction(6, 10), Fraction(8, 10)),
    Point(date(2026, 6, 1), Fraction(6, 10), Fraction(7, 10), Fraction(9, 10)),
)
PAST = (Mark("Diagnosis", date(2026, 1, 1), Fraction(3, 10)),)


def drawn(svg):
    return ET.fromstring(svg)


def texts(svg):
    return [element.text for element in drawn(svg).iter("text")]


def test_the_waterfall_says_its_figures_in_words_and_in_text():
    svg = waterfall_chart(BARS, threshold=Fraction(9, 10))

    assert drawn(svg).findtext("desc") == "Then 50%; D1 +20; D2 -10; Now 60%"
    assert {"Then", "50%", "D1", "+20", "D2", "-10", "threshold 90%"} <= set(texts(svg))


def test_steps_up_and_down_and_totals_are_told_apart():
    kinds = [
        rect.get("class") for rect in drawn(waterfall_chart(BARS, threshold=None)).iter("rect")
    ]

    assert kinds == ["fill-accent", "fill-ok", "fill-minor", "fill-accent"]


def test_a_bar_is_as_high_as_its_value():
    rects = list(drawn(waterfall_chart(BARS, threshold=None)).iter("rect"))
    heights = [float(rect.get("height")) for rect in rects]

    assert heights[0] / heights[1] == pytest.approx(2.5, abs=0.01)
    assert heights[3] / heights[0] == pytest.approx(1.2, abs=0.01)


def test_names_under_narrow_bars_stand_on_lines_of_their_own():
    names = ["Diagnosis", "become NA", "not rated", *(f"D{n}" for n in range(1, 7)), "Today"]
    bars = [Bar(name, HALF, HALF, "0") for name in names]

    chart = drawn(waterfall_chart(bars, threshold=None))

    under = [one for one in chart.iter("text") if float(one.get("y")) > 215]
    places = sorted((float(one.get("y")), float(one.get("x")), one.text) for one in under)
    for (y, x, words), (next_y, next_x, next_words) in pairwise(places):
        assert next_y >= y + 12 or next_x - x >= (len(words) + len(next_words)) / 2 * 6.5
    assert max(y for y, *_ in places) < float(chart.get("viewBox").split()[3]) - 4


@pytest.mark.parametrize(
    "score", [Fraction(n, 100) for n in (2, 50, 80, 84, 86, 88, 89, 90, 91, 95)]
)
def test_nothing_is_written_across_the_threshold_nor_under_a_bar(score):
    step = Fraction(1, 100)
    bars = (
        Bar("Then", Fraction(0), score, "here", is_total=True),
        Bar("D1", score, score + step, "here"),
        Bar("D2", score + step, score - step, "here"),
        Bar("Now", Fraction(0), score - step, "here", is_total=True),
    )

    chart = drawn(waterfall_chart(bars, threshold=Fraction(9, 10)))

    (line,) = [path.get("d") for path in chart.iter("path") if path.get("class") == "stroke-ok"]
    level = float(line.split()[1].partition("H")[0])
    written = [float(one.get("y")) for one in chart.iter("text") if one.text == "here"]
    assert len(written) == 4
    assert not [y for y in written if y - 10 < level < y]
    (words,) = [one for one in chart.iter("text") if one.text == "threshold 90%"]
    x, y = float(words.get("x")), float(words.get("y"))
    for bar in chart.iter("rect"):
        left, top, width, height = (float(bar.get(n)) for n in ("x", "y", "width", "height"))
        assert left + width < x or left > x + 70 or top > y or top + height < y - 10


def test_days_that_are_close_stand_side_by_side():
    near = [Point(date(2026, 3, day), HALF, HALF, HALF) for day in (1, 9)]
    chart = drawn(trajectory_chart(near, past=PAST, threshold=None))

    found = {one.text: one for one in chart.iter("text")}
    today, last = found["Today"], found["9 Mar 2026"]
    assert (today.get("text-anchor"), last.get("text-anchor")) == ("end", "middle")
    assert float(last.get("x")) - float(today.get("x")) > 35


def test_the_band_lies_between_the_lines():
    svg = trajectory_chart(FUTURE, past=PAST, threshold=Fraction(9, 10))

    (band,) = [path for path in drawn(svg).iter("path") if path.get("class") == "chart-band"]
    assert band.get("d").endswith("Z")
    assert drawn(svg).findtext("desc") == ("Diagnosis 30%; 1 March 2026 50%; 1 June 2026 60% – 90%")
    assert {"Diagnosis", "Today", "1 Jun 2026", "90%", "60%"} <= set(texts(svg))


def test_without_a_middle_only_what_was_measured_is_a_line():
    future = [Point(p.day, p.low, None, p.high) for p in FUTURE]
    svg = trajectory_chart(future, past=(), threshold=None)

    assert len(re.findall('class="stroke-accent"', svg)) == 1


def test_a_narrow_band_is_named_once():
    flat = [Point(p.day, HALF, HALF, HALF) for p in FUTURE]
    svg = trajectory_chart(flat, past=(), threshold=None)

    assert texts(svg)[-4:].count("50%") + texts(svg)[:-4].count("50%") == 3  # grid, today, end


def test_names_are_escaped_and_nothing_is_inline():
    bar = Bar("<D&1>", Fraction(0), HALF, "x", is_total=True)
    svg = waterfall_chart([bar], threshold=None)

    assert "<D&1>" in texts(svg)
    assert " style=" not in svg


def test_a_step_is_written_without_its_unit():
    assert (signed(Fraction(47, 1000)), signed(Fraction(-1, 100))) == ("+4.7", "\u22121")
