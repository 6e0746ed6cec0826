"""Files that should not even be read: hostile, broken, or something else altogether."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagements.importers import limits
from engagements.importers.indicators import parse_catalogue
from engagements.importers.yaml_library import parse_referential

pytestmark = pytest.mark.unit


def problems(content):
    return [(item.line, item.message) for item in parse_referential(content).problems]


@pytest.mark.parametrize("content", [b"", b"  \n", b"# only a comment\n", "\ufeff"])
def test_an_empty_file_says_so(content):
    assert problems(content) == [(None, "The file is empty.")]


def test_another_encoding_is_named_at_its_line():
    content = "schema: referential/1\ncode: A\ntitle_fr: Référentiel\n".encode("latin-1")

    assert problems(content) == [(3, "The file is not in UTF-8: save it in this encoding.")]


def test_a_lone_surrogate_given_as_text_is_refused():
    assert problems("code: \ud800") == [(1, "The file is not in UTF-8: save it in this encoding.")]


def test_the_size_is_limited():
    assert problems(b"a" * (limits.MAX_BYTES + 1)) == [(None, "The file is larger than 5 MB.")]


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1b", "\x7f", "\ufffe"])
def test_each_line_with_control_characters_is_named(letter):
    text = f"schema: referential/1\ncode: A{letter}\nversion: B\ntitle_fr: C{letter}\n"

    message = "This line holds control characters: remove them."
    assert problems(text) == [(2, message), (4, message)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code: 'open\n", 2),
        ("a: 1\n b: 2\n", 2),
        ("code: [1, 2\n", 2),
        ("a: b: c\n", 1),
        ("\tcode: A\n", 1),
        ("a: 1\n%YAML 9.9\n", 2),
    ],
)
def test_broken_yaml_is_named_at_its_line(text, line):
    assert problems(text) == [
        (
            line,
            "The file cannot be read from this line on: check its indentation, quotes and colons.",
        )
    ]


def test_aliases_are_refused_before_they_unfold():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}, *{before}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )

    found = problems(bomb)

    assert {message for _line, message in found} == {
        "Anchors (&) and aliases (*) are not allowed: repeat the text."
    }
    assert {line for line, _message in found} == set(range(1, 10))


def test_an_alias_to_itself_is_refused():
    assert len(problems("a: &a [*a]\n")) == 2


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!binary", "!own", "!!str"])
def test_tags_are_refused(tag):
    assert problems(f"code: {tag} [x]\n") == [(1, "Tags (!) are not allowed: remove this one.")]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 50_000,
        "\n".join("  " * depth + "a:" for depth in range(500)),
        "- x\n" * (limits.MAX_NODES + 1),
    ],
    ids=["brackets", "braces", "indentation", "nodes"],
)
def test_depth_and_number_of_nodes_are_limited(text):
    assert [message for _line, message in problems(text)] == [
        "The file is too deep or too long from this line on."
    ]


def test_only_one_document_is_read():
    assert problems("code: A\n---\ncode: B\n") == [
        (2, "Only one document is expected: remove what follows ---.")
    ]


@pytest.mark.parametrize("text", ["just words", "- a\n- b\n", "42", "null\n"])
def test_something_else_than_a_block_of_keys_is_refused(text):
    assert "A block of keys is expected here." in [message for _line, message in problems(text)]


@pytest.mark.parametrize("key", ["1: a", "[a]: b", "null: c", "<<: {a: b}", "true: d"])
def test_a_key_must_be_a_word(key):
    assert (1, "A key must be a word.") in problems(key)


def test_a_file_full_of_problems_is_cut_short_with_a_word_about_the_rest():
    text = "schema: referential/1\n" + "".join(f"k{number}: x\n" for number in range(3000))

    found = problems(text)

    assert len(found) == limits.MAX_PROBLEMS + 1
    assert found[-1] == (None, "There are more problems: correct these first.")


def test_a_very_long_value_is_quoted_short():
    text = "schema: referential/1\ncode: " + "A " * 10 + "\n" + "k" * 900 + ": x\n"

    assert max(len(message) for _line, message in problems(text)) < 200


SPLINTERS = ["[", "]", "{", "}", ":", "- ", "\n", "'", '"', "&a", "*a", "!!int", "|", ">", "%"]
SPLINTERS += ["\t", "~", "true", ".nan", "9" * 30, "\u2028", "é", "#", "?", "\x00", "---\n"]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    name=st.sampled_from(["iso18295-2", "sfr-2004"]),
    changes=st.integers(1, 8),
)
def test_no_mutation_of_a_file_ever_raises(shipped, seed, name, changes):
    chance = random.Random(seed)
    text = shipped(f"referentials/{name}.yaml").decode()
    for _change in range(changes):
        at = chance.randrange(len(text))
        kept = at + chance.choice([0, 0, 1, 5, 40])
        text = text[:at] + chance.choice(SPLINTERS) + text[kept:]

    parsed = parse_referential(text)

    assert (parsed.value is None) is bool(parsed.problems)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), lines=st.integers(1, 30))
def test_no_loss_or_move_of_lines_ever_raises(shipped, seed, lines):
    chance = random.Random(seed)
    rows = shipped("indicators.yaml").decode().splitlines()[:600]
    for _change in range(lines):
        row = rows.pop(chance.randrange(len(rows)))
        if chance.random() < 0.5:
            rows.insert(chance.randrange(len(rows)), " " * chance.randrange(4) + row)

    parsed = parse_catalogue("\n".join(rows))

    assert (parsed.value is None) is bool(parsed.problems)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_no_content_at_all_ever_raises(content):
    for parse in (parse_referential, parse_catalogue):
        parsed = parse(content)
        assert parsed.value is None
        assert parsed.problems
