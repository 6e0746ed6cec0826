"""Comparing two audits: which ones, what compares, how many do not, the same as a table."""

import csv
import io
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.enums import AuditKind, TeamRole
from audits.logic.comparison import Movement, Reason
from audits.models import Assessment, Audit
from crcaudit.accounts.enums import Role
from engagements.models import RequirementMapping
from tests.factories.accounts import MembershipFactory, OrganisationFactory, SiteFactory
from tests.factories.audits import CertificationFactory, name_on_team, running_audit
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

POINTS = {"C": 100, "P": 50, "NC": 0}


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation)


def audited(file, levels, kind=AuditKind.INTERNAL, **fields):
    """An audit rated in the order of the grid; "" leaves a requirement to do."""
    audit = running_audit(certification=file, kind=kind, **fields)
    for row, level in zip(audit.assessments.order_by("position", "pk"), levels, strict=False):
        rated(row, level)
    return audit


def rated(row, level):
    if level == "NA":
        put(row, status="NOT_APPLICABLE", na_reason="Sans objet")
    elif level:
        conform = level == "C"
        put(row, status="RATED", level=level, points=POINTS[level], is_conform=conform)


def put(row, **fields):
    Assessment.objects.filter(pk=row.pk).update(**fields)


@pytest.fixture
def then(file):
    return audited(file, ["C", "P", "NC", "C"], AuditKind.DIAGNOSIS)


@pytest.fixture
def now(file, then):
    return audited(file, ["P", "C", "NC", "NA"])


def url(file, name="compare"):
    return reverse(f"audits:{name}", args=[file.key])


def pair(then, now, **query):
    return {"avant": then.key, "apres": now.key} | query


def movements(response):
    return [(row.code, row.movement) for row in response.context["rows"]]


def test_the_latest_audit_is_compared_with_the_diagnosis(client, file, then, now):
    response = client.get(url(file))

    assert (response.context["then"], response.context["now"]) == (then, now)
    assert movements(response) == [
        ("EX-1.1.1", Movement.WORSE),
        ("EX-1.1.2", Movement.BETTER),
        ("EX-1.2.1", Movement.SAME),
        ("EX-1.2.2", Movement.NO_LONGER_APPLICABLE),
    ]
    comparison = response.context["comparison"]
    assert comparison.like_for_like.then.score == Fraction(250, 400)
    assert comparison.like_for_like.now.score == Fraction(150, 300)
    (domain,) = response.context["domains"]
    assert (domain.code, domain.better, domain.worse) == ("D1", 1, 1)


def test_the_other_way_round_can_be_asked(client, file, then, now):
    response = client.get(url(file), pair(now, then))

    assert movements(response)[0] == ("EX-1.1.1", Movement.BETTER)


def test_a_filter_keeps_one_movement(client, file, then, now):
    response = client.get(url(file), pair(then, now, quoi="BETTER"))

    assert movements(response) == [("EX-1.1.2", Movement.BETTER)]
    assert {chip.count for chip in response.context["chips"]} == {4, 1}


def test_an_empty_filter_says_so(client, file, then, now):
    response = client.get(url(file), pair(then, now, quoi="NOT_COMPARABLE"))

    assert "Nothing under these filters" in response.content.decode()


@pytest.mark.parametrize("audits", [0, 1])
def test_there_must_be_two(client, file, audits):
    if audits:
        audited(file, [])

    assert "Nothing to compare yet" in client.get(url(file)).content.decode()
    assert client.get(url(file, "comparison-table")).status_code == 404


def test_the_same_audit_twice_shows_nothing_to_compare(client, file, then, now):
    response = client.get(url(file), pair(now, now))

    assert response.status_code == 200
    assert "Choose two different audits" in response.content.decode()
    assert client.get(url(file, "comparison-table"), pair(now, now)).status_code == 404


@pytest.mark.parametrize("side", ["avant", "apres"])
def test_an_audit_that_is_unknown_or_of_others_does_not_exist(client, file, then, now, side):
    foreign = running_audit()

    for key in (uuid4(), foreign.key):
        assert client.get(url(file), {side: key}).status_code == 404
        assert client.get(url(file, "comparison-table"), {side: key}).status_code == 404
    assert client.get(url(file), {side: "abc"}).status_code == 400


def test_an_odd_filter_is_refused(client, file, then, now):
    assert client.get(url(file), {"quoi": "PIRE"}).status_code == 400
    assert client.get(url(file), {"page": "9"}).status_code == 404


def test_a_site_that_came_later_counts_in_the_total_only(client, manager, file):
    here, there = SiteFactory.create_batch(2, organisation=manager.organisation)
    file.sites.set([here])
    then = audited(file, [], AuditKind.DIAGNOSIS, is_per_site=True)
    then.assessments.update(status="RATED", level="C", points=100, is_conform=True)
    file.sites.set([here, there])
    now = audited(file, [], is_per_site=True)
    now.assessments.filter(site=here).update(status="RATED", level="C", points=100, is_conform=True)
    now.assessments.filter(site=there).update(status="RATED", level="NC", points=0)

    response = client.get(url(file), pair(then, now))

    comparison = response.context["comparison"]
    assert (comparison.comparable, dict(comparison.reasons)) == (4, {Reason.SITE_ADDED: 4})
    assert comparison.like_for_like.progress == 0
    assert comparison.total.progress == Fraction(-1, 2)
    assert "4 requirements are not comparable" in response.content.decode()


