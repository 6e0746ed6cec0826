"""The screens of mystery contacts: scenarios, plan, contacts, results."""

from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.models import MysteryCampaign, MysteryContact, MysteryScenario
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.listening import (
    graders,
    made,
    planned_campaign,
    site_of,
    used_grid,
    written_scenario,
)
from tests.project.pages import read
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
LATELY = timedelta(days=20)
LIST, SCENARIOS = "/contacts-mysteres/", "/contacts-mysteres/scenarios/"


@pytest.fixture
def grid(manager):
    SiteFactory(organisation=manager.organisation, name="Lyon")
    return used_grid(manager.organisation, manager.user)


@pytest.fixture
def campaign(grid):
    return planned_campaign(grid)


@pytest.fixture
def contact(campaign):
    return campaign.contacts.order_by("number").first()


def campaign_body(grid, **changes):
    usual = {
        "key": uuid4(),
        "title": "Avril",
        "starts_on": "2026-04-01",
        "ends_on": "2026-04-30",
        "opens_at": "9",
        "closes_at": "18",
        "size": "6",
        "sites": [site_of(grid.organisation).pk],
        "scenarios": [written_scenario(grid).pk],
        "testers": [graders(grid.organisation, 1)[0].pk],
    }
    return usual | changes


def record(client, contact, *given, **more):
    rows = list(contact.scenario.grid.criteria.order_by("position"))
    given = given or ("COMPLIANT",)
    marks = {f"mark_{r.pk}": given[min(n, len(given) - 1)] for n, r in enumerate(rows)}
    usual = {"made_on": contact.planned_on.isoformat(), "recommendation": "9", "wait": "30"}
    return client.post(place("record-contact", contact), marks | usual | more)


def place(name, row):
    return reverse(f"audits:{name}", args=[row.key])


