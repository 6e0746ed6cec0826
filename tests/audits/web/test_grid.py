"""The grid: reading an audit and rating it, with and without htmx."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions import assessment as actions
from audits.actions.audit import validate_audit
from audits.actions.evidence_links import link_evidence
from audits.actions.rollup import refresh_evidence
from audits.enums import TeamRole
from audits.models import Assessment
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.clock import move_clock
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    manager_of,
    name_on_team,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def row(audit):
    return first_assessment(audit)


@pytest.fixture
def manager(signed_auditee):
    return signed_auditee


def grid_url(audit, query=""):
    return reverse("audits:grid", args=[audit.key]) + query


def url(name, row):
    return reverse(f"audits:{name}", args=[row.audit.key, row.pk])


def post_rating(client, row, level, *, version=None, **extra):
    data = {"level": level, "version": version or row.version, **extra.pop("data", {})}
    return client.post(url("rate", row), data, **extra)


def test_the_page_shows_the_engagement_its_requirements_and_the_first_one(client, manager, audit):
    response = client.get(grid_url(audit))

    html = response.content.decode()
    assert response.status_code == 200
    assert [item.code for item in response.context["rows"]] == ["EX-1.1.1", "EX-1.1.2"]
    assert html.count('aria-current="true"') >= 2
    assert "Exigence EX-1.1.1" in html


def test_the_address_chooses_engagement_and_requirement(client, manager, audit):
    last = audit.assessments.order_by("position").last()

    response = client.get(grid_url(audit, f"?engagement=E1.2&exigence={last.pk}"))

    assert [item.is_current for item in response.context["rows"]] == [False, True]
    assert response.context["row"] == last


def test_a_requirement_alone_in_the_address_opens_its_engagement(client, manager, audit):
    last = audit.assessments.order_by("position").last()

    response = client.get(grid_url(audit, f"?exigence={last.pk}"))

    assert response.context["row"] == last


@pytest.mark.parametrize(
    "query",
    [
        "?exigence=99999999999999999999999",
        "?exigence=abc",
        "?exigence=-1",
        "?engagement=%00",
        "?engagement=inconnu",
        "?filtre=tout&site=x",
        "?site=999999",
    ],
)
def test_a_malformed_address_still_shows_the_grid(client, manager, audit, query):
    assert client.get(grid_url(audit, query)).status_code == 200


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("a-evaluer", ["EX-1.2.1", "EX-1.2.2"]),
        ("ecarts", ["EX-1.1.2"]),
        ("sans-preuve", ["EX-1.1.2", "EX-1.2.1", "EX-1.2.2"]),
        ("critiques", []),
        ("toutes", ["EX-1.1.1", "EX-1.1.2", "EX-1.2.1", "EX-1.2.2"]),
    ],
)
def test_a_filter_keeps_what_it_counts(client, manager, audit, name, codes):
    rows = list(audit.assessments.select_related("audit__organisation").order_by("position"))
    EvidenceLinkFactory(assessment=rows[0])
    refresh_evidence([rows[0].pk])
    for row, level in zip(rows, ("C", "NC"), strict=False):
        actions.rate(assessment=row, version=1, level=level, by=manager, at=timezone.now())

    response = client.get(grid_url(audit, f"?filtre={name}"))

    assert [item.code for item in response.context["rows"]] == codes
    (active,) = [option for option in response.context["filters"] if option["active"]]
    assert active["count"] == len(codes)


def test_rating_by_htmx_answers_the_row_and_the_figures(client, manager, row):
    response = post_rating(client, row, "C", **HTMX)

    row.refresh_from_db()
    html = response.content.decode()
    assert (response.status_code, row.level) == (200, "C")
    assert f'id="r{row.pk}"' in html
    assert 'id="grid-figures" hx-swap-oob="true"' in html
    assert f'id="version-{row.pk}" value="2"' in html


def test_rating_without_javascript_comes_back_to_the_requirement(client, manager, row):
    response = post_rating(client, row, "NC")

    row.refresh_from_db()
    assert (response.status_code, row.level) == (302, "NC")
    assert response.url == row.get_absolute_url()


@pytest.mark.parametrize("extra", [{}, HTMX])
def test_not_applicable_asks_for_its_reason(client, manager, row, extra):
    response = post_rating(client, row, "NA", **extra)

    row.refresh_from_db()
    assert (response.status_code, row.status) == (422, "NOT_ASSESSED")
    assert 'name="na_reason"' in response.content.decode()


def test_not_applicable_with_its_reason_is_saved(client, manager, row):
    post_rating(client, row, "NA", data={"na_reason": "Aucun point de vente"})

    row.refresh_from_db()
    assert (row.status, row.na_reason) == ("NOT_APPLICABLE", "Aucun point de vente")


@pytest.mark.parametrize("extra", [{}, HTMX])
def test_the_second_of_two_people_sees_both_ratings_and_nothing_is_overwritten(
    client, manager, row, extra
):
    other = UserFactory(first_name="Dominique", last_name="Autre")
    actions.rate(assessment=row, version=1, level="C", by=other, at=timezone.now())

    response = post_rating(client, row, "NC", version=1, **extra)

    row.refresh_from_db()
    html = response.content.decode()
    assert (response.status_code, row.level) == (409, "C")
    assert "Dominique Autre" in html
    assert "Conforme" in html
    assert "Non conforme" in html
    assert 'name="version" value="2"' in html


def test_the_second_of_two_people_keeps_the_text_typed(client, manager, row):
    other = UserFactory(last_name="Autre")
    actions.comment(assessment=row, version=1, text="Vu sur site", by=other, at=timezone.now())

    response = client.post(url("comment", row), {"version": 1, "text": "Mon texte"}, **HTMX)

    html = response.content.decode()
    assert response.status_code == 409
    assert "Vu sur site" in html
    assert "Mon texte" in html
    row.refresh_from_db()
    assert row.comment == "Vu sur site"


def test_100_000_characters_are_refused_and_given_back(client, manager, row):
    text = "é" * 100_000

    response = client.post(url("comment", row), {"version": 1, "text": text}, **HTMX)

    row.refresh_from_db()
    assert (response.status_code, row.comment) == (422, "")
    assert text in response.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}{% debug %}",
        "=HYPERLINK(1)",
        "العربية \u202e עברית 👩‍💻",
        '" onmouseover="x',
    ],
)
def test_a_comment_is_shown_literally(client, manager, row, text):
    client.post(url("comment", row), {"version": 1, "text": text})

    response = client.get(grid_url(row.audit))

    row.refresh_from_db()
    assert row.comment == text
    html = response.content.decode()
    assert "<script>alert" not in html
    assert response.context["row"].comment == text


def test_the_answer_to_a_comment_renews_the_row_beside_it(client, manager, row):
    """Its old version would make the next rating a conflict with oneself."""
    response = client.post(
        url("comment", row), {"version": 1, "text": "Vu"}, headers={"HX-Request": "true"}
    )

    (item,) = response.context["items"]
    assert (item.version, item.note, item.is_outside) == ("2", "Vu", True)


@pytest.mark.parametrize(("level", "colour"), [("P", "is-part"), ("NC", "is-major")])
def test_a_major_finding_reddens_a_chosen_nonconformity_and_no_other_level(
    client, manager, row, level, colour
):
    FindingFactory(assessment=row)

    answer = post_rating(client, row, level, **HTMX).content.decode()

    assert f'value="{level}" class="{colour}" aria-pressed="true"' in answer


def test_the_answer_to_a_rating_is_the_row_itself(client, manager, row):
    response = client.post(
        url("rate", row),
        {"version": 1, "level": "C"},
        headers={"HX-Request": "true", "HX-Target": f"r{row.pk}"},
    )

    (item,) = response.context["items"]
    assert (item.version, item.is_outside) == ("2", False)


def test_the_answer_keeps_the_filter_of_the_page_that_asks(client, manager, row):
    page = f"http://testserver{grid_url(row.audit, '?filtre=toutes&site=Lyon')}"
    headers = {"HX-Request": "true", "HX-Current-URL": page}

    answer = post_rating(client, row, "C", headers=headers)
    plain = post_rating(client, row, "P", version=2, **HTMX)

    assert [option["active"] for option in answer.context["filters"]] == [False] * 4 + [True]
    assert f"?filtre=toutes&amp;site=Lyon&amp;exigence={row.pk}" in answer.content.decode()
    assert not any(option["active"] for option in plain.context["filters"])
    assert f"?engagement={row.section.code}&amp;exigence={row.pk}" in plain.content.decode()


def test_what_the_page_shows_of_evidence_is_renewed_together(client, manager, row):
    EvidenceLinkFactory.create_batch(2, assessment=row)
    refresh_evidence([row.pk])

    html = client.get(url("requirement-evidence", row), **HTMX).content.decode()

    (item,) = html.split("</article>")[:-1]
    assert item.lstrip().startswith(f'<article class="requirement" id="r{row.pk}"')
    assert 'hx-swap-oob="true"' in item
    assert "2 preuves" in item
    assert 'id="grid-figures" hx-swap-oob="true"' in html
    assert 'id="grid-filters" hx-swap-oob="true"' in html
    assert "Sans preuve 3" in html
    assert f'id="evidence-{row.pk}" hx-swap-oob="true"' in html
    assert html.count('class="file-line"') == 2
    assert f'id="history-{row.pk}" hx-swap-oob="true"' in html


def test_pieces_of_evidence_lead_to_the_requirement_without_javascript(client, manager, row):
    response = client.get(url("requirement-evidence", row))

    assert (response.status_code, response.url) == (302, row.get_absolute_url())


@pytest.mark.parametrize("pieces", [1, 3])
def test_renewing_evidence_takes_eight_queries(client, manager, row, pieces):
    EvidenceLinkFactory.create_batch(pieces, assessment=row)

    with counted() as statements:
        client.get(url("requirement-evidence", row), **HTMX)

    assert len(statements) == 8


def test_undo_brings_the_last_rating_back(client, manager, row):
    post_rating(client, row, "P")
    row.refresh_from_db()
    post_rating(client, row, "C")

    client.post(url("undo", row))

    row.refresh_from_db()
    assert row.level == "P"


def test_undo_with_nothing_to_undo_says_so(client, manager, row):
    response = client.post(url("undo", row))

    assert response.status_code == 409


@pytest.mark.parametrize("data", [{"level": "A+", "version": 1}, {"level": "C", "version": "x"}])
def test_a_forged_form_changes_nothing(client, manager, row, data):
    response = client.post(url("rate", row), data)

    row.refresh_from_db()
    assert (response.status_code, row.version) == (409, 1)


def test_other_fields_of_the_row_cannot_be_sent(client, manager, row):
    post_rating(client, row, "C", data={"points": 3, "weight": 99, "is_conform": "", "code": "X"})

    row.refresh_from_db()
    assert (row.points, row.weight, row.is_conform, row.code) == (100, 2, True, "EX-1.1.1")


def test_a_stranger_does_not_learn_that_the_audit_exists(client, audit, row):
    stranger = MembershipFactory().user
    client.force_login(stranger)

    answers = [
        client.get(grid_url(audit)),
        post_rating(client, row, "C"),
        client.post(url("comment", row), {"version": 1, "text": "x"}),
        client.get(url("requirement", row)),
        client.get(reverse("audits:changes", args=[audit.key])),
    ]

    assert {answer.status_code for answer in answers} == {404}
    row.refresh_from_db()
    assert row.version == 1


def test_the_panel_of_a_requirement_leads_to_its_open_findings(client, manager, row):
    finding = FindingFactory(assessment=row)
    ended = {"state": "CLOSED", "closed_at": timezone.now(), "closed_by": UserFactory()}
    closed = FindingFactory(assessment=row, **ended)

    page = client.get(url("requirement", row)).content.decode()

    assert f'href="{finding.get_absolute_url()}"' in page
    assert finding.title in page
    assert closed.get_absolute_url() not in page


def test_a_requirement_of_another_audit_is_not_found_under_this_one(client, manager, audit):
    other = first_assessment(running_audit())

    response = client.get(reverse("audits:requirement", args=[audit.key, other.pk]))

    assert response.status_code == 404


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.CONTRIBUTOR])
def test_readers_see_no_rating_buttons_and_are_refused(client, audit, row, role):
    member = MembershipFactory(organisation=audit.organisation, role=role)
    actions.assign(assessment=row, to=member.user, by=UserFactory(), at=timezone.now())
    client.force_login(member.user)

    page = client.get(grid_url(audit))
    response = post_rating(client, row, "C")

    assert "requirement-rating" in page.content.decode()
    assert f'action="{url("rate", row)}"' not in page.content.decode()
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (Role.QUALITY_MANAGER, (True, True)),
        (Role.DIRECTOR, (True, True)),
        (Role.CONTRIBUTOR, (False, False)),
        (TeamRole.LEAD, (True, True)),
        (TeamRole.AUDITOR, (True, False)),
        (TeamRole.OBSERVER, (True, False)),
    ],
)
def test_the_grid_offers_no_document_that_would_be_refused(client, audit, row, who, expected):
    if isinstance(who, TeamRole):
        user = UserFactory()
        name_on_team(audit=audit, user=user, role=who, by=UserFactory())
    else:
        user = MembershipFactory(organisation=audit.organisation, role=who).user
    Assessment.objects.filter(pk=row.pk).update(assigned_to=user)
    client.force_login(user)
    addresses = [
        reverse(f"reports:{name}", args=[audit.key]) for name in ("audit-workbook", "request")
    ]

    page = client.get(grid_url(audit)).content.decode()

    assert tuple(f'href="{address}"' in page for address in addresses) == expected
    answers = [client.get(address).status_code for address in addresses]
    assert answers == [200 if allowed else 403 for allowed in expected]


def test_a_contributor_sees_what_was_given_to_them_and_nothing_else(client, audit, row):
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    actions.assign(assessment=row, to=member.user, by=UserFactory(), at=timezone.now())
    client.force_login(member.user)

    response = client.get(grid_url(audit, "?filtre=toutes"))

    assert [item.code for item in response.context["rows"]] == ["EX-1.1.1"]
    assert response.context["progress"].gap.total == 1


def test_a_site_manager_sees_the_requirements_of_the_site(client):
    certification = CertificationFactory()
    lyon, massy = (
        SiteFactory(organisation=certification.organisation, name=name)
        for name in ("Lyon", "Massy")
    )
    certification.sites.set([lyon, massy])
    audit = running_audit(certification=certification, is_per_site=True)
    member = MembershipFactory(
        organisation=certification.organisation, role=Role.SITE_MANAGER, site=massy
    )
    client.force_login(member.user)

    response = client.get(grid_url(audit, "?filtre=toutes"))

    assert {item.site for item in response.context["rows"]} == {"Massy"}


@pytest.mark.parametrize(
    ("role", "status"),
    [(TeamRole.LEAD, 302), (TeamRole.AUDITOR, 302), (TeamRole.OBSERVER, 403)],
)
def test_the_audit_team_rates_and_the_observer_only_reads(client, audit, row, role, status):
    user = UserFactory()
    name_on_team(audit=audit, user=user, role=role, by=UserFactory())
    client.force_login(user)

    assert client.get(grid_url(audit)).status_code == 200
    assert post_rating(client, row, "C").status_code == status


def test_a_validated_audit_is_read_only(client, manager, audit, row):
    actions.rate(assessment=row, version=1, level="C", by=manager, at=timezone.now())
    validate_audit(audit=audit, by=manager, at=timezone.now())

    page = client.get(grid_url(audit))
    response = post_rating(client, row, "NC", version=2)

    assert url("rate", row) not in page.content.decode()
    assert response.status_code == 403


def test_validation_asks_for_a_confirmation_and_freezes(client, manager, audit, row):
    address = reverse("audits:validate-audit", args=[audit.key])
    actions.rate(assessment=row, version=1, level="C", by=manager, at=timezone.now())

    without = client.post(address, {})
    client.post(address, {"confirm": "on"})
    again = client.post(address, {"confirm": "on"})

    audit.refresh_from_db()
    assert without.status_code == 200
    assert (audit.state, audit.validated_by) == ("VALIDATED", manager)
    assert again.status_code == 403


def test_the_change_of_somebody_else_arrives_by_itself(client, manager, audit, row):
    before = timezone.now()
    other = UserFactory(last_name="Autre")
    actions.rate(assessment=row, version=1, level="C", by=other, at=timezone.now())
    address = reverse("audits:changes", args=[audit.key])

    response = client.get(address, {"depuis": before.isoformat()}, **HTMX)
    later = client.get(address, {"depuis": timezone.now().isoformat()}, **HTMX)

    assert f'id="r{row.pk}"' in response.content.decode()
    assert "Autre" in response.content.decode()
    assert f'id="r{row.pk}"' not in later.content.decode()


def bring_evidence(row, by):
    evidence = EvidenceFactory(organisation=row.audit.organisation)
    link_evidence(evidence=evidence, assessments=[row], by=by, at=timezone.now())


def write_finding(row, by):
    FindingFactory(assessment=row, created_by=by)


@pytest.mark.parametrize(
    ("change", "shown"), [(bring_evidence, "1 preuve"), (write_finding, "verdict-link")]
)
def test_evidence_and_findings_of_somebody_else_arrive_too(client, manager, row, change, shown):
    address = reverse("audits:changes", args=[row.audit.key])
    before = timezone.now().isoformat()
    change(row, UserFactory())

    response = client.get(address, {"depuis": before}, **HTMX).content.decode()

    assert f'id="r{row.pk}"' in response
    assert shown in response
    assert "modifiée à l’instant" in response


def test_what_one_did_oneself_does_not_come_back(client, manager, row):
    before = timezone.now().isoformat()
    bring_evidence(row, manager)
    write_finding(row, manager)

    address = reverse("audits:changes", args=[row.audit.key])
    response = client.get(address, {"depuis": before}, **HTMX)

    assert f'id="r{row.pk}"' not in response.content.decode()


def test_assigning_reaches_contributors_of_the_organisation_only(client, manager, audit, row):
    inside = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR).user
    outside = MembershipFactory(role=Role.CONTRIBUTOR).user

    refused = client.post(url("assign", row), {"to": outside.pk})
    client.post(url("assign", row), {"to": inside.pk})

    row.refresh_from_db()
    assert refused.status_code == 422
    assert row.assigned_to == inside
    assert JournalEntry.objects.filter(action="assessment.assigned").count() == 1


def test_an_ended_session_gives_back_what_was_typed(client, row):
    response = client.post(url("comment", row), {"version": 1, "text": "Texte précieux"})
    by_htmx = client.post(url("comment", row), {"version": 1, "text": "x"}, **HTMX)

    assert response.status_code == 401
    assert "Texte précieux" in response.content.decode()
    assert (by_htmx.status_code, by_htmx.headers["X-CRC-Session"]) == (401, "expired")


def sized_audit(requirements):
    edition = published_edition(domains=6, engagements=10, requirements=requirements)
    audit = running_audit(certification=CertificationFactory(edition=edition))
    rows = list(audit.assessments.order_by("position"))
    for assessment in rows[:4]:
        FindingFactory(assessment=assessment)
        EvidenceLinkFactory(assessment=assessment)
    Assessment.objects.filter(audit=audit).update(
        level="C", points=100, status="RATED", is_conform=True, shape="ok"
    )
    return audit


@pytest.mark.parametrize("query", ["", "?filtre=toutes"])
def test_the_grid_takes_thirteen_queries_at_60_and_at_1200_requirements(client, query):
    counts = []
    for requirements in (1, 20):
        audit = sized_audit(requirements)
        user = manager_of(audit).user
        client.force_login(user)
        row = first_assessment(audit)
        actions.comment(assessment=row, version=1, text="x", by=user, at=timezone.now())
        client.get(grid_url(audit, query))

        with counted() as statements:
            response = client.get(grid_url(audit, query))

        counts.append((len(response.context["rows"]) > 1 or requirements == 1, len(statements)))
    assert counts[0][1] == counts[1][1]
    # The internal controls of the chosen requirement are one of them.
    assert counts[1][1] <= 13


def test_saving_a_rating_takes_twelve_queries(client, manager, row):
    address = url("rate", row)
    client.post(address, {"level": "P", "version": 1}, **HTMX)

    with counted() as statements:
        client.post(address, {"level": "C", "version": 2}, **HTMX)

    assert len(statements) == 12


def test_what_lacks_evidence_is_counted_as_it_is_listed_when_evidence_ends(
    client, manager, audit, monkeypatch
):
    row = first_assessment(audit)
    link = EvidenceLinkFactory(assessment=row)
    link.evidence.valid_until = date(2026, 7, 31)
    link.evidence.save()
    refresh_evidence([row.pk])

    shown = []
    for day in (date(2026, 7, 31), date(2026, 8, 1)):
        move_clock(monkeypatch, day)
        client.force_login(manager)
        response = client.get(grid_url(audit, "?filtre=sans-preuve"))
        (active,) = [option for option in response.context["filters"] if option["active"]]
        shown.append((active["count"], [item.code for item in response.context["rows"]]))

    rest = ["EX-1.1.2", "EX-1.2.1", "EX-1.2.2"]
    assert shown == [(3, rest), (4, ["EX-1.1.1", *rest])]
