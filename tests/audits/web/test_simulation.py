"""What if: ticks move score, domains and verdict at once, and are kept only when asked."""

from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions import rollup
from audits.actions.scenario import save_scenario
from audits.enums import AuditKind, TeamRole
from audits.models import Assessment, Scenario
from audits.presenters.dashboard import overview
from audits.ticks import Ticks, ticks_of
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from tests.audits.web.test_compare import audited
from tests.audits.web.test_evolution import TODAY, act, row_of
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    FindingFactory,
    name_on_team,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.project.traces import fingerprint
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def file(manager):
    return CertificationFactory(organisation=manager.organisation)


@pytest.fixture
def audit(file):
    return audited(file, ["C", "P", "NC", ""])


def url(file, name="simulation"):
    return reverse(f"audits:{name}", args=[file.key])


def level(audit, place, code):
    return f"{row_of(audit, place).pk}:{code}"


def simulated(client, file, **data):
    response = client.post(url(file), data)
    assert response.status_code == 200
    return response.context["simulation"]


def test_nothing_ticked_is_the_dashboard(client, file, audit):
    FindingFactory(assessment=row_of(audit, 1))
    rollup.rebuild()

    found = client.get(url(file)).context["simulation"]

    board = overview(file, today=TODAY)
    for side in (found.before, found.after):
        assert side.whole == board.whole
        assert list(side.domains.values()) == [line.gap for line in board.domains]
        assert side.readiness == board.readiness
    assert found.blockers == board.blockers


def test_a_level_moves_score_and_domain_and_writes_nothing(client, file, audit):
    before = fingerprint()

    found = simulated(client, file, levels=[level(audit, 2, "C")])

    assert found.before.whole.score == Fraction(1, 2)
    assert found.after.whole.score == Fraction(5, 6)
    assert found.change == Fraction(1, 3)
    assert found.domains[0].change == Fraction(1, 3)
    assert fingerprint() == before


def test_all_actions_of_a_requirement_bring_it_to_compliant(client, file, audit):
    first = act(row_of(audit, 2), 9, effort_days=Decimal("2.5"))
    second = act(row_of(audit, 2), 9)

    one = simulated(client, file, actions=[first.pk])
    both = simulated(client, file, actions=[first.pk, second.pk])

    assert (one.change, both.change) == (0, Fraction(1, 3))
    assert (one.effort, one.unknown, both.effort, both.unknown) == ("2.5", 0, "2.5", 1)


def test_the_verdict_follows(client, file, audit):
    finding = FindingFactory(assessment=row_of(audit, 1), audit=audit)
    action = CorrectiveActionFactory(finding=finding)
    levels = [level(audit, 2, "C"), level(audit, 3, "C")]

    partly = simulated(client, file, levels=levels, proven="1")
    wholly = simulated(client, file, levels=levels, actions=[action.pk], proven="1")

    assert not partly.after.readiness.ready
    assert [line.shape for line in partly.blockers] == ["major"]
    assert wholly.after.readiness.ready
    assert not wholly.before.readiness.ready
    assert wholly.blockers == ()


def test_a_finding_on_a_compliant_requirement_can_be_supposed_closed(client, file, audit):
    FindingFactory(assessment=row_of(audit, 0), audit=audit)

    page = client.get(url(file)).content.decode()
    found = simulated(client, file, levels=[level(audit, 0, "C")])

    assert "suppose: finding closed" in page
    assert found.change == 0
    assert "major" not in [line.shape for line in found.blockers]


def test_a_critical_requirement_supposed_partial_still_blocks_by_name(client, file, audit):
    Assessment.objects.filter(pk=row_of(audit, 2).pk).update(criticality="critical")

    found = simulated(client, file, levels=[level(audit, 2, "P")], proven="1")

    assert any("EX-1.2.1" in line.text for line in found.blockers)


def test_htmx_receives_the_result_alone(client, file, audit):
    response = client.post(url(file), {"levels": [level(audit, 2, "C")]}, headers=FRAGMENT)

    page = response.content.decode()
    assert "83%" in page
    assert 'id="simulation-blockers"' in page
    assert "hx-swap-oob" in page
    assert "<form" not in page


def test_what_is_ticked_stays_ticked_without_javascript(client, file, audit):
    page = client.post(url(file), {"levels": [level(audit, 2, "C")]}).content.decode()

    assert page.count(" checked") == 1


@pytest.mark.parametrize("levels", [["abc"], ["1"], ["-1:C"], ["9" * 30 + ":C"]])
def test_ticks_that_no_page_sends_are_refused(client, file, audit, levels):
    assert client.post(url(file), {"levels": levels}).status_code == 400


def test_ticks_of_other_audits_are_passed_over(client, file, audit):
    foreign = running_audit().assessments.first()
    settled = row_of(audit, 0)

    found = simulated(
        client, file, levels=[f"{foreign.pk}:C", f"{settled.pk}:NC", level(audit, 2, "XX")]
    )

    assert found.change == 0


def test_without_an_audit_the_page_says_so(client, file):
    assert "No audit yet" in client.get(url(file)).content.decode()
    answer = client.post(url(file, "save-scenario"), {"title": "x", "proven": "1"})
    assert answer.status_code == 409


def body(**changes):
    return {"key": uuid4(), "title": "Sans la majeure"} | changes


