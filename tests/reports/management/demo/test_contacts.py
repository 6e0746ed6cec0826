"""Two years of contacts and costs in the demonstration: as promised, and believable."""

import pytest
from django.utils.timezone import localdate

from audits.measure_enums import MeasureImportState
from audits.models import ContactReason, ContactVolume, MeasureImport, PeriodResult, ReasonFeedback
from audits.presenters.contacts.asked import asked_of
from audits.presenters.contacts.channels import costs_of, mix_of, read_months
from audits.presenters.contacts.reasons import reason_board
from audits.presenters.indicators.scope import scope_of
from crcaudit.accounts.models import Organisation, User

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def scope(told):
    operator = Organisation.objects.filter(contact_reasons__isnull=False).distinct().get()
    return scope_of(User.objects.get(email="qualite@demo.example"), operator, "")


def test_the_list_has_five_families_and_sixteen_reasons(scope):
    rows = ContactReason.objects.filter(organisation=scope.organisation)

    assert rows.filter(parent=None).count() == 5
    assert rows.exclude(parent=None).count() == 16


def test_two_years_of_files_were_written_for_two_sites_and_the_provider(scope):
    files = MeasureImport.objects.filter(organisation=scope.organisation, kind="VOLUMES")
    rows = ContactVolume.objects.filter(organisation=scope.organisation)

    assert set(files.values_list("state", flat=True)) == {MeasureImportState.APPLIED}
    assert files.count() >= 24
    assert rows.values("place").distinct().count() == 3
    assert rows.values("channel").distinct().count() == 5


def test_every_month_of_the_year_is_told_and_costs_some_euros(scope):
    asked = asked_of({}, scope, today=localdate())
    counts = read_months(scope, asked)

    mix, costs = mix_of(scope, asked, counts), costs_of(scope, asked, counts)

    assert all(row.total for row in mix.rows)
    for row in costs.rows:
        euros = float(row.each.replace(",", ".").partition("\xa0")[0])
        assert 3 < euros < 8
        assert not row.note


def test_some_reasons_weigh_most_and_some_grow(scope):
    board = reason_board(scope, asked_of({}, scope, today=localdate()))

    assert len(board.lines) == 16
    assert 6 <= sum(line.is_vital for line in board.lines) <= 13
    assert board.growing
    assert 0 < board.untagged_count < board.contacts * 0.05


def test_the_indicators_are_fed_and_a_reason_was_sent_back(scope):
    for code in ("TRT-16", "ACC-07", "ECO-03"):
        rows = PeriodResult.objects.filter(
            organisation=scope.organisation,
            indicator__code=code,
            grain="MONTH",
            place__kind="WHOLE",
        )
        assert rows.count() >= 24
        assert not rows.filter(value=None).exists()
    assert ReasonFeedback.objects.get().answered_at
