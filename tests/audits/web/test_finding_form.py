"""Writing and editing a finding."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions import assessment as assessment_actions
from audits.actions.audit import validate_audit
from audits.enums import AuditKind, TeamRole
from audits.models import Finding
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from engagements.models import FindingGrade
from tests.factories.accounts import MembershipFactory, UserFactory
from tests.factories.audits import (
    CertificationFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    FindingFactory,
    first_assessment,
    name_on_team,
    running_audit,
)

pytestmark = [pytest.mark.web, pytest.mark.django_db]

TODAY = localdate()
HOSTILE = "</textarea><script>alert(1)</script>"


@pytest.fixture
def assessment(manager):
    file = CertificationFactory(organisation=manager.organisation)
    return first_assessment(running_audit(certification=file))


def add_url(assessment):
    return reverse("audits:add-finding", args=[assessment.audit.key, assessment.pk])


def edit_url(row):
    return reverse("audits:edit-finding", args=[row.key])


def data(**changes):
    values = {
        "key": str(uuid4()),
        "grade": "NC_MAJ",
        "title": "Délai non tenu",
        "required": "Répondre en cinq jours",
        "found": "Trois réponses sur dix hors délai",
        "consequence": "Le client rappelle",
        "next_step": "Renfort",
        "found_date": TODAY.isoformat(),
    }
    return values | changes


def edit_data(client, row, **changes):
    form = client.get(edit_url(row)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def make_critical(assessment):
    type(assessment).objects.filter(pk=assessment.pk).update(criticality="critical")


@pytest.mark.parametrize(("language", "wording"), [("fr", "Exigence"), ("en", "Requirement")])
def test_what_is_required_starts_from_the_wording_in_the_language_of_the_screen(
    client, manager, assessment, language, wording
):
    type(manager.user).objects.update(language=language)

    form = client.get(add_url(assessment)).context["form"]

    assert form["required"].value() == f"{wording} {assessment.code}"
    assert form["found_date"].value() == TODAY


def test_a_finding_is_written_and_the_person_lands_on_it(client, manager, assessment):
    link = EvidenceLinkFactory(assessment=assessment)

    response = client.post(add_url(assessment), data(evidence=[link.evidence.pk]))

    row = Finding.objects.get()
    assert response.headers["Location"] == row.get_absolute_url()
    assert (row.reference, row.grade.code, row.created_by) == ("F-01", "NC_MAJ", manager.user)
    assert row.due_date == TODAY + timedelta(days=90)
    assert list(row.evidence.all()) == [link.evidence]


def test_the_grades_of_the_scheme_are_a_choice_with_shape_and_due_date(client, assessment):
    response = client.get(add_url(assessment))

    options = response.context["form"].grade_options
    assert [(o.value, o.kind, o.due) for o in options] == [
        ("NC_MAJ", "major", TODAY + timedelta(days=90)),
        ("NC_MIN", "minor", TODAY + timedelta(days=180)),
        ("PS", "part", None),
        ("PF", "ok", None),
    ]
    assert response.content.decode().count('type="radio"') == 4


def test_the_due_dates_follow_the_day_that_is_typed(client, assessment):
    url = reverse("audits:finding-due-dates", args=[assessment.audit.key, assessment.pk])

    html = client.get(url, {"found_date": "2026-01-01"}).content.decode()

    assert "1 April 2026" in html
    assert "30 June 2026" in html


def test_every_grade_is_named_in_full_beside_its_short_form(client, assessment):
    url = reverse("audits:finding-due-dates", args=[assessment.audit.key, assessment.pk])

    response = client.get(url)

    html = response.content.decode()
    for option in response.context["options"]:
        assert f"{option.label}: {option.title}" in html


@pytest.mark.parametrize("typed", ["", "abc", "0206-01-01", "9999-12-31", "\x00"])
def test_an_odd_day_gives_the_due_dates_of_today(client, assessment, typed):
    url = reverse("audits:finding-due-dates", args=[assessment.audit.key, assessment.pk])

    response = client.get(url, {"found_date": typed})

    due = [option.due for option in response.context["options"]]
    assert due[0] == TODAY + timedelta(days=90)


@pytest.mark.parametrize("field", ["grade", "title", "required", "found", "found_date"])
def test_what_is_missing_is_asked_for_and_the_rest_kept(client, assessment, field):
    response = client.post(add_url(assessment), data(**{field: " "}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    kept = "Délai non tenu" if field == "found" else "Trois réponses sur dix"
    assert kept in response.content.decode()
    assert not Finding.objects.exists()


def test_the_grade_that_was_chosen_stays_chosen_after_an_error(client, assessment):
    response = client.post(add_url(assessment), data(title="", grade="NC_MIN"))

    chosen = [o.value for o in response.context["form"].grade_options if o.selected]
    assert chosen == ["NC_MIN"]


def test_a_day_to_come_is_refused(client, assessment):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()

    response = client.post(add_url(assessment), data(found_date=tomorrow))

    assert list(response.context["form"].errors) == ["found_date"]


def test_a_minor_nonconformity_on_a_critical_requirement_is_explained(client, assessment):
    make_critical(assessment)

    response = client.post(add_url(assessment), data(grade="NC_MIN"))

    assert response.status_code == 422
    assert "is always major" in response.context["form"].errors["grade"][0]
    assert not Finding.objects.exists()


@pytest.mark.parametrize("value", ["NC", "1", "10" * 30, "\x00", "<b>"])
def test_a_grade_that_is_not_of_the_scheme_is_refused(client, assessment, value):
    response = client.post(add_url(assessment), data(grade=value))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["grade"]


@pytest.mark.parametrize("which", ["same organisation", "foreign", "huge", "word"])
def test_evidence_that_is_not_linked_to_the_requirement_is_refused(client, assessment, which):
    link = EvidenceLinkFactory(assessment=assessment)
    other = {
        "same organisation": lambda: EvidenceFactory(organisation=assessment.audit.organisation).pk,
        "foreign": lambda: EvidenceFactory().pk,
        "huge": lambda: 10**30,
        "word": lambda: "P-001",
    }[which]()

    response = client.post(add_url(assessment), data(evidence=[link.evidence.pk, other]))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["evidence"]
    assert not Finding.objects.exists()


def test_fields_that_are_not_on_the_form_are_ignored(client, assessment):
    other = first_assessment(running_audit())

    client.post(
        add_url(assessment),
        data(number=99, due_date="2030-01-01", state="CLOSED", assessment=other.pk),
    )

    row = Finding.objects.get()
    assert (row.number, row.state, row.assessment) == (1, "PRESENTED", assessment)
    assert row.due_date == TODAY + timedelta(days=90)


def test_a_hundred_thousand_characters_are_refused_and_kept(client, assessment):
    text = "Écart constaté. " * 6250

    response = client.post(add_url(assessment), data(found=text))

    assert response.status_code == 422
    assert "79,999 characters too long" in response.context["form"].errors["found"][0]
    assert text.strip() in response.content.decode()


def test_control_characters_of_a_paste_are_cleaned(client, assessment):
    client.post(add_url(assessment), data(found="Ligne 1\x0bLigne 2\x00\x07", title="Un\ntitre"))

    row = Finding.objects.get()
    assert (row.found, row.title) == ("Ligne 1\nLigne 2", "Un titre")


def test_the_same_form_sent_twice_writes_one_finding(client, assessment):
    sent = data()

    responses = [client.post(add_url(assessment), sent) for _time in range(2)]

    row = Finding.objects.get()
    assert [r.headers["Location"] for r in responses] == [row.get_absolute_url()] * 2


def test_going_back_and_sending_another_text_loses_nothing(client, assessment):
    sent = data()
    client.post(add_url(assessment), sent)

    refused = client.post(add_url(assessment), sent | {"title": "Deuxième constat"})
    new_key = refused.context["form"]["key"].value()
    client.post(add_url(assessment), sent | {"title": "Deuxième constat", "key": new_key})

    assert refused.status_code == 409
    assert "Deuxième constat" in refused.content.decode()
    assert [row.reference for row in Finding.objects.order_by("number")] == ["F-01", "F-02"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["director", "contributor", "observer", "manager of an external"])
def test_who_does_not_rate_writes_no_finding(client, manager, assessment, method, who):
    kind = AuditKind.INITIAL if who == "manager of an external" else AuditKind.INTERNAL
    audit = running_audit(certification=assessment.audit.certification, kind=kind)
    row = first_assessment(audit)
    user = manager.user
    if who == "director":
        user = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR).user
    elif who == "contributor":
        user = MembershipFactory(organisation=manager.organisation, role=Role.CONTRIBUTOR).user
        type(row).objects.filter(pk=row.pk).update(assigned_to=user)
    elif who == "observer":
        user = UserFactory()
        name_on_team(audit=audit, user=user, role=TeamRole.OBSERVER, by=manager.user)
    client.force_login(user)

    response = getattr(client, method)(add_url(row), data())

    assert response.status_code == 403
    assert not Finding.objects.exists()


def test_the_auditor_of_the_mission_writes_findings(client, manager, assessment):
    audit = running_audit(certification=assessment.audit.certification, kind=AuditKind.INITIAL)
    auditor = UserFactory()
    name_on_team(audit=audit, user=auditor, role=TeamRole.AUDITOR, by=manager.user)
    client.force_login(auditor)

    client.post(add_url(first_assessment(audit)), data())

    assert Finding.objects.get().created_by == auditor


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("which", ["foreign", "mixed", "huge"])
def test_a_requirement_of_somebody_else_does_not_exist(client, assessment, method, which):
    foreign = first_assessment(running_audit())
    args = {
        "foreign": [foreign.audit.key, foreign.pk],
        "mixed": [assessment.audit.key, foreign.pk],
        "huge": [assessment.audit.key, 10**30],
    }[which]
    url = reverse("audits:add-finding", args=args)

    assert getattr(client, method)(url, data()).status_code == 404
    assert not Finding.objects.exists()


def validate(assessment):
    user = UserFactory()
    assessment_actions.rate(assessment=assessment, version=1, level="P", by=user, at=timezone.now())
    validate_audit(audit=assessment.audit, by=user, at=timezone.now())


def test_a_validated_audit_takes_no_finding_and_the_text_is_kept(client, assessment):
    validate(assessment)

    page = client.get(add_url(assessment))
    refused = client.post(add_url(assessment), data())

    assert (page.status_code, refused.status_code) == (409, 409)
    assert "Trois réponses sur dix" in refused.content.decode()
    assert not Finding.objects.exists()


def test_an_edit_is_saved_and_the_due_date_counted_again(client, assessment):
    row = FindingFactory(assessment=assessment, number=1)

    response = client.post(edit_url(row), edit_data(client, row, grade="NC_MIN", title="Autre"))

    row.refresh_from_db()
    assert response.headers["Location"] == row.get_absolute_url()
    assert (row.title, row.grade.code, row.version) == ("Autre", "NC_MIN", 2)
    assert row.due_date == row.found_date + timedelta(days=180)


def test_two_edits_at_once_show_both_texts_and_lose_none(client, manager, assessment):
    row = FindingFactory(assessment=assessment, found="Ancien texte")
    mine = edit_data(client, row, found="Mon texte", grade="PS")
    client.post(edit_url(row), edit_data(client, row, found="Leur texte"))

    response = client.post(edit_url(row), mine)

    row.refresh_from_db()
    assert (response.status_code, row.found, row.version) == (409, "Leur texte", 2)
    assert [(d.theirs, d.mine) for d in response.context["differences"]] == [
        ("Major NC", "Sensitive point"),
        ("Leur texte", "Mon texte"),
    ]
    html = response.content.decode()
    assert all(text in html for text in ("Mon texte", "Leur texte", str(manager.user)))

    again = mine | {"version": response.context["form"]["version"].value()}
    assert client.post(edit_url(row), again).status_code == 302
    row.refresh_from_db()
    assert (row.found, row.grade.code) == ("Mon texte", "PS")


def test_an_edit_sent_twice_is_one_edit(client, assessment):
    row = FindingFactory(assessment=assessment)
    sent = edit_data(client, row, title="Nouveau titre")

    statuses = [client.post(edit_url(row), sent).status_code for _time in range(2)]

    assert statuses == [302, 302]
    assert JournalEntry.objects.filter(action="finding.edited").count() == 1


@pytest.mark.parametrize("version", ["", "0", "abc", "9" * 30])
def test_an_edit_without_a_version_overwrites_nothing(client, assessment, version):
    row = FindingFactory(assessment=assessment, title="Avant")

    response = client.post(edit_url(row), edit_data(client, row, title="Après", version=version))

    row.refresh_from_db()
    assert response.status_code in {409, 422}
    assert row.title == "Avant"


def test_a_finding_closed_meanwhile_keeps_the_text_that_was_typed(client, assessment):
    row = FindingFactory(assessment=assessment, title="Avant")
    sent = edit_data(client, row, title="Après")
    Finding.objects.update(state="CLOSED", closed_at=timezone.now(), closed_by=UserFactory())

    response = client.post(edit_url(row), sent)

    row.refresh_from_db()
    assert (response.status_code, row.title) == (409, "Avant")
    assert "Après" in response.content.decode()
    assert client.get(edit_url(row)).status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_only_reads_may_not_edit(client, manager, assessment, method):
    row = FindingFactory(assessment=assessment, title="Avant")
    director = MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)
    client.force_login(director.user)

    response = getattr(client, method)(edit_url(row), data(version=1, title="Après"))

    row.refresh_from_db()
    assert (response.status_code, row.title) == (403, "Avant")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_finding_of_another_organisation_does_not_exist(client, manager, method):
    foreign = FindingFactory()

    response = getattr(client, method)(edit_url(foreign), data(version=1))

    assert response.status_code == 404


def test_hostile_text_stays_inside_its_field(client, assessment):
    row = FindingFactory(assessment=assessment, found=HOSTILE, title='" onfocus="alert(1)')

    html = client.get(edit_url(row)).content.decode()

    assert "<script>alert" not in html
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'value="&quot; onfocus=&quot;alert(1)"' in html


def test_grades_of_another_scheme_are_not_on_offer(client, assessment):
    FindingFactory()  # brings a second scheme with its own grades

    options = client.get(add_url(assessment)).context["form"].grade_options

    assert FindingGrade.objects.count() == 8
    assert len(options) == 4
