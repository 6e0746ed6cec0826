from decimal import Decimal

import pytest
from django.utils import translation

from engagements import words
from engagements.importers.indicators import parse_catalogue
from engagements.models import IndicatorTarget

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("operator", "value", "unit", "text"),
    [
        (">=", "85", "%", "≥\xa085\xa0%"),
        ("<=", "0.1000", "%", "≤\xa00.1\xa0%"),
        ("<", "30", "s", "<\xa030\xa0s"),
        (">=", "1", "count", "≥\xa01"),
        ("<=", "5", "working_days", "≤\xa05\xa0working days"),
        (">=", "100", "%", "≥\xa0100\xa0%"),
        (">=", "5", "parsecs", "≥\xa05\xa0parsecs"),
    ],
)
def test_a_target_is_printed_with_its_sign_and_its_unit(operator, value, unit, text):
    row = IndicatorTarget(operator=operator, value=Decimal(value), unit=unit)

    assert words.target_text(row) == text


def test_french_uses_its_own_comma():
    row = IndicatorTarget(operator="<=", value=Decimal("99.5"), unit="%")

    with translation.override("fr"):
        assert words.target_text(row) == "≤\xa099,5\xa0%"


def test_settings_of_a_target_are_worded_and_unknown_ones_shown_as_they_are():
    text = words.parameters_text({"threshold_s": 15, "other": 2})

    assert text == "threshold 15 s, other = 2"


def test_every_code_of_the_shipped_catalogue_has_its_words(shipped):
    vocabularies = parse_catalogue(shipped("indicators.yaml")).value.vocabularies

    neutral = {"%", "s"}
    assert {term.code for term in vocabularies.units} - neutral == set(words.UNITS)
    assert [term.code for term in vocabularies.journey_stages] == list(words.STAGES)
    assert [term.code for term in vocabularies.frequencies] == list(words.FREQUENCIES)
    assert {term.code for term in vocabularies.channels} == set(words.CHANNELS)
    assert {term.code for term in vocabularies.confidence} < set(words.CONFIDENCE)
