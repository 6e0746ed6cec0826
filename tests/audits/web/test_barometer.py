"""The yearly barometer: themes, answers, sector, gaps ranked, the year before."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.surveys.barometer import close_barometer
from audits.models import Barometer, SectorMark, ServiceTheme, ThemeCount
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.surveys import barometer, mark, marks, themes

pytestmark = [pytest.mark.web, pytest.mark.django_db]
YEAR = localdate().year


@pytest.fixture(autouse=True)
def _in_french(manager, client):
    """Sentences are asserted as most people read them."""
    manager.user.language = "fr"
    manager.user.save(update_fields=["language"])
    client.force_login(manager.user)


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation, name=name) for name in ("Lyon", "Massy")]


@pytest.fixture
def asked(organisation):
    return themes(organisation, "Joindre", "Comprendre")


def screen(client, organisation, **query):
    return client.get(reverse("audits:barometer", args=[organisation.key]), query)


def text_of(response):
    return " ".join(response.content.decode().replace("\u202f", " ").replace("\xa0", " ").split())


def cells(row, asked, value, **values):
    """Every cell of the first theme alike; the others are left empty."""
    names = [f"{a}-{asked[0].pk}-{n}" for a in ("expected", "delivered") for n in range(1, 11)]
    return {"version": row.version} | dict.fromkeys(names, value) | values


def close(row):
    row.refresh_from_db()
    return close_barometer(barometer=row, by=row.recorded_by, at=timezone.now())


def test_the_ready_list_is_by_stage_and_made_ones_own(client, organisation):
    client.post(reverse("audits:ready-themes", args=[organisation.key]))

    rows = list(ServiceTheme.objects.all())
    assert len(rows) == 9
    assert {row.journey_stage for row in rows} >= {"access", "pickup", "handling", "complaint"}
    again = client.post(reverse("audits:ready-themes", args=[organisation.key]))
    assert again.status_code == 409


def test_themes_are_renamed_put_in_order_left_out_and_added(client, organisation, asked):
    url = reverse("audits:barometer-themes", args=[organisation.key])
    sent = {
        "position-0": "2",
        "label-0": "Comprendre",
        "active-0": "on",
        "position-1": "1",
        "label-1": "Joindre",
        "label-2": "Rappeler",
        "active-2": "on",
    }

    assert client.post(url, sent).status_code == 302

    rows = ServiceTheme.objects.values_list("pk", "label", "is_active")
    assert list(rows)[:2] == [(asked[1].pk, "Joindre", False), (asked[0].pk, "Comprendre", True)]
    assert list(rows)[2][1] == "Rappeler"


def test_two_themes_of_one_name_are_refused(client, organisation, asked):
    url = reverse("audits:barometer-themes", args=[organisation.key])

    response = client.post(url, {"label-0": "Joindre", "label-1": "JOINDRE"})

    assert response.status_code == 422
    assert "porte ce nom" in text_of(response)


def test_a_barometer_asks_for_themes_first(client, organisation):
    response = client.get(reverse("audits:begin-barometer", args=[organisation.key]))

    assert response.headers["Location"] == reverse(
        "audits:barometer-themes", args=[organisation.key]
    )


def test_one_barometer_a_year_and_none_of_a_year_to_come(client, organisation, asked):
    barometer(organisation)
    url = reverse("audits:begin-barometer", args=[organisation.key])

    twice = client.post(url, {"year": YEAR, "source": "Étude"})
    ahead = client.post(url, {"year": YEAR + 1, "source": "Étude"})

    assert (twice.status_code, ahead.status_code) == (409, 409)
    assert Barometer.objects.count() == 1


def test_answers_are_entered_for_a_site_and_shown_as_means(client, organisation, sites, asked):
    row = barometer(organisation)
    url = reverse("audits:barometer-marks", args=[row.key])
    values = {f"expected-{asked[0].pk}-9": "91", f"delivered-{asked[0].pk}-7": "91"}

    sent = client.post(f"{url}?lieu=site-{sites[0].pk}", cells(row, asked, "0", **values))

    assert sent.status_code == 302
    view = screen(client, organisation).context["view"]
    first = view.rows[0]
    assert (first.label, first.expected.value, first.delivered.value, first.gap) == (
        "Joindre",
        "9,0",
        "7,0",
        "+2,0",
    )
    assert first.verdict == "En deçà de l’attendu"


def test_sites_are_summed_and_gaps_ranked(client, organisation, sites, asked):
    row = barometer(organisation)
    mark(row, asked[1], marks(m9=10), marks(m5=10), subject=sites[0])
    mark(row, asked[1], marks(m9=90), marks(m7=90), subject=sites[1])

    view = screen(client, organisation).context["view"]

    assert [one.label for one in view.rows] == ["Comprendre", "Joindre"]
    assert view.rows[0].delivered.value == "6,8"  # (10 x 5 + 90 x 7) / 100
    assert [(one.place, one.gap) for one in view.rows[0].gaps] == [
        ("Lyon", "+4,0"),
        ("Massy", "+2,0"),
    ]
    assert view.rows[1].gap == "–"


def test_the_year_before_is_beside(client, organisation, sites, asked):
    before = barometer(organisation, YEAR - 1)
    mark(before, asked[0], marks(m9=100), marks(m6=50, m7=50), subject=sites[0])
    close(before)
    now = barometer(organisation)
    mark(now, asked[0], marks(m9=100), marks(m7=50, m8=50), subject=sites[0])

    view = screen(client, organisation).context["view"]
    first = view.rows[0]

    assert (view.previous, first.before, first.since, first.since_verdict) == (
        YEAR - 1,
        "+2,5",
        "+1,0",
        "mieux",
    )


def test_the_sector_has_its_source_and_year(client, organisation, asked):
    row = barometer(organisation)
    url = reverse("audits:sector-marks", args=[row.key])
    pk = asked[0].pk
    given = {"version": row.version, f"delivered-{pk}": "7,4"}

    bare = client.post(url, given)
    whole = client.post(url, given | {f"source-{pk}": "Observatoire", f"year-{pk}": "2025"})

    assert (bare.status_code, whole.status_code) == (422, 302)
    assert "Dites de quelle étude" in text_of(bare)
    found = SectorMark.objects.get()
    assert (found.theme, str(found.delivered), found.expected) == (asked[0], "7.40", None)


@pytest.mark.parametrize("value", ["0", "11", "7,333", "abc"])
def test_a_mark_of_the_sector_off_the_scale_is_refused(client, organisation, asked, value):
    row = barometer(organisation)
    pk = asked[0].pk

    response = client.post(
        reverse("audits:sector-marks", args=[row.key]),
        {
            "version": row.version,
            f"delivered-{pk}": value,
            f"source-{pk}": "Étude",
            f"year-{pk}": "2025",
        },
    )

    assert response.status_code == 422
    assert f'value="{value}"' in text_of(response)


def test_a_missing_count_is_no_zero(client, organisation, sites, asked):
    row = barometer(organisation)
    url = reverse("audits:barometer-marks", args=[row.key])

    response = client.post(url, cells(row, asked, "3", **{f"expected-{asked[0].pk}-4": ""}))

    assert response.status_code == 422
    assert "tapez 0 quand personne" in text_of(response)


def test_of_two_who_enter_answers_the_second_is_told(client, organisation, sites, asked):
    row = barometer(organisation)
    url = reverse("audits:barometer-marks", args=[row.key])
    client.post(url, cells(row, asked, "3"))

    second = client.post(url, cells(row, asked, "4"))

    assert second.status_code == 409
    assert 'value="4"' in text_of(second)
    assert set(ThemeCount.objects.values_list("count", flat=True)) == {3}


def test_a_draft_is_read_by_those_who_write_it_alone(client, organisation, asked):
    row = barometer(organisation)
    mark(row, asked[0], marks(m9=20), marks(m7=20))
    reader = MembershipFactory(organisation=organisation, role=Role.DIRECTOR).user
    client.force_login(reader)

    assert screen(client, organisation).context["barometer"] is None
    close(row)
    page = screen(client, organisation)
    assert page.context["barometer"] == row
    assert reverse("audits:reopen-barometer", args=[row.key]) not in text_of(page)


def test_a_site_manager_reads_their_site_alone(client, organisation, sites, asked):
    row = barometer(organisation)
    mark(row, asked[0], marks(m9=20), marks(m7=20), subject=sites[0])
    mark(row, asked[0], marks(m9=20), marks(m3=20), subject=sites[1])
    close(row)
    member = MembershipFactory(
        organisation=organisation, role=Role.SITE_MANAGER, site=sites[0], user__language="fr"
    )
    client.force_login(member.user)

    page = screen(client, organisation)

    assert page.context["view"].rows[0].delivered.value == "7,0"
    assert "Massy" not in text_of(page)


def test_a_closed_barometer_is_corrected_once_opened_again(client, organisation, asked):
    row = barometer(organisation)
    mark(row, asked[0], marks(m9=20), marks(m7=20))
    client.post(reverse("audits:close-barometer", args=[row.key]))
    row.refresh_from_db()
    url = reverse("audits:barometer-marks", args=[row.key])
    assert client.post(url, cells(row, asked, "4")).status_code == 409

    client.post(reverse("audits:reopen-barometer", args=[row.key]), {"reason": "Notes inversées"})

    assert JournalEntry.objects.get(action="barometer.reopened").reason == "Notes inversées"
    assert client.get(url).status_code == 200


def test_an_empty_barometer_is_not_closed(client, organisation, asked):
    row = barometer(organisation)

    response = client.post(reverse("audits:close-barometer", args=[row.key]))

    assert response.status_code == 409
    row.refresh_from_db()
    assert row.state == "DRAFT"


@pytest.mark.parametrize("count", [1, 4])
def test_the_screen_asks_the_same_whatever_is_asked(
    client, organisation, sites, django_assert_num_queries, count
):
    asked = themes(organisation, *(f"Thème {n}" for n in range(count)))
    for back in (1, 0):
        row = barometer(organisation, YEAR - back)
        for theme in asked:
            mark(row, theme, marks(m9=20), marks(m7=20), subject=sites[0])
        close(row)
    screen(client, organisation)

    with django_assert_num_queries(12):
        screen(client, organisation)


@pytest.mark.parametrize("changes", [{"state": "CLOSED"}, {"year": 1999}, {"source": ""}])
def test_the_database_refuses_a_barometer_that_is_none(organisation, asked, changes):
    row = barometer(organisation)

    with pytest.raises(IntegrityError), transaction.atomic():
        Barometer.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize("value", [0, 11])
def test_the_database_refuses_a_mark_off_the_scale(organisation, asked, value):
    row = mark(barometer(organisation), asked[0], marks(m9=1), marks(m7=1))

    with pytest.raises(IntegrityError), transaction.atomic():
        ThemeCount.objects.filter(barometer=row, mark=9).update(mark=value)
