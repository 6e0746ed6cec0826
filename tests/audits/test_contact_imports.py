"""Files of contacts: unknown reasons are asked, written whole or not at all, taken back."""

from io import BytesIO

import pytest
from django.utils.translation import override

from audits.actions.measure_import import SameFileError, name_columns, receive_file, remembered
from audits.actions.measure_import_reading import read_file
from audits.actions.measure_import_writing import apply_import, undo_import
from audits.actions.place import place_of
from audits.importers.call_mapping import CallMapping
from audits.importers.volume_mapping import VolumeMapping, guessed_volumes
from audits.logic.periods import Grain
from audits.measure_enums import ImportKind
from audits.models import ContactReason, ContactVolume, MeasureImport, Measurement
from crcaudit.core.exceptions import NotAvailableError
from tests.audits.test_contact_actions import add, followed
from tests.factories.accounts import OrganisationFactory, SiteFactory
from tests.factories.figures import AT, indicator, member_of

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("own_files")]

LONG = """Mois;Site;Canal;Famille;Motif;Nombre
octobre 2026;Lyon;Téléphone;Facture;Montant;1 200
octobre 2026;Lyon;Mail;Facture;Montant;300
octobre 2026;Lyon;Téléphone;;;40
"""
WIDE = """Semaine;Lieu;Motif;Téléphone;Tchat;Total
2026-W42;Lyon;FAC-1;12;5;17
2026-W42;Lyon;FAC-1;3;;3
"""
CALLS = """Date;Heure;Site;Décroché;Motif;Canal
01/10/2026;09:00:00;Lyon;oui;Montant;
01/10/2026;09:01:00;Lyon;oui;montant;Chat
02/10/2026;09:01:00;Lyon;oui;Panne;Fax
02/10/2026;09:02:00;Lyon;oui;;
02/10/2026;09:03:00;Lyon;non;Montant;
"""


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def person(organisation):
    return member_of(organisation, user__language="en")


@pytest.fixture
def place(organisation):
    return place_of(organisation, SiteFactory(organisation=organisation, name="Lyon"))


@pytest.fixture
def reason(organisation, person):
    family = add(organisation, person, "FAC", label="Facture")
    return add(organisation, person, "FAC-1", label="Montant", parent=family)


def bring(person, place, text, kind=ImportKind.VOLUMES):
    stream = BytesIO(text.encode())
    stream.name = "contacts.csv"
    return receive_file(organisation=place.organisation, kind=kind, upload=stream, by=person, at=AT)


