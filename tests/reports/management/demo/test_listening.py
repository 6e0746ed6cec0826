"""A year of listening in the demonstration: as promised, and believable."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.listening_enums import ContactState, ListeningKind, RoundState
from audits.models import (
    CalibrationRound,
    ListeningGrid,
    ListeningPlan,
    ListeningSession,
    MysteryCampaign,
    MysteryContact,
)
from audits.presenters.listening import calibration, results
from crcaudit.accounts.models import Organisation, User

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def operator(told):
    return Organisation.objects.get(
        listening_grids__isnull=False, listening_grids__title="Appels entrants"
    )


def test_sixty_contacts_over_a_year_on_two_sites(operator):
    rows = ListeningSession.objects.filter(organisation=operator).heard()
    today = timezone.localdate()

    assert rows.count() == 60
    assert set(rows.values_list("site__name", flat=True)) == {"Lyon", "Massy"}
    assert rows.filter(kind=ListeningKind.TARGETED).count() == 15
    assert 3 <= rows.filter(critical_errors__gt=0).count() <= 6
    assert rows.filter(heard_on__lt=today - timedelta(days=366)).count() == 0
    assert rows.filter(heard_on__lt=today - timedelta(days=300)).exists()
    assert rows.filter(debriefed_on=None).exists()


def test_both_grids_are_in_use_and_the_plan_is_written(operator):
    assert ListeningGrid.objects.filter(organisation=operator).in_use().count() == 2
    assert ListeningPlan.objects.filter(site__organisation=operator).count() == 28


def test_one_round_is_concluded_by_three_and_one_is_open(operator):
    rounds = CalibrationRound.objects.filter(organisation=operator).order_by("opened_at")

    assert [row.state for row in rounds] == [RoundState.CONCLUDED, RoundState.OPEN]
    found = calibration.comparison_of(rounds[0])
    assert len(found.graders) == 3
    assert found.kappa
    assert not calibration.last_of(rounds, today=timezone.localdate()).is_late


def test_forty_mystery_contacts_in_two_campaigns_the_second_in_course(operator):
    first, second = MysteryCampaign.objects.filter(organisation=operator).order_by("planned_at")
    states = [set(row.contacts.values_list("state", flat=True)) for row in (first, second)]

    assert MysteryContact.objects.count() == 40
    assert states[0] == {ContactState.DONE, ContactState.MISSED}
    assert ContactState.PLANNED in states[1]
    assert second.starts_on < timezone.localdate() < second.ends_on


def test_the_director_reads_figures_and_their_verdict(operator):
    director = User.objects.get(email="direction@demo.example")

    found = results.results(
        operator, director, view=results.QUARTER_VIEW, today=timezone.localdate()
    )

    assert found.latest is not None
    assert found.latest.figures.verdict
    assert found.target is not None
