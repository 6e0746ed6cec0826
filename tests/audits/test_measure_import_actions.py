"""Files of figures: kept once, read by a job, written whole or not at all, taken back."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import Workbook

from audits.actions import import_jobs
from audits.actions.evidence_files import orphans
from audits.actions.measure_import import (
    SameFileError,
    abandon_import,
    limits_of,
    name_columns,
    receive_file,
    remembered,
)
from audits.actions.measure_import_reading import read_file
from audits.actions.measure_import_writing import (
    RowsLeftOutError,
    apply_import,
    undo_import,
)
from audits.actions.place import place_of
from audits.importers import answers, measure_mapping
from audits.importers.call_mapping import CallMapping
from audits.importers.measure_mapping import MeasureMapping
from audits.importers.tables import UnreadableTableError
from audits.logic.periods import Grain
from audits.measure_enums import MEASURE_IMPORT_FLOW, ImportKind, MeasureImportState
from audits.models import MeasureImport, Measurement, PeriodResult
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.files import FileRefusedError
from crcaudit.core.flow import TransitionNotAllowedError
from crcaudit.core.models import JournalEntry
from engagements.models import Indicator
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import AT, day, indicator, measure, member_of

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

MEASURES = """Période;Site;Indicateur;Numérateur;Dénominateur
septembre 2026;Lyon;PEC-01;1 800;2 000
octobre 2026;Lyon;PEC-01;850;1 000
octobre 2026;Massy;PEC-01;475;500
"""
CALLS = """Date;Heure;Site;Décroché;Attente
01/10/2026;09:00:00;Lyon;oui;12
01/10/2026;09:01:00;Lyon;oui;20
02/10/2026;09:02:00;Massy;non;30
"""


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def person(organisation):
    return member_of(organisation, user__language="en")


@pytest.fixture
def level():
    return indicator()


@pytest.fixture
def places(organisation):
    names = ("Lyon", "Massy")
    sites = [SiteFactory(organisation=organisation, name=name) for name in names]
    return {site.name: place_of(organisation, site).pk for site in sites}


def upload(text, name="mesures.csv", encoding="utf-8"):
    stream = BytesIO(text if isinstance(text, bytes) else text.encode(encoding))
    stream.name = name
    return stream


@pytest.fixture
def brought(organisation, person):
    def bring(text, kind=ImportKind.MEASURES, **values):
        return receive_file(
            organisation=organisation, kind=kind, upload=upload(text, **values), by=person, at=AT
        )

    return bring


@pytest.fixture
def read(brought, places, person):
    """A file that was brought, its columns named, and read."""

    def run(text, kind=ImportKind.MEASURES, **values):
        imported = brought(text, kind, **values)
        if kind == ImportKind.CALLS:
            mapping = CallMapping.from_json({**imported.mapping, "places": places})
        else:
            kept = {name.casefold(): pk for name, pk in places.items()}
            mapping = MeasureMapping.from_json({**imported.mapping, "places": kept})
        name_columns(imported=imported, mapping=mapping, by=person, at=AT)
        read_file(import_id=imported.pk)
        imported.refresh_from_db()
        return imported

    return run


def apply(imported, person, *, without_faulty=False):
    return apply_import(imported=imported, without_faulty=without_faulty, by=person, at=AT)


def actions():
    rows = JournalEntry.objects.filter(object_type="measure_import").order_by("sequence")
    return list(rows.values_list("action", flat=True))


def test_a_french_file_is_read_then_written_when_it_is_confirmed(level, read, person):
    imported = read(MEASURES)

    assert (imported.state, imported.row_count, imported.problems) == ("READ", 3, [])
    assert not Measurement.objects.exists()

    apply(imported, person)

    rates = PeriodResult.objects.filter(grain="MONTH", starts_on=day("2026-10-01"))
    assert rates.get(place__kind="WHOLE").inputs == {"answered_in_t": "1325", "offered": "1500"}
    imported.refresh_from_db()
    assert (imported.state, imported.written, imported.proposed) == ("APPLIED", 3, [])
    assert {row.source for row in Measurement.objects.all()} == {imported}
    assert actions() == ["figures.received", "figures.queued", "figures.applied"]


def test_a_workbook_is_read_like_the_same_table(level, read):
    book, content = Workbook(), BytesIO()
    book.active.append(["Mois", "Site", "Indicateur", "Numérateur", "Dénominateur"])
    book.active.append([date(2026, 10, 1), "Lyon", "PEC-01", 850, 1000])
    book.save(content)

    imported = read(content.getvalue(), name="mesures.xlsx")

    assert imported.problems == []
    (proposal,) = imported.proposed
    assert proposal["inputs"] == {"answered_in_t": "850", "offered": "1000"}
    assert proposal["period"] == ["MONTH", "2026-10-01"]


def test_nothing_is_written_of_a_file_with_one_bad_row(level, read, person, in_english):
    imported = read(MEASURES.replace("475;500", "475;cinq cents"))

    assert imported.problems == [
        {
            "row": 4,
            "column": "Dénominateur",
            "message": "“cinq cents” is no number such as 1 234,5.",
        }
    ]
    with pytest.raises(NotAvailableError, match="correct the file"):
        apply(imported, person, without_faulty=True)
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        (("septembre 2026", "hier"), "Période", "hier"),
        ((";Massy;", ";Nantes;"), "Site", "Nantes"),
        ((";Massy;PEC-01", ";Massy;PEC-99"), "Indicateur", "PEC-99"),
        (("475;500", "475;"), "Dénominateur", "missing"),
        (("475;500", "475;NaN"), "Dénominateur", "NaN"),
        (("475;500", f"475;{'9' * 5000}"), "Dénominateur", "999"),
        (("octobre 2026;Massy", "octobre 2026;Lyon"), "Période", "Row 3"),
        (("475;500", "475;500;600"), "", "6 cells"),
        (("475;500", '=HYPERLINK("x");500'), "Numérateur", "=HYPERLINK"),
    ],
)
def test_every_problem_names_its_row_and_column(level, read, change, column, said):
    imported = read(MEASURES.replace(*change))

    assert imported.problem_count == len(imported.problems) == 1
    (problem,) = imported.problems
    assert problem["column"] == column
    assert problem["row"] in {2, 3, 4}
    assert said in problem["message"]


def test_a_wide_table_has_a_column_for_each_figure(level, read, person):
    imported = read(
        "Mois,Site,PEC-01 answered_in_t,PEC-01 offered\n2026-09,Lyon,900,1000\n2026-10,Lyon,,\n"
    )

    assert imported.problems == []
    assert [one["inputs"] for one in imported.proposed] == [
        {"answered_in_t": "900", "offered": "1000"}
    ]


def test_calls_become_measures_of_each_day_and_site(level, read, person):
    imported = read(CALLS, ImportKind.CALLS)
    codes = {one["indicator"] for one in imported.proposed}
    for code in codes - {"PEC-01"}:
        keys = next(one["inputs"] for one in imported.proposed if one["indicator"] == code)
        indicator(code, keys=tuple(keys), formula=" + ".join(keys))

    apply(imported, person)

    rows = Measurement.objects.filter(indicator=level).order_by("starts_on")
    assert [(row.starts_on, row.inputs) for row in rows] == [
        (day("2026-10-01"), {"answered_in_t": "1", "offered": "2"}),
        (day("2026-10-02"), {"answered_in_t": "0", "offered": "1"}),
    ]
    assert rows[0].convention["threshold_s"] == 15
    assert rows[0].is_exhaustive
    assert imported.facts["offered"] == 3


def test_calls_that_cannot_be_read_are_left_out_only_when_somebody_says_so(
    level, read, person, in_english
):
    imported = read(
        CALLS + "32/10/2026;09:00:00;Lyon;oui;12\n01/10/2026;09:00:00;Nice;oui;1\n",
        ImportKind.CALLS,
    )
    for one in imported.proposed:
        if one["indicator"] != "PEC-01" and not _exists(one["indicator"]):
            indicator(one["indicator"], keys=tuple(one["inputs"]), formula="1 + 1")

    with pytest.raises(RowsLeftOutError):
        apply(imported, person)
    assert not Measurement.objects.exists()

    apply(imported, person, without_faulty=True)

    assert Measurement.objects.filter(indicator=level).count() == 2
    entry = JournalEntry.objects.get(action="figures.applied")
    assert entry.after["left_out"] == 2


def _exists(code):
    return Indicator.objects.filter(code=code).exists()


def test_the_same_file_is_recognised(level, brought, read, person, in_english):
    imported = read(MEASURES)

    with pytest.raises(SameFileError, match="already received") as raised:
        brought(MEASURES)
    assert raised.value.known == imported

    apply(imported, person)
    with pytest.raises(SameFileError):
        brought(MEASURES)
    undo_import(imported=imported, by=person, at=AT)
    assert brought(MEASURES).state == "RECEIVED"


def test_the_same_file_of_another_organisation_is_none_of_ours(level, brought, person):
    brought(MEASURES)
    other = OrganisationFactory()

    found = receive_file(
        organisation=other,
        kind=ImportKind.MEASURES,
        upload=upload(MEASURES),
        by=member_of(other),
        at=AT,
    )

    assert found.organisation == other


def test_columns_are_remembered_for_the_next_file_alike(level, brought, read, organisation):
    imported = read(MEASURES)

    again = brought(MEASURES.replace("1 800", "1 700"))

    assert again.mapping == imported.mapping
    assert remembered(organisation, ImportKind.CALLS, imported.columns) is None


def test_taking_a_file_back_puts_everything_as_it_was(level, read, person, organisation):
    site = organisation.sites.get(name="Lyon")
    measure(organisation, level, day("2026-10-01"), subject=site, answered_in_t=1, offered=10)
    before = _figures()
    imported = read(MEASURES)
    apply(imported, person)
    assert _figures() != before

    undo_import(imported=imported, by=person, at=AT)

    assert _figures() == before
    imported.refresh_from_db()
    assert (imported.state, imported.replaced) == ("UNDONE", [])
    undo_import(imported=imported, by=person, at=AT)
    assert actions().count("figures.undone") == 1


def _figures():
    measures = Measurement.objects.order_by("place", "starts_on")
    results = PeriodResult.objects.order_by("place", "grain", "starts_on")
    names = ("place", "grain", "starts_on", "inputs")
    return [list(rows.values_list(*names)) for rows in (measures, results)]


def test_a_file_with_a_measure_corrected_since_stays(level, read, person, organisation, in_english):
    imported = read(MEASURES)
    apply(imported, person)
    row = Measurement.objects.filter(starts_on=day("2026-09-01")).get()
    Measurement.objects.filter(pk=row.pk).update(source=None)

    with pytest.raises(NotAvailableError, match="corrected since"):
        undo_import(imported=imported, by=person, at=AT)

    assert Measurement.objects.count() == 3


def test_a_second_click_writes_nothing_more(level, read, person):
    imported = read(MEASURES)

    apply(imported, person)
    apply(imported, person)

    assert Measurement.objects.count() == 3
    assert actions().count("figures.applied") == 1


def test_a_file_given_up_is_erased(level, brought, person, settings):
    imported = brought(MEASURES)
    assert _stored(settings) == 1

    with transaction.atomic():
        abandon_import(imported=imported, by=person, at=AT)
    abandon_import(imported=imported, by=person, at=AT)

    imported.refresh_from_db()
    assert (imported.state, imported.file_path, imported.sample) == ("ABANDONED", "", [])
    assert actions().count("figures.abandoned") == 1


def _stored(settings):
    return sum(path.is_file() for path in settings.MEDIA_ROOT.rglob("*"))


def test_what_is_written_is_not_given_up(level, read, person, in_english):
    imported = apply(read(MEASURES), person)

    with pytest.raises(NotAvailableError, match="written"):
        abandon_import(imported=imported, by=person, at=AT)


def test_a_kept_file_is_no_orphan(level, brought):
    brought(MEASURES)

    assert list(orphans(before=timezone.now() + timedelta(days=1))) == []


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("mesures.pdf", MEASURES, FileRefusedError),
        ("mesures.xlsx", MEASURES, FileRefusedError),
        ("mesures.csv", "", FileRefusedError),
        ("mesures.csv", "\0\1\2", FileRefusedError),
        ("mesures.csv", "Mois;Site\n", UnreadableTableError),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_kept(brought, settings, name, text, error):
    with pytest.raises(error):
        brought(text, name=name)

    assert not MeasureImport.objects.exists()
    assert _stored(settings) == 0


def test_a_file_that_is_gone_says_so(level, brought, places, person):
    imported = brought(MEASURES)
    mapping = MeasureMapping.from_json(imported.mapping)
    name_columns(imported=imported, mapping=mapping, by=person, at=AT)
    MeasureImport.objects.update(file_path="ailleurs/rien")

    read_file(import_id=imported.pk)

    imported.refresh_from_db()
    assert (imported.state, imported.error) == ("FAILED", "The file is gone: send it again.")
    name_columns(imported=imported, mapping=mapping, by=person, at=AT)
    assert MeasureImport.objects.get().state == "QUEUED"


@pytest.fixture
def queued(level, brought, person):
    imported = brought(MEASURES)
    mapping = MeasureMapping.from_json(imported.mapping)
    return name_columns(imported=imported, mapping=mapping, by=person, at=AT)


def test_one_worker_reads_a_file(queued):
    first = import_jobs.claim(import_id=queued.pk, at=AT)

    assert import_jobs.claim(import_id=queued.pk, at=AT) is None
    assert first.attempt == 1


def test_a_worker_that_died_is_replaced_and_may_not_end(queued):
    first = import_jobs.claim(import_id=queued.pk, at=AT)
    later = AT + import_jobs.LEASE + timedelta(seconds=1)

    assert import_jobs.sweep(at=later) == [queued.pk]
    second = import_jobs.claim(import_id=queued.pk, at=later)

    assert second.attempt == 2
    assert not import_jobs.finish(first, row_count=1)
    assert not import_jobs.renew(first, done=1, at=later)
    assert import_jobs.finish(second, row_count=1)


def test_a_file_that_stops_the_program_three_times_is_failed(queued):
    at = AT
    for _attempt in range(import_jobs.MOST_ATTEMPTS):
        import_jobs.claim(import_id=queued.pk, at=at)
        at += import_jobs.LEASE + timedelta(seconds=1)
        import_jobs.sweep(at=at)

    queued.refresh_from_db()
    assert queued.state == "FAILED"
    assert "several times" in queued.error


def test_a_file_given_up_while_it_is_read_is_not_proposed(queued, person):
    held = import_jobs.claim(import_id=queued.pk, at=AT)

    abandon_import(imported=held, by=person, at=AT)

    assert not import_jobs.finish(held, row_count=3)
    assert MeasureImport.objects.get().state == "ABANDONED"


@pytest.mark.parametrize(
    "values",
    [
        {"state": "APPLIED"},
        {"state": "UNDONE"},
        {"state": "READING"},
        {"state": "FAILED"},
        {"state": "OTHER"},
        {"kind": "OTHER"},
        {"error": "x"},
        {"lease_until": AT},
        {"file_path": ""},
        {"erased_at": AT},
        {"undone_at": AT},
    ],
)
def test_the_database_ties_states_to_dates(level, brought, values):
    brought(MEASURES)

    with pytest.raises(IntegrityError), transaction.atomic():
        MeasureImport.objects.update(**values)


@pytest.mark.parametrize(
    ("source", "step"),
    [
        (state, step)
        for state in MeasureImportState
        for step in ("apply", "undo", "abandon")
        if {"apply": "APPLIED", "undo": "UNDONE", "abandon": "ABANDONED"}[step]
        not in MEASURE_IMPORT_FLOW.targets(state)
    ],
)
def test_no_step_is_taken_from_another_state(source, step, person):
    row = MeasureImport(state=source)
    taken = {
        "apply": lambda: row.apply(written=1, replaced=[], by=person, at=AT),
        "undo": lambda: row.undo(at=AT),
        "abandon": row.abandon,
    }

    with pytest.raises(TransitionNotAllowedError):
        taken[step]()


def test_a_period_longer_than_a_month_is_kept_as_such(level, read):
    imported = read(
        "Trimestre;Site;Indicateur;Numérateur;Dénominateur\nT3 2026;Lyon;PEC-01;8;10\n".replace(
            "Trimestre", "Période"
        )
    )

    assert imported.proposed[0]["period"] == [Grain.QUARTER, "2026-07-01"]


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (ImportKind.MEASURES, measure_mapping.MOST_ROWS),
        (ImportKind.VOLUMES, measure_mapping.MOST_ROWS),
        (ImportKind.ANSWERS, answers.MOST_ROWS),
    ],
)
def test_the_gate_lets_through_as_many_rows_as_are_read(kind, rows):
    assert limits_of(kind).max_rows > rows
