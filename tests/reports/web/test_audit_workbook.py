"""The workbook of an audit: who takes it, what is in it, that it is noted, what it costs."""

import io
import uuid

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from audits.enums import TeamRole
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import CertificationFactory, manager_of, name_on_team, running_audit
from tests.factories.engagements import published_edition
from tests.factories.reports import validated_audit

pytestmark = [pytest.mark.web, pytest.mark.django_db]


def url_of(audit):
    return reverse("reports:audit-workbook", args=[audit.key])


def codes(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [row[0].value for row in book.worksheets[1].iter_rows(min_row=2)]


def test_the_workbook_holds_every_requirement(client):
    audit = running_audit()
    client.force_login(manager_of(audit).user)

    response = client.get(url_of(audit))

    expected = list(audit.assessments.order_by("position").values_list("code", flat=True))
    assert response.status_code == 200
    assert codes(response) == expected
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    name = f'attachment; filename="{audit.reference}.xlsx"'
    assert response.headers["Content-Disposition"] == name
    assert response.headers["Cache-Control"] == "no-store"


def test_the_workbook_of_a_validated_audit_shows_what_was_frozen(client):
    audit = validated_audit()
    client.force_login(manager_of(audit).user)
    first = client.get(url_of(audit)).content
    audit.certification.title = "Titre changé depuis"
    audit.certification.save()

    assert client.get(url_of(audit)).content == first


def test_taking_the_workbook_is_noted(client):
    audit = running_audit()
    manager = manager_of(audit).user
    client.force_login(manager)

    client.get(url_of(audit))

    entry = JournalEntry.objects.of("audit", audit.key).first()
    assert (entry.action, entry.actor) == ("audit.exported", str(manager.key))


@pytest.mark.parametrize("role", [TeamRole.LEAD, TeamRole.AUDITOR, TeamRole.OBSERVER])
def test_everybody_on_the_team_takes_it(client, role):
    audit, user = running_audit(), UserFactory()
    name_on_team(audit=audit, user=user, role=role, by=audit.started_by)
    client.force_login(user)

    assert client.get(url_of(audit)).status_code == 200


def test_a_contributor_who_sees_a_part_does_not_take_the_whole(client):
    audit = running_audit()
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    client.force_login(member.user)

    assert client.get(url_of(audit)).status_code == 403
    assert not JournalEntry.objects.filter(action="audit.exported").exists()


@pytest.mark.parametrize("exists", [True, False])
def test_a_stranger_does_not_learn_that_the_audit_exists(client, exists):
    audit = running_audit()
    client.force_login(MembershipFactory().user)
    key = audit.key if exists else uuid.uuid4()

    response = client.get(reverse("reports:audit-workbook", args=[key]))

    assert response.status_code == 404


@pytest.mark.parametrize("requirements", [2, 9])
def test_the_workbook_costs_the_same_for_a_short_and_for_a_long_audit(
    client, requirements, django_assert_num_queries
):
    edition = published_edition(requirements=requirements)
    audit = running_audit(certification=CertificationFactory(edition=edition))
    client.force_login(manager_of(audit).user)

    cache.clear()
    with django_assert_num_queries(17):
        client.get(url_of(audit))
    with django_assert_num_queries(16):  # the words of the edition are known
        client.get(url_of(audit))
