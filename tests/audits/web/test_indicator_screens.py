"""Indicators as they are read: along the journey, by dimension, by place, over time."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.figure_words import period_text
from audits.logic.periods import Grain, last_periods
from audits.measure_enums import TargetKind
from audits.models import MeasuringPlace
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import indicator, measure, want
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]
MONTHS = last_periods(4, grain=Grain.MONTH, today=localdate())
OVER = MONTHS[-2]  # the last month that is over


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation, name=name) for name in ("Lyon", "Massy")]


def followed(organisation, code="PEC-01", value=85, **values):
    """An indicator with a target since long ago."""
    row = indicator(code, **values)
    want(organisation, row, value, starts_on=date(2024, 1, 1))
    return row


def measured(organisation, row, ok, offered=100, *, period=OVER, **values):
    measure(organisation, row, period.start, answered_in_t=ok, offered=offered, **values)


def page(client, name, organisation, *args, **query):
    return client.get(reverse(f"audits:{name}", args=[organisation.key, *args]), query)


def words(response):
    return " ".join(response.content.decode().split())


def test_the_only_organisation_opens_at_once(client, organisation):
    response = client.get(reverse("audits:indicators"))

    assert response.url == reverse("audits:journey", args=[organisation.key])


def test_the_journey_says_value_target_and_what_is_under_it(client, organisation, sites):
    row = followed(organisation)
    measured(organisation, row, 10, 10, subject=sites[0])
    measured(organisation, row, 450, 990, subject=sites[1])

    response = page(client, "journey", organisation)

    text = words(response)
    assert "46.0 %" in text
    assert "Under target" in text
    (stage,) = response.context["stages"]
    assert (stage.met, stage.judged, stage.shape) == (0, 1, "major")
    (card,) = stage.cards
    assert card.target.replace("\xa0", " ") == "≥ 85 %"
    assert "is-bad" in card.spark


def test_a_month_that_runs_is_drawn_and_not_judged(client, organisation):
    row = followed(organisation)
    measured(organisation, row, 90)
    measured(organisation, row, 10, period=MONTHS[-1])

    response = page(client, "journey", organisation)

    (card,) = response.context["stages"][0].cards
    assert (card.value, card.shape) == ("90.0\xa0%", "ok")


def test_one_place_shows_its_own_figures(client, organisation, sites):
    row = followed(organisation)
    measured(organisation, row, 95, subject=sites[0])
    measured(organisation, row, 50, subject=sites[1])
    lyon = MeasuringPlace.objects.get(site=sites[0])

    response = page(client, "journey", organisation, lieu=lyon.pk)

    (card,) = response.context["stages"][0].cards
    assert card.value == "95.0\xa0%"


def test_a_place_of_somebody_else_is_not_found(client, organisation):
    followed(organisation)
    other = OrganisationFactory()
    followed(other, "ACC-01")
    theirs = MeasuringPlace.objects.get(organisation=other)

    assert page(client, "journey", organisation, lieu=theirs.pk).status_code == 404
    assert page(client, "journey", other).status_code == 404
    assert page(client, "journey", organisation, lieu="x").status_code == 404


def test_nothing_followed_says_what_to_do_next(client, organisation):
    text = words(page(client, "journey", organisation))

    assert "No indicator is followed yet" in text
    assert reverse("audits:targets", args=[organisation.key]) in text


def test_what_is_no_longer_followed_is_gone(client, organisation):
    row = followed(organisation)
    want(organisation, row, None, kind=TargetKind.STOPPED, operator="", at=timezone.now())

    assert page(client, "journey", organisation).context["stages"] == []


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "number"), [("journey", 10), ("dimensions", 8)])
def test_the_number_of_indicators_does_not_change_the_number_of_queries(
    client, organisation, name, number, count
):
    sites = SiteFactory.create_batch(2, organisation=organisation)
    for n in range(count):
        row = followed(organisation, f"X-{n}")
        for site in sites:
            measured(organisation, row, 90, subject=site)
    page(client, name, organisation)  # what is read once per process

    with counted() as queries:
        page(client, name, organisation)

    assert len(queries) == number, "\n".join(queries)


def test_dimensions_warn_when_social_indicators_are_too_few(client, organisation):
    for code, dimension in (("A-1", "process"), ("A-2", "customer"), ("A-3", "process")):
        followed(organisation, code, dimension=dimension)

    short = page(client, "dimensions", organisation)
    followed(organisation, "A-4", dimension="social")
    enough = page(client, "dimensions", organisation)

    assert "Fewer than 25 %" in words(short)
    assert "Fewer than 25 %" not in words(enough)
    assert [share.count for share in enough.context["shares"]] == [2, 1, 1]


def test_places_stand_side_by_side(client, organisation, sites):
    row = followed(organisation)
    measured(organisation, row, 95, subject=sites[0])
    measured(organisation, row, 50, subject=sites[1])

    (line,) = page(client, "places", organisation).context["rows"]

    assert [cell.value for cell in line.cells] == ["72.5\xa0%", "95.0\xa0%", "50.0\xa0%"]
    assert [cell.shape for cell in line.cells] == ["part", "ok", "part"]


def test_places_counted_differently_are_not_put_together(client, organisation, sites):
    row = followed(organisation)
    for site, threshold in zip(sites, (15, 20), strict=True):
        measured(organisation, row, 90, subject=site, convention={"threshold_s": threshold})

    (line,) = page(client, "places", organisation).context["rows"]

    assert line.cells[0].value == "–"
    assert "do not count in the same way" in line.cells[0].verdict
    assert line.cells[1].value == "90.0\xa0%"


def test_a_series_shows_the_verdict_of_each_period_by_the_target_of_that_day(client, organisation):
    row = indicator()
    want(organisation, row, 80, starts_on=date(2024, 1, 1))
    want(organisation, row, 95, starts_on=MONTHS[-1].start, at=timezone.now())
    for period in MONTHS:
        measured(organisation, row, 90, period=period)

    response = page(client, "series", organisation, row.pk, duree="12")

    rows = response.context["series"].rows
    judged = [(one.target.replace("\xa0", " "), one.shape) for one in rows[:2]]
    assert judged == [("≥ 95 %", "part"), ("≥ 80 %", "ok")]


def test_a_sample_says_its_size_its_interval_and_what_would_decide(client, organisation):
    row = followed(organisation)
    measured(organisation, row, 27, 30, is_exhaustive=False)

    response = page(client, "series", organisation, row.pk)

    (line,) = [one for one in response.context["series"].rows if one.size]
    assert line.size == "n = 30"
    assert line.interval.replace("\xa0", "") == "74.4% to 96.5%"
    assert (line.verdict, line.needed) == ("Not proven", "a sample of 196 would decide")


def test_behind_a_period_stand_its_measures_with_where_they_come_from(client, organisation, sites):
    row = followed(organisation)
    measured(organisation, row, 95, subject=sites[0], convention={"threshold_s": 15})
    measured(organisation, row, 50, subject=sites[1])

    response = page(client, "series", organisation, row.pk, periode=OVER.start.isoformat())

    behind = response.context["behind"]
    assert [(one.place, one.value) for one in behind] == [
        ("Lyon", "95.0\xa0%"),
        ("Massy", "50.0\xa0%"),
    ]
    assert behind[0].inputs == [("input answered_in_t", "95"), ("input offered", "100")]
    assert behind[0].convention == "threshold 15 s"
    assert "typed" in words(response)


@pytest.mark.parametrize("query", [{"periode": "x"}, {"duree": "9999"}, {"periode": "2026-02-30"}])
def test_an_odd_address_is_read_as_if_it_said_nothing(client, organisation, query):
    row = followed(organisation)
    measured(organisation, row, 95)

    response = page(client, "series", organisation, row.pk, **query)

    assert response.status_code == 200
    assert response.context["chosen"] is None


def test_a_series_needs_few_queries(client, organisation, sites):
    row = followed(organisation)
    for period in MONTHS:
        for site in sites:
            measured(organisation, row, 90, subject=site, period=period)
    query = {"periode": OVER.start.isoformat()}
    page(client, "series", organisation, row.pk, **query)

    with counted() as queries:
        page(client, "series", organisation, row.pk, **query)

    assert len(queries) == 11, "\n".join(queries)


def test_natural_limits_show_what_stands_out(client, organisation):
    row = followed(organisation)
    months = last_periods(14, grain=Grain.MONTH, today=localdate())[:-1]
    for number, period in enumerate(months):
        value = 20 if number == 10 else 90 + number % 2
        measured(organisation, row, value, period=period, at=timezone.now())

    response = page(client, "series", organisation, row.pk, duree="24")

    out = [one.label for one in response.context["series"].rows if one.stands_out]
    assert period_text(months[10]) in out
    assert "series-signal" in response.content.decode()


def test_the_fragment_is_the_page_without_its_frame(client, organisation):
    followed(organisation)

    response = client.get(
        reverse("audits:journey", args=[organisation.key]), headers={"HX-Request": "true"}
    )

    assert "<html" not in response.content.decode()
    assert "journey-stage" in response.content.decode()


def test_a_week_is_named_by_its_number(client, organisation):
    row = indicator(frequency="weekly")
    want(organisation, row, 85, grain=Grain.WEEK, starts_on=date(2024, 1, 1))
    week = last_periods(2, grain=Grain.WEEK, today=localdate())[0]
    measure(
        organisation,
        row,
        week.start,
        grain=Grain.WEEK,
        answered_in_t=9,
        offered=10,
        at=timezone.now(),
    )

    (card,) = page(client, "journey", organisation).context["stages"][0].cards

    assert card.when == f"W{week.start.isocalendar().week}"
    assert week.end - week.start == timedelta(days=6)
