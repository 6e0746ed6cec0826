"""Roles: given to somebody known or not, taken back at once, never one's own last."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.utils import translation

from crcaudit.accounts import actions
from crcaudit.accounts.actions import PersonFields
from crcaudit.accounts.enums import AccountState, Role
from crcaudit.accounts.models import Membership, User
from crcaudit.accounts.permissions import roles_given_by, roles_in
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    UserFactory,
)

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SITE = "https://audit.exemple.fr/"


@pytest.fixture
def manager():
    return MembershipFactory(user__first_name="Ange", user__last_name="Vidal")


def invite(manager, email="zoe@exemple.fr", role=Role.CONTRIBUTOR, **fields):
    person = PersonFields(email=email, first_name="Zoé", last_name="Dubois")
    return actions.invite_member(
        organisation=manager.organisation,
        person=person,
        role=role,
        by=manager.user,
        at=AT,
        address=SITE,
        **fields,
    )


def rows_of(organisation):
    stream = journal.organisation_stream(organisation.key)
    entries = JournalEntry.objects.filter(stream=stream).order_by("sequence")
    return [(row.action, row.before, row.after) for row in entries]


def test_somebody_unknown_gets_an_account_a_role_and_a_link(manager):
    assert invite(manager)

    account = User.objects.get(email="zoe@exemple.fr")
    assert account.state == AccountState.INVITED
    assert roles_in(account, manager.organisation_id) == {Role.CONTRIBUTOR}
    (message,) = mail.outbox
    assert message.to == ["zoe@exemple.fr"]
    assert "/mot-de-passe/nouveau/" in message.body
    assert manager.organisation.name in message.body
    assert rows_of(manager.organisation) == [("membership.added", {}, {"role": "CONTRIBUTOR"})]


def test_somebody_known_keeps_name_and_password_and_is_told_of_the_role(manager):
    known = UserFactory(email="zoe@exemple.fr", first_name="Zoé-Marie")
    known.set_password("un-mot-de-passe-assez-long")
    known.save()

    assert invite(manager, email="ZOE@exemple.fr")

    known.refresh_from_db()
    assert (known.first_name, known.state) == ("Zoé-Marie", AccountState.OPEN)
    (message,) = mail.outbox
    assert (message.to, "/nouveau/" in message.body) == (["zoe@exemple.fr"], False)
    assert "Contributeur" in message.body


def test_somebody_invited_elsewhere_gets_a_link_again(manager):
    UserFactory(email="zoe@exemple.fr", password=User.unusable_password())

    invite(manager)

    assert "/mot-de-passe/nouveau/" in mail.outbox[0].body


def test_a_closed_account_is_told_nothing_and_opens_nothing(manager):
    closed = UserFactory(email="zoe@exemple.fr", is_active=False)

    assert invite(manager)

    closed.refresh_from_db()
    assert (closed.state, mail.outbox) == (AccountState.CLOSED, [])


def test_the_same_invitation_sent_twice_is_one_role_and_one_message(manager):
    for _time in range(2):
        invite(manager)

    assert Membership.objects.filter(user__email="zoe@exemple.fr").count() == 1
    assert len(mail.outbox) == 1
    assert len(rows_of(manager.organisation)) == 1


def test_a_role_that_ended_is_given_again(manager):
    member = MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR)
    actions.end_membership(membership=member, reason="Départ", by=manager.user, at=AT)

    actions.add_member(
        organisation=manager.organisation,
        user=member.user,
        role=Role.CONTRIBUTOR,
        by=manager.user,
        at=AT,
    )

    assert Membership.objects.get(pk=member.pk).is_active
    assert rows_of(manager.organisation) == [
        ("membership.ended", {"role": "CONTRIBUTOR"}, {}),
        ("membership.added", {}, {"role": "CONTRIBUTOR"}),
    ]


def test_another_site_takes_the_place_of_the_one_before(manager):
    first, second = SiteFactory.create_batch(2, organisation=manager.organisation)
    invite(manager, role=Role.SITE_MANAGER, site=first)

    invite(manager, role=Role.SITE_MANAGER, site=second)

    assert Membership.objects.get(role=Role.SITE_MANAGER).site == second
    added = [after for _action, _before, after in rows_of(manager.organisation)]
    assert added == [{"role": "SITE_MANAGER", "site": site.name} for site in (first, second)]


def test_a_site_of_another_organisation_is_refused_and_nothing_is_left(manager):
    with pytest.raises(UserError):
        invite(manager, role=Role.SITE_MANAGER, site=SiteFactory())

    assert not User.objects.filter(email="zoe@exemple.fr").exists()
    assert JournalEntry.objects.count() == 0
    assert mail.outbox == []


def test_a_role_is_ended_with_its_reason_and_only_once(manager):
    member = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)

    actions.end_membership(membership=member, reason="Départ", by=manager.user, at=AT)
    with pytest.raises(NotAvailableError):
        actions.end_membership(membership=member, reason="", by=manager.user, at=AT)

    assert roles_in(member.user, manager.organisation_id) == set()
    row = JournalEntry.objects.get()
    assert (row.action, row.reason, row.object_label) == (
        "membership.ended",
        "Départ",
        str(member.user.key),
    )


def test_nobody_ends_their_own_last_role_of_quality_manager(manager):
    MembershipFactory(organisation=manager.organisation)  # another quality manager of the same
    MembershipFactory(user=manager.user, is_active=False)  # one that has ended

    with translation.override("fr"), pytest.raises(NotAvailableError, match="dernier rôle"):
        actions.end_membership(membership=manager, reason="", by=manager.user, at=AT)

    assert Membership.objects.get(pk=manager.pk).is_active


def test_who_manages_elsewhere_too_may_end_their_own_role(manager):
    MembershipFactory(user=manager.user, organisation=OrganisationFactory())

    actions.end_membership(membership=manager, reason="", by=manager.user, at=AT)

    assert not Membership.objects.get(pk=manager.pk).is_active


def test_another_quality_manager_and_an_administrator_may_end_it(manager):
    colleague = MembershipFactory(organisation=manager.organisation)

    actions.end_membership(membership=manager, reason="", by=colleague.user, at=AT)
    administrator = UserFactory(is_superuser=True)
    actions.end_membership(membership=colleague, reason="", by=administrator, at=AT)

    assert not Membership.objects.active().exists()


def test_a_quality_manager_gives_fewer_roles_than_an_administrator(manager):
    own = set(roles_given_by(manager.user))
    every = set(roles_given_by(UserFactory(is_superuser=True)))

    assert own == {Role.CONTRIBUTOR, Role.SITE_MANAGER, Role.DIRECTOR}
    assert every == set(Role) - {Role.ADMINISTRATOR}