def test_a_plan_is_drawn_and_shows_its_seed(client, grid):
    answer = client.post(reverse("audits:plan-campaign"), campaign_body(grid))

    row = MysteryCampaign.objects.get()
    shown = read(client.get(answer.headers["Location"])).shown
    assert (answer.status_code, row.contacts.count()) == (302, 6)
    for text in (row.seed, "Facture contestée", "Lyon", "0 / 6"):
        assert text in shown


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2026-03-01"}, "ends_on"),
        ({"closes_at": "9"}, "closes_at"),
        ({"opens_at": "25"}, "opens_at"),
        ({"size": "0"}, "size"),
        ({"size": "1001"}, "size"),
        ({"sites": []}, "sites"),
        ({"testers": []}, "testers"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_planned_is_given_back(client, grid, changes, field):
    answer = client.post(reverse("audits:plan-campaign"), campaign_body(grid, **changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not MysteryCampaign.objects.exists()


def test_a_period_without_a_working_day_is_said(client, grid):
    days = {"starts_on": "2026-04-04", "ends_on": "2026-04-06"}  # Easter Monday

    answer = client.post(reverse("audits:plan-campaign"), campaign_body(grid, **days))

    assert answer.status_code == 409
    assert "Lyon has no working day" in read(answer).shown


def test_a_tester_finds_the_contact_at_home_and_records_it(client, contact):
    MysteryContact.objects.filter(pk=contact.pk).update(planned_on=TODAY)
    contact.refresh_from_db()
    client.force_login(contact.tester)
    (task, *_late) = [
        one for one in client.get("/").context["tasks"] if str(contact.key) in one.url
    ]
    page = read(client.get(task.url)).shown
    assert "Je ne comprends pas ma facture." in page

    answer = record(client, contact, "PARTLY", evidence="T-9", comment="Poli")

    contact.refresh_from_db()
    assert (answer.status_code, contact.state, contact.session.score) == (302, "DONE", 50)
    assert client.get(contact.session.get_absolute_url()).status_code == 200
    assert client.get(task.url).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recommendation": "11"}, "recommendation"),
        ({"wait": "-1"}, "wait"),
        ({"made_on": (TODAY + timedelta(days=1)).isoformat()}, "made_on"),
    ],
)
def test_what_cannot_be_recorded_is_given_back(client, contact, changes, field):
    answer = record(client, contact, comment="Gardé", **changes)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "Gardé" in read(answer).shown


def test_a_missed_contact_says_why(client, contact, campaign):
    missing = client.post(place("miss-contact", contact), {"reason": ""})
    answer = client.post(place("miss-contact", contact), {"reason": "Ligne fermée"})

    assert (missing.status_code, answer.status_code) == (422, 302)
    assert "Ligne fermée" in read(client.get(campaign.get_absolute_url())).shown
    assert client.post(place("miss-contact", contact), {"reason": "Encore"}).status_code == 409


def test_results_by_site_and_channel_with_the_caution_on_testers(client, campaign):
    for n, contact in enumerate(campaign.contacts.order_by("number")[:3]):
        made(contact, ("COMPLIANT", "PARTLY", "PARTLY")[n], recommendation=(10, 9, 5)[n], wait=30)

    answer = client.get(campaign.get_absolute_url())

    found = answer.context["found"]
    (spot,) = found.places
    assert (found.done, found.planned, found.left) == (3, 4, 1)
    assert (spot.site, spot.made, spot.mean.value) == ("Lyon", 3, Fraction(200, 3))
    assert found.promoters.startswith("+33")
    assert (found.answered, found.wait) == (3, "30")
    assert "half a point lower" in read(answer).shown


def test_who_is_tested_sees_nothing_of_what_is_to_come(client, campaign, contact):
    site = {"organisation": campaign.organisation, "site": contact.site}
    manager = MembershipFactory(role=Role.SITE_MANAGER, **site).user
    client.force_login(manager)

    assert client.get(campaign.get_absolute_url()).status_code == 404
    assert client.get(place("record-contact", contact)).status_code == 404
    shown = [client.get(page).content.decode() for page in (LIST, SCENARIOS, "/")]
    assert not any("Facture contestée" in page or campaign.title in page for page in shown)


def test_a_site_manager_reads_their_own_once_the_campaign_is_over(client, campaign, contact):
    made(contact)
    site = {"organisation": campaign.organisation, "site": contact.site}
    client.force_login(MembershipFactory(role=Role.SITE_MANAGER, **site).user)

    (line,) = client.get(campaign.get_absolute_url()).context["lines"]
    assert line.contact == contact
    running = planned_campaign(contact.scenario.grid, ends_on=TODAY, starts_on=TODAY - LATELY)
    made(running.contacts.order_by("number").first(), made_on=TODAY)
    assert client.get(running.get_absolute_url()).status_code == 404


def test_a_scenario_is_written_changed_and_put_away(client, grid):
    sent = {
        "key": uuid4(),
        "title": "Carte perdue",
        "channel": "PHONE",
        "situation": "Sans carte",
        "says": "J'ai perdu ma carte",
        "expected": "Un délai",
        "grid": grid.pk,
        "is_active": "on",
    }
    assert client.post(reverse("audits:write-mystery-scenario"), sent).status_code == 302
    row = MysteryScenario.objects.get()
    edit = place("edit-mystery-scenario", row)
    del sent["is_active"]
    assert client.post(edit, sent | {"version": 1}).status_code == 302
    late = client.post(edit, sent | {"version": 1, "title": "Autre"})

    row.refresh_from_db()
    assert (late.status_code, row.is_active) == (409, False)
    assert "put away" in read(client.get(SCENARIOS)).shown
    offered = client.get(reverse("audits:plan-campaign")).context["form"].fields["scenarios"]
    assert not offered.queryset.exists()
    empty = client.post(edit, sent | {"version": 2, "says": ""})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["says"])


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, grid, count):
    for n in range(count):
        campaign = planned_campaign(grid, size=count, title=f"Campagne {n}")
        for contact in campaign.contacts.all():
            made(contact)

    figures = []
    for page in (LIST, SCENARIOS, campaign.get_absolute_url()):
        with counted() as statements:
            assert client.get(page).status_code == 200
        figures.append(len(statements))

    assert figures == [5, 5, 5]
