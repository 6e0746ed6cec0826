"""Named on an audit: told by e-mail, let in within the days, once independence is declared."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import override

from audits.actions.team import set_team_member
from audits.enums import AuditKind, TeamRole
from audits.models import AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import CertificationFactory, naming, running_audit
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
LINKS = "A été client du service en 2024."


@pytest.fixture
def audit(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return running_audit(certification=file, kind=AuditKind.INITIAL)


@pytest.fixture
def auditor():
    return UserFactory(email="sacha@exemple.test", language="en")


def declare_url(audit):
    return reverse("audits:declare-independence", args=[audit.key])


def team_url(audit):
    return reverse("audits:audit-team", args=[audit.key])


def name(audit, auditor, **days):
    return set_team_member(
        audit=audit,
        user=auditor,
        role=TeamRole.AUDITOR,
        by=audit.started_by,
        at=timezone.now(),
        **days,
    )


def declare(client, audit, **data):
    return client.post(declare_url(audit), {"is_independent": "on", "links": ""} | data)


def test_the_person_named_is_told_for_how_long_and_where_to_declare(
    client, manager, audit, auditor
):
    days = {"opens_on": "2027-01-04", "closes_on": "2027-02-26"}

    client.post(team_url(audit), naming(auditor.email) | days)

    (message,) = mail.outbox
    assert message.to == [auditor.email]
    assert f"http://testserver{declare_url(audit)}" in message.body
    assert "from 4 January 2027 to 26 February 2027" in message.body
    assert audit.organisation.name in message.body


def test_somebody_without_an_account_gets_one_with_a_link_to_choose_a_password(
    client, audit, manager
):
    client.post(team_url(audit), naming("Nouvelle@Exemple.test"))

    (message,) = mail.outbox
    account = User.objects.get(email="nouvelle@exemple.test")
    assert message.to == [account.email]
    client.logout()
    # In the order in which they are followed: nobody declares anything before signing in.
    link, _again, declaration = re.findall(r"http://testserver(/\S+)", message.body)
    assert link.startswith("/mot-de-passe/nouveau/")
    assert declaration == declare_url(audit)
    assert client.get(link, follow=True).status_code == 200
    assert (audit.team.get().user, account.has_usable_password()) == (account, False)


def test_a_closed_account_is_not_named(client, audit):
    closed = UserFactory(is_active=False)

    answer = client.post(team_url(audit), naming(closed.email))

    assert answer.status_code == 409
    assert not audit.team.exists()
    assert mail.outbox == []


def test_role_and_days_are_changed_without_a_message(client, audit, auditor):
    member = name(audit, auditor)
    url = reverse("audits:edit-team-member", args=[audit.key, member.pk])
    data = {"role": "OBSERVER", "opens_on": "", "closes_on": "2027-02-26"}

    shown = client.get(url).context["form"]
    answer = client.post(url, data)

    assert shown["role"].value() == TeamRole.AUDITOR
    assert answer.headers["Location"] == team_url(audit)
    member.refresh_from_db()
    assert (member.role, member.closes_on.isoformat()) == ("OBSERVER", "2027-02-26")
    assert mail.outbox == []


def test_a_member_of_the_organisation_does_not_become_its_auditor(client, audit, manager):
    data = {"audit": audit, "user": manager.user, "role": TeamRole.OBSERVER}
    member = set_team_member(**data, by=manager.user, at=timezone.now())
    url = reverse("audits:edit-team-member", args=[audit.key, member.pk])

    answer = client.post(url, {"role": "AUDITOR"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["role"])
    member.refresh_from_db()
    assert member.role == TeamRole.OBSERVER


def test_a_message_that_cannot_leave_is_said(client, manager, audit, auditor, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    page = client.post(team_url(audit), naming(auditor.email), follow=True).content.decode()

    assert "The e-mail could not be sent" in page
    assert audit.team.get().user == auditor


def test_the_audit_opens_once_independence_is_declared(client, audit, auditor):
    name(audit, auditor)
    client.force_login(auditor)

    home = client.get(reverse("audits:home"))
    before = client.get(audit.get_absolute_url())
    form = client.get(declare_url(audit))
    answer = declare(client, audit)

    assert declare_url(audit) in home.content.decode()
    assert (before.status_code, form.status_code) == (404, 200)
    assert answer.headers["Location"] == audit.get_absolute_url()
    assert client.get(audit.get_absolute_url()).status_code == 200
    assert declare_url(audit) not in client.get(reverse("audits:home")).content.decode()


def test_without_the_box_nothing_opens_and_nothing_typed_is_lost(client, audit, auditor):
    name(audit, auditor)
    client.force_login(auditor)

    answer = client.post(declare_url(audit), {"links": LINKS})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["is_independent"])
    assert LINKS in answer.content.decode()
    assert audit.team.get().declared_at is None


def test_a_declaration_is_made_once_and_traced(client, audit, auditor):
    name(audit, auditor)
    client.force_login(auditor)

    answers = [declare(client, audit, links=text) for text in (LINKS, "Rien.")]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert audit.team.get().declared_links == LINKS
    entry = JournalEntry.objects.get(action="audit.independence_declared")
    assert (entry.actor, entry.after) == (str(auditor.key), {"declared_links": LINKS})


def test_after_the_last_day_there_is_nothing_to_declare(client, audit, auditor):
    name(audit, auditor, closes_on=TODAY - timedelta(days=1))
    client.force_login(auditor)

    answers = [client.get(declare_url(audit)), declare(client, audit)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert audit.team.get().declared_at is None


def test_independence_is_declared_before_the_first_day_and_opens_nothing_yet(
    client, audit, auditor
):
    first = TODAY + timedelta(days=10)
    with override("en"):
        day = date_text(first)
    name(audit, auditor, opens_on=first)
    client.force_login(auditor)
    team, grid, file = team_url(audit), audit.get_absolute_url(), audit.certification

    home = client.get(reverse("audits:home")).content.decode()
    form = client.get(declare_url(audit)).content.decode()
    answer = declare(client, audit, links=LINKS)
    kept = client.get(answer.headers["Location"])
    others = [client.get(url).status_code for url in (team, grid, file.get_absolute_url())]

    member = audit.team.get()
    assert declare_url(audit) in home
    assert day in form
    assert (answer.headers["Location"], kept.status_code) == (declare_url(audit), 200)
    assert (member.declared_links, member.declared_at is None) == (LINKS, False)
    assert f"The audit opens to you on {date_text(first)}" in " ".join(
        kept.content.decode().split()
    )
    assert LINKS not in kept.content.decode()
    assert others == [404, 404, 404]
    assert declare_url(audit) not in client.get(reverse("audits:home")).content.decode()
    assert JournalEntry.objects.filter(action="audit.independence_declared").count() == 1


def test_a_declaration_made_ahead_is_made_once_and_opens_the_audit_on_the_first_day(
    client, audit, auditor
):
    member = name(audit, auditor, opens_on=TODAY + timedelta(days=1))
    client.force_login(auditor)

    answers = [declare(client, audit, links=text).status_code for text in ("", LINKS)]
    AuditTeamMember.objects.filter(pk=member.pk).update(opens_on=TODAY)
    opened = client.get(declare_url(audit))

    assert answers == [302, 200]
    assert audit.team.get().declared_links == ""
    assert opened.headers["Location"] == audit.get_absolute_url()
    assert client.get(audit.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("opens_on", [None, TODAY + timedelta(days=3)], ids=["within", "ahead"])
def test_the_page_of_the_declaration_takes_the_same_queries_before_and_within_the_days(
    client, audit, auditor, opens_on
):
    name(audit, auditor, opens_on=opens_on)
    client.force_login(auditor)

    with counted() as queries:
        answer = client.get(declare_url(audit))

    assert answer.status_code == 200
    assert len(queries) == 4


def test_nobody_declares_for_somebody_else(client, audit, auditor):
    name(audit, auditor)

    answers = [client.get(declare_url(audit)), declare(client, audit)]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.CONTRIBUTOR])
def test_what_was_declared_is_for_those_who_answer_for_the_audit(client, audit, auditor, role):
    member = name(audit, auditor)
    AuditTeamMember.objects.filter(pk=member.pk).update(
        declared_at=timezone.now(), declared_links=LINKS
    )
    client.force_login(MembershipFactory(organisation=audit.organisation, role=role).user)

    page = client.get(team_url(audit)).content.decode()

    assert (LINKS in page) is (role == Role.QUALITY_MANAGER)


def test_days_in_the_wrong_order_are_refused(client, audit, auditor):
    days = {"opens_on": "2027-02-01", "closes_on": "2027-01-31"}

    answer = client.post(team_url(audit), naming(auditor.email) | days)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["closes_on"])
    assert not audit.team.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"opens_on": TODAY, "closes_on": TODAY - timedelta(days=1)},
        {"declared_links": LINKS},
    ],
    ids=["days", "links"],
)
def test_the_database_refuses_it_too(audit, auditor, change):
    member = name(audit, auditor)

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditTeamMember.objects.filter(pk=member.pk).update(**change)


def test_the_lead_of_a_new_audit_is_told(client, manager, auditor):
    file = CertificationFactory(organisation=manager.organisation)
    data = {"kind": "INITIAL", "is_per_site": "0", "start_date": "2026-12-01"}

    client.post(reverse("audits:start-audit", args=[file.key]), data | {"lead": auditor.email})

    assert [message.to for message in mail.outbox] == [[auditor.email]]