def read(person, place, imported, **changes):
    kind = CallMapping if imported.kind == ImportKind.CALLS else VolumeMapping
    key = place.name if imported.kind == ImportKind.CALLS else place.name.casefold()
    mapping = kind.from_json({**imported.mapping, "places": {key: place.pk}, **changes})
    name_columns(imported=imported, mapping=mapping, by=person, at=AT)
    read_file(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


def write(imported, person):
    return apply_import(imported=imported, without_faulty=False, by=person, at=AT)


def counts():
    rows = ContactVolume.objects.order_by("grain", "starts_on", "channel", "reason__code")
    return [(str(row.reason or ""), row.channel, row.grain, row.contacts) for row in rows]


def test_a_file_is_read_then_written_when_it_is_confirmed(person, place, reason):
    imported = read(person, place, bring(person, place, LONG))

    assert (imported.state, imported.row_count, imported.problems) == ("READ", 3, [])
    assert not ContactVolume.objects.exists()

    write(imported, person)

    assert sorted(counts()) == [
        ("", "PHONE", "MONTH", 40),
        ("Facture / Montant", "EMAIL", "MONTH", 300),
        ("Facture / Montant", "PHONE", "MONTH", 1200),
    ]
    assert set(ContactVolume.objects.values_list("source", flat=True)) == {imported.pk}


def test_a_column_for_each_channel_is_recognised_and_weeks_too(person, place, reason):
    imported = bring(person, place, WIDE)

    mapping = VolumeMapping.from_json(imported.mapping)
    roles = ("period", "place", "reason", "contacts:PHONE", "contacts:CHAT", "")
    assert (mapping.columns, mapping.grain) == (roles, Grain.WEEK)

    write(read(person, place, imported), person)

    # Two rows of the same reason are one count; an empty cell of a channel is none.
    assert sorted(counts()) == [
        ("Facture / Montant", "CHAT", "WEEK", 5),
        ("Facture / Montant", "PHONE", "WEEK", 15),
    ]


def test_an_unknown_reason_stops_the_file_until_it_is_decided(person, place, reason):
    text = LONG + "octobre 2026;Lyon;Chat;Réseau;Panne;70\n"
    imported = read(person, place, bring(person, place, text))

    assert imported.facts["unknown_reasons"] == {"Réseau / Panne": 70}
    assert imported.proposed == []
    with pytest.raises(NotAvailableError):
        write(imported, person)

    write(read(person, place, imported, reasons={"reseau / panne": "new"}), person)

    made = ContactReason.objects.get(label="Panne")
    assert (made.code, made.parent.label) == ("PANNE", "Réseau")
    assert ContactVolume.objects.get(reason=made).contacts == 70


def test_an_unknown_reason_may_stand_for_one_of_the_list(person, place, reason):
    text = (
        "Mois;Site;Canal;Motif;Nombre\n10/2026;Lyon;Tel;Prix facture;8\n10/2026;Lyon;Tel;FAC-1;2\n"
    )
    imported = read(person, place, bring(person, place, text), reasons={"prix facture": reason.pk})

    write(imported, person)

    assert counts() == [("Facture / Montant", "PHONE", "MONTH", 10)]
    again = remembered(place.organisation, ImportKind.VOLUMES, imported.columns)
    assert again["reasons"] == {"prix facture": reason.pk}


def test_a_label_of_two_families_needs_its_family(organisation, person, place, reason):
    other = add(organisation, person, "TEC", label="Réseau")
    add(organisation, person, "TEC-1", label="Montant", parent=other)
    text = "Mois;Site;Canal;Motif;Nombre\n10/2026;Lyon;Tel;Montant;8\n"

    imported = read(person, place, bring(person, place, text))

    assert imported.facts["unknown_reasons"] == {"Montant": 8}
    assert read(person, place, bring(person, place, LONG)).facts["unknown_reasons"] == {}


def test_every_row_that_cannot_be_read_is_listed(person, place, reason):
    text = (
        "Mois;Site;Canal;Motif;Nombre\n"
        "hier;Lyon;Tel;FAC-1;8\n"
        "10/2026;Brest;Tel;FAC-1;8\n"
        "10/2026;Lyon;Pigeon;FAC-1;8\n"
        "10/2026;Lyon;Tel;FAC-1;1,5\n"
        "10/2026;Lyon;Tel;FAC-1;-3\n"
        "10/2098;Lyon;Tel;FAC-1;3\n"
        "10/2026;Lyon;Tel;FAC-1;3;9\n"
        "10/2026;Lyon;Tel;FAC-1;\n"
    )

    imported = read(person, place, bring(person, place, text))

    found = [(one["row"], one["column"]) for one in imported.problems]
    assert found == [
        *((2, "Mois"), (3, "Site"), (4, "Canal"), (5, "Nombre"), (6, "Nombre")),
        *((7, "Mois"), (8, ""), (9, "Nombre")),
    ]
    assert (imported.problem_count, imported.proposed) == (8, [])


def test_the_same_file_twice_is_recognised(person, place, reason):
    first = bring(person, place, LONG)

    with pytest.raises(SameFileError) as caught:
        bring(person, place, LONG)

    assert caught.value.known == first


def test_a_file_that_is_taken_back_leaves_all_as_it_was(organisation, person, place, reason):
    followed(organisation, "TRT-16")
    write(read(person, place, bring(person, place, LONG)), person)
    later = read(person, place, bring(person, place, LONG.replace("300", "310")))
    write(later, person)
    assert Measurement.objects.get().inputs == {"tagged": "1510", "handled": "1550"}

    undo_import(imported=later, by=person, at=AT)

    assert ("Facture / Montant", "EMAIL", "MONTH", 300) in counts()
    assert Measurement.objects.get().inputs == {"tagged": "1500", "handled": "1540"}
    undo_import(imported=MeasureImport.objects.earliest("pk"), by=person, at=AT)
    # What the first one brought is now of the correction that put it back.
    assert len(counts()) == 0
    assert not Measurement.objects.exists()


def test_a_file_corrected_since_is_not_taken_back(person, place, reason):
    imported = write(read(person, place, bring(person, place, LONG)), person)
    ContactVolume.objects.filter(reason=None).update(source=None)

    with override("en"), pytest.raises(NotAvailableError, match="corrected since"):
        undo_import(imported=imported, by=person, at=AT)


def test_call_records_bring_contacts_by_reason_with_their_measures(person, place, reason):
    indicator("ACC-01", keys=("answered", "offered"), formula="100 * answered / offered")
    imported = read(person, place, bring(person, place, CALLS, ImportKind.CALLS))

    assert imported.facts["unknown_reasons"] == {"Panne": 1}
    assert imported.facts["unknown_channels"] == {"Fax": 1}
    write(imported, person)

    # Answered calls alone; unknown reasons without one, said before; months, not days.
    assert sorted(counts()) == [
        ("", "PHONE", "MONTH", 2),
        ("Facture / Montant", "CHAT", "MONTH", 1),
        ("Facture / Montant", "PHONE", "MONTH", 1),
    ]
    assert Measurement.objects.filter(indicator__code="ACC-01").count() == 2
    imported.refresh_from_db()
    undo_import(imported=imported, by=person, at=AT)
    assert not ContactVolume.objects.exists()
    assert not Measurement.objects.exists()


def test_an_unknown_reason_of_calls_is_counted_once_it_is_decided(person, place, reason):
    indicator("ACC-01", keys=("answered", "offered"), formula="100 * answered / offered")
    imported = bring(person, place, CALLS, ImportKind.CALLS)

    write(read(person, place, imported, reasons={"panne": "new"}), person)

    assert ContactVolume.objects.get(reason__label="Panne").contacts == 1


def test_titles_are_recognised_in_both_languages():
    french = guessed_volumes(("Mois", "Site", "Canal", "Motif", "Volume"), [("10/2026",)])
    english = guessed_volumes(("Month", "Site", "Channel", "Reason", "Count"), [("10/2026",)])

    assert french.columns == ("period", "place", "channel", "reason", "contacts")
    assert english.columns == french.columns
