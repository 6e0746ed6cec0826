"""The list of internal complaints, its table, the rules, and the fragment of other pages."""

from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.internal_complaint import assign_complaint
from audits.models import AlertRule, InternalComplaint
from audits.presenters.alerts import open_alerts
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.alerts import in_months_before, planned, wanted
from tests.factories.figures import measure
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()


@pytest.fixture
def organisation(manager):
    return manager.organisation


def under(organisation, code, *, by, subject=None, rates=(90, 70, 70)):
    """A complaint that the last two closed months opened today."""
    months = in_months_before(len(rates))
    row = wanted(organisation, code, since=months[0], by=by)
    for month, rate in zip(months, rates, strict=True):
        measure(
            organisation, row, month, subject=subject, by=by, at=timezone.now(),
            answered_in_t=rate, offered=100,
        )  # fmt: skip
    rows = InternalComplaint.objects.filter(indicator=row)
    return rows.get(place__site=subject) if subject else rows.get()


def shown(client, **query):
    answer = client.get(reverse("audits:alerts"), query)
    assert answer.status_code == 200
    return answer


def references(answer):
    return [line.complaint.reference for line in answer.context["lines"]]


def test_without_any_the_list_says_what_will_come(client, manager):
    assert "No alert" in shown(client).content.decode()


def test_a_complaint_is_shown_with_how_long_who_and_how_high(client, manager, organisation):
    under(organisation, "PEC-01", by=manager.user)

    text = shown(client).content.decode()

    assert "2 months under the target" in text
    for words in ("PEC-01", "All sites", "plan to be written", str(manager.user), "Owner"):
        assert words in text


def test_the_list_is_filtered_sorted_and_paged_by_its_address(client, manager, organisation):
    first = under(organisation, "PEC-01", by=manager.user)
    second = planned(under(organisation, "PEC-02", by=manager.user))
    InternalComplaint.objects.filter(pk=first.pk).update(level=3, plan_due="2026-01-01")

    assert references(shown(client)) == [first.reference, second.reference]
    assert references(shown(client, etat="PLANNED")) == [second.reference]
    assert references(shown(client, niveau="3")) == [first.reference]
    assert references(shown(client, retard="1")) == [first.reference]
    assert references(shown(client, indicateur=second.indicator_id)) == [second.reference]
    assert references(shown(client, lieu=first.place_id, sort="-number")) == [
        second.reference,
        first.reference,
    ]
    assert references(shown(client, etat="CLOSED")) == []
    assert "No complaint under these filters" in shown(client, etat="CLOSED").content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"etat": "x"}, 400),
        ({"niveau": "9"}, 400),
        ({"sort": "x"}, 400),
        ({"lieu": "99999"}, 404),
        ({"lieu": "x"}, 404),
        ({"indicateur": "1" * 30}, 404),
        ({"page": "9"}, 404),
    ],
    ids=str,
)
def test_an_address_that_no_link_has(client, manager, query, status):
    assert client.get(reverse("audits:alerts"), query).status_code == status


def test_the_list_asks_as_much_for_three_as_for_one(client, manager, organisation):
    def asked():
        shown(client)
        with counted() as statements:
            shown(client)
        return len(statements)

    under(organisation, "PEC-01", by=manager.user)
    first = asked()
    for code in ("PEC-02", "PEC-03"):
        under(organisation, code, by=manager.user)

    assert (asked(), first) == (12, 12)


def test_the_table_has_the_same_lines(client, manager, organisation):
    complaint = under(organisation, "PEC-01", by=manager.user)

    answer = client.get(reverse("audits:alert-table"))

    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Complaint;Indicator;Name;Place")
    assert rows[1].startswith(f"{complaint.reference};PEC-01;Indicator PEC-01;All sites")
    assert client.get(reverse("audits:alert-table"), {"etat": "CLOSED"}).content.count(b"\n") == 1


def test_a_site_manager_sees_their_site_and_what_is_theirs_to_do(client, manager, organisation):
    sites = SiteFactory.create_batch(2, organisation=organisation)
    here = under(organisation, "PEC-01", by=manager.user, subject=sites[0])
    there = under(organisation, "PEC-02", by=manager.user, subject=sites[1])
    member = MembershipFactory(organisation=organisation, role=Role.SITE_MANAGER, site=sites[0])
    client.force_login(member.user)

    assert references(shown(client)) == [here.reference]
    assert client.get(there.get_absolute_url()).status_code == 404
    assign_complaint(
        complaint=there, version=there.version, owner=member.user, by=manager.user,
        at=timezone.now(),
    )  # fmt: skip
    assert references(shown(client)) == [there.reference, here.reference]


