"""The list and the page of certification files."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.certification import edit_certification, fields_of, fingerprint
from audits.enums import AuditKind, TeamRole
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    first_assessment,
    name_on_team,
    running_audit,
)
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

LIST = reverse("audits:certifications")
OPEN = reverse("audits:open-certification")
READERS_ONLY = [Role.CONTRIBUTOR, Role.SITE_MANAGER, Role.DIRECTOR]
HOSTILE = '"><script>alert(1)</script>{{ 7|add:7 }}'


def url(name, row):
    return reverse(f"audits:{name}", args=[row.key])


def file_of(member, **fields):
    row = CertificationFactory(organisation=member.organisation, **fields)
    row.sites.add(SiteFactory(organisation=member.organisation))
    return row


def signed_in(client, organisation, role):
    site = SiteFactory(organisation=organisation) if role == Role.SITE_MANAGER else None
    member = MembershipFactory(organisation=organisation, role=role, site=site, user__language="en")
    client.force_login(member.user)
    return member.user


def test_the_list_shows_the_files_of_the_user_and_no_other(client, manager):
    own = file_of(manager, title="Service client mobile")
    CertificationFactory(title="Secret d'un autre")

    response = client.get(LIST)

    assert [row for row, _due in response.context["rows"]] == [own]
    assert "Secret" not in response.content.decode()


def test_each_line_says_where_when_and_what_is_under_way(client, manager):
    row = file_of(manager, target_date=localdate() + timedelta(days=113))
    audit = running_audit(certification=row)

    html = client.get(LIST).content.decode()

    assert row.sites.get().name in html
    assert "in 113 days" in html
    assert audit.get_absolute_url() in html


def test_files_are_in_order_of_their_target_date(client, manager):
    day = localdate()
    later, none, sooner = (
        file_of(manager, target_date=target)
        for target in (day + timedelta(days=20), None, day + timedelta(days=2))
    )

    response = client.get(LIST)

    assert [row for row, _due in response.context["rows"]] == [sooner, later, none]


def test_an_empty_list_offers_the_one_thing_to_do(client, manager):
    html = client.get(LIST).content.decode()

    assert html.count(OPEN) == 2  # in the head of the page and in the empty state


def test_an_empty_list_offers_nothing_to_who_may_not_open(client, manager):
    client.force_login(UserFactory())

    response = client.get(LIST)

    assert response.status_code == 200
    assert OPEN not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(client, manager, rows):
    for _row in range(rows):
        running_audit(certification=file_of(manager))

    with counted() as queries:
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows
    assert len(queries) == 7


@pytest.mark.parametrize("page", ["0", "-1", "abc", "2", "9" * 5000])
def test_a_page_that_does_not_exist_is_not_found(client, manager, page):
    assert client.get(LIST, {"page": page}).status_code == 404


def test_the_page_shows_the_scope_and_what_is_possible(client, manager):
    row = file_of(manager, scope="Appels et courriers", channels=["LETTER", "PHONE"])

    response = client.get(url("certification", row))

    html = response.content.decode()
    assert response.context["channels"] == ["Telephone", "Letter"]
    assert "Appels et courriers" in html
    assert all(url(name, row) in html for name in ("edit-certification", "start-audit"))


def test_progress_counts_what_is_rated_or_not_applicable(client, manager):
    row = file_of(manager)
    first = first_assessment(running_audit(certification=row))
    first.status, first.na_reason = "NOT_APPLICABLE", "Hors champ"
    first.save()

    (audit,) = client.get(url("certification", row)).context["audits"]

    assert (audit.settled, audit.total) == (1, 4)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_the_number_of_audits(client, manager, rows):
    row = file_of(manager)
    for kind in list(AuditKind)[:rows]:
        running_audit(certification=row, kind=kind)

    with counted() as queries:
        response = client.get(url("certification", row))

    assert len(response.context["audits"]) == rows
    assert len(queries) == 10


@pytest.mark.parametrize("role", READERS_ONLY)
def test_who_only_reads_is_offered_nothing(client, manager, role):
    row = file_of(manager)
    signed_in(client, manager.organisation, role)

    response = client.get(url("certification", row))

    html = response.content.decode()
    assert response.status_code == 200
    assert url("edit-certification", row) not in html
    assert url("start-audit", row) not in html


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, *READERS_ONLY])
def test_every_link_that_is_offered_opens(client, manager, role):
    row = file_of(manager)
    running_audit(certification=row)
    signed_in(client, manager.organisation, role)

    html = client.get(url("certification", row)).content.decode()

    links = set(re.findall(r'href="(/[^"]*)"', html[html.index("<main") : html.index("</main>")]))
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("name", ["certification", "edit-certification", "start-audit"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_file_of_another_organisation_does_not_exist(client, manager, name, method):
    foreign = CertificationFactory()

    response = getattr(client, method)(url(name, foreign), {})

    assert response.status_code in ({404} if name != "certification" else {404, 405})


def test_an_auditor_sees_the_audit_of_their_mission_and_nothing_else(client, manager):
    row = file_of(manager)
    named = running_audit(certification=row, kind=AuditKind.INITIAL)
    other = running_audit(certification=row)
    auditor = UserFactory(language="en")
    name_on_team(audit=named, user=auditor, role=TeamRole.LEAD, by=manager.user)
    client.force_login(auditor)

    response = client.get(url("certification", row))

    html = response.content.decode()
    assert response.context["audits"] == [named]
    assert response.context["history"] == ()
    assert other.reference not in html


def test_the_history_says_who_changed_what(client, manager):
    row = file_of(manager, target_date=None)
    fields = fields_of(row)
    changed = type(fields)(**{**_values(fields), "target_date": localdate()})
    edit_certification(
        certification=row,
        seen=fingerprint(fields),
        fields=changed,
        by=manager.user,
        at=timezone.now(),
    )

    (line,) = client.get(url("certification", row)).context["history"]

    assert (line.who, line.what) == (str(manager.user), "File changed")
    assert [change.label for change in line.changes] == ["Certification audit"]


def _values(fields):
    return {name: getattr(fields, name) for name in fields.__dataclass_fields__}


def test_hostile_text_is_shown_as_it_was_typed(client, manager):
    row = file_of(manager, title=HOSTILE, scope=HOSTILE, subcontractors=HOSTILE)

    for address in (LIST, url("certification", row), url("edit-certification", row)):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in html


def test_htmx_gets_the_fragment_alone(client, manager):
    file_of(manager)

    html = client.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert 'id="certifications"' in html
