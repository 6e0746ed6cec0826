"""The page of an internal complaint and the steps taken on it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions.internal_complaint import close_complaint
from audits.models import ComplaintAction, ComplaintComment, InternalComplaint
from crcaudit.accounts.enums import Role
from tests.audits.web.test_alerts import TODAY, under
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.alerts import action, in_months_before, planned, wanted
from tests.factories.figures import indicator, measure
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

RETURNED = (70, 70, 90, 91)


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def complaint(organisation, manager):
    return under(organisation, "PEC-01", by=manager.user)


@pytest.fixture
def director(organisation):
    role = {"organisation": organisation, "role": Role.DIRECTOR}
    return MembershipFactory(**role, user__language="en").user


def at(name, complaint, *more):
    return reverse(f"audits:{name}", args=[complaint.key, *more])


def page(client, complaint):
    answer = client.get(complaint.get_absolute_url())
    assert answer.status_code == 200
    return answer


def test_the_page_says_what_was_measured_and_what_closing_needs(client, complaint):
    text = page(client, complaint).content.decode()

    assert "70" in text
    assert 'class="chart"' in text
    assert "≥" in text
    assert "the target is met 2 closed periods running: 0 so far" in text
    assert "The plan is not written yet" in text
    assert "Time at each step" in text


def test_the_page_asks_as_much_with_three_actions_as_with_one(client, complaint):
    def asked():
        page(client, complaint)
        with counted() as statements:
            page(client, complaint)
        return len(statements)

    planned(complaint)
    action(InternalComplaint.objects.get(), due=TODAY)
    first = asked()
    for _n in range(2):
        action(InternalComplaint.objects.get(), due=TODAY)

    assert asked() == first


def test_the_plan_is_written_then_its_actions(client, complaint, manager):
    place = at("plan-complaint", complaint)
    sent = {"version": complaint.version, "cause": "Absences", "plan": "Renfort"}
    assert client.post(place, sent).status_code == 302

    refused = client.post(place, sent | {"plan": "Autre chose"})
    assert refused.status_code == 409
    assert "Autre chose" in refused.content.decode()
    version = refused.context["form"]["version"].value()
    assert client.post(place, sent | {"plan": "Autre", "version": version}).status_code == 302

    due = TODAY + timedelta(days=5)
    new = {"key": uuid4(), "title": "Former", "owner": manager.user.pk, "due_date": due}
    for _twice in range(2):
        assert client.post(at("add-complaint-action", complaint), new).status_code == 302
    one = ComplaintAction.objects.get()
    edited = new | {"version": 1, "title": "Former trois personnes"}
    assert client.post(at("edit-complaint-action", complaint, one.pk), edited).status_code == 302
    stale = client.post(
        at("edit-complaint-action", complaint, one.pk), edited | {"title": "Autre titre"}
    )
    assert stale.status_code == 409
    assert client.post(at("finish-complaint-action", complaint, one.pk)).status_code == 302
    assert "Plan under way" in page(client, complaint).content.decode()
    assert client.post(at("take-up-complaint-action", complaint, one.pk)).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.done_on) == ("Former trois personnes", None)


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("plan-complaint", {"plan": ""}, "plan"),
        ("plan-complaint", {"cause": " "}, "cause"),
        ("plan-complaint", {"version": "x"}, "version"),
        ("add-complaint-action", {"title": ""}, "title"),
        ("add-complaint-action", {"owner": "999999"}, "owner"),
        ("add-complaint-action", {"due_date": "2001-01-01"}, "due_date"),
        ("add-complaint-action", {"title": "x" * 301}, "title"),
    ],
    ids=str,
)
def test_what_cannot_be_is_given_back(  # noqa: PLR0913, PLR0917
    client, complaint, manager, name, changes, field
):
    row = planned(complaint)
    plan = {"version": row.version, "cause": "Absences", "plan": "Renfort"}
    new = {"key": uuid4(), "title": "Former", "owner": manager.user.pk, "due_date": TODAY}

    answer = client.post(at(name, row), (plan if name == "plan-complaint" else new) | changes)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert ComplaintAction.objects.count() == 0


def test_an_action_without_a_plan_is_not_offered(client, complaint):
    assert client.get(at("add-complaint-action", complaint)).status_code == 409
    assert client.post(at("start-complaint", complaint)).status_code == 409


def test_a_comment_is_kept_and_an_empty_one_given_back(client, complaint):
    place = at("comment-complaint", complaint)

    assert client.post(place, {"key": uuid4(), "text": ""}).status_code == 422
    assert client.post(place, {"key": uuid4(), "text": "Vu avec le site"}).status_code == 302
    assert "Vu avec le site" in page(client, complaint).content.decode()
    key = ComplaintComment.objects.get().key
    answer = client.post(place, {"key": key, "text": "Autre"})
    assert answer.status_code == 409
    assert "Autre" in answer.content.decode()


def test_its_owner_is_named_by_the_quality_manager(client, complaint, director):
    place = at("assign-complaint", complaint)

    sent = {"version": complaint.version, "owner": director.pk}
    assert client.post(place, sent).status_code == 302
    complaint.refresh_from_db()
    assert complaint.owner == director
    assert client.post(place, sent | {"owner": ""}).status_code == 422
    client.force_login(director)
    assert client.get(place).status_code == 403
    assert client.get(at("plan-complaint", complaint)).status_code == 200


def measured_back(organisation, manager):
    """A complaint of which the two last months are met."""
    months = in_months_before(4)
    row = wanted(organisation, "PEC-09", since=months[0], by=manager.user)
    for stage in (months[:2], months[2:]):
        for month in stage:
            rate = RETURNED[months.index(month)]
            measure(
                organisation, row, month, by=manager.user, at=timezone.now(),
                answered_in_t=rate, offered=100,
            )  # fmt: skip
    return InternalComplaint.objects.get(indicator=row)


def test_a_director_closes_what_came_back(client, organisation, manager, director):
    row = measured_back(organisation, manager)
    assert "somebody else than you" in page(client, row).content.decode()
    assert client.get(at("close-complaint", row)).status_code == 403

    client.force_login(director)
    assert "2 so far" in page(client, row).content.decode()
    assert client.post(at("close-complaint", row), {"reason": ""}).status_code == 422
    assert client.post(at("close-complaint", row), {"reason": "Tenu"}).status_code == 302

    text = page(client, row).content.decode()
    assert "Tenu" in text
    assert "90%" in text.replace("\xa0", "")
    assert client.get(at("close-complaint", row)).status_code == 409
    assert client.get(at("reopen-complaint", row)).status_code == 403


def test_what_is_not_back_is_not_closed(client, complaint, director):
    client.force_login(director)

    answer = client.post(at("close-complaint", complaint), {"reason": "C'est fait"})

    assert answer.status_code == 409
    assert "fait" in answer.content.decode()


def test_a_closed_one_is_taken_up_and_says_when_its_return_was_corrected(
    client, organisation, manager, director
):
    row = measured_back(organisation, manager)
    close_complaint(complaint=row, comment="Tenu", by=director, at=timezone.now())
    kept = [one | {"value": 99.0} for one in InternalComplaint.objects.get().returned_by]
    InternalComplaint.objects.update(returned_by=kept)
    assert "Measures were corrected since" in page(client, row).content.decode()

    place = at("reopen-complaint", row)
    assert client.post(place, {"key": uuid4(), "facts": ""}).status_code == 422
    answer = client.post(place, {"key": uuid4(), "facts": "Réclamations"})
    new = InternalComplaint.objects.latest("pk")
    assert (answer.url, new.former) == (new.get_absolute_url(), row)
    assert new.reference in page(client, row).content.decode()
    assert client.post(place, {"key": uuid4(), "facts": "Encore"}).status_code == 409
    assert client.get(at("reopen-complaint", new)).status_code == 409


def test_by_hand_for_an_indicator_that_is_followed(client, organisation, manager, complaint):
    place = reverse("audits:open-complaint", args=[organisation.key])
    whole = complaint.place
    sent = {"key": uuid4(), "indicator": complaint.indicator.pk, "place": whole.pk, "facts": "Vu"}

    refused = client.post(place, sent)
    assert refused.status_code == 409
    assert complaint.reference in refused.content.decode()
    site = SiteFactory(organisation=organisation)
    other = under(organisation, "PEC-05", by=manager.user, subject=site)
    answer = client.post(
        place, sent | {"indicator": complaint.indicator.pk, "place": other.place.pk}
    )
    assert answer.status_code == 302
    assert InternalComplaint.objects.latest("pk").facts == "Vu"
    stranger = indicator("AUT-01")
    assert client.post(place, sent | {"indicator": stranger.pk}).status_code == 422
    assert client.get(place, {"indicateur": "PEC-01"}).context["form"].initial["indicator"]
