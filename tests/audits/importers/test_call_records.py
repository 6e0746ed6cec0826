from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from audits.importers.call_mapping import (
    CallMapping,
    Convention,
    Denominator,
    Duration,
    Role,
    guessed,
)
from audits.importers.call_measures import proposals
from audits.importers.call_records import read_calls
from audits.importers.tables import UnreadableTableError, pieces, read_head
from audits.logic.periods import Grain
from engagements.logic.formula import evaluate
from scripts.call_records import SITES, write
from tests.audits.importers.calls import independently

pytestmark = [pytest.mark.unit, pytest.mark.any_database, pytest.mark.usefixtures("in_english")]
PLACES = {site: number for number, site in enumerate(SITES, start=1)}
FORMULAS = {
    "ACC-01": "100 * answered / offered",
    "PEC-01": "100 * answered_in_t / offered",
    "PEC-02": "wait_total / answered",
    "PEC-03": "100 * (abandoned - short_abandoned) / (offered - short_abandoned)",
    "PEC-05": "p95_wait",
    "TRT-02": "talk_total / handled",
    "TRT-03": "(talk_total + hold_total + wrap_total) / handled",
    "TRT-04": "wrap_total / handled",
    "SAT-01": "100 * satisfied / respondents",
}
TITLES = "Date;Heure;Site;Décroché;Attente;Conversation;Mise en attente;Post-appel;Note"
CALL = "03/11/2026;09:00:00;Lyon;oui;12;180;0;30;5"


@pytest.fixture
def made(tmp_path):
    """A file of call records of ``rows`` calls."""

    def make(rows, seed=7):
        path = tmp_path / f"appels-{rows}-{seed}.csv"
        with path.open("w", encoding="utf-8", newline="") as target:
            write(target, rows, seed=seed)
        return path

    return make


@pytest.fixture
def typed(tmp_path):
    """What `read_calls` finds in some rows, with the mapping that it guesses unless said."""

    def read(*rows, titles=TITLES, encoding="utf-8", separator="\n", **changes):
        path = tmp_path / "appels.csv"
        text = separator.join([titles, *rows, ""])
        path.write_bytes(text.encode(encoding))
        head = read_head(path, encoding=encoding)
        mapping = replace(guessed(head.columns, head.sample), places=PLACES)
        mapping = replace(mapping, grain=Grain.DAY, **changes)
        return read_calls(path, head.form, mapping, titles=head.columns), mapping

    return read


def values(read, mapping):
    found = {}
    for proposal in proposals(read.totals, mapping):
        inputs = {key: Fraction(value) for key, value in proposal.inputs.items()}
        site = next(site for site, place in PLACES.items() if place == proposal.place)
        value = evaluate(FORMULAS[proposal.indicator], inputs)
        found[proposal.indicator, site, proposal.period.start] = value
    return found


def _checked(path, grain):
    head = read_head(path, encoding="utf-8")
    mapping = replace(guessed(head.columns, head.sample), places=PLACES, grain=grain)
    read = read_calls(path, head.form, mapping, titles=head.columns)
    return read, values(read, mapping), independently(path, grain=grain)


@pytest.mark.parametrize("grain", [Grain.DAY, Grain.WEEK, Grain.MONTH])
def test_every_indicator_equals_an_independent_computation(made, grain):
    read, found, expected = _checked(made(20_000), grain)

    assert found == expected
    assert {code for code, _site, _day in found} == set(FORMULAS)
    assert (read.rows, read.problem_count, read.unplaced) == (20_000, 0, {})
    assert (read.first_day, read.last_day) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.long
def test_half_a_million_calls_equal_an_independent_computation(made):
    read, found, expected = _checked(made(500_000), Grain.DAY)

    assert found == expected
    assert len(read.totals) == 365 * 3


def test_the_made_up_year_has_both_nights_of_the_clocks(made):
    path = made(20_000)
    hours = {
        (row.split(";")[0], row.split(";")[1][:2])
        for row in path.read_text(encoding="utf-8").splitlines()
    }

    assert {("29/03/2026", "01"), ("29/03/2026", "03"), ("25/10/2026", "02")} <= hours
    assert ("29/03/2026", "02") not in hours


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", ["\n", "\r\n"])
def test_every_encoding_and_line_end_reads_the_same(typed, encoding, separator):
    read, mapping = typed(CALL, CALL, encoding=encoding, separator=separator)

    assert read.rows == 2
    assert values(read, mapping)["PEC-02", "Lyon", date(2026, 11, 3)] == 12


