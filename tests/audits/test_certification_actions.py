"""Opening, editing and starting: numbered, traced, once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from audits.actions.certification import (
    CertificationFields,
    edit_certification,
    fields_of,
    fingerprint,
    open_certification,
    start_next_audit,
)
from audits.enums import AuditKind
from audits.models import Audit, Certification
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory, UserFactory
from tests.factories.audits import CertificationFactory, running_audit
from tests.factories.engagements import EditionFactory, published_edition

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def site():
    return SiteFactory(name="Site de Lyon")


@pytest.fixture
def fields(site):
    return CertificationFields(
        title="Service client mobile",
        scope="Appels entrants",
        channels=("PHONE",),
        sites=(site,),
        target_date=date(2027, 3, 14),
    )


def opened(site, fields, **changes):
    arguments = {
        "key": uuid4(),
        "organisation": site.organisation,
        "edition": published_edition(),
        "fields": fields,
        "by": UserFactory(),
        "at": AT,
    }
    return open_certification(**arguments | changes)


def test_a_file_is_numbered_by_organisation_and_year(site, fields):
    other = SiteFactory()

    references = [
        opened(site, fields).reference,
        opened(site, fields).reference,
        opened(site, fields, at=datetime(2027, 1, 1, 8, tzinfo=UTC)).reference,
        opened(other, replace(fields, sites=(other,))).reference,
    ]

    assert references == ["CERT-2026-01", "CERT-2026-02", "CERT-2027-01", "CERT-2026-01"]


def test_the_year_of_the_reference_is_that_of_paris(site, fields):
    row = opened(site, fields, at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert row.reference == "CERT-2027-01"


def test_opening_leaves_one_row_with_everything_that_was_said(site, fields):
    user = UserFactory()

    row = opened(site, fields, by=user)

    entry = JournalEntry.objects.get()
    assert (entry.action, entry.object_key, entry.actor) == (
        "certification.opened",
        str(row.key),
        str(user.key),
    )
    assert entry.stream == journal.organisation_stream(site.organisation.key)
    assert entry.after["sites"] == ["Site de Lyon"]
    assert entry.after["target_date"] == "2027-03-14"


def test_the_same_form_sent_twice_opens_one_file(site, fields):
    sent = {"key": uuid4(), "edition": published_edition(), "by": UserFactory()}

    first, second = opened(site, fields, **sent), opened(site, fields, **sent)

    assert first == second
    assert Certification.objects.count() == JournalEntry.objects.count() == 1


@pytest.mark.parametrize("other", ["contents", "person"])
def test_a_form_sent_again_with_something_else_is_refused_and_changes_nothing(site, fields, other):
    sent = {"key": uuid4(), "edition": published_edition(), "by": UserFactory()}
    row = opened(site, fields, **sent)
    if other == "person":
        sent["by"] = UserFactory()
    else:
        fields = replace(fields, title="Autre service")

    with pytest.raises(NotAvailableError):
        opened(site, fields, **sent)

    row.refresh_from_db()
    assert row.title == "Service client mobile"
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_only_a_published_edition_may_be_certified_on(site, fields, state):
    edition = EditionFactory() if state == "draft" else published_edition()
    if state == "withdrawn":
        edition.withdraw(at=AT)

    with pytest.raises(NotAvailableError):
        opened(site, fields, edition=edition)

    assert not Certification.objects.exists()


@pytest.mark.parametrize("sites", ["none", "foreign"])
def test_sites_are_those_of_the_organisation(site, fields, sites):
    wrong = (site, SiteFactory()) if sites == "foreign" else ()

    with pytest.raises(UserError):
        opened(site, replace(fields, sites=wrong))

    assert not Certification.objects.exists()


def test_an_edit_records_only_what_changed_from_and_to(site, fields):
    row = opened(site, fields)
    massy = SiteFactory(organisation=site.organisation, name="Site de Massy")
    new = replace(fields, sites=(site, massy), target_date=None)

    edit_certification(
        certification=row,
        seen=fingerprint(fields_of(row)),
        fields=new,
        by=UserFactory(),
        at=AT,
    )

    row.refresh_from_db()
    entry = JournalEntry.objects.get(action="certification.edited")
    assert fields_of(row) == new
    assert entry.before == {"sites": ["Site de Lyon"], "target_date": "2027-03-14"}
    assert entry.after == {"sites": ["Site de Lyon", "Site de Massy"], "target_date": ""}


def test_an_edit_that_started_from_an_older_state_overwrites_nothing(site, fields):
    row = opened(site, fields)
    seen = fingerprint(fields_of(row))
    edits = {"certification": row, "seen": seen, "by": UserFactory(), "at": AT}
    edit_certification(fields=replace(fields, title="Premier"), **edits)

    with pytest.raises(EditConflictError) as raised:
        edit_certification(fields=replace(fields, title="Second"), **edits)

    row.refresh_from_db()
    assert row.title == raised.value.current.title == "Premier"


def test_an_edit_sent_twice_is_one_edit(site, fields):
    row = opened(site, fields)
    edits = {"certification": row, "seen": fingerprint(fields), "by": UserFactory(), "at": AT}

    for _time in range(2):
        edit_certification(fields=replace(fields, title="Nouveau"), **edits)

    assert JournalEntry.objects.filter(action="certification.edited").count() == 1


def test_a_closed_file_no_longer_changes(site, fields):
    row = opened(site, fields)
    row.close(by=UserFactory(), at=AT, reason="Projet abandonné")

    with pytest.raises(NotAvailableError, match=row.reference):
        edit_certification(
            certification=row,
            seen=fingerprint(fields),
            fields=replace(fields, title="Trop tard"),
            by=UserFactory(),
            at=AT,
        )


def start(certification, **changes):
    arguments = {
        "certification": certification,
        "kind": AuditKind.INTERNAL,
        "is_per_site": False,
        "objectives": "",
        "start_date": date(2026, 12, 1),
        "end_date": None,
        "lead": None,
        "by": certification.opened_by,
        "at": AT,
    }
    return start_next_audit(**arguments | changes)


def test_the_same_start_sent_twice_starts_one_audit():
    certification = CertificationFactory()

    calls = [start(certification) for _time in range(2)]

    audit = Audit.objects.get()
    assert calls == [(audit, True), (audit, False)]


def test_another_audit_of_the_same_kind_and_day_is_refused_by_name():
    certification = CertificationFactory()
    audit, _is_new = start(certification)

    with pytest.raises(NotAvailableError, match=audit.reference):
        start(certification, objectives="Autre chose")

    assert Audit.objects.count() == 1


def test_audits_of_other_kinds_or_days_are_no_repetition():
    certification = CertificationFactory()
    start(certification)

    start(certification, kind=AuditKind.MOCK)
    start(certification, start_date=date(2026, 12, 2))

    assert Audit.objects.count() == 3


def test_a_second_diagnosis_is_refused():
    audit = running_audit()

    with pytest.raises(NotAvailableError):
        start(audit.certification, kind=AuditKind.DIAGNOSIS, start_date=date(2027, 1, 4))


def test_the_organisation_of_the_file_cannot_be_that_of_another_site(site, fields):
    with pytest.raises(UserError):
        opened(site, fields, organisation=OrganisationFactory())


def closed_site(organisation):
    return SiteFactory(organisation=organisation, name="Ancien site", closed_date=AT.date())


def test_a_closed_site_comes_into_no_file(site, fields):
    closed = closed_site(site.organisation)
    row = opened(site, fields)

    with pytest.raises(UserError, match="Ancien site"):
        opened(site, replace(fields, sites=(site, closed)))
    with pytest.raises(UserError, match="Ancien site"):
        edit_certification(
            certification=row,
            seen=fingerprint(fields),
            fields=replace(fields, sites=(site, closed)),
            by=UserFactory(),
            at=AT,
        )

    assert list(row.sites.all()) == [site]


def test_a_site_that_closed_since_stays_in_its_file(site, fields):
    row = opened(site, fields)
    site.closed_date = AT.date()
    site.save()

    edit_certification(
        certification=row,
        seen=fingerprint(fields),
        fields=replace(fields, title="Nouveau"),
        by=UserFactory(),
        at=AT,
    )

    assert list(row.sites.all()) == [site]
    assert Certification.objects.get().title == "Nouveau"
