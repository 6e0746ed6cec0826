import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from crcaudit.core.models import JournalEntry
from engagements.importers.mapping import MappingLine, parse_mapping
from engagements.models import RequirementMapping
from tests.factories.engagements import ReferentialFactory, published_edition

pytestmark = pytest.mark.unit

OLD, NEW = {"A", "B", "C"}, {"X", "Y", "Z"}
HEAD = "old;new;relation\n"


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def parsed(text):
    return parse_mapping(text.encode(), old=OLD, new=NEW)


def test_each_relation_is_read():
    found = parsed(HEAD + "A;X;kept\nB;Y;SPLIT\n B ; Z ;split\n;Z;new\nC;;removed\n\n")

    assert found.problems == ()
    assert found.value == (
        MappingLine("A", "X", "KEPT"),
        MappingLine("B", "Y", "SPLIT"),
        MappingLine("B", "Z", "SPLIT"),
        MappingLine("", "Z", "NEW"),
        MappingLine("C", "", "REMOVED"),
    )


def test_commas_and_the_mark_of_a_spreadsheet_are_read_too():
    assert parsed("\ufeffold,new,relation\nA,X,kept\n").value == (MappingLine("A", "X", "KEPT"),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A;X;same", "One of these is expected here: kept, reworded, merged, split, new, removed."),
        ("A;X", "Three columns are expected: old, new, relation."),
        ("Q;X;kept", 'The requirement "Q" is not in the edition.'),
        ("A;Q;kept", 'The requirement "Q" is not in the edition.'),
        ("A;;kept", "A new requirement has no old code"),
        ("A;X;new", "A new requirement has no old code"),
        ("A;X;removed", "A new requirement has no old code"),
        ("B;Y;kept", "This requirement is already mapped on another line."),
        ("B;Z;reworded", "This requirement is already mapped on another line."),
    ],
)
def test_what_is_wrong_is_said_with_its_line(line, message):
    found = parsed(f"{HEAD}B;Y;kept\n{line}\n")

    assert found.value is None
    (problem,) = found.problems
    assert problem.line == 3
    assert problem.message.startswith(message)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a;b;c\n", b"old;new\n", b'old;"'])
def test_what_is_no_such_table_is_refused(content):
    assert len(parse_mapping(content, old=OLD, new=NEW).problems) == 1


def test_a_table_without_end_is_refused():
    assert "too many lines" in parsed(HEAD + ";;\n" * 20_001).problems[0].message


@given(st.binary(max_size=200))
def test_nothing_is_raised_whatever_the_bytes(content):
    found = parse_mapping(content, old=OLD, new=NEW)

    assert (found.value is None) == bool(found.problems)


@pytest.fixture
def editions(db):
    referential = ReferentialFactory()
    return [published_edition(referential=referential, version=v) for v in ("2025", "2026 b")]


def run(tmp_path, editions, text, *options):
    path = tmp_path / "mapping.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    call_command("import_mapping", str(path), *map(str, editions), *options)


def test_the_command_replaces_what_was_there(tmp_path, editions, capsys):
    run(tmp_path, editions, "EX-1.1.1;EX-1.1.1;kept\nEX-1.1.2;;removed\n")
    run(tmp_path, editions, "EX-1.2.1;EX-1.2.2;reworded\n")

    row = RequirementMapping.objects.get()
    assert (row.old.code, row.new.code, row.relation) == ("EX-1.2.1", "EX-1.2.2", "REWORDED")
    assert (row.old_edition, row.new_edition) == tuple(editions)
    assert capsys.readouterr().out.endswith(": 1 links.\n")
    entry = JournalEntry.objects.filter(action="edition.mapped").order_by("sequence").last()
    assert (entry.after["links"], entry.after["replaced"]) == (1, 2)


def test_a_trial_run_writes_nothing(tmp_path, editions):
    run(tmp_path, editions, "EX-1.1.1;EX-1.1.1;kept\n", "--dry-run")

    assert not RequirementMapping.objects.exists()
    assert not JournalEntry.objects.filter(action="edition.mapped").exists()


def test_problems_stop_it(tmp_path, editions):
    with pytest.raises(CommandError, match="1 problem"):
        run(tmp_path, editions, "EX-9;EX-1.1.1;kept\n")


def test_two_known_editions_are_needed(tmp_path, editions):
    with pytest.raises(CommandError, match="not mapped to itself"):
        run(tmp_path, [editions[0]] * 2, "")
    with pytest.raises(CommandError, match="no edition"):
        run(tmp_path, [editions[0], "RIEN 2026"], "")
