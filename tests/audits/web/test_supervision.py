"""The wall screen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crcaudit.accounts.enums import Role
from tests.audits.web.test_alerts import under
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.alerts import in_months_before, wanted
from tests.factories.figures import measure
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def organisation(manager):
    return manager.organisation


def wall(client, organisation, **headers):
    answer = client.get(reverse("audits:supervision", args=[organisation.key]), headers=headers)
    assert answer.status_code == 200
    return answer


def met(organisation, by, code="PEC-01"):
    month = in_months_before(1)[0]
    row = wanted(organisation, code, since=month, by=by)
    values = {"answered_in_t": 90, "offered": 100}
    measure(organisation, row, month, by=by, at=timezone.now(), **values)


def test_before_the_first_figure_it_says_so(client, organisation):
    assert "No figure to judge yet" in wall(client, organisation).content.decode()


def test_everything_at_its_objective_is_said_in_large(client, manager, organisation):
    met(organisation, manager.user)

    text = wall(client, organisation).content.decode()

    assert "Everything is at its objective" in text
    assert "1 of 1 at their objective" in text
    assert "Last figures" in text


def test_what_is_under_is_shown_without_anybodys_name(client, manager, organisation):
    site = SiteFactory(organisation=organisation, name="Brest")
    under(organisation, "PEC-01", by=manager.user, subject=site)
    met(organisation, manager.user, "PEC-02")

    text = wall(client, organisation).content.decode()

    for words in ("Brest", "Indicator PEC-01", "70%", "85%", "2 months under the target"):
        assert words in text.replace("\xa0", "")
    for secret in (manager.user.last_name, manager.user.first_name, manager.user.email):
        assert secret not in text


def test_it_refreshes_itself_and_also_without_scripts(client, manager, organisation):
    met(organisation, manager.user)
    whole = wall(client, organisation).content.decode()
    part = wall(client, organisation, **{"HX-Request": "true"}).content.decode()

    assert 'hx-trigger="every 60s"' in part
    assert 'http-equiv="refresh"' in whole
    assert "<html" not in part


def test_the_worst_are_shown_and_the_rest_counted(client, manager, organisation):
    for number in range(10):
        under(
            organisation, f"PEC-{number:02d}", by=manager.user, rates=(90, 70 - number, 70 - number)
        )

    answer = wall(client, organisation)

    shown = answer.context["wall"]
    assert (len(shown.items), shown.more) == (8, 2)
    assert shown.items[0].code == "PEC-09"
    assert "and 2 more" in answer.content.decode()


def test_a_site_manager_sees_their_site_and_a_stranger_nothing(client, manager, organisation):
    sites = SiteFactory.create_batch(2, organisation=organisation)
    for site, code in zip(sites, ("PEC-01", "PEC-02"), strict=True):
        under(organisation, code, by=manager.user, subject=site)
    member = MembershipFactory(organisation=organisation, role=Role.SITE_MANAGER, site=sites[0])
    client.force_login(member.user)

    assert [item.code for item in wall(client, organisation).context["wall"].items] == ["PEC-01"]
    client.force_login(MembershipFactory().user)
    place = reverse("audits:supervision", args=[organisation.key])
    assert client.get(place).status_code == 404


def test_it_asks_as_much_for_three_as_for_one(client, manager, organisation):
    def asked():
        with counted() as statements:
            wall(client, organisation)
        return len(statements)

    under(organisation, "PEC-01", by=manager.user)
    wall(client, organisation)
    first = asked()
    for code in ("PEC-02", "PEC-03"):
        under(organisation, code, by=manager.user)

    assert (asked(), first) == (12, 12)
