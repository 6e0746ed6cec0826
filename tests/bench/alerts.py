"""The night of an organisation with ten thousand targets: every one judged, some missed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from audits.actions.alert import evaluate_all
from audits.actions.place import place_of
from audits.logic.periods import Grain, period_of
from audits.models import InternalComplaint, MeasuringPlace, PeriodResult, Target
from crcaudit.accounts.enums import Role
from engagements.models import Indicator
from tests.bench.timing import Line, wall
from tests.factories.accounts import MembershipFactory, OrganisationFactory, SiteFactory
from tests.factories.figures import indicator
from tests.queries import counted

INDICATORS, SITES, PERIODS = 100, 99, 12
MISSED = 50  # one series in so many
AT = datetime(2026, 11, 10, 2, tzinfo=UTC)


def measure() -> Iterator[Line]:
    organisation = OrganisationFactory()
    by = MembershipFactory(organisation=organisation, role=Role.QUALITY_MANAGER).user
    place_of(organisation, None)
    for site in SiteFactory.create_batch(SITES, organisation=organisation):
        place_of(organisation, site)
    places = list(MeasuringPlace.objects.filter(organisation=organisation).order_by("pk"))
    rows = [indicator(f"VOL-{n:03d}") for n in range(INDICATORS)]
    _want(organisation, rows, places, by)
    _measured(organisation, rows, places)
    count = Target.objects.count()
    first = wall(lambda: evaluate_all(at=AT))
    opened = InternalComplaint.objects.count()
    yield Line(f"night of {count:,} targets, {opened} complaints opened: wall", first, 60, "s")
    again = wall(lambda: evaluate_all(at=AT))
    yield Line(f"night of {count:,} targets, nothing new: wall", again, 60, "s")
    with counted() as statements:
        evaluate_all(at=AT)
    yield Line(f"night of {count:,} targets, nothing new: queries", len(statements), 14, "queries")


def _want(organisation: object, rows: list[Indicator], places: list[MeasuringPlace], by) -> None:
    Target.objects.bulk_create(
        (
            Target(
                organisation=organisation,
                indicator=row,
                place=place,
                kind="TARGET",
                grain="MONTH",
                starts_on="2025-01-01",
                operator=">=",
                value=Decimal(85),
                created_at=AT,
                created_by=by,
            )
            for row in rows
            for place in places
        ),
        batch_size=2000,
    )


def _measured(organisation: object, rows: list[Indicator], places: list[MeasuringPlace]) -> None:
    running = period_of(AT.date(), Grain.MONTH)
    periods = [running.after(back) for back in range(-PERIODS, 0)]
    number = 0
    for row in rows:
        results = []
        for place in places:
            number += 1
            rate = 70 if number % MISSED == 0 else 90
            results += [
                PeriodResult(
                    organisation=organisation,
                    indicator=row,
                    place=place,
                    grain="MONTH",
                    starts_on=period.start,
                    inputs={"answered_in_t": str(rate * 10), "offered": "1000"},
                    value=rate,
                    count=1,
                )
                for period in periods
            ]
        PeriodResult.objects.bulk_create(results, batch_size=2000)