def test_a_scenario_is_saved_and_opened_again(client, manager, file, audit):
    sent = body(levels=[level(audit, 2, "C")], proven="1")

    response = client.post(url(file, "save-scenario"), sent)

    row = Scenario.objects.get()
    assert response.headers["Location"] == row.get_absolute_url()
    assert (row.title, row.audit, row.created_by) == ("Sans la majeure", audit, manager.user)
    assert ticks_of(row) == Ticks({row_of(audit, 2).pk: "C"}, is_proven=True)
    opened = client.get(row.get_absolute_url())
    assert opened.context["simulation"].change == Fraction(1, 3)
    assert JournalEntry.objects.of("scenario", row.key).get().action == "scenario.saved"
    client.post(url(file, "save-scenario"), sent)
    assert Scenario.objects.count() == 1


def test_a_scenario_without_a_name_is_given_back_with_its_ticks(client, file, audit):
    response = client.post(
        url(file, "save-scenario"), body(title=" ", levels=[level(audit, 2, "C")])
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "Give the scenario a name." in page
    assert page.count(" checked") == 1


def test_ticks_that_cannot_be_read_are_said(client, file, audit):
    response = client.post(url(file, "save-scenario"), body(levels=["abc"]))

    assert response.status_code == 422
    assert "could not be read" in response.content.decode()


def test_nothing_ticked_is_not_kept(client, file, audit):
    response = client.post(url(file, "save-scenario"), body())

    assert response.status_code == 409
    assert "nothing is supposed yet" in response.content.decode()


@pytest.fixture
def row(manager, audit):
    return save_scenario(
        key=uuid4(),
        audit=audit,
        title="Le minimum",
        ticks=Ticks({row_of(audit, 2).pk: "C"}),
        by=manager.user,
        at=timezone.now(),
    )


def test_its_author_changes_it(client, audit, row):
    address = reverse("audits:change-scenario", args=[row.key])

    response = client.post(
        address, {"version": 1, "title": "Le mieux", "levels": [level(audit, 1, "C")]}
    )

    row.refresh_from_db()
    assert response.status_code == 302
    assert (row.title, row.version) == ("Le mieux", 2)
    assert row.levels == {str(row_of(audit, 1).pk): "C"}


def test_an_old_page_does_not_overwrite_and_may_be_sent_again(client, audit, row):
    address = reverse("audits:change-scenario", args=[row.key])
    Scenario.objects.update(version=3)
    sent = {"version": 1, "title": "Le mieux", "levels": [level(audit, 1, "C")]}

    refused = client.post(address, sent)

    assert refused.status_code == 409
    assert 'name="version" value="3"' in refused.content.decode()
    assert client.post(address, sent | {"version": 3}).status_code == 302


def test_its_author_deletes_it(client, file, row):
    response = client.post(reverse("audits:delete-scenario", args=[row.key]))

    assert response.headers["Location"] == url(file)
    assert not Scenario.objects.exists()


def test_a_director_opens_it_saves_another_and_changes_none(client, file, audit, row):
    director = MembershipFactory(organisation=file.organisation, role=Role.DIRECTOR).user
    client.force_login(director)

    assert client.get(row.get_absolute_url()).status_code == 200
    for name in ("change-scenario", "delete-scenario"):
        assert client.post(reverse(f"audits:{name}", args=[row.key])).status_code == 403
    saved = client.post(url(file, "save-scenario"), body(levels=[level(audit, 2, "P")]))
    assert saved.status_code == 302
    assert Scenario.objects.count() == 2


def test_an_auditor_tries_and_keeps_nothing(client, file, audit, row):
    auditor = MembershipFactory(organisation=OrganisationFactory()).user
    name_on_team(audit=audit, user=auditor, role=TeamRole.LEAD)
    client.force_login(auditor)

    page = client.get(url(file))

    assert page.status_code == 200
    assert "Le minimum" not in page.content.decode()
    assert "save-scenario" not in page.content.decode()
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.post(url(file, "save-scenario"), body(proven="1")).status_code == 403


def test_a_scenario_stays_on_the_audit_that_it_was_made_on(client, file, audit, row):
    later = audited(file, ["C", "C", "C", "C"])

    opened = client.get(row.get_absolute_url())

    assert opened.context["audit"] == audit
    assert opened.context["simulation"].change == Fraction(1, 3)
    assert url(file, "save-scenario") not in opened.content.decode()
    assert client.get(url(file)).context["audit"] == later


def test_what_was_settled_since_is_passed_over_when_it_is_opened(client, audit, row):
    Assessment.objects.filter(pk=row_of(audit, 2).pk).update(
        status="RATED", level="C", points=100, is_conform=True
    )

    assert client.get(row.get_absolute_url()).context["simulation"].change == 0


@pytest.mark.parametrize("requirements", [1, 6])
def test_the_number_of_queries_does_not_grow(client, manager, requirements):
    edition = published_edition(domains=2, engagements=2, requirements=requirements)
    file = CertificationFactory(organisation=manager.organisation, edition=edition)
    audit = audited(file, ["NC"] * 4 * requirements, AuditKind.DIAGNOSIS)
    ticks = [act(row, 5).pk for row in audit.assessments.select_related("audit")]
    counts = []
    for headers in ({}, FRAGMENT):
        client.post(url(file), {"actions": ticks}, headers=headers)
        with counted() as queries:
            response = client.post(url(file), {"actions": ticks[:1]}, headers=headers)
        assert response.status_code == 200
        counts.append(len(queries))

    assert counts == QUERIES


# session, user, memberships, file, audits, lines, findings, actions, wordings, domains, next due;
# the whole page also lists the scenarios
QUERIES = [12, 11]
