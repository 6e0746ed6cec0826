"""Inputs of indicators from what is in the database, in a fixed number of queries."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.listening import plan, sessions
from audits.listening_enums import ListeningKind
from audits.models import CalibrationRound, ListeningSession, MysteryCampaign
from audits.snapshots.listening import Scope, listening_inputs
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import SiteFactory
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
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

MONTH = date(2026, 3, 1)
LAST = date(2026, 3, 31)
TODAY = date(2026, 4, 20)


@pytest.fixture
def grid():
    return used_grid()


def scope(grid, **changes):
    usual = {"organisation": grid.organisation, "start": MONTH, "end": LAST}
    return Scope(**usual | changes)


def told(session, on):
    by = session.evaluator
    return sessions.debrief_session(session=session, on=on, by=by, at=timezone.now())


def test_each_indicator_has_its_inputs(grid):
    wednesday = date(2026, 3, 4)
    told(heard(grid, heard_on=wednesday), date(2026, 3, 6))  # two working days
    told(heard(grid, "PARTLY", heard_on=wednesday), date(2026, 3, 9))  # three of them
    heard(grid, "COMPLIANT", "NOT_COMPLIANT", heard_on=wednesday)
    heard(grid, "NOT_COMPLIANT", heard_on=wednesday, kind=ListeningKind.TARGETED)
    heard(grid, heard_on=date(2026, 4, 1))  # another month
    plan.set_plan(
        organisation=grid.organisation,
        planned={(site_of(grid.organisation).pk, MONTH): 5},
        by=grid.created_by,
        at=timezone.now(),
    )

    found = listening_inputs(scope(grid), today=TODAY)

    assert found == {
        "QUA-01": {"score_total": 150, "evaluated": 3},
        "QUA-02": {"error_free": 2, "evaluated": 3},
        "QUA-03": {"done": 2, "planned": 5},
        "QUA-04": {"abs_gap_total": 0, "scores": 0},
        "QUA-05": {"score_total": 0, "tests": 0},
        "PEC-12": {"compliant": 2, "evaluated": 3},
        "CLO-01": {"compliant": 1, "evaluated": 3},
        "CLO-02": {"compliant": 0, "evaluated": 0},
        "TRT-14": {"accurate": 1, "evaluated": 3},
        "TRT-15": {"compliant": 0, "evaluated": 0},
        "SOC-11": {"debriefed": 1, "evaluations": 4},
    }


def test_feedback_that_is_not_late_yet_is_left_out(grid):
    heard(grid, heard_on=date(2026, 3, 4))

    found = listening_inputs(scope(grid), today=date(2026, 3, 6))

    assert found["SOC-11"] == {"debriefed": 0, "evaluations": 0}


def test_rounds_and_mystery_contacts_count_in_their_month_and_never_as_measured(grid):
    people = graders(grid.organisation)
    row = opened_round(grid, people, heard_on=date(2026, 3, 2))
    grade(row, people[0], "COMPLIANT")
    grade(row, people[1], "PARTLY", "COMPLIANT")
    conclude(row, "COMPLIANT")
    at = datetime(2026, 3, 31, 23, 30, tzinfo=PARIS)
    CalibrationRound.objects.update(concluded_at=at)
    for contact in planned_campaign(grid, size=2).contacts.order_by("number"):
        made(contact, "PARTLY", made_on=date(2026, 3, 31))

    found = listening_inputs(scope(grid), today=TODAY)

    assert found["QUA-04"] == {"abs_gap_total": 10, "scores": 2}
    assert found["QUA-05"] == {"score_total": 100, "tests": 2}
    assert found["QUA-01"] == {"score_total": 0, "evaluated": 0}
    assert ListeningSession.objects.count() == 5


def test_one_site_has_its_own(grid):
    here, there = site_of(grid.organisation), SiteFactory(organisation=grid.organisation)
    heard(grid, site=here, heard_on=MONTH)
    heard(grid, "PARTLY", site=there, heard_on=MONTH)
    campaign = planned_campaign(grid, size=1, sites=(there,))
    made(campaign.contacts.get())
    assert MysteryCampaign.objects.count() == 1

    found = listening_inputs(scope(grid, site=here), today=TODAY)

    assert found["QUA-01"] == {"score_total": 100, "evaluated": 1}
    assert found["QUA-05"]["tests"] == 0
    assert listening_inputs(scope(grid), today=TODAY)["QUA-01"]["evaluated"] == 2


def test_another_organisation_has_nothing_of_it(grid):
    heard(grid, heard_on=MONTH)

    found = listening_inputs(scope(used_grid()), today=TODAY)

    assert {value for one in found.values() for value in one.values()} == {0}


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(grid, count):
    for n in range(count):
        heard(grid, heard_on=MONTH, site=SiteFactory(organisation=grid.organisation))
        people = graders(grid.organisation)
        row = opened_round(grid, people)
        for person in people:
            grade(row, person)
        conclude(row)
        made(planned_campaign(grid, size=1, title=str(n)).contacts.get())

    with counted() as statements:
        listening_inputs(scope(grid, end=localdate() + timedelta(days=1)), today=TODAY)

    assert len(statements) == 7
