"""The audit before on screen: its rating, what has changed since, filter, start of an audit."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import localdate

from audits.actions import assessment as ratings
from audits.actions.audit import validate_audit
from audits.actions.evidence_withdrawal import withdraw_evidence
from audits.actions.finding import close_finding
from audits.actions.rollup import refresh_assessment
from audits.enums import AuditKind, TeamRole
from audits.models import Audit, EvidenceLink, EvidenceVersion
from audits.presenters.previous import previous_of
from audits.presenters.review import self_assessment
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    FindingFactory,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

HTMX = {"headers": {"HX-Request": "true"}}


def audits(requirements=2, *, pieces=0, findings=0, kind=AuditKind.INTERNAL):
    """A diagnosis that was validated, and an audit that follows it."""
    edition = published_edition(requirements=requirements)
    first = running_audit(certification=CertificationFactory(edition=edition))
    rows = list(first.assessments.select_related("audit__organisation").order_by("position"))
    ratings.rate(assessment=rows[0], version=1, level="P", by=first.started_by, at=timezone.now())
    rate_everything(first)
    light = edition.referential.scheme.grades.get(code="PS")
    for row in rows:
        for number in range(pieces):
            piece = EvidenceFactory(organisation=first.organisation, number=row.pk * 10 + number)
            EvidenceLinkFactory(assessment=row, evidence=piece)
        for number in range(findings):
            FindingFactory(assessment=row, number=row.pk * 10 + number, grade=light)
    first = validate_audit(audit=first, by=first.started_by, at=timezone.now())
    audit = running_audit(certification=first.certification, kind=kind, previous=first)
    return first, audit


def rows_of(audit):
    return list(audit.assessments.select_related("audit__organisation").order_by("position"))


def url(name, row):
    return reverse(f"audits:{name}", args=[row.audit.key, row.pk])


@pytest.fixture
def pair(client):
    first, audit = audits(pieces=1, findings=1)
    user = manager_of(audit).user
    client.force_login(user)
    return first, audit, user


def test_the_panel_leads_to_the_verdict_before_and_says_that_nothing_changed(client, pair):
    first, audit, _user = pair
    row = rows_of(audit)[0]
    before = rows_of(first)[0]

    panel = client.get(url("requirement", row)).content.decode()
    page = client.get(url("since-previous", row))

    html = page.content.decode()
    assert f'hx-get="{url("since-previous", row)}"' in panel
    assert f'href="{url("since-previous", row)}"' in panel
    assert (page.context["before"].shape, page.context["before"].changes) == (before.shape, ())
    assert "Rien n’a changé." in html
    assert before.findings.get().title in html
    button = f'name="level" value="{before.level}" data-crc-key="r"'
    assert button in html
    assert button in client.get(url("since-previous", row), **HTMX).content.decode()


def test_the_word_of_a_level_has_its_own_shape_whatever_was_found_beside():
    first = running_audit()
    row = rows_of(first)[0]
    ratings.rate(assessment=row, version=1, level="P", by=first.started_by, at=timezone.now())
    FindingFactory(assessment=row)
    refresh_assessment(assessment_id=row.pk)
    validate_audit(audit=first, by=first.started_by, at=timezone.now())
    audit = running_audit(
        certification=first.certification, kind=AuditKind.INTERNAL, previous=first
    )
    again = rows_of(audit)[0]

    before = previous_of(again, manager_of(audit).user, today=localdate())
    own = self_assessment(again)

    assert rows_of(first)[0].shape == "major"
    assert (before.shape, before.rated) == ("part", "Partiellement conforme")
    assert (own.shape, own.label) == ("part", "Partiellement conforme")


def test_what_was_not_rated_before_is_not_assessed_whatever_was_found_beside():
    first = running_audit()
    row, other = rows_of(first)[:2]
    ratings.rate(assessment=other, version=1, level="C", by=first.started_by, at=timezone.now())
    FindingFactory(assessment=row)
    refresh_assessment(assessment_id=row.pk)
    validate_audit(audit=first, by=first.started_by, at=timezone.now())
    audit = running_audit(
        certification=first.certification, kind=AuditKind.INTERNAL, previous=first
    )

    before = previous_of(rows_of(audit)[0], manager_of(audit).user, today=localdate())

    assert (before.shape, before.rated) == ("none", "Non évalué")


def test_one_button_takes_the_rating_over_by_the_ordinary_action(client, pair):
    first, audit, user = pair
    row, before = rows_of(audit)[0], rows_of(first)[0]
    sent = {"version": row.version, "level": before.level, "na_reason": before.na_reason}

    answer = client.post(url("rate", row), sent, **HTMX)
    again = client.post(url("rate", row), sent, **HTMX)

    row.refresh_from_db()
    assert (answer.status_code, row.level, row.updated_by) == (200, before.level, user)
    assert f'<div id="take-over-{row.pk}" hx-swap-oob="true"></div>' in answer.content.decode()
    assert again.status_code in {200, 409}
    fresh = client.get(url("since-previous", row), **HTMX)
    assert fresh.context["before"].level == ""  # nothing left to take over


def test_the_button_comes_back_with_the_version_once_there_is_something_to_take_over(client, pair):
    first, audit, _user = pair
    row, before = rows_of(audit)[0], rows_of(first)[0]
    sent = {"version": row.version, "level": before.level}
    client.post(url("rate", row), sent, **HTMX)

    answer = client.post(url("undo", row), **HTMX).content.decode()

    row.refresh_from_db()
    form = answer.partition(f'<div id="take-over-{row.pk}" hx-swap-oob="true">')[2]
    assert form.count(f'name="version" value="{row.version}"') == 1
    assert f'name="level" value="{before.level}" data-crc-key="r"' in form


def test_everything_that_changed_is_told(client, pair):
    first, audit, user = pair
    row, before = rows_of(audit)[0], rows_of(first)[0]
    piece = before.links.get().evidence
    kept = piece.versions.get()
    EvidenceVersion.objects.create(
        **{
            field: getattr(kept, field)
            for field in ("file_name", "media_type", "size", "sha256", "uploaded_at")
        },
        evidence=piece,
        number=2,
        path="autre",
        uploaded_by=user,
    )
    EvidenceLinkFactory(
        assessment=row, evidence=EvidenceFactory(organisation=audit.organisation, number=900)
    )
    FindingFactory(assessment=row, number=900, presented_at=timezone.now())
    finding = before.findings.get()
    close_finding(finding=finding, version=1, comment="Vu", by=UserFactory(), at=timezone.now())

    with translation.override("fr"):
        shown = previous_of(row, user, today=localdate()).changes

    # The closing and the presentation are of the day of the validation: taken before it.
    assert [line.what for line in shown] == ["preuve ajoutée", "version plus récente"]


def test_a_withdrawn_piece_and_what_was_not_rated_are_told(client, pair):
    _first, audit, user = pair
    row = rows_of(audit)[1]
    piece = EvidenceLink.objects.get(assessment=row).evidence
    withdraw_evidence(evidence=piece, reason="Autre dossier", by=user, at=timezone.now())

    page = client.get(url("since-previous", row)).content.decode()

    assert "preuve retirée" in page


def test_the_filter_tells_changed_requirements_from_the_others(client, pair):
    _first, audit, _user = pair
    rows = rows_of(audit)
    EvidenceLinkFactory(
        assessment=rows[2], evidence=EvidenceFactory(organisation=audit.organisation, number=900)
    )
    base = reverse("audits:grid", args=[audit.key])

    found = {
        name: [item.code for item in client.get(f"{base}?filtre={name}").context["rows"]]
        for name in ("changees", "inchangees")
    }

    assert found == {
        "changees": [rows[2].code],
        "inchangees": [row.code for row in rows if row != rows[2]],
    }


def test_the_grid_says_which_audit_it_follows_and_offers_the_filter_only_then(client, pair):
    first, audit, _user = pair

    pages = {
        row.pk: client.get(reverse("audits:grid", args=[row.key])).content.decode()
        for row in (first, audit)
    }

    assert f"suit {first.reference}" in pages[audit.pk]
    assert ("filtre=changees" in pages[audit.pk], "filtre=changees" in pages[first.pk]) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("query", "expected"), [("", 13), ("?filtre=toutes", 7), ("?filtre=inchangees", 12)]
)
def test_the_grid_of_a_following_audit_takes_the_same_queries_whatever_its_size(
    client, query, expected
):
    for requirements in (1, 20):
        _first, audit = audits(requirements, pieces=1, findings=1)
        user = manager_of(audit).user
        client.force_login(user)
        row = rows_of(audit)[0]
        ratings.comment(assessment=row, version=1, text="x", by=user, at=timezone.now())
        address = reverse("audits:grid", args=[audit.key]) + query
        client.get(address)

        with counted() as statements:
            client.get(address)

        assert len(statements) == expected


@pytest.mark.parametrize("number", [1, 3])
def test_the_part_of_the_audit_before_takes_nine_queries(client, number):
    _first, audit = audits(pieces=number, findings=number)
    client.force_login(manager_of(audit).user)
    row = rows_of(audit)[0]
    client.get(url("since-previous", row), **HTMX)

    with counted() as statements:
        client.get(url("since-previous", row), **HTMX)

    assert len(statements) == 9


def test_saving_a_rating_takes_one_query_more_where_there_is_something_to_take_over(client):
    _first, audit = audits()
    client.force_login(manager_of(audit).user)
    row, other = rows_of(audit)[:2]
    client.post(url("rate", other), {"version": 1, "level": "C"}, **HTMX)

    with counted() as statements:
        client.post(url("rate", row), {"version": 1, "level": "P"}, **HTMX)

    assert len(statements) == 13


def test_the_review_shows_the_audit_before(client):
    first, audit = audits(pieces=1, findings=1, kind=AuditKind.INITIAL)
    lead = UserFactory()
    name_on_team(audit=audit, user=lead, role=TeamRole.LEAD)
    client.force_login(lead)

    page = client.get(reverse("audits:review", args=[audit.key]))

    assert page.context["before"].reference == first.reference
    assert "Rien n’a changé." in page.content.decode()


def test_a_stranger_and_an_audit_without_one_before_have_no_such_page(client, pair):
    first, audit, _user = pair
    assert client.get(url("since-previous", rows_of(first)[0])).status_code == 404

    client.force_login(MembershipFactory().user)

    assert client.get(url("since-previous", rows_of(audit)[0])).status_code == 404


def start(client, file, **data):
    sent = {"kind": "MOCK", "is_per_site": "0", "start_date": "2026-05-04", **data}
    return client.post(reverse("audits:start-audit", args=[file.key]), sent)


def test_a_new_audit_offers_to_follow_the_latest_validated_one(client, pair):
    first, _audit, _user = pair
    file = first.certification

    form = client.get(reverse("audits:start-audit", args=[file.key])).context["form"]
    start(client, file, follows="on")
    again = start(client, file, follows="on")
    start(client, file, start_date="2026-06-01")

    found = Audit.objects.filter(kind=AuditKind.MOCK).order_by("start_date")
    assert form["follows"].label == f"Reprendre l’audit {first.reference}"
    assert form["follows"].value() is True
    assert [(row.start_date, row.previous) for row in found] == [
        (date(2026, 5, 4), first),
        (date(2026, 6, 1), None),
    ]
    assert again.status_code == 302


def test_a_file_without_a_validated_audit_has_nothing_to_follow(client):
    audit = running_audit()
    client.force_login(manager_of(audit).user)

    address = reverse("audits:start-audit", args=[audit.certification.key])

    assert "follows" not in client.get(address).context["form"].fields
