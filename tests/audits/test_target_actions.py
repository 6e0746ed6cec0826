"""Targets: one line after the other, never over what was judged."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from audits.actions.place import place_of
from audits.actions.target import follow
from audits.logic.periods import Grain
from audits.measure_enums import TargetKind
from audits.models import MeasuringPlace, Target
from crcaudit.core.exceptions import UserError
from crcaudit.core.models import JournalEntry
from engagements.models import IndicatorTarget
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import AT, indicator, member_of, want

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def level():
    return indicator()


def test_a_target_begins_with_its_period(organisation, level):
    row = want(organisation, level, 85, starts_on=date(2026, 12, 17), alert=Decimal(80))

    assert (row.starts_on, row.value, row.alert) == (date(2026, 12, 1), 85, 80)
    assert row.place.is_whole
    (entry,) = JournalEntry.objects.filter(action="target.set")
    assert entry.after["value"] == "85"


def test_another_target_leaves_the_judged_months_alone(organisation, level, in_english):
    want(organisation, level, 85, starts_on=date(2026, 1, 1))

    with pytest.raises(UserError, match="01/11/2026"):
        want(organisation, level, 70, starts_on=date(2026, 10, 1))
    later = want(organisation, level, 90, starts_on=date(2026, 11, 1))

    assert list(Target.objects.order_by("starts_on").values_list("value", flat=True)) == [85, 90]
    assert later.starts_on == date(2026, 11, 1)


def test_a_target_of_the_month_that_runs_may_be_corrected(organisation, level):
    want(organisation, level, 8.5)

    want(organisation, level, 85)

    assert [row.value for row in Target.objects.all()] == [85]
    entry = JournalEntry.objects.get(action="target.replaced")
    assert (entry.before["value"], entry.after["value"]) == ("8.5000", "85")


def test_the_same_form_sent_twice_is_one_line(organisation, level):
    first = want(organisation, level, 85)

    assert want(organisation, level, 85) == first
    assert JournalEntry.objects.filter(object_type="target").count() == 1


def test_a_site_may_not_leave_the_target_of_the_whole_afterwards(organisation, level, in_english):
    site = SiteFactory(organisation=organisation)
    want(organisation, level, 85, starts_on=date(2026, 1, 1))

    with pytest.raises(UserError, match="over"):
        want(organisation, level, 70, subject=site, starts_on=date(2026, 9, 1))

    assert want(organisation, level, 70, subject=site).place.site == site


def test_thresholds_out_of_order_are_refused(organisation, level, in_english):
    with pytest.raises(UserError, match="not in order"):
        want(organisation, level, 85, alert=Decimal(90))

    assert not Target.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"alert": 90},
        {"alert": 80, "nonconformity": 82},
        {"nonconformity": 86},
        {"operator": "<=", "alert": 80},
        {"operator": "=", "alert": 85},
        {"operator": "", "value": 85},
        {"kind": TargetKind.FOLLOWED},
        {"kind": "OTHER"},
        {"grain": "DECADE"},
        {"value": None},
    ],
)
def test_the_database_refuses_what_is_no_target(organisation, level, values):
    row = want(organisation, level, 85)

    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.filter(pk=row.pk).update(**values)


def test_one_line_begins_on_a_day(organisation, level):
    row = want(organisation, level, 85)
    row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_following_takes_the_usual_target_once(organisation, level):
    followed = indicator("ACC-07", keys=("a", "b"), formula="100 * a / b", direction="neutral")
    IndicatorTarget.objects.create(
        indicator=level, operator=">=", value=85, unit="%", is_default=True, source_fr="Source"
    )
    person = member_of(organisation)

    count = follow(organisation=organisation, indicators=[level, followed], by=person, at=AT)
    again = follow(organisation=organisation, indicators=[level, followed], by=person, at=AT)

    assert (count, again) == (2, 0)
    kinds = dict(Target.objects.values_list("indicator__code", "kind"))
    assert kinds == {"PEC-01": "TARGET", "ACC-07": "FOLLOWED"}
    assert Target.objects.get(indicator=level).source == "Source"


def test_what_was_stopped_can_be_followed_again(organisation, level):
    want(organisation, level, starts_on=date(2026, 1, 1))
    want(organisation, level, None, kind=TargetKind.STOPPED, operator="")

    follow(organisation=organisation, indicators=[level], by=member_of(organisation), at=AT)

    kinds = Target.objects.order_by("starts_on").values_list("kind", flat=True)
    assert list(kinds) == ["TARGET", "FOLLOWED"]


@pytest.mark.parametrize(
    "values",
    [{"kind": "SITE"}, {"kind": "PROVIDER"}, {"kind": "OTHER"}],
)
def test_a_place_is_what_its_kind_says(organisation, values):
    whole = place_of(organisation, None)

    with pytest.raises(IntegrityError), transaction.atomic():
        MeasuringPlace.objects.filter(pk=whole.pk).update(**values)


def test_an_organisation_has_one_whole(organisation):
    place_of(organisation, None)

    with pytest.raises(IntegrityError), transaction.atomic():
        MeasuringPlace.objects.create(organisation=organisation, kind="WHOLE")


def test_a_place_is_made_once_with_the_whole(organisation):
    site = SiteFactory(organisation=organisation)

    first = place_of(organisation, site)

    assert place_of(organisation, site) == first
    assert sorted(MeasuringPlace.objects.values_list("kind", flat=True)) == ["SITE", "WHOLE"]
    assert first.name == site.name


def test_a_target_lasts_a_period_of_its_grain(organisation, level):
    row = want(organisation, level, 85, grain=Grain.QUARTER, starts_on=date(2026, 11, 20))

    assert row.starts_on == date(2026, 10, 1)
