"""Home by role, the dashboard of a file, and going anywhere."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from audits.actions import assessment as actions
from audits.actions.audit import validate_audit
from audits.actions.rollup import refresh_evidence
from audits.enums import AuditKind, TeamRole
from audits.models import Audit, SectionRollup
from audits.snapshots import audit_snapshot
from crcaudit.accounts.enums import Role
from tests.clock import move_clock
from tests.factories.accounts import MembershipFactory, SiteFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
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

TODAY = date(2026, 7, 31)


def rate_all(audit, levels):
    rows = audit.assessments.select_related("audit__organisation").order_by("position")
    for row, level in zip(rows, levels, strict=True):
        actions.rate(
            assessment=row,
            version=row.version,
            level=level,
            na_reason="Sans objet",
            by=UserFactory(),
            at=timezone.now(),
        )


def prove(assessment, *, until):
    """Evidence that is valid through that day."""
    link = EvidenceLinkFactory(assessment=assessment)
    link.evidence.valid_until = until
    link.evidence.save()
    refresh_evidence([assessment.pk])


def dashboard_url(audit):
    return reverse("audits:dashboard", args=[audit.certification.key])


@pytest.fixture
def audit():
    return running_audit()


@pytest.fixture
def manager(signed_auditee):
    return signed_auditee


def test_the_answer_pools_weights_and_leaves_not_applicable_out(client, manager, audit):
    rate_all(audit, ["C", "P", "NC", "NA"])

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert overview.whole.score == overview.domains[0].gap.score
    assert (overview.whole.examined, overview.whole.not_applicable) == (3, 1)
    assert overview.whole.score.limit_denominator() == (100 + 50 + 0) / 300
    assert [tile.shape for tile in overview.domains[0].tiles] == ["part", "minor"]


def test_nothing_rated_is_not_assessed_and_never_zero(client, manager, audit):
    response = client.get(dashboard_url(audit))

    overview = response.context["overview"]
    assert overview.whole.score is None
    assert overview.progress is None
    assert overview.weakest is None
    assert {line.gap.score for line in overview.domains} == {None}


def test_progress_compares_today_with_the_validated_diagnosis(client, manager, audit):
    rate_all(audit, ["NC", "NC", "P", "P"])
    validate_audit(audit=audit, by=manager, at=timezone.now())
    today = running_audit(certification=audit.certification, kind=AuditKind.INTERNAL)
    rate_all(today, ["C", "C", "P", "P"])

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert (overview.baseline, overview.whole.score) == (0.25, 0.75)
    assert overview.progress == 0.5


def test_what_blocks_is_named(client, manager, audit):
    finding = FindingFactory(assessment=first_assessment(audit), title="Délai non tenu")
    CorrectiveActionFactory(finding=finding, due_date=timezone.localdate() - timedelta(days=6))
    rate_all(audit, ["NC", "C", "C", "C"])

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert not overview.readiness.ready
    texts = [line.text for line in overview.blockers]
    assert texts[0] == "EX-1.1.1 Délai non tenu"
    assert "4" in texts[-1]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ((), "sans action"),
        (("CANCELLED",), "sans action"),
        (("PLANNED", "DONE", "VERIFIED"), "dans 5 jours"),
        (("DONE",), "action à vérifier"),
        (("VERIFIED", "DONE", "DONE", "CANCELLED"), "actions à vérifier"),
        (("VERIFIED", "CANCELLED"), "action vérifiée, constat à clore"),
        (("VERIFIED", "VERIFIED"), "actions vérifiées, constat à clore"),
    ],
)
def test_a_major_that_blocks_says_what_is_still_owed(client, manager, audit, states, said):
    finding = FindingFactory(assessment=first_assessment(audit))
    due = timezone.localdate() + timedelta(days=5)
    dates = dict.fromkeys(("done_at", "verified_at"), timezone.now())
    fields = {"DONE": {"done_at": timezone.now()}, "VERIFIED": dates | {"verified_by": manager}}
    for state in states:
        CorrectiveActionFactory(finding=finding, due_date=due, state=state, **fields.get(state, {}))

    blockers = client.get(dashboard_url(audit)).context["overview"].blockers

    assert [line.due for line in blockers if line.shape == "major"] == [said]


def test_five_open_minors_count_as_a_major_where_the_scheme_says_so(client, manager, audit):
    minor = audit.certification.edition.referential.scheme.grades.get(code="NC_MIN")
    for _number in range(5):
        FindingFactory(assessment=first_assessment(audit), grade=minor)

    for weight, said in ((5, "1"), (2, "2"), (None, "")):
        Audit.objects.filter(pk=audit.pk).update(minors_per_major=weight)
        blockers = client.get(dashboard_url(audit)).context["overview"].blockers
        line = next(row for row in blockers if row.shape == "minor")
        assert line.text.startswith("5 ")
        assert [part for part in line.due.split() if part.isdigit()] == said.split()


@pytest.mark.parametrize("levels", [["C", "P", "NC", "NA"], ["C", "C", "C", ""], ["C"] * 4])
def test_the_verdict_is_that_of_the_report(client, manager, audit, levels):
    rows = audit.assessments.order_by("position")
    rows.filter(pk=rows[2].pk).update(criticality="critical")
    for row in audit.assessments.all():
        prove(row, until=timezone.localdate())
    rate_all(audit, levels)

    shown = client.get(dashboard_url(audit)).context["overview"].readiness

    told = audit_snapshot(audit, language="fr", on=timezone.localdate()).readiness
    assert (shown.ready, shown.weakest) == (told.ready, told.weakest)
    assert {b.kind for b in shown.blockers} == {b.kind for b in told.blockers}


def test_a_critical_requirement_below_compliant_blocks_by_name(client, manager, audit):
    row = first_assessment(audit)
    audit.assessments.filter(pk=row.pk).update(criticality="critical")
    rate_all(audit, ["P", "C", "C", "C"])

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert overview.blockers[0].text == f"EX-1.1.1 {row.text_fr}"
    assert overview.blockers[0].url.endswith("?filtre=critiques")


def test_a_file_that_is_ready_says_so(client, manager, audit):
    for row in audit.assessments.all():
        EvidenceLinkFactory(assessment=row)
        refresh_evidence([row.pk])
    rate_all(audit, ["C"] * 4)

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert overview.readiness.ready
    assert overview.blockers == ()


def test_a_file_without_audit_offers_the_diagnosis(client):
    certification = CertificationFactory()
    client.force_login(MembershipFactory(organisation=certification.organisation).user)

    response = client.get(reverse("audits:dashboard", args=[certification.key]))

    assert reverse("audits:start-audit", args=[certification.key]) in response.content.decode()


def test_sites_are_compared_when_rated_site_by_site(client):
    certification = CertificationFactory()
    certification.sites.set(
        SiteFactory(organisation=certification.organisation, name=name)
        for name in ("Lyon", "Massy")
    )
    audit = running_audit(certification=certification, is_per_site=True)
    rate_all(audit, ["C", "NC"] * 4)
    client.force_login(manager_of(audit).user)

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert [(name, gap.score) for name, gap in overview.sites] == [("Lyon", 1), ("Massy", 0)]


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.DIRECTOR, 200), (Role.CONTRIBUTOR, 403), (Role.CLIENT, 404)],
)
def test_who_sees_the_dashboard(client, audit, role, status):
    client.force_login(MembershipFactory(organisation=audit.organisation, role=role).user)

    assert client.get(dashboard_url(audit)).status_code == status


def test_the_dashboard_takes_as_many_queries_at_any_size(client):
    found = []
    for size in (1, 4):
        edition = published_edition(domains=size, engagements=size, requirements=size)
        audit = running_audit(certification=CertificationFactory(edition=edition))
        for row in audit.assessments.order_by("position")[:size]:
            FindingFactory(assessment=row)
        client.force_login(manager_of(audit).user)
        with counted() as statements:
            client.get(dashboard_url(audit))
        found.append(len(statements))
    assert found[0] == found[1]
    assert found[1] <= 12


def test_home_of_a_manager_lists_late_actions_and_findings_without_one(client, manager, audit):
    finding = FindingFactory(assessment=first_assessment(audit))
    CorrectiveActionFactory(
        finding=finding, owner=manager, due_date=timezone.localdate() - timedelta(days=3)
    )
    soon = timezone.localdate() + timedelta(days=1)
    FindingFactory(assessment=first_assessment(audit), title="Sans action", due_date=soon)

    response = client.get(reverse("audits:home"))

    late, unanswered = response.context["tasks"]
    assert (late.shape, "3" in late.due_text) == ("major", True)
    assert "Sans action" in unanswered.text
    assert [a.pk for a in response.context["audits"]] == [audit.pk]


def test_home_of_a_contributor_lists_the_evidence_to_bring(client, audit):
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    row = first_assessment(audit)
    actions.assign(assessment=row, to=member.user, by=UserFactory(), at=timezone.now())
    client.force_login(member.user)

    response = client.get(reverse("audits:home"))

    assert [task.where for task in response.context["tasks"]] == ["EX-1.1.1"]
    assert response.context["files"] == []


def test_home_of_an_auditor_lists_the_audits_named_on(client, audit):
    auditor = UserFactory()
    name_on_team(audit=audit, user=auditor, role=TeamRole.AUDITOR, by=UserFactory())
    running_audit()
    client.force_login(auditor)

    response = client.get(reverse("audits:home"))

    assert [a.pk for a in response.context["audits"]] == [audit.pk]


def test_home_says_how_far_each_audit_is(client, audit):
    client.force_login(manager_of(audit).user)
    levels = ["C", "NA", *[None] * (audit.assessments.count() - 2)]
    rate_all(audit, levels)

    (shown,) = client.get(reverse("audits:home")).context["audits"]

    assert (shown.settled, shown.total) == (2, len(levels))


def test_home_counts_for_contributors_what_is_theirs(client, audit):
    member = MembershipFactory(organisation=audit.organisation, role=Role.CONTRIBUTOR)
    rows = list(audit.assessments.order_by("position")[:2])
    rate_all(audit, ["C", *[None] * (audit.assessments.count() - 1)])
    for row in rows:
        actions.assign(assessment=row, to=member.user, by=UserFactory(), at=timezone.now())
    client.force_login(member.user)

    (shown,) = client.get(reverse("audits:home")).context["audits"]

    assert (shown.settled, shown.total) == (1, 2)


def test_home_of_somebody_without_any_role_is_empty(client, audit):
    client.force_login(UserFactory())

    response = client.get(reverse("audits:home"))

    assert (response.status_code, response.context["audits"]) == (200, [])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("EX-1.2.1", "EX-1.2.1 Exigence EX-1.2.1"),
        ("f-01", "F-01 Délai non tenu"),
        ("délai", "F-01 Délai non tenu"),
        ("service client", "Service client mobile"),
        ("ACT-003", "ACT-003 Renforcer l'équipe courrier"),
    ],
)
def test_search_reaches_codes_references_and_words(client, manager, audit, text, label):
    finding = FindingFactory(assessment=first_assessment(audit), number=1)
    CorrectiveActionFactory(finding=finding, number=3)

    response = client.get(reverse("audits:search"), {"q": text})

    assert label in [result.label for result in response.context["results"]]


def test_search_finds_nothing_of_another_organisation(client, audit):
    client.force_login(MembershipFactory().user)

    response = client.get(reverse("audits:search"), {"q": "EX-1"})

    assert response.context["results"] == []


@pytest.mark.parametrize("text", ["", "%", "\x00", "F-99999999999999", "'; --", "é" * 5000])
def test_search_bears_any_text(client, manager, audit, text):
    assert client.get(reverse("audits:search"), {"q": text}).status_code == 200


def test_rebuilding_gives_back_roll_ups_that_were_lost(audit, capsys):
    rate_all(audit, ["C", "P", "NC", "NA"])
    before = list(SectionRollup.objects.order_by("section").values_list("examined", "reached"))
    SectionRollup.objects.all().delete()

    call_command("rebuild_rollups")

    after = list(SectionRollup.objects.order_by("section").values_list("examined", "reached"))
    assert before == after
    assert "2" in capsys.readouterr().out


def test_evidence_that_ends_is_not_counted_from_the_next_day_on(
    client, manager, audit, monkeypatch
):
    prove(first_assessment(audit), until=TODAY)
    client.force_login(manager)

    shown = []
    for day in (TODAY, TODAY + timedelta(days=1)):
        move_clock(monkeypatch, day)
        client.force_login(manager)
        overview = client.get(dashboard_url(audit)).context["overview"]
        shown.append(overview.whole.evidence_coverage)

    assert shown == [Fraction(1, 4), 0]


def test_evidence_of_a_validated_audit_is_judged_on_the_day_of_its_validation(
    client, manager, audit, monkeypatch
):
    prove(first_assessment(audit), until=TODAY)
    rate_all(audit, ["C"] * 4)
    move_clock(monkeypatch, TODAY)
    validate_audit(audit=audit, by=manager, at=timezone.now())
    move_clock(monkeypatch, TODAY + timedelta(days=400))
    client.force_login(manager)

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert overview.whole.evidence_coverage == Fraction(1, 4)
    assert "3" in overview.blockers[-1].text


def test_evidence_on_one_site_proves_nothing_on_another(client):
    certification = CertificationFactory()
    certification.sites.set(
        SiteFactory(organisation=certification.organisation, name=name)
        for name in ("Lyon", "Massy")
    )
    audit = running_audit(certification=certification, is_per_site=True)
    prove(first_assessment(audit), until=timezone.localdate())
    client.force_login(manager_of(audit).user)

    overview = client.get(dashboard_url(audit)).context["overview"]

    assert [(name, gap.with_evidence) for name, gap in overview.sites] == [
        ("Lyon", 1),
        ("Massy", 0),
    ]
