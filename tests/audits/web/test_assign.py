"""Assigning one requirement, or many, on screen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.models import Assessment
from audits.presenters.preparation import preparation
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import CertificationFactory, first_assessment, running_audit
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

SOON = localdate() + timedelta(days=10)


@pytest.fixture
def person(row):
    organisation = row.audit.organisation
    return MembershipFactory(organisation=organisation, role=Role.CONTRIBUTOR).user


def many(audit):
    return reverse("audits:assign-many", args=[audit.key])


def one(row):
    return reverse("audits:assign", args=[row.audit.key, row.pk])


def test_one_requirement_is_given_with_a_day(client, row, person):
    answer = client.post(one(row), {"to": person.pk, "due": SOON.isoformat()})

    row.refresh_from_db()
    assert (answer.status_code, row.assigned_to, row.due_date) == (302, person, SOON)
    assert str(person) in client.get(one(row)).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": ""}, "A day needs a person"),
        ({"due": "2020-01-01"}, "This day has passed"),
        ({"due": "demain"}, "Enter a date"),
        ({"to": "999999999"}, "Choose a contributor"),
    ],
)
def test_what_is_wrong_is_said(client, row, person, changes, said):
    body = {"to": person.pk, "due": SOON.isoformat()} | changes

    for address in (one(row), many(row.audit)):
        answer = client.post(address, body | {"rows": [row.pk]})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    row.refresh_from_db()
    assert row.assigned_to is None


def test_a_domain_is_given_to_one_person_in_one_action(client, row, person):
    page = client.get(many(row.audit), {"partie": row.section.code})
    ticked = sorted(page.context["ticked"])
    body = {"rows": ticked, "to": person.pk, "due": SOON.isoformat()}

    answer = client.post(many(row.audit), body, follow=True)

    own = Assessment.objects.filter(section=row.section)
    assert ticked == sorted(str(pk) for pk in own.values_list("pk", flat=True))
    assert set(own.values_list("assigned_to", "due_date")) == {(person.pk, SOON)}
    assert f"{len(ticked)} requirements assigned." in answer.content.decode()


def test_one_requirement_of_another_audit_refuses_the_whole(client, row, person):
    foreign = first_assessment(running_audit())

    answer = client.post(many(row.audit), {"rows": [row.pk, foreign.pk], "to": person.pk})

    assert answer.status_code == 422
    assert str(row.pk) in answer.context["ticked"]
    assert not Assessment.objects.exclude(assigned_to=None).exists()


def test_nothing_ticked_is_said(client, row, person):
    answer = client.post(many(row.audit), {"to": person.pk})

    assert "Tick at least one requirement." in answer.content.decode()


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_takes_as_many_queries_for_few_as_for_many(client, manager, size):
    file = CertificationFactory(
        organisation=manager.organisation, edition=published_edition(requirements=size)
    )
    audit = running_audit(certification=file)

    with counted() as queries:
        client.get(many(audit))

    assert len(queries) == 7, queries


def test_the_day_is_what_sorts_the_preparation(client, row, person):
    other = row.audit.assessments.order_by("position")[1]
    Assessment.objects.filter(pk=other.pk).update(assigned_to=person, due_date=SOON)
    file = row.audit.certification

    items = preparation(file, row.audit, person, today=localdate())

    unproven = [(item.code, item.due) for item in items if item.need == "UNPROVEN"]
    assert unproven[0] == (other.code, SOON)
