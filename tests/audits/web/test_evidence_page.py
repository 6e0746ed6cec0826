"""The page of a piece of evidence: content, links, versions, history, what is said of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from audits.actions.evidence_links import link_evidence, unlink_evidence
from audits.models import Evidence
from crcaudit.accounts.enums import Role
from tests.audits.evidence import AT, content, deposit, state, stored, upload
from tests.core.files import builders as b
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    EvidenceFactory,
)

pytestmark = [
    pytest.mark.web,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files"),
]

TODAY = localdate()


def page(client, evidence, **query) -> str:
    return client.get(evidence.get_absolute_url(), query).content.decode()


def edit_url(evidence):
    return reverse("audits:edit-evidence", args=[evidence.key])


def version_url(evidence):
    return reverse("audits:add-evidence-version", args=[evidence.key])


def edit_data(client, evidence, **changes):
    form = client.get(edit_url(evidence)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def sign_in_as(client, organisation, role):
    member = MembershipFactory(organisation=organisation, role=role, user__language="en")
    client.force_login(member.user)
    return member.user


def test_page_shows_file_fingerprint_links_and_history(client, row):
    evidence = deposit(row, name="Script <SVI>.pdf", by=UserFactory(first_name="Alix"))

    shown = page(client, evidence)

    version = evidence.versions.get()
    assert "Script &lt;SVI&gt;.pdf" in shown
    assert version.sha256 in shown
    assert row.get_absolute_url() in shown
    assert "Evidence added" in shown
    assert "Alix" in shown


@pytest.mark.parametrize(
    ("extension", "marker"),
    [("pdf", "data-crc-pdf="), ("png", "<img "), ("csv", "hx-get="), ("txt", "hx-get=")],
)
def test_page_offers_the_viewer_of_its_kind(client, row, extension, marker):
    evidence = deposit(row, b.GOOD[extension](), f"a.{extension}")

    assert marker in page(client, evidence)


def test_opening_the_page_reads_no_file(client, row, manager):
    evidence = deposit(row)

    page(client, evidence)
    before = page(client, evidence)
    content(client.get(reverse("audits:evidence-file", args=[evidence.key, 1])))
    after = page(client, evidence)

    assert "Nobody has opened the file yet." in before
    assert f"{manager.user} <span" in after


def test_readings_are_shown_to_the_quality_manager_only(client, row):
    evidence = deposit(row)
    sign_in_as(client, row.audit.organisation, Role.DIRECTOR)

    assert "Readings" not in page(client, evidence)


def test_earlier_version_stays_readable_and_says_that_it_is_earlier(client, row):
    evidence = deposit(row, name="un.pdf")
    client.post(version_url(evidence), {"file": upload(b.pdf(9), "deux.pdf")})

    newest, earlier = page(client, evidence), page(client, evidence, version="1")

    assert "This is an earlier version" not in newest
    assert "This is an earlier version" in earlier
    assert ">un.pdf</h2>" in earlier
    assert client.get(evidence.get_absolute_url(), {"version": "7"}).status_code == 404


def test_new_version_is_added_with_its_dates(client, row):
    evidence = deposit(row)
    dates = {"fact_date": TODAY.isoformat(), "valid_until": (TODAY + timedelta(90)).isoformat()}

    response = client.post(version_url(evidence), dates | {"file": upload(b.pdf(9))}, follow=True)

    assert "Version 2 is recorded." in response.content.decode()
    evidence.refresh_from_db()
    assert evidence.valid_until == TODAY + timedelta(90)
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("file", "answer"),
    [
        ((b"", "a.pdf"), (422, "This file is empty")),
        ((b"MZ\0", "a.pdf"), (422, "does not match its extension")),
        ((b"<svg/>", "a.svg"), (422, "are not accepted")),
        ((None, "a.pdf"), (409, "same as the current version")),
    ],
)
def test_refused_version_keeps_the_dates_typed_and_the_first_version(client, row, file, answer):
    evidence = deposit(row)
    before = state()

    response = client.post(
        version_url(evidence), {"file": upload(*file), "fact_date": "2026-02-03"}
    )

    status, sentence = answer
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert response.context["form"]["fact_date"].value() == "2026-02-03"
    assert state() == before


def test_version_without_a_file_is_asked_for_one(client, row):
    evidence = deposit(row)

    response = client.post(version_url(evidence), {"fact_date": "2026-02-03"})

    assert response.status_code == 422
    assert response.context["form"].errors["file"] == ["Choose the file of the new version."]


def test_what_is_said_can_be_changed(client, row):
    evidence = deposit(row)

    response = client.post(
        edit_url(evidence),
        edit_data(client, evidence, title="Script du serveur", confidentiality="CONFIDENTIAL"),
    )

    assert response.status_code == 302
    evidence.refresh_from_db()
    assert (evidence.title, evidence.confidentiality) == ("Script du serveur", "CONFIDENTIAL")
    assert "Confidential" in page(client, evidence)


def test_second_editor_sees_both_texts_and_loses_none(client, row):
    evidence = deposit(row)
    mine = edit_data(client, evidence, title="Le mien")
    client.post(edit_url(evidence), edit_data(client, evidence, title="Le sien"))

    response = client.post(edit_url(evidence), mine)

    shown = response.content.decode()
    assert response.status_code == 409
    assert "Le sien" in shown
    assert response.context["form"]["title"].value() == "Le mien"
    assert Evidence.objects.get().title == "Le sien"

    again = {**mine, "version": response.context["form"]["version"].value()}
    assert client.post(edit_url(evidence), again).status_code == 302
    assert Evidence.objects.get().title == "Le mien"


def test_fields_that_no_form_has_are_ignored(client, row):
    evidence = deposit(row)
    other = MembershipFactory().organisation
    sent = edit_data(client, evidence, title="Autre")
    sent |= {"organisation": other.pk, "number": 99, "created_by": 1, "kind": "NOTE", "key": "x"}

    client.post(edit_url(evidence), sent)

    evidence.refresh_from_db()
    assert (evidence.number, evidence.kind) == (1, "FILE")
    assert evidence.organisation == row.audit.organisation


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.CONTRIBUTOR])
def test_reader_sees_the_page_but_changes_nothing(client, row, role):
    evidence = deposit(row)
    user = sign_in_as(client, row.audit.organisation, role)
    row.assigned_to = user
    row.save(update_fields=["assigned_to"])

    assert client.get(evidence.get_absolute_url()).status_code == 200
    assert edit_url(evidence) not in page(client, evidence)
    assert client.post(edit_url(evidence), {"title": "x"}).status_code == 403
    assert client.post(version_url(evidence), {"file": upload()}).status_code == 403


def test_contributor_changes_what_they_added(client, row):
    user = sign_in_as(client, row.audit.organisation, Role.CONTRIBUTOR)
    evidence = deposit(row, by=user)

    response = client.post(edit_url(evidence), edit_data(client, evidence, title="Le mien"))

    assert response.status_code == 302


def test_evidence_of_another_organisation_does_not_exist(client, manager):
    foreign = EvidenceFactory()
    before = state()

    for name in ("evidence", "edit-evidence", "add-evidence-version", "link-evidence"):
        assert client.get(reverse(f"audits:{name}", args=[foreign.key])).status_code == 404
    assert client.post(edit_url(foreign), {"title": "x"}).status_code == 404
    assert state() == before


def test_contributor_learns_nothing_of_the_other_requirements(client, row):
    evidence = deposit(row)
    other = row.audit.assessments.select_related("audit").order_by("position")[1]
    link_evidence(evidence=evidence, assessments=[other], by=UserFactory(), at=AT)
    row.assigned_to = sign_in_as(client, row.audit.organisation, Role.CONTRIBUTOR)
    row.save(update_fields=["assigned_to"])

    shown = page(client, evidence)

    assert row.code in shown
    assert other.code not in shown


def test_ended_link_stays_on_the_page(client, row):
    evidence = deposit(row)
    unlink_evidence(link=evidence.links.get(), by=UserFactory(first_name="Louison"), at=AT)

    shown = page(client, evidence)

    assert "unlinked on" in shown
    assert "Louison" in shown


def test_page_reads_a_fixed_number_of_rows(client, row, django_assert_max_num_queries):
    evidence = deposit(row)
    others = row.audit.assessments.select_related("audit").order_by("position")[1:]
    link_evidence(evidence=evidence, assessments=list(others), by=UserFactory(), at=AT)
    for number in range(3):
        client.post(version_url(evidence), {"file": upload(b.pdf(number + 1))})

    with django_assert_max_num_queries(15):
        client.get(evidence.get_absolute_url())
