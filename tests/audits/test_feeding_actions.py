"""Measures that the product counts: written once, corrected, set aside, never over a typed one."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from audits.actions import feeding
from audits.actions.controls.results import ResultFields, record_result
from audits.actions.listening import erasing, plan, sessions
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.logic.periods import Grain, Period, period_of
from audits.measure_enums import MeasureOrigin, TargetKind
from audits.models import ControlOccurrence, Measurement, PeriodResult, SetAsideCount
from crcaudit.core.models import JournalEntry
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import SiteFactory
from tests.factories.controls import controlled_file, line_fields, plan_in_force
from tests.factories.figures import indicator, measure, want
from tests.factories.listening import (
    conclude,
    grade,
    graders,
    heard,
    made,
    opened_round,
    planned_campaign,
    site_of,
    used_grid,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

MARCH = date(2026, 3, 1)
BEFORE = datetime(2026, 1, 5, 9, tzinfo=PARIS)
AFTER = datetime(2026, 4, 20, 9, tzinfo=PARIS)
MONTH = Period(Grain.MONTH, MARCH)
SHARE = {"formula": "100 * compliant / evaluated", "keys": ("compliant", "evaluated")}
SCORE = {
    "formula": "score_total / evaluated",
    "keys": ("score_total", "evaluated"),
    "statistic": "mean",
    "unit": "/100",
}


@pytest.fixture
def grid():
    return used_grid()


@pytest.fixture
def greeting(grid):
    row = indicator("PEC-12", **SHARE)
    want(grid.organisation, row, 90, at=BEFORE)
    return row


def feed(organisation, *, months=(MONTH,), at=AFTER):
    return feeding.feed(organisation, months=months, at=at)


def figures(row):
    return [
        (str(one.place), one.origin, one.inputs, one.is_exhaustive, one.recorded_by)
        for one in Measurement.objects.filter(indicator=row).order_by("place__site__name")
    ]


def test_what_was_heard_in_a_month_that_is_over_is_a_measure_of_each_site(grid, greeting):
    lyon = site_of(grid.organisation)
    massy = SiteFactory(organisation=grid.organisation, name="Zed")
    heard(grid, heard_on=date(2026, 3, 4))
    heard(grid, "NOT_COMPLIANT", heard_on=date(2026, 3, 5))
    heard(grid, heard_on=date(2026, 3, 6), site=massy)
    heard(grid, heard_on=date(2026, 2, 27))
    Measurement.objects.all().delete()

    assert feed(grid.organisation).written == 2

    assert figures(greeting) == [
        (lyon.name, "LISTENING", {"compliant": "1", "evaluated": "2"}, False, None),
        ("Zed", "LISTENING", {"compliant": "1", "evaluated": "1"}, False, None),
    ]
    whole = PeriodResult.objects.get(
        indicator=greeting, place__kind="WHOLE", starts_on=MARCH, grain="MONTH"
    )
    assert whole.inputs == {"compliant": "2", "evaluated": "3"}
    trace = JournalEntry.objects.filter(action="measurement.recorded").last()
    assert (trace.actor, trace.after["convention"]) == ("", {"counted_from": "LISTENING"})


def test_asked_twice_it_does_no_more(grid, greeting):
    heard(grid, heard_on=date(2026, 3, 4))
    feed(grid.organisation)
    before = list(Measurement.objects.values()), JournalEntry.objects.count()

    assert feed(grid.organisation).written == 0

    assert (list(Measurement.objects.values()), JournalEntry.objects.count()) == before


def test_a_session_of_a_past_month_is_counted_as_soon_as_it_is_recorded(grid, greeting):
    session = heard(grid, heard_on=date(2026, 3, 4))
    assert Measurement.objects.get().inputs == {"compliant": "1", "evaluated": "1"}
    fields = sessions.fields_of(session)

    sessions.edit_session(
        session=session,
        version=session.version,
        fields=replace(fields, heard_on=date(2026, 2, 3)),
        by=session.evaluator,
        at=timezone.now(),
    )

    row = Measurement.objects.get()
    assert (row.starts_on, row.version) == (date(2026, 2, 1), 1)
    taken = JournalEntry.objects.filter(action="measurement.removed").count()
    assert taken == 1


def test_the_month_that_runs_and_what_nobody_follows_stay_uncounted(grid):
    followed_not = indicator("CLO-01", **SHARE)
    greeting = indicator("PEC-12", **SHARE)
    want(grid.organisation, greeting, None, kind=TargetKind.STOPPED, operator="", at=BEFORE)
    heard(grid, heard_on=date(2026, 3, 4))

    assert feed(grid.organisation).written == 0
    want(grid.organisation, followed_not, 90)
    running = period_of(timezone.localdate(), Grain.MONTH)
    heard(grid)
    assert feed(grid.organisation, months=[running], at=timezone.now()).written == 0


def test_a_figure_that_was_typed_stays_and_the_count_is_set_aside(grid, greeting):
    site = site_of(grid.organisation)
    measure(grid.organisation, greeting, MARCH, subject=site, compliant=9, evaluated=10)
    heard(grid, heard_on=date(2026, 3, 4))

    assert figures(greeting)[0][1:3] == ("ENTERED", {"compliant": "9", "evaluated": "10"})
    aside = SetAsideCount.objects.get()
    assert (aside.origin, aside.inputs) == ("LISTENING", {"compliant": "1", "evaluated": "1"})
    assert JournalEntry.objects.filter(action="measurement.set_aside").count() == 1
    assert feed(grid.organisation).set_aside == 0  # said once

    # Somebody takes the figure away: the count takes its place.
    row = Measurement.objects.get()
    gone = Entry(indicator=greeting, place=row.place, period=MONTH, inputs={}, version=row.version)
    record_measures(
        organisation=grid.organisation, entries=[gone], by=grid.created_by, at=timezone.now()
    )
    feed(grid.organisation)

    assert figures(greeting)[0][1:3] == ("LISTENING", {"compliant": "1", "evaluated": "1"})
    assert not SetAsideCount.objects.exists()


def test_typing_over_a_count_makes_it_a_typed_figure(grid, greeting):
    site = site_of(grid.organisation)
    heard(grid, heard_on=date(2026, 3, 4))
    row = Measurement.objects.get()
    entry = Entry(
        indicator=greeting,
        place=place_of(grid.organisation, site),
        period=MONTH,
        inputs={"compliant": Decimal(3), "evaluated": Decimal(4)},
        version=row.version,
    )
    by = grid.created_by
    record_measures(organisation=grid.organisation, entries=[entry], by=by, at=timezone.now())

    feed(grid.organisation)

    row.refresh_from_db()
    assert (row.origin, row.recorded_by, row.inputs["compliant"]) == ("ENTERED", by, "3")
    assert SetAsideCount.objects.get().inputs == {"compliant": "1", "evaluated": "1"}


def test_weeks_that_were_typed_are_not_hidden_by_a_month(grid, greeting):
    site = site_of(grid.organisation)
    week = {"subject": site, "grain": Grain.WEEK}
    measure(grid.organisation, greeting, date(2026, 3, 9), compliant=5, evaluated=6, **week)
    heard(grid, heard_on=date(2026, 3, 4))

    assert [row.grain for row in Measurement.objects.all()] == ["WEEK"]
    assert SetAsideCount.objects.get().period == MONTH


def test_nothing_heard_is_no_measure_and_never_zero(grid, greeting):
    heard(grid, "NOT_APPLICABLE", heard_on=date(2026, 3, 4))

    feed(grid.organisation)

    assert not Measurement.objects.exists()


def test_erasing_what_could_name_somebody_leaves_the_measure(grid, greeting):
    heard(grid, heard_on=date(2026, 3, 4), agent="AB", comment="Calme")
    before = figures(greeting)
    later = datetime(2027, 3, 10, 9, tzinfo=PARIS)

    erasing.erase_expired(at=later)
    feed(grid.organisation, months=[MONTH], at=later)

    assert figures(greeting) == before


def test_scores_calibration_and_mystery_contacts_are_counted_too(grid):
    organisation = grid.organisation
    score = indicator("QUA-01", **SCORE)
    gap = indicator(
        "QUA-04", formula="abs_gap_total / scores", keys=("abs_gap_total", "scores"),
        statistic="mean", direction="lower", unit="points",
    )  # fmt: skip
    mystery = indicator(
        "QUA-05", formula="score_total / tests", keys=("score_total", "tests"), statistic="mean"
    )
    done = indicator("QUA-03", formula="100 * done / planned", keys=("done", "planned"))
    for row in (score, gap, mystery, done):
        want(organisation, row, 80, at=BEFORE)
    heard(grid, "PARTLY", "COMPLIANT", "NOT_APPLICABLE", heard_on=date(2026, 3, 4))
    plan.set_plan(
        organisation=organisation,
        planned={(site_of(organisation).pk, MARCH): 4},
        by=grid.created_by,
        at=AFTER,
    )
    (contact, *_others) = planned_campaign(grid).contacts.order_by("number")
    made(contact)
    people = graders(organisation)
    round_ = opened_round(grid, people)
    for person in people:
        grade(round_, person)
    conclude(round_, "PARTLY", "COMPLIANT", "COMPLIANT")
    round_.__class__.objects.update(concluded_at=datetime(2026, 3, 20, 9, tzinfo=PARIS))

    feed(organisation)

    found = {row.indicator.code: (row.origin, row.inputs) for row in Measurement.objects.all()}
    # 20 at half and 50 at full of 70: 60/70 of 100, to the ten-thousandth of a point.
    assert found["QUA-01"] == ("LISTENING", {"score_total": "85.7143", "evaluated": "1"})
    assert found["QUA-03"] == ("LISTENING", {"done": "0", "planned": "4"})
    assert found["QUA-04"] == ("CALIBRATION", {"abs_gap_total": "20", "scores": "2"})
    assert found["QUA-05"] == ("MYSTERY", {"score_total": "100", "tests": "1"})


def control_of(file, row, *, per_site=True, **result):
    plan_in_force(
        file,
        line_fields(file, indicator=row, is_per_site=per_site),
        at=datetime(2026, 2, 27, 9, tzinfo=PARIS),
    )
    control = ControlOccurrence.objects.filter(period_start=MARCH).order_by("pk").first()
    fields = {"done_on": date(2026, 3, 6), "checked": 50, "compliant": 48, "basis": "SAMPLE"}
    return record_result(
        occurrence=control,
        version=control.version,
        fields=ResultFields(**fields | result),
        by=file.opened_by,
        at=AFTER,
    )


def test_a_control_feeds_the_indicator_whose_inputs_it_counts():
    file = controlled_file()
    traced = indicator("CLO-03", formula="100 * traced / checked", keys=("traced", "checked"))
    want(file.organisation, traced, 98, at=BEFORE)

    control_of(file, traced)

    site = file.sites.get().name
    inputs = {"traced": "48", "checked": "50"}
    assert figures(traced) == [(site, "CONTROLS", inputs, False, None)]


def test_a_control_of_an_indicator_that_counts_events_feeds_nothing():
    file = controlled_file()
    late = indicator("TRT-09", formula="100 * in_time / received", keys=("in_time", "received"))
    want(file.organisation, late, 98, at=BEFORE)

    control_of(file, late)

    assert not Measurement.objects.exists()


def test_the_completion_of_the_control_plan_is_counted_with_what_is_of_no_site():
    file = controlled_file()
    done = indicator("PIL-01", formula="100 * done / planned", keys=("done", "planned"))
    want(file.organisation, done, 95, at=BEFORE)

    control_of(file, None, per_site=False, done_on=date(2026, 3, 30))
    april = Period(Grain.MONTH, date(2026, 4, 1))
    feed(file.organisation, months=[MONTH, april], at=datetime(2026, 5, 4, 9, tzinfo=PARIS))

    rows = Measurement.objects.order_by("starts_on")
    # Done after its day, on the 6th: it was not done on time. The one of April was not done.
    assert [(row.place.kind, row.inputs) for row in rows] == [
        ("WHOLE", {"done": "0", "planned": "1"}),
        ("WHOLE", {"done": "0", "planned": "1"}),
    ]


def test_the_round_of_the_day_looks_back_a_year_when_something_is_new(grid):
    heard(grid, heard_on=date(2026, 3, 4))
    greeting = indicator("PEC-12", **SHARE)
    at = datetime(2026, 12, 10, 9, tzinfo=PARIS)
    want(grid.organisation, greeting, 90, at=at)

    found = feeding.feed_all(at=at)
    later = feeding.feed_all(at=at + timedelta(days=20))

    assert (found.written, later.written) == (1, 0)
    assert Measurement.objects.get().origin == MeasureOrigin.LISTENING
