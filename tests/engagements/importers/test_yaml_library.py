"""The shipped referentials, and every way a referential file can be wrong."""

from collections import Counter
from decimal import Decimal

import pytest
import yaml

from engagements.importers.indicators import parse_catalogue
from engagements.importers.values import CycleData
from engagements.importers.yaml_library import parse_referential

pytestmark = pytest.mark.unit

SMALL = """\
schema: referential/1
code: SMALL
version: '1'
title_fr: Petit référentiel
title_en: Small referential
notice_fr: Texte d'essai.
notice_en: Trial text.
scheme:
  code: TRIAL
  name_fr: Essai
  name_en: Trial
  surveillance_fr: Un suivi
  surveillance_en: One follow-up
  levels:
    {domain_fr: d, domain_en: d, engagement_fr: e, engagement_en: c, requirement_fr: x,
     requirement_en: r}
  gap_rule: v1
  thresholds: {global_score: 90, domain_score: 80, open_minors: 4}
  scale:
    - {code: C, letter: C, label_fr: C, label_en: C, points: 100, is_conform: true, shape: ok}
    - {code: NC, letter: N, label_fr: N, label_en: N, points: 0, is_conform: false, shape: minor}
    - {code: NA, letter: A, label_fr: A, label_en: A, is_conform: false, shape: na}
  grades:
    - code: MAJ
      label_fr: Majeure
      label_en: Major
      short_fr: M
      short_en: M
      severity: major
      shape: major
      blocks: true
      needs_action: true
      answer_days: 30
      working_days: false
criticalities:
  - {code: critical, label_fr: Critique, label_en: Critical}
control_methods:
  - {code: interview, label_fr: Entretien, label_en: Interview}
frequencies:
  - {code: weekly, label_fr: Hebdomadaire, label_en: Weekly}
roles:
  - {code: chief, label_fr: Chef, label_en: Chief}
journey_stages:
  - {code: access, label_fr: Accès, label_en: Access}
sources:
  - {code: us, label_fr: nous, label_en: us}
domains:
  - code: D1
    title_fr: Domaine
    title_en: Domain
    engagements:
      - code: E1
        text_fr: Promesse
        text_en: Promise
        source: us
        requirements:
          - code: X1
            text_fr: Exigence
            text_en: Requirement
            criticality: critical
            weight: 3
            journey_stage: access
            control_methods: [interview]
            expected_evidence_fr: [Preuve]
            expected_evidence_en: [Evidence]
            internal_control:
              frequency: weekly
              responsible: chief
              sample_fr: Dix
              sample_en: Ten
              record_fr: Fiche
              record_en: Sheet
              alert_threshold_fr: Un
              alert_threshold_en: One
              action_if_breach_fr: Agir
              action_if_breach_en: Act
            indicator: {code: ACC-01, op: '>=', value: 95, source: us, parameters: {t: 15}}
            suggested_indicators: [ACC-01]
"""
X1 = "domains[0].engagements[0].requirements[0]"


def line_of(text, fragment):
    return text[: text.index(fragment)].count("\n") + 1


def found(text, indicators=("ACC-01",)):
    parsed = parse_referential(text, indicators=indicators)
    assert (parsed.value is None) is bool(parsed.problems)
    return [(problem.place, problem.line, problem.message) for problem in parsed.problems]


def test_the_small_file_is_accepted():
    assert found(SMALL) == []


def test_mobile_operator_referential_counts(shipped):
    catalogue = parse_catalogue(shipped("indicators.yaml")).value
    codes = [indicator.code for indicator in catalogue.indicators]

    parsed = parse_referential(shipped("referentials/sfr-2004.yaml"), indicators=codes)

    assert parsed.problems == ()
    file = parsed.value
    assert [len(domain.engagements) for domain in file.domains] == [5, 2, 3, 7, 3, 7]
    assert (len(file.domains), len(file.engagements), len(file.requirements)) == (6, 27, 53)
    assert Counter(item.criticality for item in file.requirements) == {
        "critical": 11,
        "major": 28,
        "standard": 14,
    }
    assert sum(item.indicator is not None for item in file.requirements) == 42
    assert sum(item.internal_control is not None for item in file.requirements) == 53


def test_mobile_operator_referential_says_that_it_is_reconstructed(shipped):
    file = parse_referential(shipped("referentials/sfr-2004.yaml")).value

    assert file.is_reconstruction
    assert "exigences reconstituées" in file.notice.fr
    assert "reconstructed requirements" in file.notice.en
    assert "exemple reconstitué" in file.title.fr