def test_who_left_no_longer_sees_what_was_theirs(client, manager, organisation):
    complaint = under(organisation, "PEC-01", by=manager.user)
    member = MembershipFactory(organisation=organisation, role=Role.CONTRIBUTOR)
    assign_complaint(
        complaint=complaint, version=complaint.version, owner=member.user, by=manager.user,
        at=timezone.now(),
    )  # fmt: skip
    member.end()
    client.force_login(member.user)

    assert references(shown(client)) == []
    assert client.get(complaint.get_absolute_url()).status_code == 404


def test_the_home_page_says_what_waits_and_how_many_are_open(client, manager, organisation):
    complaint = under(organisation, "PEC-01", by=manager.user)

    text = client.get(reverse("audits:home")).content.decode()

    assert complaint.reference in text
    assert "Plan to write" in text
    assert "1 open alert" in text


@pytest.mark.usefixtures("in_english")
def test_other_pages_show_the_same_lines_in_a_fragment(manager, organisation):
    complaint = under(organisation, "PEC-01", by=manager.user)
    lines = open_alerts(manager.user, organisation=organisation, today=TODAY)

    request = RequestFactory().get("/")
    text = render_to_string("audits/_alert_table.html", {"lines": lines}, request)

    assert complaint.reference in text
    assert "No open alert" in render_to_string("audits/_alert_table.html", {"lines": ()}, request)


def body(organisation, **changes):
    place = organisation.places.get(site=None)
    usual = {"key": uuid4(), "place": place.pk, "is_active": "on", "bound": "NONE"}
    days = {"missed_periods": "3", "return_periods": "2", "plan_days": "4", "level_days": "5"}
    return usual | days | changes


@pytest.fixture
def rules(client, manager, organisation):
    """The address of the rules of an organisation that follows one indicator."""
    wanted(organisation, by=manager.user)
    return reverse("audits:alert-rules", args=[organisation.key])


def test_a_rule_is_written_read_changed_and_taken_away(client, manager, organisation, rules):
    assert "The usual rule holds everywhere" in client.get(rules).content.decode()

    answer = client.post(rules + "ecrire/", body(organisation, told_3=[manager.user.pk]))
    assert (answer.status_code, answer.url) == (302, rules)
    row = AlertRule.objects.get()
    assert (row.missed_periods, row.plan_days, row.people.get().level) == (3, 4, 3)
    assert "3 missed periods running" in client.get(rules).content.decode()

    place = row.get_absolute_url()
    form = client.get(place).context["form"]
    assert (form["told_3"].value(), form["version"].value()) == ([manager.user.pk], 1)
    changed = {**body(organisation), "version": 1, "plan_days": "9"}
    assert client.post(place, changed).status_code == 302
    stale = client.post(place, changed | {"plan_days": "7"})
    assert stale.status_code == 409
    assert stale.context["form"]["plan_days"].value() == "7"
    again = changed | {"plan_days": "7", "version": stale.context["form"]["version"].value()}
    assert client.post(place, again).status_code == 302

    assert client.post(place + "retirer/").status_code == 302
    assert AlertRule.objects.count() == 0
    assert JournalEntry.objects.of("alert_rule", row.key).count() == 4


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"plan_days": "0"}, 422, "plan_days"),
        ({"plan_days": "beaucoup"}, 422, "plan_days"),
        ({"missed_periods": "99"}, 422, "missed_periods"),
        ({"trend_points": "2"}, 422, "trend_points"),
        ({"bound": "X"}, 422, "bound"),
        ({"owner": "99999"}, 422, "owner"),
        ({"place": ""}, 422, "place"),
        ({"missed_periods": ""}, 409, "__all__"),
    ],
    ids=str,
)
def test_what_a_rule_cannot_be_is_given_back(  # noqa: PLR0913, PLR0917
    client, organisation, rules, changes, status, field
):
    answer = client.post(rules + "ecrire/", body(organisation, **changes))

    assert answer.status_code == status
    assert field in answer.context["form"].errors
    assert answer.context["form"]["level_days"].value() == "5"


def test_the_form_begins_where_it_was_reached_from(client, organisation, rules):
    answer = client.get(rules + "ecrire/", {"indicateur": "PEC-01", "lieu": "x"})

    assert answer.context["form"].initial["indicator"].code == "PEC-01"


def test_a_director_reads_the_rules_and_writes_none(client, organisation, rules):
    director = MembershipFactory(organisation=organisation, role=Role.DIRECTOR)
    client.force_login(director.user)

    assert client.get(rules).status_code == 200
    assert client.get(rules + "ecrire/").status_code == 403
