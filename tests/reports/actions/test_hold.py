"""News of a report being made: not too often, never lost, and the notice that it was lost."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from reports import actions
from reports.actions import hold as hold_module
from reports.actions.hold import Hold
from reports.models import Report
from tests.factories.reports import building_report

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


class Watch:
    """Seconds that only the test moves."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def watch():
    return Watch()


def test_news_within_half_a_second_are_one_update(watch, django_assert_num_queries):
    report = building_report()
    hold = Hold(report, ticks=watch)

    with django_assert_num_queries(2):
        for page in range(100):
            watch.seconds += 0.012
            hold.on_progress(page, 100, "Mise en page")

    report.refresh_from_db()
    assert report.done == 83
    assert report.step == "Mise en page"


def test_a_silent_renderer_keeps_its_report(watch, settings):
    settings.REPORT_LEASE_SECONDS = 30
    start = timezone.now()
    report = actions.claim(report_id=building_report().pk, at=start + timedelta(hours=1))
    hold = Hold(report, clock=lambda: start + timedelta(hours=2), ticks=watch)

    watch.seconds = 10.0
    assert hold.is_cancelled() is False

    report.refresh_from_db()
    assert report.lease_until == start + timedelta(hours=2, seconds=30)


def test_a_cancellation_is_seen_within_a_second(watch):
    report = building_report()
    hold = Hold(report, ticks=watch)
    actions.cancel_report(report_id=report.pk, by=report.requested_by, at=timezone.now())

    watch.seconds = 0.9
    before = hold.is_cancelled()
    watch.seconds = 1.0
    after = hold.is_cancelled()

    assert (before, after) == (False, True)


def test_a_report_taken_over_is_seen_with_the_next_news(watch):
    report = building_report()
    hold = Hold(report, ticks=watch)
    Report.objects.filter(pk=report.pk).update(attempt=2)

    watch.seconds = 0.6
    hold.on_progress(1, 2, "Mise en page")

    assert hold.is_cancelled() is True
    report.refresh_from_db()
    assert report.done == 0


def test_looking_often_costs_one_query_a_second(watch, django_assert_num_queries):
    hold = Hold(building_report(), ticks=watch)

    with django_assert_num_queries(3):
        for _ in range(350):
            watch.seconds += 0.01
            hold.is_cancelled()


def test_a_busy_database_does_not_stop_the_rendering(watch, monkeypatch):
    def locked(*_args, **_kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(hold_module, "renew", locked)
    hold = Hold(building_report(), ticks=watch)

    watch.seconds = 1.0
    hold.on_progress(1, 2, "Mise en page")

    assert hold.is_lost is False
