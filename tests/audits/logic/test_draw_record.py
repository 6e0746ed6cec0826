import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.logic.draw_record import DrawRecord, RecordError, redraw, to_rows
from audits.logic.population import PopulationError, read_population
from audits.logic.sampling import V1, Counted, Method, Unit, draw, fingerprint
from crcaudit.core.csvs import table
from crcaudit.core.text import clean_text

pytestmark = pytest.mark.unit


def record_of(population, *, seed="graine", size=2, method=Method.SIMPLE, chosen=()):
    taken = draw(population, seed=seed, size=size, method=method, chosen=chosen)
    return DrawRecord(
        reference="ECH-01",
        audit="AI-2026-01",
        source="Réclamations d'octobre",
        day="2026-11-03 14:32",
        by="Camille Essai",
        algorithm=V1,
        method=method,
        seed=seed,
        population=population,
        population_hash=fingerprint(population),
        taken=taken,
        findings={taken[0].position: ("Conforme", "=1+1")},
    )


def through_a_file(rows):
    """As the screen writes them and a person has them back."""
    text = table(rows).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


FILES = tuple(Unit(f"DOS-{n:02d}", "AB"[n % 2]) for n in range(9))


@given(st.text(max_size=60), st.sampled_from(Method), st.data())
def test_a_record_gives_the_same_draw_again(text, method, data):
    try:
        population = read_population(clean_text(text))
    except PopulationError:
        population = Counted(data.draw(st.integers(1, 30)))
    whole = len(population)
    size = whole if method == Method.EVERYTHING else data.draw(st.integers(1, whole))
    chosen = range(1, size + 1) if method == Method.JUDGEMENT else ()
    record = record_of(population, size=size, method=method, chosen=chosen)

    assert redraw(through_a_file(to_rows(record))) == (record.taken, True)


def test_chosen_sites_are_in_the_record():
    record = record_of(FILES, size=4, chosen=(2, 5))

    assert redraw(to_rows(record)) == (record.taken, True)


def test_names_that_look_like_formulas_come_back_as_they_were():
    population = (
        *(Unit("=1+1|x"), Unit("-12"), Unit("@a", "+b"), Unit("plain|x")),
        *(Unit("'=1+1", "\uff1d2"), Unit(r"'\|a")),
    )
    record = record_of(population, size=3)

    assert redraw(through_a_file(to_rows(record))) == (record.taken, True)


def test_another_draw_than_the_recorded_one_is_seen():
    rows = to_rows(record_of(FILES))
    by_position = {row[0]: row for row in rows[14:]}
    drawn = [row for row in by_position.values() if row[4]]
    other = next(row for row in by_position.values() if not row[4])
    other[4], drawn[0][4] = drawn[0][4], ""

    assert redraw(rows)[1] is False


def changed(rows, name, value):
    return [[name, value] if row[:1] == [name] else row for row in rows]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("algorithme", "v9", "ALGORITHM"),
        ("empreinte_sha256", "0" * 64, "OTHER_LIST"),
        ("methode", "AUTRE", "IMPOSSIBLE"),
        ("taille", "99", "IMPOSSIBLE"),
        ("taille", "²", "NO_NUMBER"),
        ("effectif", "9" * 30, "NO_NUMBER"),
        ("releve_de_tirage", "2", "NO_RECORD"),
    ],
)
def test_a_record_that_cannot_be_redone_says_why(name, value, message):
    with pytest.raises(RecordError, match=message):
        redraw(changed(to_rows(record_of(FILES)), name, value))


@pytest.mark.parametrize("rows", [[], [["a"]], [["a", "b"]] * 20])
def test_anything_else_is_no_record(rows):
    with pytest.raises(RecordError, match="NO_RECORD"):
        redraw(rows)


@pytest.mark.parametrize("cut", [12, 13])
def test_a_record_without_its_list_is_incomplete(cut):
    with pytest.raises(RecordError, match="NO_LIST"):
        redraw(to_rows(record_of(FILES))[:cut])


def test_a_changed_list_is_seen():
    record = replace(record_of(FILES), population=(*FILES[:-1], Unit("DOS-99")))

    with pytest.raises(RecordError, match="OTHER_LIST"):
        redraw(to_rows(record))