@pytest.fixture
def next_edition(manager):
    """A file of the same organisation on another edition, rated throughout."""
    file = CertificationFactory(
        organisation=manager.organisation, edition=published_edition(), reference="CERT-2027-01"
    )
    return audited(file, ["C", "C", "C", "C"])


def link(then, now, places, relation="KEPT"):
    olds = list(then.certification.edition.requirements.order_by("position"))
    news = list(now.certification.edition.requirements.order_by("position"))
    for old, new in places:
        RequirementMapping.objects.create(
            old_edition=then.certification.edition,
            new_edition=now.certification.edition,
            old=olds[old] if old is not None else None,
            new=news[new] if new is not None else None,
            relation=relation,
        )


@pytest.mark.parametrize("is_back", [False, True])
def test_another_edition_compares_through_the_mapping_either_way(
    client, file, then, next_edition, is_back
):
    link(then, next_edition, [(0, 0), (1, 2)])
    link(then, next_edition, [(2, None)], "REMOVED")
    link(then, next_edition, [(3, 1)], "MERGED")
    sides = (next_edition, then) if is_back else (then, next_edition)

    response = client.get(url(file), pair(*sides))

    comparison = response.context["comparison"]
    assert (comparison.comparable, comparison.not_comparable) == (2, 4)
    gone = Reason.NEW if is_back else Reason.REMOVED
    merged = Reason.SPLIT if is_back else Reason.MERGED
    assert dict(comparison.reasons) == {gone: 1, merged: 2, Reason.NOT_MAPPED: 1}
    assert "different editions" in response.content.decode()


def test_another_edition_without_a_mapping_compares_nothing(client, file, then, next_edition):
    comparison = client.get(url(file), pair(then, next_edition)).context["comparison"]

    assert (comparison.comparable, comparison.not_comparable) == (0, 8)


def test_the_table_has_every_row_and_no_formula(client, file, then, now):
    put(now.assessments.order_by("position").first(), text_en="=1+1")

    response = client.get(url(file, "comparison-table"), pair(then, now))

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        f"comparaison-{then.reference}-{now.reference}.csv"
        in response.headers["Content-Disposition"]
    )
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == [
        *("EX-1.1.1", "'=1+1", "", "Compliant", "Partially compliant"),
        *("Worse", "-50.0", ""),
    ]
    assert len(rows) == 5
    filtered = client.get(url(file, "comparison-table"), pair(then, now, quoi="BETTER"))
    assert filtered.content.decode().count("\n") == 2


def test_who_sees_only_a_part_of_an_audit_does_not_compare(client, file, then, now):
    for role in (Role.CONTRIBUTOR, Role.SITE_MANAGER, Role.CLIENT):
        member = MembershipFactory(
            organisation=file.organisation,
            role=role,
            site=SiteFactory(organisation=file.organisation) if role == Role.SITE_MANAGER else None,
        )
        client.force_login(member.user)
        expected = 404 if role == Role.CLIENT else 403
        assert client.get(url(file)).status_code == expected
        assert client.get(url(file, "comparison-table")).status_code == expected


def test_an_auditor_compares_only_audits_they_are_named_on(client, file, then, now):
    third = audited(file, ["C", "C", "C", "C"], AuditKind.INITIAL)
    auditor = MembershipFactory(organisation=OrganisationFactory()).user
    name_on_team(audit=third, user=auditor, role=TeamRole.LEAD)
    client.force_login(auditor)

    assert client.get(url(file)).context["audits"] == [third]
    assert client.get(url(file), pair(then, third)).status_code == 404
    name_on_team(audit=now, user=auditor, role=TeamRole.AUDITOR)
    assert client.get(url(file), pair(now, third)).status_code == 200


def large(manager, *, requirements):
    edition = published_edition(domains=2, engagements=5, requirements=requirements)
    file = CertificationFactory(organisation=manager.organisation, edition=edition)
    then = audited(file, ["P"] * 10 * requirements, AuditKind.DIAGNOSIS)
    return file, then, audited(file, ["C"] * 10 * requirements)


@pytest.mark.parametrize("requirements", [1, 12])
def test_the_number_of_queries_does_not_grow(client, manager, requirements):
    file, then, now = large(manager, requirements=requirements)
    client.get(url(file), pair(then, now))

    with counted() as queries:
        response = client.get(url(file), pair(then, now))

    assert response.context["page"].paginator.count == 10 * requirements
    assert len(queries) == QUERIES


QUERIES = 8  # session, user, memberships, file, audits, lines, domains, wordings


def test_audits_under_way_compare_too(client, file, then, now):
    Audit.objects.filter(pk=now.pk).update(started_at=timezone.now() - timedelta(days=9))

    assert client.get(url(file)).context["now"] == then
