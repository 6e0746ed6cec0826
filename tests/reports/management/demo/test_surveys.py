"""Surveys of the demonstration: a year of waves that feed the indicators, and two barometers."""

import pytest

from audits.models import Barometer, Measurement, SectorMark, SurveyWave, ThemeCount

pytestmark = [pytest.mark.pdf, pytest.mark.django_db]


def test_a_year_of_waves_feeds_the_indicators(told):
    closed = SurveyWave.objects.filter(state="CLOSED").values_list("kind", flat=True)
    assert {kind: list(closed).count(kind) >= 2 for kind in closed} == {
        "HOT": True,
        "COLD": True,
        "STAFF": True,
    }
    assert SurveyWave.objects.filter(state="DRAFT").count() == 1
    fed = Measurement.objects.filter(convention__has_key="waves")
    assert set(fed.values_list("indicator__code", flat=True)) == {
        *("SAT-01", "SAT-02", "SAT-03", "SAT-04", "SAT-05", "SAT-06", "SOC-05", "SOC-06"),
    }


def test_two_barometers_at_three_places(told):
    assert [row.state for row in Barometer.objects.order_by("year")] == ["CLOSED", "CLOSED"]
    assert ThemeCount.objects.values("place").distinct().count() == 3
    assert SectorMark.objects.exists()
    assert all(mark.source for mark in SectorMark.objects.all())
