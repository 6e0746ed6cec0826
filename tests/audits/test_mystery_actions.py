"""Mystery contacts: scenarios, the plan of a campaign, what each contact gave."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.listening import mystery, scenarios
from audits.listening_enums import CONTACT_FLOW, ContactState, ListeningKind
from audits.models import MysteryCampaign, MysteryContact, MysteryScenario
from crcaudit.accounts.models import SiteClosure
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import SiteFactory
from tests.factories.listening import (
    graders,
    made,
    marks,
    planned_campaign,
    site_of,
    used_grid,
    written_scenario,
)
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

PLAN = ("site", "scenario", "channel", "planned_on", "hour", "tester")


@pytest.fixture
def grid():
    return used_grid()


@pytest.fixture
def campaign(grid):
    return planned_campaign(grid)


@pytest.fixture
def contact(campaign):
    return campaign.contacts.order_by("number").first()


def edit(scenario, *, version=1, **changes):
    values = scenarios.scenario_fields(scenario)
    names = {name: getattr(values, name) for name in values.__slots__} | changes
    return scenarios.edit_scenario(
        scenario=scenario,
        version=version,
        fields=scenarios.ScenarioFields(**names),
        by=scenario.grid.created_by,
        at=timezone.now(),
    )


def miss(contact, reason="Ligne fermée"):
    return mystery.miss_contact(
        contact=contact, reason=reason, by=contact.tester, at=timezone.now()
    )


def test_the_same_seed_over_the_same_ground_gives_the_same_plan(grid):
    ground = {
        "scenarios": (written_scenario(grid),),
        "testers": tuple(graders(grid.organisation)),
        "size": 9,
    }
    first = planned_campaign(grid, seed="graine", **ground)
    again = planned_campaign(grid, seed="graine", title="Encore", **ground)
    other = planned_campaign(grid, seed="autre", title="Autre", **ground)

    plans = [
        list(row.contacts.order_by("number").values_list(*PLAN)) for row in (first, again, other)
    ]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]
    assert len(plans[0]) == 9


def test_contacts_fall_on_working_days_of_their_site_within_the_hours(grid):
    site = site_of(grid.organisation)
    SiteClosure.objects.create(site=site, start_date="2026-03-09", end_date="2026-03-13")
    campaign = planned_campaign(grid, size=60)

    days = set(campaign.contacts.values_list("planned_on", flat=True))
    hours = set(campaign.contacts.values_list("hour", flat=True))
    assert all(day.weekday() < 5 for day in days)
    assert not days & {date(2026, 3, day) for day in range(9, 14)}
    assert hours == set(range(9, 18))


def test_a_site_without_a_working_day_is_said_by_name(grid):
    site = site_of(grid.organisation)
    SiteClosure.objects.create(site=site, start_date="2026-03-01", end_date="2026-03-31")

    with pytest.raises(UserError, match=site.name):
        planned_campaign(grid)


def test_what_cannot_be_spread_is_refused(grid):
    for changes in (
        {"sites": ()},
        {"testers": ()},
        {"scenarios": ()},
        {"sites": (SiteFactory(),)},
        {"size": 0},
        {"size": 1001},
        {"ends_on": date(2027, 3, 31)},
    ):
        with pytest.raises(UserError):
            planned_campaign(grid, **changes)
    assert not MysteryCampaign.objects.exists()


def test_the_same_form_plans_once(grid):
    key, people = uuid4(), tuple(graders(grid.organisation, 1))
    same = {"key": key, "testers": people, "scenarios": (written_scenario(grid),)}

    assert planned_campaign(grid, **same) == planned_campaign(grid, **same)
    assert MysteryContact.objects.count() == 4
    with pytest.raises(NotAvailableError):
        planned_campaign(grid, **same, title="Autre")


def test_a_contact_that_is_made_has_its_score_and_what_the_tester_felt(contact):
    done = made(contact, "PARTLY", recommendation=10, wait=45, evidence="T-9")

    assert (done.state, done.recommendation, done.wait_seconds) == ("DONE", 10, 45)
    assert (done.session.score, done.session.kind) == (50, ListeningKind.MYSTERY)
    assert (done.session.contact_reference, done.session.site) == ("T-9", contact.site)
    for step in (made, miss):
        with pytest.raises(NotAvailableError, match="déjà réglé"):
            step(contact)


def test_a_contact_that_is_missed_says_why_and_the_journal_only_that(contact):
    assert miss(contact, "zzraison").missed_reason == "zzraison"
    row = JournalEntry.objects.get(object_key=str(contact.key))
    assert (row.action, row.after, row.reason) == (
        "mystery.contact_missed",
        {"state": "MISSED"},
        "",
    )
    with pytest.raises(NotAvailableError):
        made(contact)


def test_a_contact_is_not_made_tomorrow_nor_without_all_its_marks(contact):
    with pytest.raises(UserError, match="pas encore venu"):
        made(contact, made_on=localdate() + timedelta(days=1))
    with pytest.raises(UserError, match="chaque critère"):
        mystery.record_contact(
            contact=contact,
            made_on=localdate(),
            marks=dict(list(marks(contact.scenario.grid).items())[:1]),
            by=contact.tester,
            at=timezone.now(),
        )
    contact.refresh_from_db()
    assert contact.state == ContactState.PLANNED


def test_a_scenario_changes_and_a_conflict_overwrites_nothing(grid):
    scenario = written_scenario(grid)
    edit(scenario, title="Un")

    with pytest.raises(EditConflictError):
        edit(scenario, title="Deux")
    assert edit(MysteryScenario.objects.get(), version=2).title == "Un"
    assert JournalEntry.objects.filter(action="mystery.scenario_edited").count() == 1


def test_a_planned_scenario_keeps_its_channel_and_takes_no_foreign_grid(campaign):
    scenario = MysteryScenario.objects.get()
    with pytest.raises(UserError, match="canal"):
        edit(scenario, channel="EMAIL")
    with pytest.raises(UserError, match="en service"):
        edit(scenario, grid=used_grid())


def test_the_same_form_writes_one_scenario(grid):
    fields = scenarios.scenario_fields(written_scenario(grid))
    key = uuid4()
    sent = [
        scenarios.write_scenario(
            key=key,
            organisation=grid.organisation,
            fields=fields,
            by=grid.created_by,
            at=timezone.now(),
        )
        for _press in range(2)
    ]

    assert sent[0] == sent[1]


def test_the_database_refuses_what_a_contact_and_a_campaign_cannot_be(campaign, contact):
    assert CONTACT_FLOW.transitions == (("PLANNED", "DONE"), ("PLANNED", "MISSED"))
    rows = MysteryContact.objects.filter(pk=contact.pk)
    for change in (
        {"state": "DONE"},
        {"state": "MISSED"},
        {"settled_at": timezone.now()},
        {"recommendation": 5},
        {"missed_reason": "Rien"},
        {"hour": 24},
        {"channel": "X"},
        {"number": 2},
    ):
        assert refused(lambda change=change: rows.update(**change))
    made(contact)
    for change in ({"recommendation": 11}, {"state": "PLANNED"}, {"state": "MISSED"}):
        assert refused(lambda change=change: rows.update(**change))
    same = MysteryCampaign.objects.filter(pk=campaign.pk)
    for change in (
        {"seed": "autre"},
        {"size": 9},
        {"seed": ""},
        {"ends_on": date(2026, 1, 1)},
        {"closes_at": 9},
    ):
        assert refused(lambda change=change: same.update(**change))
    assert refused(lambda: MysteryScenario.objects.update(channel="X"))
