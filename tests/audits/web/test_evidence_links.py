"""Linking one piece of evidence to several requirements, and ending a link."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions.audit import validate_audit
from audits.enums import AuditKind
from audits.models import EvidenceLink
from crcaudit.accounts.enums import Role
from tests.audits.evidence import deposit, state
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import first_assessment, running_audit

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]


def link_url(evidence, audit=None):
    address = reverse("audits:link-evidence", args=[evidence.key])
    return f"{address}?audit={audit.key}" if audit else address


def unlink_url(evidence):
    return reverse("audits:unlink-evidence", args=[evidence.key, evidence.links.get().pk])


def others(row):
    return list(row.audit.assessments.order_by("position").exclude(pk=row.pk))


def freeze(audit):
    audit.assessments.update(status="RATED", level="C", points=100, is_conform=True)
    audit.rollups.update(examined=1)
    validate_audit(audit=audit, by=UserFactory(), at=timezone.now())


def choices(response):
    return [row.pk for row in response.context["form"].fields["requirements"].queryset]


def test_requirements_not_proved_yet_are_offered_and_linked(client, row):
    evidence = deposit(row)

    offered = choices(client.get(link_url(evidence)))
    response = client.post(link_url(evidence), {"requirements": offered[:2]}, follow=True)

    assert offered == [item.pk for item in others(row)]
    assert "Linked to 2 requirements." in response.content.decode()
    assert evidence.links.filter(unlinked_at=None).count() == 3


def test_audit_is_chosen_by_the_address(client, row):
    evidence = deposit(row)
    internal = running_audit(certification=row.audit.certification, kind=AuditKind.INTERNAL)

    offered = choices(client.get(link_url(evidence, internal)))

    assert offered == list(internal.assessments.order_by("position").values_list("pk", flat=True))


def test_linking_without_a_choice_is_asked_for_one(client, row):
    response = client.post(link_url(deposit(row)), {})

    assert response.status_code == 422
    assert "Choose at least one requirement." in response.content.decode()


def test_foreign_requirement_among_ours_refuses_the_whole(client, row):
    evidence = deposit(row)
    foreign = first_assessment(running_audit())
    before = state()

    response = client.post(
        link_url(evidence), {"requirements": [others(row)[0].pk, foreign.pk, 10**30]}
    )

    assert response.status_code == 422
    assert state() == before


def test_audit_of_another_organisation_does_not_exist(client, row):
    evidence = deposit(row)

    assert client.get(link_url(evidence, running_audit())).status_code == 404
    assert client.get(link_url(evidence) + "?audit=x").status_code == 400


def test_validated_audit_refuses_linking_and_unlinking(client, row):
    evidence = deposit(row)
    freeze(row.audit)
    before = state()

    link = client.post(link_url(evidence, row.audit), {"requirements": [others(row)[0].pk]})
    unlink = client.post(unlink_url(evidence))

    assert (link.status_code, unlink.status_code) == (409, 409)
    sentence = f"The audit {row.audit.reference} is validated: its evidence no longer changes."
    assert sentence in link.content.decode()
    assert sentence in unlink.content.decode()
    assert state() == before


def test_without_an_audit_under_way_the_page_says_so(client, row):
    evidence = deposit(row)
    freeze(row.audit)

    response = client.get(link_url(evidence))

    assert response.status_code == 200
    assert "No audit under way" in response.content.decode()


def test_contributor_links_to_their_requirements_only(client, row):
    member = MembershipFactory(
        organisation=row.audit.organisation, role=Role.CONTRIBUTOR, user__language="en"
    )
    client.force_login(member.user)
    evidence = deposit(row, by=member.user)
    mine, other = others(row)[:2]
    mine.assigned_to = member.user
    mine.save(update_fields=["assigned_to"])

    assert choices(client.get(link_url(evidence))) == [mine.pk]
    response = client.post(link_url(evidence), {"requirements": [other.pk]})
    assert response.status_code == 422


def test_unlinking_is_asked_for_then_traced(client, row, manager):
    evidence = deposit(row)

    asked = client.get(unlink_url(evidence))
    response = client.post(unlink_url(evidence))

    link = EvidenceLink.objects.get()
    assert asked.status_code == 200
    assert "The evidence is kept" in asked.content.decode()
    assert response.url == evidence.get_absolute_url()
    assert link.unlinked_by == manager.user
    row.refresh_from_db()
    assert row.evidence_count == 0


def test_link_that_ended_cannot_be_ended_again(client, row):
    evidence = deposit(row)
    address = unlink_url(evidence)
    client.post(address)

    assert client.post(address).status_code == 404


@pytest.mark.parametrize("role", [Role.DIRECTOR])
def test_reader_neither_links_nor_unlinks(client, row, role):
    evidence = deposit(row)
    member = MembershipFactory(organisation=row.audit.organisation, role=role)
    client.force_login(member.user)

    assert client.post(link_url(evidence), {}).status_code == 403
    assert client.post(unlink_url(evidence)).status_code == 403
    assert evidence.links.filter(unlinked_at=None).count() == 1


def test_who_loses_sight_of_the_evidence_goes_back_to_the_requirement(client, row):
    evidence = deposit(row)
    member = MembershipFactory(organisation=row.audit.organisation, role=Role.CONTRIBUTOR)
    row.assigned_to = member.user
    row.save(update_fields=["assigned_to"])
    client.force_login(member.user)

    assert client.post(unlink_url(evidence)).url == row.get_absolute_url()
