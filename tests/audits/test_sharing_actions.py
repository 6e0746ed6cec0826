"""Sharing a file with a client organisation, and taking it back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.timezone import localdate

from audits.actions import sharing as actions
from audits.actions.closing import close_certification
from audits.models import FileShare
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.journal import organisation_stream
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.audits import CertificationFactory, shared

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def file():
    return CertificationFactory()


@pytest.fixture
def share(file):
    return shared(file)


def change(share, level=ShareLevel.FINDINGS, last_day=None):
    return actions.change_share(
        share=share,
        fields=actions.ShareFields(level, last_day),
        by=share.granted_by,
        at=timezone.now(),
    )


def revoke(share):
    return actions.revoke_share(
        share=share, reason="Fin du contrat", by=share.granted_by, at=timezone.now()
    )


def journal(organisation):
    rows = JournalEntry.objects.filter(stream=organisation_stream(organisation.key))
    kept = rows.filter(action__contains="share").order_by("pk")
    return list(kept.values_list("action", "before", "after", "reason"))


def close(file):
    close_certification(certification=file, reason="Fini", by=file.opened_by, at=timezone.now())


def test_a_share_is_in_the_journal_of_both_sides(file, share):
    new = change(share)
    revoke(new)

    results, findings = (
        {"share_level": level, "last_day": ""} for level in ("RESULTS", "FINDINGS")
    )
    client = {"client": share.client.name}
    assert journal(file.organisation) == [
        ("certification.shared", {}, results | client, ""),
        ("certification.share_changed", results, findings | client, ""),
        ("certification.share_revoked", findings, client, "Fin du contrat"),
    ]
    assert journal(share.client) == [
        ("share.received", {}, results, ""),
        ("share.changed", results, findings, ""),
        ("share.ended", findings, {}, "Fin du contrat"),
    ]


def test_the_same_share_twice_is_one(file, share):
    assert shared(file, client=share.client) == share
    assert FileShare.objects.count() == 1


def test_a_file_is_shared_in_one_way_with_one_organisation(file, share):
    with pytest.raises(NotAvailableError, match="already shared"):
        shared(file, client=share.client, level=ShareLevel.FINDINGS)


def test_another_level_is_another_row_and_the_old_one_stays_readable(share):
    new = change(share, ShareLevel.REPORTS, localdate())

    share.refresh_from_db()
    assert (share.level, share.revoked_at is None) == ("RESULTS", False)
    assert (new.level, new.last_day, new.revoked_at) == ("REPORTS", localdate(), None)
    assert change(new, ShareLevel.REPORTS, localdate()) == new


def test_a_share_past_its_last_day_makes_way_for_another_one(file):
    old = FileShare.objects.create(
        certification=file,
        client=OrganisationFactory(),
        level=ShareLevel.RESULTS,
        last_day=localdate() - timedelta(days=1),
        granted_at=timezone.now(),
        granted_by=file.opened_by,
    )

    new = shared(file, client=old.client)

    old.refresh_from_db()
    assert old.revoked_at is not None
    assert new.revoked_at is None


def test_what_cannot_be_shared(file):
    with pytest.raises(UserError, match="your own organisation"):
        shared(file, client=file.organisation)
    with pytest.raises(UserError, match="has passed"):
        shared(file, last_day=localdate() - timedelta(days=1))
    close(file)
    with pytest.raises(NotAvailableError, match="was closed"):
        shared(file)


def test_a_share_of_a_closed_file_stays_and_can_be_taken_back(file, share):
    close(file)

    with pytest.raises(NotAvailableError, match="was closed"):
        change(share)
    assert revoke(share).revoked_reason == "Fin du contrat"


def test_what_is_taken_back_is_taken_back_once(share):
    revoke(share)

    for step in (revoke, change):
        with pytest.raises(NotAvailableError, match="already taken back"):
            step(share)


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.DIRECTOR, Role.CLIENT])
def test_who_reads_for_the_client_organisation(share, role):
    member = MembershipFactory(organisation=share.client, role=role)

    assert list(FileShare.objects.visible_to(member.user)) == [share]

    Membership.objects.filter(pk=member.pk).update(is_active=False)
    again = type(member.user).objects.get(pk=member.user.pk)
    assert not FileShare.objects.visible_to(again).exists()


def test_who_does_not_read(file, share):
    contributor = MembershipFactory(organisation=share.client, role=Role.CONTRIBUTOR).user
    own = MembershipFactory(organisation=file.organisation).user

    for user in (contributor, own):
        assert not FileShare.objects.visible_to(user).exists()


def test_the_last_day_is_a_day_of_the_share(file):
    share = shared(file, last_day=localdate())

    assert share.is_in_force(localdate())
    assert not share.is_in_force(localdate() + timedelta(days=1))
    assert list(FileShare.objects.in_force()) == [share]


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "FINDINGS"},
        {"last_day": "2030-01-01"},
        {"revoked_at": timezone.now()},
        {"granted_at": timezone.now()},
    ],
)
def test_the_database_lets_nothing_change_but_the_taking_back(share, changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        FileShare.objects.filter(pk=share.pk).update(**changes)


def test_the_database_keeps_what_was_taken_back(share):
    revoke(share)

    with pytest.raises(IntegrityError), transaction.atomic():
        FileShare.objects.filter(pk=share.pk).update(revoked_reason="Autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        FileShare.objects.filter(pk=share.pk).delete()


@pytest.mark.parametrize("who", ["itself", "twice", "closed", "level"])
def test_the_database_refuses_other_shares(file, share, who):
    values = {
        "certification": file,
        "client": share.client if who == "twice" else OrganisationFactory(),
        "level": "ALL" if who == "level" else "RESULTS",
        "granted_at": timezone.now(),
        "granted_by": file.opened_by,
    }
    if who == "itself":
        values["client"] = file.organisation
    if who == "closed":
        close(file)

    with pytest.raises(IntegrityError), transaction.atomic():
        FileShare.objects.create(**values)