def test_a_comma_separates_as_a_semicolon_does(typed):
    read, mapping = typed(CALL.replace(";", ","), titles=TITLES.replace(";", ","))

    assert values(read, mapping)["ACC-01", "Lyon", date(2026, 11, 3)] == 100


@pytest.mark.parametrize(
    ("text", "kind", "seconds"),
    [
        ("12", Duration.SECONDS, 12),
        ("12,5", Duration.COMMA, Fraction(25, 2)),
        ("12.25", Duration.POINT, Fraction(49, 4)),
        ("0:12", Duration.CLOCK, 12),
        ("1:00:12", Duration.CLOCK, 3612),
    ],
)
def test_durations_are_exact_however_they_are_written(typed, text, kind, seconds):
    row = f"03/11/2026;09:00:00;Lyon;oui;{text};{text};{text};{text};"

    read, mapping = typed(row, durations=kind)

    assert mapping.durations is kind
    assert values(read, mapping)["PEC-02", "Lyon", date(2026, 11, 3)] == seconds
    assert values(read, mapping)["TRT-03", "Lyon", date(2026, 11, 3)] == 3 * seconds


def test_in_less_than_t_is_strict_and_at_most_t_is_not(typed):
    rows = [CALL.replace(";12;", f";{wait};") for wait in (14, 15, 16)]
    strict, mapping = typed(*rows, convention=Convention(threshold_s=15))
    loose, loose_mapping = typed(*rows, convention=Convention(threshold_s=15, is_strict=False))
    key = ("PEC-01", "Lyon", date(2026, 11, 3))

    assert values(strict, mapping)[key] == Fraction(100, 3)
    assert values(loose, loose_mapping)[key] == Fraction(200, 3)


@pytest.mark.parametrize(
    ("denominator", "rate"),
    [
        (Denominator.OFFERED, Fraction(100, 4)),
        (Denominator.ANSWERED, Fraction(100, 1)),
        (Denominator.WITHOUT_SHORT, Fraction(100, 2)),
    ],
)
def test_the_denominator_of_the_service_level_is_a_convention(typed, denominator, rate):
    lost = "03/11/2026;09:00:00;Lyon;non;{wait};;;;"
    rows = [CALL, *(lost.format(wait=wait) for wait in (4, 4, 5))]

    read, mapping = typed(*rows, convention=Convention(denominator=denominator))

    level = next(p for p in proposals(read.totals, mapping) if p.indicator == "PEC-01")
    short = {"short_abandon_s": 5} if denominator is Denominator.WITHOUT_SHORT else {}
    assert level.convention == {
        "threshold_s": 15,
        "is_strict": True,
        "denominator": denominator.value,
        "time_zone": "Europe/Paris",
        **short,
    }
    assert values(read, mapping)["PEC-01", "Lyon", date(2026, 11, 3)] == rate


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("32/11/2026;09:00:00;Lyon;oui;12;180;0;30;5", "Date", "32/11/2026"),
        ("03/11/2026;25:00:00;Lyon;oui;12;180;0;30;5", "Heure", "25:00:00"),
        ("29/03/2026;02:30:00;Lyon;oui;12;180;0;30;5", "Heure", "02:30:00"),
        ("03/11/2026;09:00:00;;oui;12;180;0;30;5", "Site", ""),
        ("03/11/2026;09:00:00;Lyon;peut-être;12;180;0;30;5", "Décroché", "peut-être"),
        ("03/11/2026;09:00:00;Lyon;oui;;180;0;30;5", "Attente", ""),
        ("03/11/2026;09:00:00;Lyon;oui;-1;180;0;30;5", "Attente", "-1"),
        ("03/11/2026;09:00:00;Lyon;oui;12;abc;0;30;5", "Conversation", "abc"),
        ("03/11/2026;09:00:00;Lyon;oui;12;180;;30;5", "Mise en attente", ""),
        ("03/11/2026;09:00:00;Lyon;oui;12;180;0;30;9", "Note", "9"),
        ("03/11/2026;09:00:00;Lyon;oui;12;180;0;NaN;5", "Post-appel", "NaN"),
        ("03/11/2026;09:00:00;Lyon;oui;12;180;0;30;5;trop", "Date", "10"),
    ],
)
def test_what_cannot_be_read_is_listed_with_its_row_and_left_out(typed, row, column, said):
    read, mapping = typed(CALL, row, CALL)

    (problem,) = read.problems
    assert (problem.row, problem.column) == (3, column)
    assert said in problem.message
    assert read.problem_count == 1
    assert values(read, mapping)["ACC-01", "Lyon", date(2026, 11, 3)] == 100
    assert sum(total.offered for total in read.totals) == 2


