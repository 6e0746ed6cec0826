"""Contact reasons, channels and costs on screen: read, typed, sent back."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.contacts.costs import CostEntry, record_costs
from audits.actions.contacts.reasons import ReasonFields, add_reason
from audits.actions.contacts.volumes import VolumeEntry, record_volumes
from audits.actions.measure_import_reading import read_file
from audits.actions.place import place_of
from audits.contact_enums import CostKind
from audits.logic.periods import Grain, last_periods
from audits.models import (
    ContactCost,
    ContactReason,
    ContactVolume,
    MeasureImport,
    ReasonFeedback,
)
from crcaudit.accounts.enums import Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory, SiteFactory
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]
MONTHS = last_periods(14, grain=Grain.MONTH, today=localdate())
NOW, BEFORE, YEAR = MONTHS[-2], MONTHS[-3], MONTHS[-14]


@pytest.fixture
def organisation(manager):
    return manager.organisation


@pytest.fixture
def sites(organisation):
    return [SiteFactory(organisation=organisation, name=name) for name in ("Lyon", "Massy")]


@pytest.fixture
def reasons(organisation, manager):
    def add(code, label, parent=None):
        fields = ReasonFields(code=code, label=label, parent=parent)
        return add_reason(
            organisation=organisation, fields=fields, by=manager.user, at=timezone.now()
        )

    family = add("FAC", "Facture")
    return [add("FAC-1", "Montant", family), add("FAC-2", "Duplicata", family), family]


@pytest.fixture
def count(organisation, manager):
    def write(site, contacts, reason=None, *, month=NOW, channel="PHONE"):
        entry = VolumeEntry(
            place=place_of(organisation, site),
            period=month,
            channel=channel,
            reason=reason,
            contacts=contacts,
        )
        by = manager.user
        record_volumes(organisation=organisation, entries=[entry], by=by, at=timezone.now())

    return write


@pytest.fixture
def pay(organisation, manager):
    def write(site, amount, *, channel="", month=NOW):
        entry = CostEntry(
            place=place_of(organisation, site),
            month=month,
            channel=channel,
            kind=CostKind.SALARIES,
            amount=Decimal(amount),
        )
        by = manager.user
        record_costs(organisation=organisation, entries=[entry], by=by, at=timezone.now())

    return write


def page(client, name, organisation, *args, **query):
    return client.get(reverse(f"audits:{name}", args=[organisation.key, *args]), query)


def words(response):
    return " ".join(response.content.decode().split())


def sign_in(client, organisation, role, **values):
    client.force_login(MembershipFactory(organisation=organisation, role=role, **values).user)


def test_reasons_are_read_by_weight_with_what_carries_none(
    client, organisation, sites, reasons, count
):
    count(sites[0], 60, reasons[0])
    count(sites[1], 20, reasons[0], channel="CHAT")
    count(sites[1], 20, reasons[1])
    count(sites[1], 25)

    response = page(client, "contact-reasons", organisation)

    board = response.context["board"]
    lines = [(line.reason.label, line.contacts, line.share) for line in board.lines]
    assert lines == [("Montant", 80, "80.0%"), ("Duplicata", 20, "20.0%")]
    assert [line.is_vital for line in board.lines] == [True, False]
    assert (board.contacts, board.untagged, board.tagged_share) == (125, "20.0%", "80.0%")
    assert board.channels == ["Telephone", "Chat"]
    assert [line.channels for line in board.lines] == [[60, 20], [20, 0]]
    assert [line.places for line in board.lines] == [[60, 20], [0, 20]]
    assert "<svg" in words(response)


def test_families_hold_their_reasons(client, organisation, sites, reasons, count):
    count(sites[0], 60, reasons[0])
    count(sites[0], 20, reasons[1])
    count(sites[0], 5, reasons[2])

    board = page(client, "contact-reasons", organisation, niveau="familles").context["board"]

    assert [(line.reason.label, line.contacts) for line in board.lines] == [("Facture", 85)]


def test_growth_is_told_against_the_month_before_and_a_year_before(
    client, organisation, sites, reasons, count
):
    count(sites[0], 120, reasons[0])
    count(sites[0], 100, reasons[0], month=BEFORE)
    count(sites[0], 10, reasons[1])
    count(sites[0], 150, reasons[0], month=YEAR)

    board = page(client, "contact-reasons", organisation).context["board"]

    first, second = board.lines
    assert (first.before, first.year) == ("+20%", "−20%")
    assert (second.before, second.year) == ("new", "new")
    assert [(line.reason.label, line.growth) for line in board.growing] == [
        ("Montant", "+20 (+20%)"),
        ("Duplicata", "+10"),
    ]


def test_a_month_in_which_another_place_was_missing_is_no_comparison(
    client, organisation, sites, reasons, count
):
    count(sites[0], 120, reasons[0])
    count(sites[1], 100, reasons[0])
    count(sites[0], 100, reasons[0], month=BEFORE)

    board = page(client, "contact-reasons", organisation).context["board"]

    assert [line.before for line in board.lines] == ["–"]
    assert board.growing == []


def test_a_site_manager_reads_their_site_alone(client, organisation, sites, count, pay):
    count(sites[0], 60)
    count(sites[1], 41)
    pay(sites[0], 987)
    sign_in(client, organisation, Role.SITE_MANAGER, site=sites[0])

    board = page(client, "contact-reasons", organisation).context["board"]
    channels = page(client, "contact-channels", organisation)
    table = page(client, "channel-table", organisation).content.decode()

    assert board.contacts == 60
    assert channels.context["costs"] is None
    assert "987" not in words(channels)
    assert "987" not in table
    theirs = place_of(organisation, sites[1]).pk
    assert page(client, "contact-reasons", organisation, lieu=theirs).status_code == 404
    assert page(client, "contact-volumes", organisation).context["page"].paginator.count == 1
    assert page(client, "enter-costs", organisation).status_code == 403


@pytest.mark.parametrize(("role", "sees"), [(Role.DIRECTOR, True), (Role.CONTRIBUTOR, False)])
def test_costs_are_for_the_direction_and_the_quality_manager(  # noqa: PLR0913, PLR0917
    client, organisation, sites, count, pay, role, sees
):
    count(sites[0], 100)
    pay(sites[0], 500)
    sign_in(client, organisation, role)

    response = page(client, "contact-channels", organisation)

    assert (response.context["costs"] is not None) == sees
    assert ("€" in words(response)) == sees
    assert ("€" in page(client, "channel-table", organisation).content.decode()) == sees
    assert page(client, "enter-costs", organisation).status_code == 403


def test_a_contact_costs_the_sum_over_the_sum(client, organisation, sites, count, pay):
    count(sites[0], 100)
    count(sites[1], 300)
    count(sites[1], 100, channel="CHAT")
    pay(sites[0], 400)
    pay(sites[1], 600, channel="PHONE")
    pay(sites[1], 200)

    costs = page(client, "contact-channels", organisation).context["costs"]

    assert (costs.rows[0].each, costs.rows[0].contacts) == ("2.40\xa0€", "500")
    assert [(line.name, line.each) for line in costs.places] == [
        ("All sites", "2.40\xa0€"),
        ("Lyon", "4.00\xa0€"),
        ("Massy", "2.00\xa0€"),
    ]
    assert [(line.name, line.each) for line in costs.channels] == [
        ("Telephone", "2.00\xa0€"),
        ("All channels together", "–"),
    ]


def test_a_site_without_costs_is_named_and_on_neither_side(client, organisation, sites, count, pay):
    count(sites[0], 100)
    count(sites[1], 300)
    pay(sites[0], 400)

    (row, *_rest) = page(client, "contact-channels", organisation).context["costs"].rows

    assert (row.each, row.note) == (
        "4.00\xa0€",
        "without Massy: contacts or costs are missing",
    )


def test_the_mix_says_the_share_of_each_channel(client, organisation, sites, count):
    count(sites[0], 75)
    count(sites[0], 25, channel="CHAT")
    count(sites[0], 80, month=YEAR)

    mix = page(client, "contact-channels", organisation).context["mix"]

    assert mix.channels == ["Telephone", "Chat"]
    assert mix.rows[0].cells == [(75, "75.0%"), (25, "25.0%")]
    assert (mix.rows[0].growth, mix.rows[1].total) == ("+25%", None)
    assert len(mix.rows) == 12


def test_the_table_of_reasons_is_taken_away(client, organisation, sites, reasons, count):
    count(sites[0], 60, reasons[0])
    count(sites[0], 4)

    response = page(client, "reason-table", organisation)

    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="motifs-')
    assert rows[1][:6] == ["1", "FAC-1", "Facture", "Montant", "60", "100.0%"]
    assert rows[2][3:5] == ["Without a reason", "4"]
    assert len({len(row) for row in rows}) == 1


@pytest.mark.usefixtures("reasons")
@pytest.mark.parametrize("name", ["contact-reasons", "contact-channels", "contact-volumes"])
def test_screens_do_not_ask_more_for_more_rows(client, organisation, sites, count, name):
    reasons = list(ContactReason.objects.filter(code__startswith="FAC-").order_by("pk"))
    count(sites[0], 60, reasons[0])
    with counted() as few:
        page(client, name, organisation)
    for month in (NOW, BEFORE):
        for channel in ("EMAIL", "CHAT", "LETTER"):
            count(sites[0], 60, reasons[1], month=month, channel=channel)
            count(sites[1], 60, reasons[0], month=month, channel=channel)

    with counted() as many:
        page(client, name, organisation)

    # One more place is one more link, and asks for nothing.
    assert len(many) == len(few)


def test_volumes_are_drilled_to_their_file(client, organisation, sites, reasons, count):
    count(sites[0], 60, reasons[0])
    count(sites[0], 5)

    of_family = page(client, "contact-volumes", organisation, motif=reasons[2].pk)
    untagged = page(client, "contact-volumes", organisation, motif="sans")

    assert [row.contacts for row in of_family.context["page"]] == [60]
    assert [row.contacts for row in untagged.context["page"]] == [5]
    assert "typed" in words(untagged)
    assert page(client, "contact-volumes", organisation, motif="0").status_code == 404


def sheet(organisation, site):
    url = reverse("audits:enter-volumes", args=[organisation.key])
    return f"{url}?lieu=site-{site.pk}&fin={NOW.start}"


def test_contacts_are_typed_in_a_sheet(client, organisation, sites, reasons):
    cells = {f"c-{reasons[0].pk}-PHONE": "1 200", "c-0-CHAT": "0"}

    response = client.post(sheet(organisation, sites[0]), cells)

    assert response.status_code == 302
    rows = ContactVolume.objects.order_by("contacts")
    assert [(row.reason, row.channel, row.contacts) for row in rows] == [
        (None, "CHAT", 0),
        (reasons[0], "PHONE", 1200),
    ]
    assert 'value="1200"' in client.get(response.url).content.decode()


@pytest.mark.parametrize("typed", ["12,5", "-3", "douze", "9" * 40, "=1+1", "²"])
def test_a_bad_count_is_said_in_its_cell_and_nothing_is_lost(
    client, organisation, sites, reasons, typed
):
    cells = {f"c-{reasons[0].pk}-PHONE": typed, "c-0-CHAT": "7"}

    response = client.post(sheet(organisation, sites[0]), cells)

    assert response.status_code == 422
    assert 'value="7"' in response.content.decode()
    assert not ContactVolume.objects.exists()


def test_what_changed_meanwhile_is_shown_in_its_cell(client, organisation, sites, reasons, count):
    count(sites[0], 60, reasons[0])
    name, version = f"c-{reasons[0].pk}-PHONE", f"v-{reasons[0].pk}-PHONE"

    response = client.post(sheet(organisation, sites[0]), {name: "70"})

    assert response.status_code == 409
    assert "Somebody wrote here meanwhile: 60." in words(response)
    assert 'value="70"' in response.content.decode()
    hidden = response.context["form"][version].value()
    again = client.post(sheet(organisation, sites[0]), {name: "70", version: hidden})
    assert again.status_code == 302
    assert ContactVolume.objects.get().contacts == 70


def test_a_reason_no_longer_used_is_offered_no_more(client, organisation, sites, reasons, count):
    ContactReason.objects.update(is_active=False)
    count(sites[0], 60, reasons[0])

    form = client.get(sheet(organisation, sites[0])).context["form"]

    assert form.reasons == [reasons[0], None]


def test_costs_are_typed_to_the_cent(client, organisation, sites):
    url = reverse("audits:enter-costs", args=[organisation.key])
    at = f"{url}?lieu=site-{sites[0].pk}&canal=CHAT&fin={NOW.start}"
    cell = f"k-SALARIES-{NOW.start:%Y%m}"

    for typed in ("12,345", "-1", "beaucoup"):
        assert client.post(at, {cell: typed}).status_code == 422
    assert client.post(at, {cell: "12 345,60"}).status_code == 302

    row = ContactCost.objects.get()
    assert (row.amount, row.channel, row.kind) == (Decimal("12345.60"), "CHAT", "SALARIES")
    assert client.post(at, {cell: "1"}).status_code == 409


def test_the_list_is_written_and_a_taken_code_is_said(client, organisation, reasons):
    url = reverse("audits:reason-list", args=[organisation.key])
    fields = {"code": "TEC", "label": "Réseau", "is_active": "on"}

    assert client.post(url, fields).status_code == 302
    refused = client.post(url, fields | {"label": "Autre"})

    assert refused.status_code == 409
    assert "The code TEC is taken" in words(refused)
    assert 'value="Autre"' in refused.content.decode()
    assert ContactReason.objects.filter(organisation=organisation).count() == 4


def test_a_reason_of_somebody_else_is_not_found(client, organisation, manager):
    other = OrganisationFactory()
    theirs = add_reason(
        organisation=other,
        fields=ReasonFields(code="X", label="X"),
        by=manager.user,
        at=timezone.now(),
    )

    for name in ("edit-reason", "send-feedback"):
        assert page(client, name, organisation, theirs.pk).status_code == 404
    assert page(client, "contact-volumes", organisation, motif=theirs.pk).status_code == 404


def test_feedback_goes_from_a_reason_to_an_answer(client, organisation, sites, reasons, count):
    count(sites[0], 60, reasons[0])
    count(sites[0], 40, reasons[1])
    count(sites[0], 9)
    person = MembershipFactory(organisation=organisation, role=Role.DIRECTOR).user
    url = reverse("audits:send-feedback", args=[organisation.key, reasons[0].pk])
    fields = {"process": "Facturation", "found": "Date absente", "addressee": person.pk}

    assert client.post(url, fields | {"found": ""}).status_code == 422
    sent = client.post(url, fields)

    row = ReasonFeedback.objects.get()
    assert sent.url == row.get_absolute_url()
    assert (row.contacts, row.total, row.starts_on) == (60, 100, NOW.start)
    client.force_login(person)
    assert client.post(sent.url, {"answer": "Corrigé"}).status_code == 302
    assert "Corrigé" in words(client.get(sent.url))
    assert client.post(sent.url, {"answer": "Autrement"}).status_code == 409


def test_an_unknown_reason_of_a_file_is_asked_on_its_page(
    client, organisation, sites, reasons, own_files
):
    text = f"Mois;Site;Canal;Motif;Nombre\n{NOW.start:%m/%Y};Lyon;Tel;Panne;8\n"
    url = reverse("audits:measure-imports", args=[organisation.key])
    upload = SimpleUploadedFile("contacts.csv", text.encode())
    client.post(url, {"kind": "VOLUMES", "file": upload})
    imported = MeasureImport.objects.get()
    place_of(organisation, sites[0])

    def name(**changes):
        form = client.get(imported.get_absolute_url()).context["form"]
        values = {field: form[field].value() or "" for field in form.fields}
        step = reverse("audits:name-columns", args=[imported.key])
        assert client.post(step, values | changes).status_code == 302
        read_file(import_id=imported.pk)

    name()
    assert "1 reason of the file is not in your list" in words(
        client.get(imported.get_absolute_url())
    )
    name(reason_0=str(reasons[1].pk))
    client.post(reverse("audits:apply-import", args=[imported.key]))

    assert ContactVolume.objects.get().reason == reasons[1]
    drilled = page(client, "contact-volumes", organisation)
    assert "contacts.csv" in words(drilled)
    assert drilled.context["page"][0].starts_on == NOW.start
