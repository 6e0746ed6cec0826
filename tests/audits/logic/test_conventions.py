import pytest

from audits.logic.conventions import usual_convention

pytestmark = pytest.mark.unit
LEVEL = [{"key": "threshold_s", "default": "15"}, {"key": "denominator", "default": "offered"}]


def test_the_target_comes_before_the_catalogue_and_less_than_is_strict():
    found = usual_convention(LEVEL, {"threshold_s": 20, "other": 1})

    assert found == {"threshold_s": 20, "denominator": "offered", "is_strict": True}


def test_an_indicator_without_settings_has_no_convention():
    assert usual_convention([], {"threshold_s": 20}) == {}


@pytest.mark.parametrize(
    ("denominator", "kept"), [("offered", False), ("offered_minus_short_abandons", True)]
)
def test_short_abandons_matter_only_where_they_are_left_out(denominator, kept):
    parameters = [*LEVEL, {"key": "short_abandon_s", "default": "5"}]

    found = usual_convention(parameters, {"denominator": denominator})

    assert ("short_abandon_s" in found) is kept
