"""Measures: written together or not at all; results always in step with them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.actions.results import rebuild_results, written
from audits.logic.indicators import Unpooled
from audits.logic.periods import Grain, period_of
from audits.models import Measurement, PeriodResult
from crcaudit.core.exceptions import EditConflictError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import AT, day, indicator, measure, member_of

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def level():
    return indicator()


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation) for _ in range(2)]


def result(row, grain, start, place=None):
    rows = PeriodResult.objects.filter(indicator=row, grain=grain, starts_on=day(start))
    return rows.get(place=place) if place else rows.get(place__kind="WHOLE")


def stored():
    rows = PeriodResult.objects.order_by("indicator", "place", "grain", "starts_on")
    names = ("indicator", "place", "grain", "starts_on", "inputs", "value", "count", "unpooled")
    return list(rows.values_list(*names))


def test_a_measure_gives_every_longer_period_and_the_whole(organisation, level, sites):
    measure(organisation, level, day("2026-10-15"), subject=sites[0], answered_in_t=90, offered=100)

    found = result(level, "MONTH", "2026-10-01")
    assert (found.value, found.inputs, found.count) == (
        90.0,
        {"answered_in_t": "90", "offered": "100"},
        1,
    )
    grains = PeriodResult.objects.filter(place__kind="WHOLE").values_list("grain", flat=True)
    assert sorted(grains) == ["HALF", "MONTH", "QUARTER", "YEAR"]


def test_sites_are_summed_never_averaged(organisation, level, sites):
    figures = [(10, 10), (450, 990)]
    for site, (ok, offered) in zip(sites, figures, strict=True):
        measure(
            organisation, level, day("2026-10-01"), subject=site, answered_in_t=ok, offered=offered
        )

    assert result(level, "MONTH", "2026-10-01").value == 46.0


def test_days_make_a_month_and_a_measure_of_the_month_comes_before_them(organisation, level, sites):
    site = sites[0]
    for text, ok in (("2026-10-01", 1), ("2026-10-02", 3)):
        measure(
            organisation,
            level,
            day(text),
            subject=site,
            grain=Grain.DAY,
            answered_in_t=ok,
            offered=4,
        )
    place = place_of(organisation, site)

    assert result(level, "MONTH", "2026-10-01", place).inputs == {
        "answered_in_t": "4",
        "offered": "8",
    }

    measure(organisation, level, day("2026-10-01"), subject=site, answered_in_t=9, offered=10)

    assert result(level, "MONTH", "2026-10-01", place).value == 90.0
    assert result(level, "DAY", "2026-10-02", place).value == 75.0


def test_what_was_measured_for_the_whole_comes_before_its_places(organisation, level, sites):
    measure(organisation, level, day("2026-10-01"), subject=sites[0], answered_in_t=1, offered=10)
    measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10)

    assert result(level, "MONTH", "2026-10-01").value == 90.0


def test_places_counted_differently_have_no_common_figure(organisation, level, sites):
    for site, threshold in zip(sites, (15, 20), strict=True):
        measure(
            organisation,
            level,
            day("2026-10-01"),
            subject=site,
            answered_in_t=9,
            offered=10,
            convention={"threshold_s": threshold, "time_zone": f"Zone/{threshold}"},
        )

    found = result(level, "MONTH", "2026-10-01")
    assert (found.value, found.inputs, found.unpooled) == (None, {}, Unpooled.CONVENTIONS)


def test_the_time_zone_alone_keeps_nothing_apart(organisation, level, sites):
    for site, zone in zip(sites, ("Europe/Paris", "Africa/Tunis"), strict=True):
        measure(
            organisation,
            level,
            day("2026-10-01"),
            subject=site,
            answered_in_t=9,
            offered=10,
            convention={"time_zone": zone},
        )

    assert result(level, "MONTH", "2026-10-01").value == 90.0


def test_a_measure_taken_away_takes_its_results_with_it(organisation, level):
    measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10)
    row = Measurement.objects.get()
    entry = Entry(
        indicator=level,
        place=row.place,
        period=row.period,
        inputs={},
        version=row.version,
    )

    record_measures(organisation=organisation, entries=[entry], by=member_of(organisation), at=AT)

    assert not Measurement.objects.exists()
    assert not PeriodResult.objects.exists()
    kept = JournalEntry.objects.get(action="measurement.removed")
    assert kept.before["inputs"] == {"answered_in_t": "9", "offered": "10"}


def entry_of(row, version, **inputs):
    return Entry(
        indicator=row.indicator,
        place=row.place,
        period=row.period,
        inputs={key: Decimal(value) for key, value in inputs.items()},
        version=version,
    )


def test_a_correction_keeps_what_stood_before(organisation, level):
    measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10)
    row = Measurement.objects.get()

    record_measures(
        organisation=organisation,
        entries=[entry_of(row, 1, answered_in_t=8, offered=10)],
        by=member_of(organisation),
        at=AT,
    )

    row.refresh_from_db()
    assert (row.version, row.inputs["answered_in_t"]) == (2, "8")
    assert result(level, "MONTH", "2026-10-01").value == 80.0
    kept = JournalEntry.objects.get(action="measurement.corrected")
    assert (kept.before["inputs"]["answered_in_t"], kept.after["inputs"]["answered_in_t"]) == (
        "9",
        "8",
    )


def test_a_conflict_writes_nothing_of_the_sheet(organisation, level):
    other = indicator("ACC-01")
    measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10)
    row = Measurement.objects.get()
    entries = [
        entry_of(row, None, answered_in_t=1, offered=10),
        Entry(
            indicator=other,
            place=row.place,
            period=row.period,
            inputs={"answered_in_t": Decimal(1), "offered": Decimal(2)},
        ),
    ]

    with pytest.raises(EditConflictError) as raised:
        record_measures(
            organisation=organisation, entries=entries, by=member_of(organisation), at=AT
        )

    assert raised.value.current == {0: row}
    assert Measurement.objects.get().inputs["answered_in_t"] == "9"


def test_the_same_sheet_sent_twice_changes_nothing(organisation, level):
    assert measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10) == 1
    assert measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered="10.0") == 0

    assert JournalEntry.objects.filter(object_type="measurement").count() == 1


def test_a_period_to_come_and_a_missing_figure_are_refused(organisation, level, in_english):
    with pytest.raises(UserError, match="not begun"):
        measure(organisation, level, day("2026-12-01"), answered_in_t=9, offered=10, at=AT)
    with pytest.raises(UserError, match="every figure"):
        measure(organisation, level, day("2026-10-01"), answered_in_t=9)

    assert not Measurement.objects.exists()


def test_the_database_keeps_one_measure_of_a_period(organisation, level):
    measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10)
    row = Measurement.objects.get()
    row.pk, row.key = None, "0e3a8a52-6f0f-4d2d-9a55-3d9a7f5f7a11"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_another_organisation_is_left_alone(organisation, level):
    other = OrganisationFactory()
    measure(other, level, day("2026-10-01"), answered_in_t=1, offered=10)
    before = stored()

    measure(organisation, level, day("2026-10-01"), answered_in_t=9, offered=10)

    assert [row for row in stored() if row in before] == before


STEPS = st.lists(
    st.tuples(
        st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.YEAR]),
        st.dates(date(2025, 12, 25), date(2026, 2, 5)),
        st.integers(0, 2),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25)
@given(STEPS)
def test_results_kept_in_step_are_those_computed_from_nothing(steps):
    with transaction.atomic():
        organisation = OrganisationFactory()
        level = indicator(f"I-{organisation.pk}")
        subjects = [None, *(SiteFactory(organisation=organisation) for _ in range(2))]
        person = member_of(organisation)
        for grain, start, place, ok in steps:
            known = Measurement.objects.filter(
                place=place_of(organisation, subjects[place]),
                grain=grain,
                starts_on=period_of(start, grain).start,
            ).first()
            entry = Entry(
                indicator=level,
                place=place_of(organisation, subjects[place]),
                period=period_of(start, grain),
                inputs={} if not ok else {"answered_in_t": Decimal(ok), "offered": Decimal(20)},
                version=known.version if known else None,
            )
            record_measures(organisation=organisation, entries=[entry], by=person, at=AT)
        kept = stored()

        rebuild_results(organisation)

        assert stored() == kept
        transaction.set_rollback(True)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_sums_are_written_exactly(value):
    assert Fraction(written(Fraction(value))) == Fraction(value)
