"""Reasons, volumes, costs and feedback: written once, told to the indicators, never overwritten."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from audits.actions.contacts.costs import CostEntry, record_costs
from audits.actions.contacts.feedback import FeedbackFields, answer_feedback, send_feedback
from audits.actions.contacts.reasons import ReasonFields, add_reason, change_reason
from audits.actions.contacts.volumes import VolumeEntry, record_volumes
from audits.actions.place import place_of
from audits.contact_enums import CostKind
from audits.logic.periods import Grain, period_of
from audits.measure_enums import TargetKind
from audits.models import (
    ContactCost,
    ContactReason,
    ContactVolume,
    Measurement,
    PeriodResult,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import QueuedMessage
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import AT, indicator, measure, member_of, want

pytestmark = [pytest.mark.unit, pytest.mark.django_db]
OCTOBER = period_of(date(2026, 10, 1), Grain.MONTH)
FORMULAS = {
    "TRT-16": ("100 * tagged / handled", ("tagged", "handled"), "proportion"),
    "ACC-07": (
        "100 * channel_contacts / all_contacts",
        ("channel_contacts", "all_contacts"),
        "proportion",
    ),
    "ECO-03": ("cost / handled", ("cost", "handled"), "ratio"),
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def person(organisation):
    return member_of(organisation)


@pytest.fixture
def place(organisation):
    return place_of(organisation, SiteFactory(organisation=organisation, name="Lyon"))


@pytest.fixture
def reason(organisation, person):
    return add(organisation, person, "FAC")


def add(organisation, person, code, **values):
    fields = ReasonFields(code=code, label=values.pop("label", f"Motif {code}"), **values)
    return add_reason(organisation=organisation, fields=fields, by=person, at=AT)


def followed(organisation, *codes):
    found = []
    for code in codes:
        formula, keys, statistic = FORMULAS[code]
        row = indicator(code, keys=keys, formula=formula, statistic=statistic)
        want(
            organisation,
            row,
            None,
            kind=TargetKind.FOLLOWED,
            operator="",
            starts_on=date(2024, 1, 1),
        )
        found.append(row)
    return found


def count(place, contacts, reason=None, **values):
    usual = {"period": OCTOBER, "channel": "PHONE", "version": None} | values
    return VolumeEntry(place=place, reason=reason, contacts=contacts, **usual)


def save(person, *entries):
    organisation = entries[0].place.organisation
    return record_volumes(organisation=organisation, entries=entries, by=person, at=AT)


def pay(person, place, amount, **values):
    usual = {"month": OCTOBER, "channel": "", "kind": CostKind.SALARIES, "version": None} | values
    entry = CostEntry(place=place, amount=None if amount is None else Decimal(amount), **usual)
    return record_costs(organisation=place.organisation, entries=[entry], by=person, at=AT)


def inputs(code, place=None):
    rows = Measurement.objects.filter(indicator__code=code)
    return rows.get(place=place).inputs if place else [row.inputs for row in rows]


def test_volumes_are_written_once_with_one_row_of_the_journal_for_each(person, place, reason):
    entries = [count(place, 120, reason), count(place, 5, channel="CHAT")]

    assert save(person, *entries).count == 2
    assert save(person, *entries).count == 0

    assert {(row.reason, row.contacts) for row in ContactVolume.objects.all()} == {
        (reason, 120),
        (None, 5),
    }
    assert JournalEntry.objects.filter(action="volume.recorded").count() == 2


def test_volumes_feed_the_indicators_that_are_followed(organisation, person, place, reason):
    followed(organisation, "TRT-16", "ACC-07")

    saved = save(person, count(place, 90, reason), count(place, 10, channel="CHAT"))

    assert saved.fed.measures == 2
    assert inputs("TRT-16") == [{"tagged": "90", "handled": "100"}]
    assert inputs("ACC-07") == [{"channel_contacts": "90", "all_contacts": "100"}]
    row = Measurement.objects.get(indicator__code="ACC-07")
    assert row.convention == {"source": "contact_volumes", "channel": "PHONE"}
    whole = PeriodResult.objects.get(indicator__code="TRT-16", grain="MONTH", place__kind="WHOLE")
    assert whole.inputs == {"tagged": "90", "handled": "100"}


def test_nothing_is_measured_of_what_is_not_followed(person, place, reason):
    assert save(person, count(place, 90, reason)).fed.measures == 0
    assert not Measurement.objects.exists()


def test_a_corrected_volume_is_a_version_and_corrects_the_measure(
    organisation, person, place, reason
):
    followed(organisation, "TRT-16")
    save(person, count(place, 90, reason), count(place, 10))

    save(person, count(place, 20, version=1))

    row = ContactVolume.objects.get(reason=None)
    assert (row.contacts, row.version) == (20, 2)
    assert inputs("TRT-16") == [{"tagged": "90", "handled": "110"}]
    entry = JournalEntry.objects.get(action="volume.corrected")
    assert (entry.before, entry.after) == ({"contacts": 10}, {"contacts": 20})


def test_volumes_taken_away_take_the_measure_away(organisation, person, place, reason):
    followed(organisation, "TRT-16")
    save(person, count(place, 90, reason))

    save(person, count(place, None, reason, version=1))

    assert not ContactVolume.objects.exists()
    assert not Measurement.objects.exists()


def test_a_measure_that_somebody_typed_stays(organisation, person, place, reason):
    (row,) = followed(organisation, "TRT-16")
    measure(organisation, row, OCTOBER.start, subject=place.site, tagged=1, handled=2)

    saved = save(person, count(place, 90, reason))

    assert saved.fed.kept == ("TRT-16",)
    assert inputs("TRT-16") == [{"tagged": "1", "handled": "2"}]


def test_what_somebody_changed_meanwhile_is_not_overwritten(person, place, reason):
    save(person, count(place, 90, reason))

    with pytest.raises(EditConflictError) as caught:
        save(person, count(place, 7, channel="CHAT"), count(place, 80, reason))

    assert caught.value.current[1].contacts == 90
    assert ContactVolume.objects.count() == 1


def test_a_period_to_come_and_a_reason_of_others_are_refused(person, place):
    theirs = OrganisationFactory()
    foreign = add(theirs, member_of(theirs), "FAC")

    with pytest.raises(UserError, match="not begun"):
        save(person, count(place, 1, period=OCTOBER.after(3)))
    with pytest.raises(UserError, match="your own list"):
        save(person, count(place, 1, foreign))


def test_the_cost_of_a_contact_is_measured_from_sums(organisation, person, place, reason):
    followed(organisation, "ECO-03")
    other = place_of(organisation, SiteFactory(organisation=organisation, name="Massy"))
    save(person, count(place, 100, reason), count(other, 300, reason))

    pay(person, place, "400.10")
    pay(person, other, "600.00", channel="PHONE")
    pay(person, other, "300.00", kind=CostKind.PREMISES)

    assert inputs("ECO-03", place) == {"cost": "400.1", "handled": "100"}
    assert inputs("ECO-03", other) == {"cost": "900", "handled": "300"}
    whole = PeriodResult.objects.get(indicator__code="ECO-03", grain="MONTH", place__kind="WHOLE")
    assert whole.inputs == {"cost": "1300.1", "handled": "400"}
    assert round(whole.value, 6) == 3.25025


def test_costs_of_the_whole_are_measured_for_the_whole(organisation, person, place, reason):
    followed(organisation, "ECO-03")
    save(person, count(place, 100, reason))

    pay(person, place_of(organisation, None), "500")

    assert inputs("ECO-03") == [{"cost": "500", "handled": "100"}]
    assert Measurement.objects.get().place.is_whole


def test_costs_without_contacts_measure_nothing(organisation, person, place):
    followed(organisation, "ECO-03")

    pay(person, place, "400")

    assert not Measurement.objects.exists()
    assert ContactCost.objects.get().amount == Decimal(400)


def test_costs_are_versions_too_and_never_below_zero(person, place):
    pay(person, place, "400")
    assert pay(person, place, "400.00").count == 0

    with pytest.raises(EditConflictError):
        pay(person, place, "500")
    pay(person, place, "500", version=1)
    assert ContactCost.objects.get().version == 2
    with pytest.raises(UserError, match="below zero"):
        pay(person, place, "-1", version=2)
    pay(person, place, None, version=2)
    assert not ContactCost.objects.exists()


def test_the_database_refuses_costs_below_zero_and_within_a_month(person, place):
    pay(person, place, "400")

    for wrong in ({"amount": -1}, {"starts_on": date(2026, 10, 2)}, {"kind": "GOLD"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactCost.objects.update(**wrong)


def test_one_row_for_each_reason_and_one_without(person, place, reason):
    save(person, count(place, 1, reason), count(place, 2))
    for row in ContactVolume.objects.all():
        row.pk, row.key = None, uuid4()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_a_list_has_two_levels_and_each_code_once(organisation, person, reason):
    child = add(organisation, person, "FAC-1", parent=reason)

    assert add(organisation, person, "FAC-1", parent=reason) == child
    with pytest.raises(UserError, match="is taken"):
        add(organisation, person, "FAC-1", label="Autre")
    with pytest.raises(UserError, match="two levels"):
        add(organisation, person, "FAC-2", parent=child)
    with pytest.raises(UserError, match="holds reasons"):
        alter(person, reason, parent=add(organisation, person, "TEC"))
    assert [str(row) for row in ContactReason.objects.in_order()] == [
        "Motif FAC",
        "Motif FAC / Motif FAC-1",
        "Motif TEC",
    ]


def alter(person, row, version=None, **values):
    names = ("code", "label", "parent", "is_active", "position")
    fields = ReasonFields(**{name: getattr(row, name) for name in names})
    return change_reason(
        reason=row,
        version=version or row.version,
        fields=replace(fields, **values),
        by=person,
        at=AT,
    )


def test_a_changed_reason_keeps_its_contacts_and_a_second_change_is_told(person, place, reason):
    save(person, count(place, 90, reason))

    changed = alter(person, reason, label="Facture", is_active=False)

    assert (changed.label, changed.version) == ("Facture", 2)
    assert ContactVolume.objects.get().reason == reason
    assert alter(person, changed, version=1).version == 2
    with pytest.raises(EditConflictError):
        alter(person, changed, version=1, label="Autre")


@pytest.fixture
def sent(organisation, person, place, reason):
    def send(addressee, key=None, **values):
        fields = FeedbackFields(
            place=place,
            starts_on=OCTOBER.start,
            ends_on=OCTOBER.end,
            contacts=90,
            total=100,
            process=values.get("process", "Facturation"),
            found="La date n'est pas dite",
            addressee=addressee,
        )
        return send_feedback(key=key or uuid4(), reason=reason, fields=fields, by=person, at=AT)

    return send


def test_feedback_is_sent_once_and_its_addressee_is_told(organisation, sent):
    colleague, key = member_of(organisation, Role.CONTRIBUTOR), uuid4()

    row = sent(colleague, key)

    assert sent(colleague, key) == row
    assert QueuedMessage.objects.count() == 1
    with pytest.raises(NotAvailableError):
        sent(colleague, key, process="Livraison")
    with pytest.raises(UserError, match="among the members"):
        sent(member_of(OrganisationFactory()))


def test_feedback_is_answered_once(organisation, sent):
    colleague = member_of(organisation, Role.CONTRIBUTOR)
    row = sent(colleague)

    answered = answer_feedback(feedback=row, answer="Corrigé", by=colleague, at=AT)

    assert answer_feedback(feedback=row, answer="Corrigé", by=colleague, at=AT) == answered
    with pytest.raises(NotAvailableError):
        answer_feedback(feedback=row, answer="Autrement", by=colleague, at=AT)
    assert QueuedMessage.objects.count() == 2
