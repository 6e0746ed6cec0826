"""A file of answers: only its counts are kept, and nothing of anybody."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import Workbook

from audits.actions.measure_import import SameFileError, name_columns
from audits.actions.measure_import_reading import read_file
from audits.actions.measure_import_writing import RowsLeftOutError, apply_import
from audits.actions.place import place_of
from audits.actions.surveys import waves
from audits.actions.surveys.answers_file import take_answers
from audits.actions.surveys.files import KEPT, forget_files, receive_answers
from audits.importers.answer_mapping import BLOT, AnswerMapping
from audits.models import AnswerCount, MeasureImport, WaveReturn
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.surveys import EFFORT, SATISFACTION, closed_wave, wave

pytestmark = [
    pytest.mark.unit,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files", "in_english"),
]
TEXT = """Site;Client;Note de satisfaction;Effort;Verbatim
Lyon;Jeanne Perdrix;5;7;Très aimable
Lyon;Paul Merle;4;;
Massy;Anne Grive;2;3;"Attente
trop longue"
Lyon;Luc Pinson;;;
"""
COLUMNS = ("place", "", "SATISFACTION", "EFFORT", "")


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation, name=name) for name in ("Lyon", "Massy")]


@pytest.fixture
def row(organisation, sites):
    return wave(organisation, questions=(SATISFACTION, EFFORT), subjects=sites)


def sent(row, text=TEXT, name="reponses.csv"):
    stream = BytesIO(text if isinstance(text, bytes) else text.encode())
    stream.name = name
    return receive_answers(wave=row, upload=stream, by=row.recorded_by, at=timezone.now())


def read(imported, sites, columns=COLUMNS, **values):
    places = {site.name.casefold(): place_of(site.organisation, site).pk for site in sites}
    mapping = AnswerMapping(**({"columns": columns, "places": places} | values))
    name_columns(imported=imported, mapping=mapping, by=imported.received_by, at=timezone.now())
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


def take(imported, **values):
    told = {"without_unplaced": False, "by": imported.received_by, "at": timezone.now()}
    return take_answers(imported=imported, **(told | values))


def counted(row, site, question):
    found = AnswerCount.objects.filter(
        place_return__wave=row, place_return__place__site=site, question=question
    )
    return {one.mark: one.count for one in found if one.count}


def test_answers_are_counted_by_place_question_and_mark(row, sites):
    imported = take(read(sent(row), sites))

    assert counted(row, sites[0], "SATISFACTION") == {5: 1, 4: 1}
    assert counted(row, sites[0], "EFFORT") == {7: 1}
    assert counted(row, sites[1], "SATISFACTION") == {2: 1}
    answered = WaveReturn.objects.order_by("place__site__name").values_list("answered", flat=True)
    assert list(answered) == [2, 1]  # an empty row is nobody's answer
    assert (imported.state, imported.written) == ("APPLIED", 3)


def test_nobody_and_nothing_that_was_written_is_kept(row, sites):
    imported = sent(row)
    kept = str(imported.sample)
    assert BLOT in kept
    take(read(imported, sites))

    imported.refresh_from_db()
    stored = [str(one) for one in MeasureImport.objects.values()]
    stored += [f"{one.before}{one.after}" for one in JournalEntry.objects.all()]
    for text in ("Perdrix", "aimable", "Attente", "Merle"):
        assert text not in kept
        assert not [one for one in stored if text in one]
    assert (imported.file_path, imported.sample, imported.facts) == ("", [], {})


def test_the_same_file_twice_is_recognised(organisation, row, sites):
    take(read(sent(row), sites))
    other = wave(organisation, questions=(SATISFACTION,), subjects=sites)

    with pytest.raises(SameFileError):
        sent(other)


def test_a_withdrawn_wave_gives_its_file_back(organisation, row, sites):
    take(read(sent(row), sites))
    row.refresh_from_db()
    waves.withdraw_wave(wave=row, reason="Mauvais mois", by=row.recorded_by, at=timezone.now())
    other = wave(organisation, questions=(SATISFACTION,), subjects=sites)

    assert sent(other).state == "RECEIVED"


def test_a_mark_off_its_scale_is_told_by_row_and_never_quoted(row, sites):
    imported = read(sent(row, TEXT + "Lyon;Zoé Roitelet;secret;9;\n"), sites)

    assert [(one["row"], one["column"]) for one in imported.problems] == [
        (6, "Effort"),
        (6, "Note de satisfaction"),
    ]
    assert "secret" not in str(imported.problems)
    with pytest.raises(NotAvailableError):
        take(imported)
    assert not AnswerCount.objects.exists()


def test_answers_of_no_place_of_the_wave_are_left_out_only_when_somebody_says_so(row, sites):
    imported = read(sent(row, TEXT + "Nantes;Eve Bruant;5;5;\n"), sites)
    assert imported.facts["unplaced"] == {"Nantes": 1}

    with pytest.raises(RowsLeftOutError):
        take(imported)
    take(imported, without_unplaced=True)

    assert JournalEntry.objects.get(action="survey.imported").after["left_out"] == 1


def test_a_workbook_is_read_as_well(organisation, sites):
    row = wave(organisation, subjects=(sites[0],))
    book = Workbook()
    for line in (["Note"], [5], [4.0], ["3"]):
        book.active.append(line)
    stream = BytesIO()
    book.save(stream)
    imported = sent(row, stream.getvalue(), "reponses.xlsx")
    place = place_of(organisation, sites[0]).pk

    take(read(imported, [], columns=("SATISFACTION",), place=place))

    assert counted(row, sites[0], "SATISFACTION") == {5: 1, 4: 1, 3: 1}


def test_columns_are_remembered_for_the_next_file(organisation, row, sites):
    take(read(sent(row), sites))
    other = wave(organisation, questions=(SATISFACTION,), subjects=sites)

    assert tuple(sent(other, TEXT + "\n").mapping["columns"]) == COLUMNS


def test_a_second_file_gives_way_to_the_first(row):
    first = sent(row)
    second = sent(row, TEXT + "Lyon;;5;5;\n")

    first.refresh_from_db()
    row.refresh_from_db()
    assert (first.state, row.file) == ("ABANDONED", second)
    with pytest.raises(NotAvailableError):
        take(first)


def test_more_answers_than_people_asked_are_refused(row, sites):
    WaveReturn.objects.filter(place__site=sites[0]).update(invited=1)

    with pytest.raises(UserError, match="more people answered"):
        take(read(sent(row), sites))
    assert not AnswerCount.objects.exists()


def test_a_closed_wave_takes_no_file(organisation):
    with pytest.raises(NotAvailableError):
        sent(closed_wave(organisation))


def test_a_file_of_answers_is_no_file_of_measures(row, sites):
    imported = read(sent(row), sites)

    with pytest.raises(NotAvailableError):
        apply_import(imported=imported, without_faulty=True, by=row.recorded_by, at=timezone.now())


def test_a_file_that_nobody_takes_is_erased(row, sites):
    imported = read(sent(row), sites)
    soon = imported.received_at + KEPT - timedelta(hours=1)

    assert forget_files(at=soon) == 0
    assert forget_files(at=soon + timedelta(hours=2)) == 1
    imported.refresh_from_db()
    assert (imported.state, imported.file_path, imported.proposed) == ("ABANDONED", "", [])