def test_the_hour_that_comes_twice_is_read(typed):
    read, _mapping = typed("25/10/2026;02:30:00;Lyon;oui;12;180;0;30;5")

    assert read.problem_count == 0


def test_a_call_nobody_took_has_no_talk_and_no_fault(typed):
    read, mapping = typed(CALL, "03/11/2026;09:00:00;Lyon;non;40;;;;")

    assert read.problem_count == 0
    assert values(read, mapping)["TRT-02", "Lyon", date(2026, 11, 3)] == 180


def test_an_empty_duration_counts_as_none_where_people_said_so(typed):
    read, mapping = typed(
        CALL, CALL.replace(";180;0;", ";180;;"), convention=Convention(empty_is_zero=True)
    )

    assert read.problem_count == 0
    assert values(read, mapping)["TRT-03", "Lyon", date(2026, 11, 3)] == 210


def test_calls_of_a_site_that_no_place_stands_for_are_counted_apart(typed):
    read, mapping = typed(CALL, CALL.replace("Lyon", "Nantes"), CALL.replace("Lyon", "Nantes"))

    assert read.unplaced == {"Nantes": 2}
    assert values(read, mapping)["ACC-01", "Lyon", date(2026, 11, 3)] == 100
    assert sum(total.offered for total in read.totals) == 1


def test_moments_with_an_offset_fall_on_the_day_of_the_time_zone(typed):
    read, _mapping = typed(
        "2026-11-02T23:30:00+0000;Lyon;oui;1",
        "2026-07-02T22:30:00+0000;Lyon;oui;1",
        titles="Horodatage;Site;Décroché;Attente",
    )

    assert sorted(total.period for total in read.totals) == [date(2026, 7, 3), date(2026, 11, 3)]


def test_a_call_is_answered_when_somebody_talked_where_no_column_says_it(typed):
    read, mapping = typed(
        "03/11/2026;Lyon;12;60",
        "03/11/2026;Lyon;30;0",
        titles="Date;Site;Attente;Conversation",
    )

    assert Role.ANSWERED not in mapping.columns
    assert values(read, mapping)["ACC-01", "Lyon", date(2026, 11, 3)] == 50


def test_a_file_of_one_site_needs_no_column_for_it(typed):
    read, mapping = typed("03/11/2026;oui;12", titles="Date;Décroché;Attente", place=2)

    assert values(read, mapping)["ACC-01", "Massy", date(2026, 11, 3)] == 100


def test_a_quoted_cell_may_hold_separators_and_line_ends(typed):
    read, _mapping = typed(
        '03/11/2026;Lyon;oui;12;"une;\nremarque"',
        '03/11/2026;Lyon;oui;zut;"x"',
        titles="Date;Site;Décroché;Attente;Remarque",
    )

    assert sum(total.offered for total in read.totals) == 1
    assert [problem.row for problem in read.problems] == [3]


def test_pieces_are_cut_between_rows_only(made, monkeypatch):
    path = made(500)
    whole = path.read_bytes()
    monkeypatch.setattr("audits.importers.tables.PIECE", 1000)

    cut = list(pieces(path, read_head(path, encoding="utf-8").form))

    assert b"".join(piece.content for piece in cut) == whole
    assert all(piece.content.endswith(b"\n") for piece in cut)
    assert [piece.is_first for piece in cut] == [True] + [False] * (len(cut) - 1)
    assert cut[-1].done == len(whole)


def test_small_pieces_count_the_same(made, monkeypatch):
    path = made(3000)
    monkeypatch.setattr("audits.importers.tables.PIECE", 1000)
    monkeypatch.setattr("audits.importers.call_records.MERGED_FROM", 500)

    _read, found, expected = _checked(path, Grain.WEEK)

    assert found == expected


def test_a_quotation_mark_that_is_never_closed_is_said(tmp_path, monkeypatch):
    path = tmp_path / "appels.csv"
    path.write_text(f'{TITLES}\n"{CALL}\n' + f"{CALL}\n" * 200, encoding="utf-8")
    monkeypatch.setattr("audits.importers.tables.PIECE", 1000)

    with pytest.raises(UnreadableTableError, match="never closed"):
        list(pieces(path, read_head(path, encoding="utf-8").form))


@pytest.mark.parametrize("text", ["Date;Heure\n", "", "\n\n", ";;\n1;2;3\n"])
def test_a_file_without_rows_or_titles_is_said(tmp_path, text):
    path = tmp_path / "vide.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UnreadableTableError, match="no row"):
        read_head(path, encoding="utf-8")


def test_a_mapping_is_the_same_after_it_was_kept(typed):
    _read, mapping = typed(CALL)

    assert CallMapping.from_json(mapping.to_json()) == mapping