def test_a_requirement_carries_all_of_its_parts_in_both_languages(shipped):
    file = parse_referential(shipped("referentials/sfr-2004.yaml")).value

    item = next(item for item in file.requirements if item.code == "EX-3.1.2")
    assert (item.criticality, item.weight, item.source) == ("critical", 3, "reconstruction")
    assert item.indicator.code == "TRT-08"
    assert (item.indicator.op, item.indicator.value) == (">=", Decimal(100))
    assert [(p.key, p.value) for p in item.indicator.parameters] == [("deadline_working_days", 2)]
    assert item.internal_control.alert_threshold.fr == "Moins de 95 % à J+2"
    assert item.internal_control.alert_threshold.en == "Below 95% by working day 2"


@pytest.mark.parametrize(
    ("name", "counts"),
    [("iso18295-1", (6, 20, 56)), ("iso18295-2", (3, 3, 23))],
)
def test_standards_counts(shipped, name, counts):
    catalogue = parse_catalogue(shipped("indicators.yaml")).value
    codes = [indicator.code for indicator in catalogue.indicators]

    parsed = parse_referential(shipped(f"referentials/{name}.yaml"), indicators=codes)

    assert parsed.problems == ()
    file = parsed.value
    assert (len(file.domains), len(file.engagements), len(file.requirements)) == counts
    assert {(item.criticality, item.weight) for item in file.requirements} == {
        ("critical", 3),
        ("major", 2),
        ("standard", 1),
    }
    assert not any(item.indicator for item in file.requirements)


def test_part_one_of_the_standard_has_twenty_five_clauses(shipped):
    file = parse_referential(shipped("referentials/iso18295-1.yaml")).value

    clauses = {item.code for item in (*file.domains, *file.engagements)}
    assert len(clauses) == 25
    assert [item.code for item in file.domains[-1].engagements] == ["9"]


def test_both_parts_of_the_standard_belong_to_the_same_scheme(shipped):
    one, two = (
        parse_referential(shipped(f"referentials/iso18295-{part}.yaml")).value for part in (1, 2)
    )

    assert one.scheme == two.scheme


