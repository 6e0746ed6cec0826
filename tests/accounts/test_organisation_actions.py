"""Organisations and sites: one journal row per change, names that tell places apart."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from crcaudit.accounts import actions
from crcaudit.accounts.actions.organisation import fields_of
from crcaudit.accounts.enums import HolidayCalendar, OrganisationKind
from crcaudit.accounts.models import Organisation, Site
from crcaudit.core import journal
from crcaudit.core.exceptions import UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory, UserFactory

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def rows_of(organisation):
    stream = journal.organisation_stream(organisation.key)
    entries = JournalEntry.objects.filter(stream=stream).order_by("sequence")
    return [(row.action, row.before, row.after) for row in entries]


def test_the_same_form_sent_twice_opens_one_organisation():
    by, key = UserFactory(), uuid4()

    first, second = (
        actions.create_organisation(
            name="Centre de Brest", kind=OrganisationKind.CENTRE, key=key, by=by, at=AT
        )
        for _time in range(2)
    )

    assert first == second == Organisation.objects.get()
    assert rows_of(first) == [("organisation.created", {}, {"kind": "CENTRE"})]


def test_another_name_is_traced_and_the_same_one_changes_nothing():
    row = OrganisationFactory(name="Ancien")

    for _time in range(2):
        row = actions.rename_organisation(organisation=row, name="Nouveau", by=UserFactory(), at=AT)

    assert Organisation.objects.get().name == "Nouveau"
    assert rows_of(row) == [("organisation.renamed", {"name": "Ancien"}, {"name": "Nouveau"})]


def test_a_site_is_added_renamed_and_closed_with_a_date():
    organisation, by = OrganisationFactory(), UserFactory()
    fields = actions.SiteFields(name="Brest", calendar=HolidayCalendar.METROPOLE)

    site = actions.add_site(organisation=organisation, fields=fields, by=by, at=AT)
    closed = replace(fields, name="Brest Nord", closed_date=date(2026, 12, 31))
    for _time in range(2):
        actions.edit_site(site=site, fields=closed, by=by, at=AT)

    assert fields_of(Site.objects.get()) == closed
    new = {"name": "Brest", "city": "", "calendar": "METROPOLE", "closed_date": ""}
    assert rows_of(organisation) == [
        ("site.added", {}, new),
        (
            "site.edited",
            {"name": "Brest", "closed_date": ""},
            {"name": "Brest Nord", "closed_date": "2026-12-31"},
        ),
    ]


def test_two_sites_of_an_organisation_have_two_names():
    site = SiteFactory(name="Lyon")
    other = SiteFactory(organisation=site.organisation, name="Massy")
    fields = actions.SiteFields(name="LYON")
    by = UserFactory()

    with pytest.raises(UserError):
        actions.add_site(organisation=site.organisation, fields=fields, by=by, at=AT)
    with pytest.raises(UserError):
        actions.edit_site(site=other, fields=fields, by=by, at=AT)

    assert Site.objects.count() == 2
    assert rows_of(site.organisation) == []


def test_the_same_name_is_free_elsewhere_and_for_the_site_itself():
    site = SiteFactory(name="Lyon")
    fields = actions.SiteFields(name="lyon")

    actions.add_site(organisation=OrganisationFactory(), fields=fields, by=UserFactory(), at=AT)
    actions.edit_site(site=site, fields=fields, by=UserFactory(), at=AT)

    assert Site.objects.filter(name="lyon").count() == 2


@pytest.mark.parametrize(
    ("closed_date", "is_open"),
    [(None, True), (date(2026, 11, 22), True), (date(2026, 11, 21), False)],
)
def test_a_site_is_closed_from_its_closing_date_on(closed_date, is_open):
    site = SiteFactory(closed_date=closed_date)
    day = date(2026, 11, 21)

    assert Site.objects.open_on(day).exists() is is_open
    assert site.is_closed_on(day) is not is_open
