"""What a client organisation reads of its providers: by level, and nothing else."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.audit import validate_audit
from audits.actions.sharing import revoke_share
from audits.enums import AuditKind
from audits.models import Assessment
from audits.presenters.dashboard import overview
from audits.sharing_enums import ShareLevel
from crcaudit.accounts.enums import OrganisationKind, Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.audits import (
    CertificationFactory,
    CorrectiveActionFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    running_audit,
    shared,
    subcontractor,
)
from tests.factories.decisions import certified_file, conclude, decide, led_audit
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]


@pytest.fixture
def reader(client):
    """Somebody of a client organisation, who reads English."""
    organisation = OrganisationFactory(kind=OrganisationKind.CLIENT)
    member = MembershipFactory(organisation=organisation, role=Role.CLIENT, user__language="en")
    client.force_login(member.user)
    return member


def validated_file(*, findings=1, **fields):
    """A file whose diagnosis is validated, with findings, an action on each, and evidence."""
    file = CertificationFactory(**fields)
    audit = running_audit(certification=file)
    row = first_assessment(audit)
    Assessment.objects.filter(pk=row.pk).update(comment="Commentaire interne")
    EvidenceLinkFactory(assessment=row, evidence__title="Preuve interne")
    for _n in range(findings):
        finding = FindingFactory(assessment=row, title="Courriers en retard", found="Vu chez Zoé")
        CorrectiveActionFactory(finding=finding, title="Renforcer", owner=file.opened_by)
    rate_everything(audit)
    validate_audit(audit=audit, by=file.opened_by, at=timezone.now())
    return file


def address(file):
    return reverse("audits:shared-file", args=[file.key])


def page(client, file):
    answer = client.get(address(file))
    assert answer.status_code == 200
    return answer


def test_results_are_those_of_the_dashboard_of_the_provider(client, reader):
    file = validated_file()
    shared(file, client=reader.organisation)
    own = overview(file, today=localdate())

    answer = page(client, file)

    standing = answer.context["standing"]
    assert standing.whole == own.whole
    assert standing.readiness == own.readiness
    assert [(d.code, d.gap) for d in standing.domains] == [(d.code, d.gap) for d in own.domains]
    assert (standing.majors, standing.days_since) == (1, 0)


@pytest.mark.parametrize(
    ("level", "reports", "findings"),
    [
        (ShareLevel.RESULTS, False, False),
        (ShareLevel.REPORTS, True, False),
        (ShareLevel.FINDINGS, True, True),
    ],
)
def test_each_level_opens_what_it_says(client, reader, level, reports, findings):
    file = validated_file()
    shared(file, client=reader.organisation, level=level)

    text = page(client, file).content.decode()

    assert (reverse("reports:shared", args=[file.key]) in text) is reports
    assert ("Courriers en retard" in text, "Renforcer" in text) == (findings, findings)


@pytest.mark.parametrize("level", ShareLevel)
def test_every_level_leads_to_the_certificate_that_counts(client, reader, level):
    file, maker = certified_file()
    renewal, lead = led_audit(kind=AuditKind.RENEWAL, certification=file)
    conclude(renewal, lead)
    decide(renewal, maker, number="C-2029")
    shared(file, client=reader.organisation, level=level)

    text = page(client, file).content.decode()

    certificate = reverse("audits:certificate", args=[file.key])
    assert f'<a href="{certificate}">C-2029</a>' in text
    assert text.count(certificate) == 1
    assert "In force" in text
    assert client.get(certificate).status_code == 200


def test_a_file_without_certificate_leads_to_none(client, reader):
    file = validated_file()
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)

    assert reverse("audits:certificate", args=[file.key]) not in page(client, file).content.decode()


def test_no_level_opens_evidence_comments_drafts_or_names(client, reader):
    file = validated_file(scope="Périmètre interne")
    audit = running_audit(certification=file, kind=AuditKind.INITIAL, start_date=date(2027, 2, 1))
    FindingFactory(assessment=first_assessment(audit), title="Constat du brouillon", draft=True)
    FindingFactory(assessment=first_assessment(audit), title="Constat en cours")
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)

    text = page(client, file).content.decode()

    for word in ("Commentaire", "Preuve interne", "Zoé", "brouillon", "Constat en cours"):
        assert word not in text
    assert str(file.opened_by) not in text
    assert audit.get_absolute_url() not in text


def test_an_audit_under_way_shows_its_days_and_changes_no_figure(client, reader):
    file = validated_file()
    shared(file, client=reader.organisation)
    before = page(client, file).context["standing"]

    rate_everything(running_audit(certification=file, kind=AuditKind.INTERNAL))
    after = page(client, file).context["standing"]

    assert (after.whole, after.readiness, after.audit) == (
        before.whole,
        before.readiness,
        before.audit,
    )
    assert [audit.start_date for audit in after.running] == [date(2026, 3, 2)]


def test_without_a_validated_audit_there_is_no_figure(client, reader):
    file = CertificationFactory(target_date=localdate() + timedelta(days=30))
    rate_everything(running_audit(certification=file))
    shared(file, client=reader.organisation)

    answer = page(client, file)

    assert (answer.context["standing"].score, answer.context["standing"].readiness) == (None, None)
    assert "No validated audit yet" in answer.content.decode()
    assert "%" not in answer.content.decode().partition("<main")[2]


def test_taking_back_counts_from_the_next_request_on(client, reader):
    file = CertificationFactory()
    share = shared(file, client=reader.organisation)
    assert client.get(address(file)).status_code == 200

    revoke_share(share=share, reason="Fin", by=file.opened_by, at=timezone.now())

    assert client.get(address(file)).status_code == 404
    assert client.get(reverse("audits:providers")).context["providers"] == []


def test_the_file_itself_and_what_is_in_it_do_not_exist(client, reader):
    file = validated_file()
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)

    for name in ("certification", "dashboard", "prepare", "cycle", "compare", "preview-share"):
        assert client.get(reverse(f"audits:{name}", args=[file.key])).status_code == 404
    assert (
        client.get(
            reverse("audits:finding", args=[file.audits.get().findings.get().key])
        ).status_code
        == 404
    )


def test_a_file_that_two_of_ones_organisations_receive_shows_what_opens_most(client, reader):
    file = CertificationFactory()
    other = MembershipFactory(user=reader.user, role=Role.DIRECTOR)
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)
    shared(file, client=other.organisation)

    assert page(client, file).context["shared"].level == ShareLevel.FINDINGS
    assert len(client.get(reverse("audits:providers")).context["providers"]) == 1


def test_the_next_level_is_a_name_and_a_state(client, reader):
    """The second provider shared its file with the first one alone."""
    file = validated_file(organisation=OrganisationFactory(name="Relais Ouest"))
    second = validated_file(title="Dossier de second rang")
    third = subcontractor(second, "Troisième rang")
    shared(second, client=file.organisation, level=ShareLevel.FINDINGS)
    subcontractor(file, "Second", activity="Nuits", shared_file=second)
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)

    text = page(client, file).content.decode()

    assert "Second" in text
    assert "File shared with Relais Ouest" in text
    for word in (third.name, second.title, second.reference + " ", "Nuits"):
        assert word not in text
    assert client.get(address(second)).status_code == 404


def test_each_level_of_the_own_file_says_what_is_shared(client):
    manager = MembershipFactory(user__language="en")
    client.force_login(manager.user)
    file = CertificationFactory(organisation=manager.organisation)
    provider, second = validated_file(), CertificationFactory()
    shared(second, client=provider.organisation)
    subcontractor(provider, "Second rang", shared_file=second)
    subcontractor(provider, "Autre second rang")
    shared(provider, client=file.organisation)
    ended = CertificationFactory()
    over = shared(ended, client=file.organisation)
    first = subcontractor(file, "A", shared_file=provider)
    subcontractor(file, "B", parent=first)
    subcontractor(file, "C", shared_file=ended)
    revoke_share(share=over, reason="Fin", by=ended.opened_by, at=timezone.now())

    answer = client.get(file.get_absolute_url())

    lines = [
        (line.level, line.name, line.is_shared, line.has_ended, line.is_shared_with_lister)
        for line in answer.context["subcontractors"]
    ]
    assert lines == [
        (1, "A", True, False, True),
        (2, "B", False, False, False),
        (2, "Autre second rang", False, False, False),
        (2, "Second rang", False, False, True),
        (1, "C", False, True, False),
    ]
    text = answer.content.decode()
    assert "File shared: 100" in text
    assert address(provider) in text


def test_a_contributor_sees_who_the_subcontractors_are_without_their_results(client):
    member = MembershipFactory(role=Role.CONTRIBUTOR, user__language="en")
    client.force_login(member.user)
    file, provider = CertificationFactory(organisation=member.organisation), validated_file()
    shared(provider, client=file.organisation)
    subcontractor(file, "A", shared_file=provider)

    text = client.get(file.get_absolute_url()).content.decode()

    assert "File shared" in text
    assert address(provider) not in text
    assert client.get(address(provider)).status_code == 404


@pytest.mark.parametrize("role", [Role.QUALITY_MANAGER, Role.DIRECTOR])
def test_the_preview_is_the_page_of_the_client_organisation(client, reader, role):
    file = validated_file()
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)
    theirs = page(client, file).content.decode()
    own = MembershipFactory(organisation=file.organisation, role=role, user__language="en")
    client.force_login(own.user)

    answer = client.get(reverse("audits:preview-share", args=[file.key]), {"niveau": "FINDINGS"})

    def shown(text):
        return text.partition('<div class="split split-wide">')[2].partition("</main>")[0]

    without_share = shown(theirs).replace(
        "<dt>What is shared</dt><dd>Results, issued reports and findings</dd>", ""
    )
    assert shown(answer.content.decode()).split() == without_share.split()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_providers_takes_as_many_queries_for_one_as_for_three(client, reader, number):
    for _n in range(number):
        shared(validated_file(), client=reader.organisation)

    with counted() as queries:
        answer = client.get(reverse("audits:providers"))

    assert len(answer.context["providers"]) == number
    assert len(queries) == 10, queries


@pytest.mark.parametrize("number", [1, 3])
def test_a_shared_file_takes_as_many_queries_for_one_finding_as_for_three(client, reader, number):
    file = validated_file(findings=number)
    for n in range(number):
        subcontractor(file, f"S{n}")
    shared(file, client=reader.organisation, level=ShareLevel.FINDINGS)

    with counted() as queries:
        answer = page(client, file)

    assert len(answer.context["page"].object_list) == number
    assert len(queries) == 17, queries


def test_home_and_menu_lead_there(client, reader):
    file = validated_file()
    shared(file, client=reader.organisation)

    answer = client.get("/")

    text = answer.content.decode()
    assert address(file) in text
    assert [entry.label for entry in answer.context["nav"]] == [
        "Dashboard",
        "Providers",
        "Referential",
        "Indicators",
        "Reports",
    ]


def test_the_code_is_shown_to_who_gives_it(client, reader):
    text = client.get(reverse("audits:providers")).content.decode()
    assert str(reader.organisation.key) in text

    contributor = MembershipFactory(organisation=reader.organisation, role=Role.CONTRIBUTOR)
    client.force_login(contributor.user)
    assert (
        str(reader.organisation.key) not in client.get(reverse("audits:providers")).content.decode()
    )