BROKEN = [
    # (what is replaced, by what, place, start of the message)
    ("code: SMALL", "code: ''", "code", "This field is missing"),
    ("code: SMALL", "code: A B", "code", '"A B" is not a code'),
    ("version: '1'", "version: 2004", "version", "Text is expected here"),
    ("version: '1'", "version: 2004-04-01", "version", "Text is expected here"),
    ("title_en: Small referential\n", "", "title_en", "This field is missing"),
    ("title_fr: Petit référentiel", "title_fr: '  '", "title_fr", "This field is missing"),
    ("title_en: Small referential", "title_en: [a]", "title_en", "Text is expected here"),
    ("notice_fr: Texte d'essai.\n", "", "notice_fr", "This field is missing"),
    ("notice_fr:", "Notice_fr:", "Notice_fr", 'The key "Notice_fr" is not known here'),
    ("title_fr: Petit", "title_fr: A\ntitle_fr: Petit", "title_fr", 'The key "title_fr" is given'),
    (
        "title_en: Small referential",
        "title_en: " + "x" * 301,
        "title_en",
        "This text has 301 characters: at most 300",
    ),
    ("notice_en: Trial text.", 'notice_en: "a\\x0bb"', "notice_en", "This text holds control"),
    ("notice_en: Trial text.", 'notice_en: "a\\0b"', "notice_en", "This text holds control"),
    ("  levels:", "  names:", "scheme.levels", "This field is missing"),
    ("requirement_en: r}", "other: r}", "scheme.levels.requirement_en", "This field is missing"),
    ("  thresholds:", "  limits:", "scheme.thresholds", "This field is missing"),
    ("[Preuve]", "[" + "a, " * 30 + "a]", f"{X1}.expected_evidence_fr", "At most 30 lines"),
    ("gap_rule: v1", "gap_rule: v9", "scheme.gap_rule", "One of these is expected here: v1"),
    ("global_score: 90", "global_score: 101", "scheme.thresholds.global_score", "A whole number"),
    ("open_minors: 4", "open_minors: 1:30", "scheme.thresholds.open_minors", "A whole number"),
    ("shape: ok", "shape: round", "scheme.scale[0].shape", "One of these is expected here"),
    ("letter: N,", "letter: C,", "scheme.scale[1].letter", 'The code "C" is already used'),
    ("points: 0,", "points: 100,", "scheme.scale", "The scale needs two levels"),
    (
        "points: 100, is_conform: true",
        "points: 100, is_conform: false",
        "scheme.scale",
        "The scale",
    ),
    ("A, is_conform: false", "A, is_conform: true", "scheme.scale[2]", "A level without points"),
    ("blocks: true", "blocks: yes", "scheme.grades[0].blocks", "true or false is expected"),
    ("blocks: true", "blocks: 'true'", "scheme.grades[0].blocks", "true or false is expected"),
    ("severity: major", "severity: huge", "scheme.grades[0].severity", "One of these"),
    ("answer_days: 30", "answer_days: -1", "scheme.grades[0].answer_days", "A whole number"),
    (
        "code: critical,",
        "code: terrible,",
        "criticalities[0].code",
        "One of these is expected here: critical, major, standard",
    ),
    (
        "code: weekly,",
        "code: often,",
        "frequencies[0].code",
        "One of these is expected here: daily",
    ),
    ("label_en: Chief", "label_en: ''", "roles[0].label_en", "This field is missing"),
    ("title_en: Domain\n", "subtitle: x\n", "domains[0].subtitle", 'The key "subtitle" is not'),
    ("code: X1", "code: E1", f"{X1}.code", 'The code "E1" is already used at domains[0].engag'),
    ("criticality: critical", "criticality: major", f"{X1}.criticality", '"major" is not in the'),
    ("weight: 3", "weight: 0", f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3", "weight: 11", f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3", "weight: true", f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3", "weight: 2.5", f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3", "weight: '3'", f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3", "weight: 0x3", f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3", "weight: " + "9" * 5000, f"{X1}.weight", "A whole number from 1 to 10"),
    ("weight: 3\n", "\n", f"{X1}.weight", "This field is missing"),
    ("journey_stage: access", "journey_stage: x", f"{X1}.journey_stage", '"x" is not in the list'),
    ("[interview]", "[guess]", f"{X1}.control_methods[0]", '"guess" is not in the list "control'),
    ("[interview]", "[interview, interview]", f"{X1}.control_methods[1]", "This is already in"),
    ("[interview]", "interview", f"{X1}.control_methods", "A list is expected here"),
    ("[interview]", "[]", f"{X1}.control_methods", "At least one item is expected"),
    ("[Evidence]", "[Evidence, More]", f"{X1}.expected_evidence_en", "There are 1 lines in Fr"),
    ("[Evidence]", "['']", f"{X1}.expected_evidence_en[0]", "This field is missing"),
    ("frequency: weekly", "frequency: daily", f"{X1}.internal_control.frequency", '"daily" is not'),
    ("responsible: chief", "responsible: me", f"{X1}.internal_control.responsible", '"me" is not'),
    ("sample_en: Ten\n", "\n", f"{X1}.internal_control.sample_en", "This field is missing"),
    ("code: ACC-01", "code: ACC-99", f"{X1}.indicator.code", 'The indicator "ACC-99" is not'),
    ("op: '>='", "op: '=>'", f"{X1}.indicator.op", "One of these is expected here: >=, >"),
    ("value: 95", "value: .nan", f"{X1}.indicator.value", "A plain number is expected"),
    ("value: 95", "value: -.inf", f"{X1}.indicator.value", "A plain number is expected"),
    ("value: 95", "value: 1e400", f"{X1}.indicator.value", "A plain number is expected"),
    ("value: 95", "value: '95'", f"{X1}.indicator.value", "A plain number is expected"),
    ("value: 95, ", "", f"{X1}.indicator.value", "This field is missing"),
    ("value: 95", "value: 95 %", f"{X1}.indicator.value", "A plain number is expected"),
    ("value: 95", "value: 95.12345", f"{X1}.indicator.value", "A plain number is expected"),
    ("t: 15", "t: soon", f"{X1}.indicator.parameters.t", "A whole number"),
    ("t: 15", "'a b': 15", f"{X1}.indicator.parameters.a b", 'The key "a b" is not known'),
    ("source: us, p", "source: them, p", f"{X1}.indicator.source", '"them" is not in the list'),
    (
        "suggested_indicators: [ACC-01]",
        "suggested_indicators: [NO-1]",
        f"{X1}.suggested_indicators[0]",
        'The indicator "NO-1" is not in the catalogue',
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    BROKEN,
    ids=[f"{case[2]}: {case[1][:20]!r}" for case in BROKEN],
)
def test_a_wrong_field_is_named_with_its_place(old, new, place, message):
    assert SMALL.count(old) >= 1
    text = SMALL.replace(old, new, 1)

    problems = [(item, text) for item, _line, text in found(text)]

    assert place in [item for item, _text in problems]
    assert next(text for item, text in problems if item == place).startswith(message)


def test_half_a_character_is_refused_at_its_line():
    text = SMALL.replace("notice_en: Trial text.", 'notice_en: "\\uD800"')

    assert [line for _place, line, _text in found(text)] == [7]


def test_the_line_is_that_of_the_field():
    text = SMALL.replace("weight: 3", "weight: 12")

    assert [line for _place, line, _text in found(text)] == [line_of(text, "weight: 12")]


def test_every_problem_is_reported_in_the_order_of_the_file():
    text = (
        SMALL.replace("title_en: Small referential\n", "")
        .replace("weight: 3", "weight: many")
        .replace("op: '>='", "op: about")
        .replace("label_en: Chief", "label_en: Chief, colour: red")
    )

    assert [place for place, _line, _text in found(text)] == [
        "title_en",
        "roles[0].colour",
        f"{X1}.weight",
        f"{X1}.indicator.op",
    ]


def test_an_unknown_key_is_seen_in_every_kind_of_block():
    tree = yaml.safe_load(SMALL)
    blocks = []

    def plant(value):
        if isinstance(value, dict):
            blocks.append(value)
            for inner in list(value.values()):
                plant(inner)
        elif isinstance(value, list):
            for inner in value:
                plant(inner)

    plant(tree)
    for number, block in enumerate(blocks):
        block[f"stray key {number}"] = "x"

    problems = found(yaml.safe_dump(tree))

    assert len(problems) == len(blocks) == 20
    assert {place.rsplit(".", 1)[-1] for place, _line, _text in problems} == {
        f"stray key {number}" for number in range(len(blocks))
    }


def test_an_engagement_may_bear_the_code_of_its_chapter_only_when_it_is_alone():
    alone = SMALL.replace("code: E1", "code: D1")
    second = alone + (
        "      - code: E2\n"
        "        text_fr: Promesse\n"
        "        text_en: Promise\n"
        "        requirements:\n"
        "          - {code: X2, text_fr: E, text_en: R, criticality: critical, weight: 1,\n"
        "             control_methods: [interview], expected_evidence_fr: [P],\n"
        "             expected_evidence_en: [E]}\n"
    )

    assert found(alone) == []
    assert [(place, text) for place, _line, text in found(second)] == [
        (
            "domains[0].engagements[0].code",
            'The code "D1" is already used at domains[0].code: give another one.',
        )
    ]


def test_without_a_catalogue_references_to_indicators_are_left_alone():
    assert found(SMALL.replace("ACC-01", "ANY-1"), indicators=None) == []


def test_a_missing_scheme_does_not_hide_the_rest():
    start, end = SMALL.index("scheme:"), SMALL.index("criticalities:")
    text = (SMALL[:start] + SMALL[end:]).replace("weight: 3", "weight: 0")

    assert [place for place, _line, _text in found(text)] == ["scheme", f"{X1}.weight"]


def test_another_kind_of_file_is_refused_at_once(shipped):
    parsed = parse_referential(shipped("indicators.yaml"))

    assert [(item.place, item.message) for item in parsed.problems] == [
        ("schema", "One of these is expected here: referential/1.")
    ]


def test_comments_order_and_layout_do_not_change_the_fingerprint():
    same = yaml.safe_dump(yaml.safe_load(SMALL), sort_keys=True, width=40)

    one, other = parse_referential(SMALL).value, parse_referential("# note\n" + same).value
    assert one.sha256 == other.sha256
    assert len(one.sha256) == 64


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("value: 95", "value: 95.0", True),
        ("value: 95", "value: 95.1", False),
        ("text_en: Requirement", "text_en: Requirements", False),
        ("blocks: true", "blocks: false", False),
    ],
)
def test_any_change_of_content_changes_the_fingerprint(old, new, same):
    one = parse_referential(SMALL).value
    other = parse_referential(SMALL.replace(old, new)).value

    assert (one.sha256 == other.sha256) is same


CYCLE = """\
  cycle: {surveillance_months: 12, surveillance_count: 2, window_months: 2, notice_days: 15}
  levels:
"""


def test_the_cycle_is_what_the_scheme_states_and_nothing_more():
    file = parse_referential(SMALL.replace("  levels:\n", CYCLE)).value

    assert file.scheme.cycle == CycleData(
        surveillance_months=12, surveillance_count=2, window_months=2, notice_days=15
    )
    assert parse_referential(SMALL).value.scheme.cycle == CycleData()


def test_the_cycle_of_the_scheme_is_no_part_of_the_fingerprint_of_an_edition():
    with_cycle = parse_referential(SMALL.replace("  levels:\n", CYCLE)).value

    assert with_cycle.sha256 == parse_referential(SMALL).value.sha256


@pytest.mark.parametrize(
    "wrong",
    ["{surveillance_months: 12}", "{surveillance_count: 2}", "{window_months: -1}", "{years: 3}"],
)
def test_a_cycle_that_cannot_be_is_refused(wrong):
    parsed = parse_referential(SMALL.replace("  levels:\n", f"  cycle: {wrong}\n  levels:\n"))

    assert parsed.value is None
    assert len(parsed.problems) == 1
