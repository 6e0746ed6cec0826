"""Figures that open complaints, close them, and never do either twice."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audits.actions.alert import evaluate_all
from audits.actions.alert_rule import RuleFields, write_rule
from audits.actions.daily import daily_round
from audits.actions.internal_complaint import close_complaint
from audits.actions.measure_import_writing import apply_import, undo_import
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.alert_enums import AlertCause, BoundChoice, ComplaintState
from audits.importers.proposal import Proposal
from audits.logic.periods import Grain, period_of
from audits.models import ComplaintEscalation, InternalComplaint, MeasureImport
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage, SiteClosure
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.alerts import missed, moment, month, planned, wanted
from tests.factories.figures import member_of, want

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def manager(organisation):
    return member_of(organisation)


@pytest.fixture
def director(organisation):
    return member_of(organisation, Role.DIRECTOR)


def rows():
    return InternalComplaint.objects.order_by("pk")


def rule(organisation, manager, *, indicator=None, subject=None, **fields):
    return write_rule(
        key=uuid4(),
        organisation=organisation,
        indicator=indicator,
        place=place_of(organisation, subject),
        fields=RuleFields(**fields),
        by=manager,
        at=moment("2026-01-05"),
    )


def test_two_missed_months_open_one_complaint_with_owner_and_deadline(organisation, manager):
    row = wanted(organisation, by=manager)
    month(organisation, row, 1, 70, by=manager)
    assert rows().count() == 0

    month(organisation, row, 2, 70, by=manager)

    (found,) = rows()
    assert (found.reference, found.state, found.level) == ("RI-2026-001", "OPEN", 1)
    assert (found.owner, found.cause, found.opened_by) == (manager, AlertCause.MISSED, None)
    assert found.since_on.isoformat() == "2026-01-01"
    # Monday 2 March is day 0: five working days later.
    assert found.plan_due.isoformat() == "2026-03-09"
    entry = JournalEntry.objects.of("internal_complaint", found.key).get()
    assert (entry.action, entry.actor) == ("complaint.opened", "")
    message = QueuedMessage.objects.get(recipient=manager)
    assert "RI-2026-001" in message.body


def test_the_whole_opens_one_and_each_place_its_own(organisation, manager):
    sites = SiteFactory.create_batch(2, organisation=organisation)
    row = wanted(organisation, by=manager)
    for number in (1, 2):
        month(organisation, row, number, 70, subject=sites[0], by=manager)
        month(organisation, row, number, 100, subject=sites[1], by=manager)

    (found,) = rows()
    assert found.place.site == sites[0]  # both sites together are just at 85 %


def test_asked_again_nothing_more_is_opened(organisation, manager):
    missed(organisation, by=manager)

    for _n in range(2):
        evaluate_all(at=moment("2026-03-03"))

    assert (rows().count(), QueuedMessage.objects.count()) == (1, 1)


def test_the_night_opens_what_time_alone_closed(organisation, manager):
    row = wanted(organisation, by=manager)
    month(organisation, row, 1, 70, by=manager)
    month(organisation, row, 2, 70, by=manager, at=moment("2026-02-27"))
    assert rows().count() == 0  # February still ran

    assert evaluate_all(at=moment("2026-03-01")) == 1


def test_a_period_is_judged_by_the_target_of_its_time(organisation, manager):
    row = wanted(organisation, by=manager)
    month(organisation, row, 1, 88, by=manager)
    month(organisation, row, 2, 88, by=manager)
    want(
        organisation, row, 95, starts_on=moment("2026-03-01").date(), at=moment("2026-03-01"),
        by=manager,
    )  # fmt: skip

    month(organisation, row, 3, 90, by=manager)
    assert rows().count() == 0
    month(organisation, row, 4, 90, by=manager)
    assert rows().get().since_on.isoformat() == "2026-03-01"


def test_a_missing_month_is_neither_missed_nor_met(organisation, manager):
    row = wanted(organisation, by=manager)
    month(organisation, row, 1, 70, by=manager)
    month(organisation, row, 3, 70, by=manager)

    assert rows().get().since_on.isoformat() == "2026-01-01"


def test_figures_of_the_past_that_are_over_open_nothing(organisation, manager):
    row = wanted(organisation, by=manager)
    at = moment("2026-06-02")
    for number, rate in ((5, 90), (4, 90), (1, 60), (2, 60), (3, 60)):
        month(organisation, row, number, rate, by=manager, at=at)

    assert rows().count() == 0


def test_a_return_that_holds_makes_it_closable_and_a_miss_takes_that_back(organisation, manager):
    complaint = missed(organisation, by=manager)
    row = complaint.indicator
    month(organisation, row, 3, 90, by=manager)
    assert rows().get().state == ComplaintState.OPEN

    month(organisation, row, 4, 91, by=manager)
    found = rows().get()
    assert found.state == ComplaintState.RETURNED
    assert [one["start"] for one in found.returned_by] == ["2026-03-01", "2026-04-01"]

    month(organisation, row, 5, 60, by=manager)
    found = rows().get()
    assert (found.state, found.returned_at, found.returned_by) == (ComplaintState.OPEN, None, [])


def test_a_return_is_lost_when_its_measures_are_taken_away(organisation, manager):
    complaint = missed(organisation, by=manager)
    for number in (3, 4):
        month(organisation, complaint.indicator, number, 90, by=manager)
    assert rows().get().state == ComplaintState.RETURNED

    correct(organisation, complaint.indicator, 4, 60, manager)

    assert rows().get().state == ComplaintState.OPEN


def correct(organisation, row, number, rate, by):
    """Another figure in the place of the one that was written first."""
    entry = Entry(
        indicator=row,
        place=place_of(organisation, None),
        period=period_of(date(2026, number, 1), Grain.MONTH),
        inputs={"answered_in_t": Decimal(rate), "offered": Decimal(100)},
        version=1,
    )
    return record_measures(
        organisation=organisation, entries=[entry], by=by, at=moment("2026-05-20")
    )


def test_what_is_closed_is_never_opened_again_by_a_correction(organisation, manager, director):
    complaint = missed(organisation, by=manager)
    row = complaint.indicator
    for number in (3, 4):
        month(organisation, row, number, 90, by=manager)
    close_complaint(complaint=rows().get(), comment="Vu", by=director, at=moment("2026-05-04"))

    for number in (3, 4):
        correct(organisation, row, number, 50, manager)
    evaluate_all(at=moment("2026-05-30"))
    assert rows().count() == 1

    for number in (5, 6):
        month(organisation, row, number, 50, by=manager)
    new = rows().last()
    assert (rows().count(), new.since_on.isoformat()) == (2, "2026-05-01")
    assert new.former == complaint


def test_up_and_down_is_one_complaint(organisation, manager):
    row = wanted(organisation, by=manager)
    rule(organisation, manager, missed_periods=1)
    for number in range(1, 11):
        month(organisation, row, number, 90 if number % 2 else 60, by=manager)

    (found,) = rows()
    assert found.state == ComplaintState.OPEN


def test_the_rule_of_a_place_goes_before_that_of_the_whole(organisation, manager, director):
    sites = SiteFactory.create_batch(2, organisation=organisation)
    row = wanted(organisation, by=manager)
    rule(organisation, manager, missed_periods=3)
    rule(
        organisation, manager, indicator=row, subject=sites[0], missed_periods=1,
        owner=director, plan_days=2,
    )  # fmt: skip
    for site in sites:
        month(organisation, row, 1, 70, subject=site, by=manager)
        month(organisation, row, 2, 70, subject=site, by=manager)

    (found,) = rows()
    assert (found.place.site, found.owner) == (sites[0], director)
    assert found.plan_due.isoformat() == "2026-02-04"


def test_a_rule_that_opens_nothing_is_silent(organisation, manager):
    row = wanted(organisation, by=manager)
    rule(organisation, manager, is_active=False)
    for number in (1, 2, 3):
        month(organisation, row, number, 70, by=manager)

    assert rows().count() == 0


def test_a_sample_whose_interval_is_under_the_target_opens_at_once(organisation, manager):
    row = wanted(organisation, by=manager)
    rule(organisation, manager, bound=BoundChoice.PROVEN)
    month(organisation, row, 1, 80, by=manager, is_exhaustive=False)
    assert rows().count() == 0  # 80 of 100 may be 86 %

    month(organisation, row, 2, 60, by=manager, is_exhaustive=False)
    assert rows().get().cause == AlertCause.SAMPLE


def test_the_deadline_leaves_out_the_closures_of_the_site(organisation, manager):
    site = SiteFactory(organisation=organisation, calendar="ALSACE_MOSELLE")
    SiteClosure.objects.create(site=site, start_date="2026-03-04", end_date="2026-03-05")

    complaint = missed(organisation, by=manager, subject=site)

    assert complaint.plan_due.isoformat() == "2026-03-11"


def test_a_late_plan_goes_up_one_level_after_each_five_days(organisation, manager, director):
    missed(organisation, by=manager)
    levels = {}
    for day in ("2026-03-09", "2026-03-10", "2026-03-16", "2026-03-17", "2026-03-30"):
        for _twice in range(2):
            daily_round(at=moment(day))
        levels[day] = rows().get().level

    assert levels == {
        "2026-03-09": 1,
        "2026-03-10": 2,
        "2026-03-16": 2,
        "2026-03-17": 3,
        "2026-03-30": 3,
    }
    told = {row.level: list(row.people.all()) for row in ComplaintEscalation.objects.all()}
    assert told == {2: [manager], 3: [director]}
    assert "Direction" in QueuedMessage.objects.get(recipient=director).body


def test_a_miss_after_the_plan_goes_up_once_for_that_period(organisation, manager):
    complaint = planned(missed(organisation, by=manager))
    month(organisation, complaint.indicator, 3, 70, by=manager)
    evaluate_all(at=moment("2026-04-03"))

    (row,) = ComplaintEscalation.objects.all()
    assert (row.level, row.reason, row.about) == (2, "MISSED_AGAIN", "2026-03-01")


def test_nothing_goes_up_while_the_figures_are_back(organisation, manager):
    complaint = missed(organisation, by=manager)
    for number in (3, 4):
        at = moment("2026-05-02")
        month(organisation, complaint.indicator, number, 90, by=manager, at=at)

    daily_round(at=moment("2026-06-15"))

    assert rows().get().level == 1


def test_an_organisation_without_anybody_still_gets_its_complaint(organisation):
    other = member_of(OrganisationFactory())
    complaint = missed(organisation, by=other)

    assert complaint.owner is None
    assert QueuedMessage.objects.count() == 0


def test_several_complaints_of_one_file_are_told_in_one_message(organisation, manager):
    site = SiteFactory(organisation=organisation)
    row = wanted(organisation, by=manager)
    for number in (1, 2):
        month(organisation, row, number, 70, subject=site, by=manager)

    assert rows().count() == 2  # the site, and the whole that it is all of
    message = QueuedMessage.objects.get(recipient=manager)
    assert "RI-2026-001" in message.body
    assert "RI-2026-002" in message.body


def test_two_open_at_once_is_refused_by_the_database(organisation, manager):
    complaint = missed(organisation, by=manager)
    complaint.pk, complaint.key, complaint.number = None, uuid4(), 99

    with pytest.raises(IntegrityError), transaction.atomic():
        complaint.save(force_insert=True)


def test_a_night_without_change_asks_a_fixed_number_of_questions(organisation, manager):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            evaluate_all(at=moment("2026-02-03"))
        return len(queries)

    row = wanted(organisation, by=manager)
    month(organisation, row, 1, 70, by=manager)
    first = asked()
    for code in ("PEC-02", "PEC-03"):
        month(organisation, wanted(organisation, code, by=manager), 1, 70, by=manager)

    assert asked() == first


def imported(organisation, row, manager, rates):
    """A file that was read, with the figures of the first months of the year."""
    place = place_of(organisation, None)
    proposed = [
        Proposal(
            indicator=row.code,
            place=place.pk,
            period=period_of(date(2026, number, 1), Grain.MONTH),
            inputs={"answered_in_t": str(rate), "offered": "100"},
        ).to_json()
        for number, rate in enumerate(rates, start=1)
    ]
    return MeasureImport.objects.create(
        organisation=organisation,
        kind="MEASURES",
        state="READ",
        file_name="mesures.csv",
        file_path="mesures.csv",
        file_size=1,
        sha256="0" * 64,
        proposed=proposed,
        received_at=moment("2026-03-02"),
        received_by=manager,
    )


def test_a_file_opens_a_complaint_and_taking_it_back_takes_the_return_back(organisation, manager):
    row = wanted(organisation, by=manager)
    for number in (1, 2):
        month(organisation, row, number, 70, by=manager)
    assert rows().get().state == ComplaintState.OPEN
    file = imported(organisation, row, manager, (70, 70, 90, 90))
    at = moment("2026-05-02")

    file = apply_import(imported=file, without_faulty=False, by=manager, at=at)
    assert rows().get().state == ComplaintState.RETURNED
    undo_import(imported=file, by=manager, at=at)
    assert rows().get().state == ComplaintState.OPEN


def test_a_file_under_the_target_opens_a_complaint(organisation, manager):
    row = wanted(organisation, by=manager)
    file = imported(organisation, row, manager, (90, 70, 70))

    apply_import(imported=file, without_faulty=False, by=manager, at=moment("2026-04-02"))

    assert rows().get().since_on == date(2026, 2, 1)
