"""Closing a certification file on screen, and opening it again."""

import pytest
from django.urls import reverse

from audits.actions.audit import validate_audit
from audits.actions.closing import close_certification
from audits.models import Certification
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.factories.reports import rate_everything, requested_report, validated_audit
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

REASON = "Projet abandonné"


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation)


def close_url(row):
    return reverse("close-file", args=[row.key])


def reopen_url(row):
    return reverse("audits:reopen-certification", args=[row.key])


def closed(row, by):
    return close_certification(certification=row, reason=REASON, by=by, at=row.opened_at)


def test_a_file_is_closed_and_its_page_says_so(client, manager, file):
    assert close_url(file) in client.get(file.get_absolute_url()).content.decode()

    response = client.post(close_url(file), {"reason": REASON})

    assert response.url == file.get_absolute_url()
    html = client.get(response.url).content.decode()
    assert html.count(REASON) == 2  # beside who closed it, and in the history
    assert "nothing of it changes any more" in html
    assert reopen_url(file) in html
    for name in ("audits:edit-certification", "audits:start-audit"):
        assert reverse(name, args=[file.key]) not in html
    assert close_url(file) not in html


def test_a_reason_is_asked_for(client, manager, file):
    response = client.post(close_url(file), {"reason": "  "})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert Certification.objects.get().closed_at is None


def test_what_is_in_the_way_is_said_before_anything_is_typed(client, manager):
    audit = running_audit(certification=CertificationFactory(organisation=manager.organisation))
    report = requested_report(audit=audit, by=manager.user)

    page = client.get(close_url(audit.certification))

    html = page.content.decode()
    assert f"The audit {audit.reference} is in progress" in html
    assert f"The report {report}" in html
    assert 'name="reason"' not in html


def test_what_comes_in_the_way_meanwhile_is_said_and_the_text_is_kept(client, manager, file):
    audit = running_audit(certification=file)

    response = client.post(close_url(file), {"reason": REASON})

    html = response.content.decode()
    assert response.status_code == 409
    assert audit.reference in html
    assert REASON in html


def test_actions_that_are_left_are_counted(client):
    audit = running_audit()
    member = manager_of(audit)
    light = audit.certification.edition.referential.scheme.grades.get(code="PS")
    CorrectiveActionFactory(finding=FindingFactory(assessment=first_assessment(audit), grade=light))
    client.force_login(member.user)

    page = client.get(close_url(audit.certification))

    assert page.context["unfinished"] == 1


def test_a_closed_file_is_opened_again_for_a_reason(client, manager, file):
    closed(file, manager.user)

    page = client.get(reopen_url(file))
    nothing = client.post(reopen_url(file), {"reason": ""})
    response = client.post(reopen_url(file), {"reason": "Clos par erreur"}, follow=True)

    assert REASON in page.content.decode()
    assert nothing.status_code == 422
    html = response.content.decode()
    assert "File reopened" in html
    assert "Clos par erreur" in html
    assert Certification.objects.get().closed_at is None


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR])
def test_other_members_read_and_do_neither(client, manager, file, role):
    closed(file, manager.user)
    member = MembershipFactory(organisation=file.organisation, role=role)
    client.force_login(member.user)

    html = client.get(file.get_absolute_url()).content.decode()

    assert REASON in html
    assert reopen_url(file) not in html
    assert client.post(reopen_url(file), {"reason": "x"}).status_code == 403
    assert client.post(close_url(file), {"reason": "x"}).status_code == 403


def test_a_link_that_is_too_old_says_so(client, manager, file):
    too_early = client.get(reopen_url(file))
    closed(file, manager.user)
    too_late = client.get(close_url(file))

    assert (too_early.status_code, too_late.status_code) == (409, 409)
    assert "has changed state" in too_late.content.decode()


def test_what_was_left_open_in_a_closed_file_is_nobodys_task(client):
    audit = running_audit()
    member = manager_of(audit)
    light = audit.certification.edition.referential.scheme.grades.get(code="PS")
    found = FindingFactory(assessment=first_assessment(audit), grade=light, due_date="2020-01-01")
    action = CorrectiveActionFactory(finding=found, due_date="2020-01-01")
    rate_everything(audit)
    validate_audit(audit=audit, by=audit.started_by, at=audit.started_at)
    client.force_login(member.user)
    lists = ("/actions/?retard=1", "/constats/?retard=1")
    late = [len(client.get(url).context["rows" if "constats" in url else "items"]) for url in lists]
    tasks = client.get("/").context["tasks"]

    closed(audit.certification, member.user)

    assert (late, len(tasks)) == ([1, 1], 1)
    assert client.get("/").context["tasks"] == []
    assert client.get("/actions/?retard=1").context["items"] == []
    assert client.get("/constats/?retard=1").context["rows"] == []
    page = client.get(action.get_absolute_url())
    assert (page.context["steps"], page.context["can_edit"]) == ([], False)
    assert audit.certification.reference in page.content.decode()


def test_the_page_takes_the_same_queries_whatever_the_number_of_reports(client, manager):
    audit = validated_audit()
    member = manager_of(audit)
    client.force_login(member.user)
    sizes = set()
    for language in ("fr", "en"):
        requested_report(audit=audit, by=member.user, language=language)
        with counted() as queries:
            client.get(close_url(audit.certification))
        sizes.add(len(queries))

    assert sizes == {7}
