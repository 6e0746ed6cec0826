"""Adding evidence to a requirement: files one by one or together, a link, a note, what exists."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions.audit import validate_audit
from audits.actions.evidence_withdrawal import withdraw_evidence
from audits.enums import AuditKind, TeamRole
from audits.models import Evidence
from crcaudit.accounts.enums import Role
from tests.audits.evidence import deposit, state, stored, upload
from tests.core.files import builders as b
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceFactory,
    first_assessment,
    name_on_team,
    running_audit,
)

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]

HTMX = {"HX-Request": "true"}


def url(row, way=""):
    address = reverse("audits:add-evidence", args=[row.audit.key, row.pk])
    return f"{address}?type={way}" if way else address


def freeze(row):
    row.audit.assessments.update(status="RATED", level="C", points=100, is_conform=True)
    row.audit.rollups.update(examined=1)
    validate_audit(audit=row.audit, by=UserFactory(), at=timezone.now())


def sign_in_as(client, row, role, **fields):
    member = MembershipFactory(
        organisation=row.audit.organisation, role=role, user__language="en", **fields
    )
    client.force_login(member.user)
    return member.user


def test_several_files_are_recorded_at_once(client, row):
    files = [upload(name="un.pdf"), upload(b.png(), "deux.png"), upload(b.text(), "trois.csv")]

    response = client.post(url(row), {"files": files}, follow=True)

    assert [row.title for row in Evidence.objects.order_by("number")] == ["un", "deux", "trois"]
    assert len(stored()) == 3
    assert "3 files are recorded." in response.content.decode()
    row.refresh_from_db()
    assert row.evidence_count == 3


def test_each_file_has_its_own_result(client, row):
    files = [upload(name="bon.pdf"), upload(b"MZ\0", "faux.pdf"), upload(b"<svg/>", "logo.svg")]

    response = client.post(url(row), {"files": files})

    page = response.content.decode()
    assert response.status_code == 422
    assert "2 files were not recorded" in page
    assert "<b>faux.pdf</b>" in page
    assert "does not match its extension (.pdf)" in page
    assert "Files of this type (.svg) are not accepted" in page
    assert [row.title for row in Evidence.objects.all()] == ["bon"]
    assert Evidence.objects.get().get_absolute_url() in page


def test_drop_zone_gets_one_line_per_file(client, row):
    response = client.post(url(row), {"files": upload(name="Grille d'écoute.pdf")}, headers=HTMX)

    evidence = Evidence.objects.get()
    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert evidence.get_absolute_url() in page
    assert "Grille d&#x27;écoute" in page


def test_drop_zone_is_told_why_a_file_was_refused(client, row):
    response = client.post(url(row), {"files": upload(b"", "vide.pdf")}, headers=HTMX)

    assert response.status_code == 422
    assert 'class="crc-problem"' in response.content.decode()
    assert "This file is empty" in response.content.decode()
    assert Evidence.objects.count() == 0


def test_file_over_the_limit_is_answered_with_413(client, row, settings):
    settings.EVIDENCE_MAX_BYTES = 100

    response = client.post(url(row), {"files": upload()}, headers=HTMX)

    assert response.status_code == 413


def test_sending_no_file_is_said(client, row):
    response = client.post(url(row), {})

    assert response.status_code == 422
    assert "Choose at least one file." in response.content.decode()


def test_hostile_file_name_is_shown_literally(client, row):
    name = '"><script>alert(1)</script>\u202egpj.pdf'

    client.post(url(row), {"files": upload(name=name)})
    page = client.get(row.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    assert "&lt;" in page or "script&gt;" in page


def test_link_and_note_are_recorded_with_what_is_said_of_them(client, row):
    site = SiteFactory(organisation=row.audit.organisation)
    said = {
        "title": "Page des tarifs",
        "fact_date": "2026-02-03",
        "valid_until": "2026-12-31",
        "confidentiality": "PUBLIC",
        "sites": [site.pk],
    }

    first = client.post(
        url(row, "lien"), said | {"key": uuid4(), "url": "https://example.org/tarifs"}
    )
    second = client.post(url(row, "note"), said | {"key": uuid4(), "note": "Vu sur le plateau."})

    assert (first.status_code, second.status_code) == (302, 302)
    link, note = Evidence.objects.order_by("number")
    assert (link.kind, link.url, link.note) == ("LINK", "https://example.org/tarifs", "")
    assert (note.kind, note.url, note.note) == ("NOTE", "", "Vu sur le plateau.")
    assert (link.confidentiality, str(link.valid_until)) == ("PUBLIC", "2026-12-31")
    assert list(link.sites.all()) == [site]
    row.refresh_from_db()
    assert row.evidence_count == 2


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org", "pas une adresse"]
)
def test_address_that_is_not_a_page_is_refused_and_the_text_kept(client, row, address):
    before = state()

    response = client.post(
        url(row, "lien"),
        {"key": uuid4(), "title": "Tarifs", "url": address, "confidentiality": "INTERNAL"},
    )

    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors["url"] == ["Give the address of a page, such as https://example.org/prices."]
    assert (form["title"].value(), form["url"].value()) == ("Tarifs", address)
    assert state() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"note": ""}, "note"),
        ({"note": "x" * 20_001}, "note"),
        ({"fact_date": "2099-01-01"}, "fact_date"),
        ({"fact_date": "2026-02-03", "valid_until": "2026-02-02"}, "valid_until"),
        ({"confidentiality": "SECRET"}, "confidentiality"),
        ({"sites": ["999999"]}, "sites"),
    ],
)
def test_note_with_a_slip_names_the_field_and_keeps_the_rest(client, row, changes, field):
    SiteFactory(organisation=row.audit.organisation)
    said = {"key": uuid4(), "title": "Visite", "note": "Vu.", "confidentiality": "INTERNAL"}
    before = state()

    response = client.post(url(row, "note"), said | changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert state() == before


def test_form_sent_twice_makes_one_row(client, row):
    said = {"key": uuid4(), "title": "Visite", "note": "Vu.", "confidentiality": "INTERNAL"}

    client.post(url(row, "note"), said)
    again = client.post(url(row, "note"), said)

    assert again.status_code == 302
    assert Evidence.objects.count() == 1


def test_form_sent_again_with_another_text_comes_back_with_a_new_key(client, row):
    key = str(uuid4())
    said = {"key": key, "title": "Visite", "note": "un", "confidentiality": "INTERNAL"}
    client.post(url(row, "note"), said)

    response = client.post(url(row, "note"), said | {"note": "deux"})

    form = response.context["form"]
    assert response.status_code == 409
    assert (form["note"].value(), form["key"].value() == key) == ("deux", False)
    assert Evidence.objects.count() == 1


def test_organisation_without_room_left_is_told_so(client, row, settings):
    settings.ORGANISATION_QUOTA_BYTES = 10

    response = client.post(url(row), {"files": upload()}, headers=HTMX)

    assert response.status_code == 409
    assert "There is no room left" in response.content.decode()


def test_evidence_that_exists_is_found_and_linked(client, row):
    organisation = row.audit.organisation
    wanted = EvidenceFactory(organisation=organisation, title="Grille calibrée")
    EvidenceFactory(organisation=organisation, title="Autre chose")
    EvidenceFactory(title="Grille d'un autre organisme")

    page = client.get(url(row, "existante") + "&q=grille")
    shown = [str(choice) for _value, choice in page.context["form"].fields["evidence"].choices]
    response = client.post(url(row, "existante"), {"evidence": [wanted.pk]})

    assert shown == [str(wanted)]
    assert response.status_code == 302
    assert [link.evidence for link in row.links.all()] == [wanted]


def test_evidence_of_another_organisation_cannot_be_linked(client, row):
    foreign = EvidenceFactory()
    before = state()

    response = client.post(url(row, "existante"), {"evidence": [foreign.pk]})

    assert response.status_code == 422
    assert state() == before


def test_contributor_proves_only_what_was_given_to_them(client, row):
    user = sign_in_as(client, row, Role.CONTRIBUTOR)
    rows = list(row.audit.assessments.order_by("position")[:2])
    rows[0].assigned_to = user
    rows[0].save(update_fields=["assigned_to"])

    allowed = client.post(url(rows[0]), {"files": upload()})
    invisible = client.post(url(rows[1]), {"files": upload(b.png(), "a.png")})

    assert (allowed.status_code, invisible.status_code) == (302, 404)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("role", [Role.DIRECTOR])
def test_reader_may_not_add_evidence(client, row, role):
    sign_in_as(client, row, role)

    assert client.get(url(row)).status_code == 403
    assert client.post(url(row), {"files": upload()}).status_code == 403
    assert Evidence.objects.count() == 0


def test_auditor_reviews_evidence_and_brings_none(client, manager):
    file = CertificationFactory(organisation=manager.organisation)
    audit = running_audit(certification=file, kind=AuditKind.INITIAL)
    auditor = UserFactory(language="en")
    name_on_team(audit=audit, user=auditor, role=TeamRole.LEAD, by=manager.user)
    client.force_login(auditor)

    assert client.post(url(first_assessment(audit)), {"files": upload()}).status_code == 403


def test_requirement_of_another_organisation_does_not_exist(client, manager):
    foreign = first_assessment(running_audit())
    before = state()

    assert client.get(url(foreign)).status_code == 404
    assert client.post(url(foreign), {"files": upload()}).status_code == 404
    assert state() == before


@pytest.mark.parametrize("way", ["", "lien", "note", "existante"])
def test_validated_audit_takes_no_evidence_and_says_why(client, row, way):
    deposit(row)
    freeze(row)
    before = state()

    said = {"files": upload(b.png(), "a.png"), "title": "a", "note": "b", "key": uuid4()}
    response = client.post(url(row, way), said)

    assert response.status_code == 409
    assert f"The audit {row.audit.reference} is validated" in response.content.decode()
    assert client.get(url(row, way)).status_code == 409
    assert state() == before


def test_unknown_way_of_adding_is_a_bad_request(client, row):
    assert client.get(url(row, "autre")).status_code == 400


def test_each_way_has_its_page(client, row):
    for way in ("", "lien", "note", "existante"):
        assert client.get(url(row, way)).status_code == 200


@pytest.mark.parametrize(("others", "is_cut"), [(30, False), (31, True)])
def test_more_existing_evidence_than_is_offered_is_said(client, row, others, is_cut):
    EvidenceFactory.create_batch(others, organisation=row.audit.organisation)

    page = client.get(url(row, "existante"))

    assert len(page.context["form"].fields["evidence"].queryset) == 30
    assert ("Only the newest are offered" in page.content.decode()) is is_cut


def test_existing_evidence_withdrawn_meanwhile_is_not_linked(client, row, manager):
    gone, _other = EvidenceFactory.create_batch(2, organisation=row.audit.organisation)
    before = client.get(url(row, "existante")).content.decode()
    withdraw_evidence(evidence=gone, reason="Erreur", by=manager.user, at=timezone.now())

    response = client.post(url(row, "existante"), {"evidence": [gone.pk]})

    assert f'value="{gone.pk}"' in before
    assert response.status_code == 422
    assert "Choose evidence of the list." in response.content.decode()
    assert gone.links.count() == 0


@pytest.mark.parametrize("way", ["", "requirement"])
def test_the_largest_size_is_said_before_anything_is_sent(client, row, settings, way):
    settings.EVIDENCE_MAX_BYTES = 30 * 1024 * 1024

    page = client.get(url(row) if not way else row.get_absolute_url()).content.decode()

    assert f'data-max-bytes="{30 * 1024 * 1024}"' in page
    assert "30 MB" in page.replace("\u00a0", " ").replace("\u202f", " ")
