"""Pictures of surveys: what they say to who does not see them; no text comes alive in them."""

import pytest

from audits.charts.surveys import Asked, Beside, Group, gaps_chart, groups_chart

pytestmark = pytest.mark.unit


def test_groups_are_told_apart_by_mark_and_by_word():
    groups = [
        Group(
            "hot", "À chaud", [Asked(0, 80.0, 75.0, 85.0, "T1 80 %"), Asked(1, 82, None, None, "")]
        ),
        Group("staff", "Collaborateurs", [Asked(1, 60.0, 50.0, 70.0, "T2 60 %")]),
    ]

    found = groups_chart(groups, ["T1", "T2"], title="Satisfaction", words=lambda v: f"{v:.0f} %")

    assert 'role="img" aria-label="Satisfaction"' in found
    assert "À chaud T1 80 %" in found
    assert found.count("<circle") == 2
    assert found.count("series-interval") == 2
    assert found.count("<polyline") == 1  # one answer is no line


def test_a_theme_without_a_mark_has_none_and_its_name_is_escaped():
    rows = [
        Beside("<b>Joindre</b>", 9.0, 7.0, 7.5, "écart +2,0"),
        Beside("Comprendre", 8.0, None, None, ""),
    ]

    found = gaps_chart(rows, title="Écarts", scale=(6, 10))

    assert "<b>" not in found
    assert found.count('class="gap-expected"') == 2
    assert found.count('class="gap-delivered"') == 1
    assert found.count('class="gap-sector"') == 1
    assert found.count("gap-bar is-behind") == 1
