"""The subcontractors of a file, at several levels."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from audits.actions import subcontractor as actions
from audits.actions.closing import close_certification
from audits.actions.place import place_of
from audits.models import Subcontractor
from audits.sharing_enums import MOST_LEVELS
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import SiteFactory
from tests.factories.audits import CertificationFactory, shared, subcontractor
from tests.factories.figures import day, indicator, measure

pytestmark = [pytest.mark.unit, pytest.mark.django_db]
FIGURES = {"answered_in_t": 9, "offered": 10}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def file():
    return CertificationFactory()


def edit(row, *, version=None, **changes):
    fields = {name: getattr(actions.fields_of(row), name) for name in NAMES} | changes
    return actions.edit_subcontractor(
        row=row,
        version=row.version if version is None else version,
        fields=actions.SubcontractorFields(**fields),
        by=row.created_by,
        at=timezone.now(),
    )


NAMES = ("name", "activity", "contact_role", "channels", "sites", "parent", "shared_file")


def remove(row):
    actions.remove_subcontractor(row=row, by=row.created_by, at=timezone.now())


def test_a_change_is_kept_in_the_history_of_the_file(file):
    site = SiteFactory(organisation=file.organisation)
    row = subcontractor(file, channels=("PHONE",), sites=(site,))
    edit(row, activity="Nuits")
    remove(Subcontractor.objects.get())

    rows = JournalEntry.objects.of("certification", file.key).order_by("pk")
    assert [(row.action.split("_")[-1], row.after.get("activity")) for row in rows] == [
        ("added", "Soirées"),
        ("edited", "Nuits"),
        ("removed", None),
    ]
    assert rows.last().before["sites"] == [site.name]
    assert not Subcontractor.objects.exists()


def test_the_same_form_twice_is_one_subcontractor(file):
    key, fields = uuid4(), actions.SubcontractorFields(name="Relais", activity="Soirées")
    sent = {"key": key, "certification": file, "by": file.opened_by, "at": timezone.now()}

    first = actions.add_subcontractor(fields=fields, **sent)

    assert actions.add_subcontractor(fields=fields, **sent) == first
    other = actions.SubcontractorFields(name="Relais", activity="Autre")
    with pytest.raises(NotAvailableError, match="already sent once"):
        actions.add_subcontractor(fields=other, **sent)


def test_two_people_do_not_overwrite_each_other(file):
    row = subcontractor(file)
    edit(row, activity="Nuits")

    with pytest.raises(EditConflictError):
        edit(row, version=1, activity="Dimanches")
    assert edit(Subcontractor.objects.get(), version=1).activity == "Nuits"


def test_a_name_is_listed_once(file):
    subcontractor(file)

    with pytest.raises(UserError, match="already lists"):
        subcontractor(file)


def test_nobody_works_for_themselves(file):
    first = subcontractor(file, "A")
    second = subcontractor(file, "B", parent=first)

    for parent in (first, second):
        with pytest.raises(UserError, match="cannot work for itself"):
            edit(first, parent=parent)


def test_there_are_five_levels_at_most(file):
    row = None
    for number in range(MOST_LEVELS):
        row = subcontractor(file, f"N{number}", parent=row)

    with pytest.raises(UserError, match="5 levels"):
        subcontractor(file, "Trop bas", parent=row)
    top = subcontractor(file, "Au-dessus")
    with pytest.raises(UserError, match="5 levels"):
        edit(Subcontractor.objects.get(name="N0"), parent=top)


def test_who_has_others_below_stays(file):
    first = subcontractor(file, "A")
    subcontractor(file, "B", parent=first)

    with pytest.raises(NotAvailableError, match="work for this one"):
        remove(first)


def test_what_is_gone_cannot_be_changed(file):
    row = subcontractor(file)
    remove(row)

    with pytest.raises(NotAvailableError, match="no longer in the file"):
        edit(row, activity="Nuits")


def test_only_a_file_that_is_shared_with_us_is_named(file):
    provider = CertificationFactory()
    with pytest.raises(UserError, match="not shared with your organisation"):
        subcontractor(file, shared_file=provider)

    shared(provider, client=file.organisation)

    assert subcontractor(file, shared_file=provider).shared_file == provider


def test_a_closed_file_keeps_its_subcontractors(file):
    row = subcontractor(file)
    close_certification(certification=file, reason="Fini", by=file.opened_by, at=timezone.now())

    for step in (
        lambda: subcontractor(file, "B"),
        lambda: edit(row, activity="N"),
        lambda: remove(row),
    ):
        with pytest.raises(NotAvailableError, match="was closed"):
            step()


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_the_database_refuses_the_same(file):
    row, elsewhere = subcontractor(file), subcontractor(CertificationFactory())
    own = Subcontractor.objects.filter(pk=row.pk)
    foreign = CertificationFactory()

    refused(lambda: own.update(parent=row))
    refused(lambda: own.update(parent=elsewhere))
    refused(lambda: own.update(shared_file=file))
    refused(lambda: own.update(shared_file=foreign))
    close_certification(certification=file, reason="Fini", by=file.opened_by, at=timezone.now())
    refused(lambda: own.update(activity="Nuits"))
    refused(own.delete)
    refused(lambda: row.sites.add(SiteFactory(organisation=file.organisation)))


def test_one_whose_figures_are_kept_stays(file):
    row = subcontractor(file)
    measure(file.organisation, indicator(), day("2026-10-01"), subject=row, **FIGURES)

    with pytest.raises(NotAvailableError, match="Figures of this subcontractor are kept"):
        remove(row)

    assert Subcontractor.objects.get() == row


def test_one_that_was_only_chosen_as_a_place_may_go(file):
    row = subcontractor(file)
    place_of(file.organisation, row)

    remove(row)

    assert not Subcontractor.objects.exists()
