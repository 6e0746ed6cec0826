"""The shipped catalogue of indicators, and what a catalogue may not hold."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from engagements.importers.indicators import parse_catalogue
from engagements.logic.formula import evaluate, names

pytestmark = pytest.mark.unit

SMALL = """\
schema: indicators/1
code: SMALL
version: '1'
title_fr: Essai
title_en: Trial
notice_fr: Essai.
notice_en: Trial.
units: [{code: '%', label_fr: '%', label_en: '%'}]
directions: [{code: higher, label_fr: h, label_en: h}]
statistics: [{code: proportion, label_fr: p, label_en: p}]
dimensions: [{code: social, label_fr: s, label_en: s}]
journey_stages: [{code: access, label_fr: a, label_en: a}]
frequencies: [{code: daily, label_fr: q, label_en: d}]
channels: [{code: phone, label_fr: t, label_en: p}]
sources: [{code: us, label_fr: nous, label_en: us}]
indicators:
  - code: ACC-01
    name_fr: Taux
    name_en: Rate
    definition_fr: Part.
    definition_en: Share.
    formula: 100 * good / total
    inputs:
      - {key: good, label_fr: bons, label_en: good}
      - {key: total, label_fr: tous, label_en: all}
    parameters:
      - {key: threshold_s, label_fr: T, label_en: T, default: 15}
      - key: rule
        label_fr: R
        label_en: R
        default: one
        choices: [{code: one, label_fr: u, label_en: o}, {code: two, label_fr: d, label_en: t}]
    unit: '%'
    direction: higher
    statistic: proportion
    dimension: social
    journey_stage: access
    frequency: daily
    channels: [phone]
    targets:
      - {op: '>=', value: 90, label_fr: c, label_en: t, source: us, default: true,
         parameters: {threshold_s: 12}}
      - {op: '>=', value: 80, label_fr: c, label_en: t, source: us, default: false}
"""
ONE = "indicators[0]"


def found(text):
    parsed = parse_catalogue(text)
    assert (parsed.value is None) is bool(parsed.problems)
    return [(problem.place, problem.message) for problem in parsed.problems]


def test_the_small_catalogue_is_accepted():
    assert found(SMALL) == []


def test_the_shipped_catalogue_counts(shipped):
    parsed = parse_catalogue(shipped("indicators.yaml"))

    assert parsed.problems == ()
    indicators = parsed.value.indicators
    assert len(indicators) == 100
    assert Counter(item.dimension for item in indicators) == {
        "process": 49,
        "social": 25,
        "customer": 26,
    }
    assert sum(len(item.targets) for item in indicators) == 90


def test_every_shipped_formula_can_be_computed_from_its_inputs(shipped):
    for item in parse_catalogue(shipped("indicators.yaml")).value.indicators:
        inputs = {given.key: Fraction(number) for number, given in enumerate(item.inputs, 1)}

        assert names(item.formula) == set(inputs)
        assert evaluate(item.formula, inputs) is not None, item.code


def test_an_indicator_carries_its_settings_and_its_targets(shipped):
    indicators = parse_catalogue(shipped("indicators.yaml")).value.indicators

    item = next(item for item in indicators if item.code == "PEC-01")
    assert [(p.key, p.default) for p in item.parameters] == [
        ("threshold_s", "15"),
        ("denominator", "offered"),
    ]
    assert [(t.op, t.value, t.is_default) for t in item.targets][:2] == [
        (">=", Decimal(85), True),
        (">=", Decimal(95), False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("unit: '%'", "unit: kg", f"{ONE}.unit", '"kg" is not in the list "units"'),
        ("direction: higher", "direction: up", f"{ONE}.direction", '"up" is not in the list'),
        ("statistic: proportion", "statistic: mean", f"{ONE}.statistic", '"mean" is not in'),
        ("code: proportion", "code: guess", "statistics[0].code", "One of these is expected"),
        ("dimension: social", "dimension: x", f"{ONE}.dimension", '"x" is not in the list'),
        ("journey_stage: access", "journey_stage: x", f"{ONE}.journey_stage", '"x" is not in'),
        ("frequency: daily", "frequency: x", f"{ONE}.frequency", '"x" is not in the list'),
        ("channels: [phone]", "channels: [fax]", f"{ONE}.channels[0]", '"fax" is not in the'),
        ("name_en: Rate\n", "\n", f"{ONE}.name_en", "This field is missing"),
        ("good / total", "good / tot", f"{ONE}.formula", 'The formula uses "tot"'),
        ("100 * good / total", "100 * good", f"{ONE}.inputs", 'The input "total" is not used'),
        ("good / total", "good % total", f"{ONE}.formula", "The formula cannot be read from char"),
        ("good / total", "good ** total", f"{ONE}.formula", "The formula cannot be read from"),
        ("100 * good / total", "100", f"{ONE}.formula", "Text is expected here"),
        ("{key: total", "{key: good", f"{ONE}.inputs[1].key", 'The code "good" is already used'),
        ("default: 15", "default: soon", f"{ONE}.parameters[0].default", "A whole number"),
        ("default: one", "default: six", f"{ONE}.parameters[1].default", '"six" is not in the'),
        ("op: '>=', value: 90", "op: '!', value: 90", f"{ONE}.targets[0].op", "One of these"),
        ("value: 90", "value: .inf", f"{ONE}.targets[0].value", "A plain number"),
        ("{threshold_s: 12}", "{x: 1}", f"{ONE}.targets[0].parameters.x", 'The key "x" is not'),
        ("default: false}", "default: true}", f"{ONE}.targets", "Only one target can be the"),
        (
            "source: us, default: true",
            "source: x, default: true",
            f"{ONE}.targets[0].source",
            '"x"',
        ),
        ("unit: '%'", "unit: '%'\n    color: red", f"{ONE}.color", 'The key "color" is not known'),
        ("schema: indicators/1", "schema: indicators/2", "schema", "One of these is expected"),
    ],
)
def test_a_wrong_field_is_named_with_its_place(old, new, place, message):
    assert old in SMALL

    problems = found(SMALL.replace(old, new, 1))

    assert next(text for item, text in problems if item == place).startswith(message)


def test_a_code_used_twice_is_refused():
    start = SMALL.index("  - code: ACC-01")

    problems = found(SMALL + SMALL[start:])

    assert problems == [
        (
            "indicators[1].code",
            'The code "ACC-01" is already used at indicators[0].code: give another one.',
        )
    ]
