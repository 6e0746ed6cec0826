"""Measures on the page of a requirement, the rating that they propose, and what is made of it."""

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audits.actions import assessment as ratings
from audits.actions.audit import validate_audit
from audits.actions.freezing import reopen_audit
from audits.actions.verdict_proposal import DepartureNeededError
from audits.enums import AuditKind, AuditState
from audits.models import Audit, Measurement, VerdictProposal
from audits.snapshots import AuditSnapshot, from_json
from crcaudit.accounts.enums import Role
from crcaudit.core.models import JournalEntry
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import MembershipFactory
from tests.factories.audits import (
    CertificationFactory,
    first_assessment,
    manager_of,
    running_audit,
)
from tests.factories.engagements import published_edition
from tests.factories.figures import indicator, measure, want
from tests.factories.reports import rate_everything
from tests.queries import counted

pytestmark = [pytest.mark.web, pytest.mark.django_db]

BEFORE = datetime(2026, 1, 5, 9, tzinfo=PARIS)
HTMX = {"headers": {"HX-Request": "true"}}
KEYS = {"formula": "100 * compliant / evaluated", "keys": ("compliant", "evaluated")}


CODES = {
    "EX-1.1.1": ("PEC-12",),
    "EX-1.1.2": ("CLO-01", "TRT-15", "CLO-02"),
    "EX-1.2.1": ("CLO-03",),  # of means: the edition states no target
}


@pytest.fixture
def indicators():
    return {code: indicator(code, **KEYS) for codes in CODES.values() for code in codes}


@pytest.fixture
def audit(indicators):
    """An audit in which the first three requirements have their indicators, with targets."""
    measured = {
        code: [(indicators[one], "" if one == "CLO-03" else ">=") for one in codes]
        for code, codes in CODES.items()
    }
    file = CertificationFactory(edition=published_edition(measured=measured))
    for one in indicators.values():
        want(file.organisation, one, 90, at=BEFORE, nonconformity=Decimal(80))
    return running_audit(certification=file, kind=AuditKind.INTERNAL, end_date=date(2026, 4, 15))


@pytest.fixture
def row(audit):
    return first_assessment(audit)


@pytest.fixture
def manager(audit, client):
    user = manager_of(audit).user
    user.language = "en"
    user.save()
    client.force_login(user)
    return user


@pytest.fixture
def greeting(indicators):
    return indicators["PEC-12"]


def assessed(audit, code):
    return audit.assessments.select_related("audit__organisation").get(code=code)


def measured(row, found, compliant, evaluated, **options):
    """Over March, on a sample, unless said otherwise."""
    day = options.get("day", date(2026, 3, 1))
    figures = {"compliant": compliant, "evaluated": evaluated}
    whole = options.get("exhaustive", False)
    measure(row.audit.organisation, found, day, is_exhaustive=whole, **figures)


def url(name, row):
    return reverse(f"audits:{name}", args=[row.audit.key, row.pk])


def block(client, row):
    return client.get(url("requirement-measures", row), **HTMX)


def fresh(row):
    return row.__class__.objects.select_related("audit__organisation").get(pk=row.pk)


def test_the_last_closed_period_of_the_audit_is_shown_with_what_it_proposes(
    client, manager, row, greeting
):
    measured(row, greeting, 80, 100, day=date(2026, 2, 1))
    measured(row, greeting, 475, 500)
    measured(row, greeting, 10, 100, day=date(2026, 4, 1))  # not over on the day of the audit

    page = block(client, row).content.decode()

    for text in ("95.0%", "March 2026", "n = 500", "92.7% to 96.6%", "Target proven", "≥ 90%"):
        assert text in page.replace("\u00a0", " ").replace(" %", "%"), text
    assert "better than before" in page
    assert "Retain the proposal" in page
    assert reverse("audits:series", args=[row.audit.organisation.key, greeting.pk]) in page


def test_the_panel_leads_to_the_block_where_the_edition_names_an_indicator(
    client, manager, row, greeting
):
    other = assessed(row.audit, "EX-1.2.2")

    assert url("requirement-measures", row) in client.get(url("requirement", row)).content.decode()
    assert "mesures/" not in client.get(url("requirement", other)).content.decode()


def test_one_click_rates_as_proposed_with_the_reason_as_comment(client, manager, row, greeting):
    measured(row, greeting, 475, 500)

    response = client.post(url("retain-proposal", row), {"version": 1, "level": "C"})

    row = fresh(row)
    assert response.status_code == 302
    assert (row.level, "PEC-12, March 2026" in row.comment) == ("C", True)
    kept = VerdictProposal.objects.get()
    assert (kept.level, kept.choice, kept.chosen_by, kept.rule) == ("C", "RETAINED", manager, "v1")
    (figure,) = kept.figures
    known = Measurement.objects.get()
    assert figure["measures"] == [{"key": str(known.key), "version": 1}]
    assert (figure["period"], figure["size"]) == (["MONTH", "2026-03-01"], 500)
    assert JournalEntry.objects.filter(action="assessment.proposal_retained").count() == 1
    page = block(client, row).content.decode()
    assert "Proposal of the measures retained" in page
    assert "Retain the proposal" not in page


def test_rating_otherwise_asks_for_a_reason_and_loses_nothing(client, manager, row, greeting):
    measured(row, greeting, 475, 500)

    asked = client.post(url("rate", row), {"version": 1, "level": "P"}, **HTMX)
    empty = {"version": 1, "level": "P", "departure": " "}
    again = client.post(url("rate", row), empty, **HTMX)

    assert (asked.status_code, again.status_code) == (422, 422)
    assert asked.headers["HX-Retarget"] == "#dialogs"
    assert 'name="level" value="P"' in asked.content.decode()
    assert "Say why you depart from the proposal." in again.content.decode()
    assert fresh(row).level == ""

    said = {"version": 1, "level": "P", "departure": "Deux écoutes sur trois sans prénom"}
    assert client.post(url("rate", row), said, **HTMX).status_code == 200

    kept = VerdictProposal.objects.get()
    assert (fresh(row).level, kept.choice) == ("P", "DEPARTED")
    assert kept.reason == "Deux écoutes sur trois sans prénom"
    history = client.get(url("requirement", row)).content.decode()
    assert "departs from the proposal C of the measures: Deux écoutes sur trois" in history
    assert "Deux écoutes sur trois" in block(client, row).content.decode()


@pytest.mark.parametrize("level", ["P", "NC"])
def test_what_the_measures_do_not_decide_is_rated_freely(client, manager, row, greeting, level):
    measured(row, greeting, 27, 30)

    response = client.post(url("rate", row), {"version": 1, "level": level}, **HTMX)

    assert response.status_code == 200
    page = block(client, row).content.decode()
    assert "None: the measures do not decide" in page
    assert "Only a measure of everything would decide." in page  # 90 % of 90 %
    assert not VerdictProposal.objects.exists()


def test_a_requirement_of_means_has_measures_and_no_proposal(client, manager, audit, indicators):
    row = assessed(audit, "EX-1.2.1")
    measured(row, indicators["CLO-03"], 475, 500)

    page = block(client, row).content.decode()

    assert "Target proven" in page
    assert "measures propose" not in page
    assert client.post(url("rate", row), {"version": 1, "level": "NC"}, **HTMX).status_code == 200


def test_the_worst_of_several_is_proposed(client, manager, audit, indicators):
    row = assessed(audit, "EX-1.1.2")
    measured(row, indicators["CLO-01"], 475, 500)
    measured(row, indicators["TRT-15"], 700, 1000, exhaustive=True)

    with pytest.raises(DepartureNeededError) as refused:
        ratings.rate(assessment=row, version=1, level="C", by=manager, at=timezone.now())

    assert refused.value.level == "NC"


def test_a_proposal_that_has_changed_is_not_retained(client, manager, row, greeting):
    measured(row, greeting, 700, 1000, exhaustive=True)

    response = client.post(url("retain-proposal", row), {"version": 1, "level": "C"})

    assert response.status_code == 409
    assert "The measures have changed" in response.content.decode()
    assert fresh(row).level == ""


def test_somebody_else_rated_meanwhile(client, manager, row, greeting):
    measured(row, greeting, 475, 500)
    ratings.comment(assessment=row, version=1, text="Vu", by=manager, at=timezone.now())

    response = client.post(url("retain-proposal", row), {"version": 1, "level": "C"})

    assert response.status_code == 409
    assert fresh(row).level == ""


def test_taking_the_rating_back_takes_the_choice_back(client, manager, row, greeting):
    measured(row, greeting, 475, 500)
    ratings.retain_proposal(assessment=row, version=1, level="C", by=manager, at=timezone.now())
    row = fresh(row)

    ratings.rate(assessment=row, version=row.version, level="", by=manager, at=timezone.now())

    assert not VerdictProposal.objects.exists()


def test_an_undone_rating_leaves_no_choice(client, manager, row, greeting):
    measured(row, greeting, 475, 500)
    said = {"departure": "Vu sur place", "by": manager, "at": timezone.now()}
    ratings.rate(assessment=row, version=1, level="P", **said)
    row = fresh(row)

    ratings.undo(assessment=row, version=row.version, by=manager, at=timezone.now())

    assert not VerdictProposal.objects.exists()


def test_the_audit_keeps_what_was_proposed_whatever_is_measured_later(
    client, manager, audit, row, indicators
):
    greeting, other = indicators["PEC-12"], assessed(audit, "EX-1.1.2")
    rate_everything(audit)
    row = fresh(row)
    measured(row, greeting, 475, 500)
    said = {"departure": "Vu sur place", "by": manager, "at": timezone.now()}
    ratings.rate(assessment=row, version=row.version, level="P", **said)
    for code in CODES["EX-1.1.2"]:
        measured(row, indicators[code], 27, 30)
    validate_audit(audit=audit, by=manager, at=timezone.now())

    (known,) = Measurement.objects.filter(indicator=greeting)
    known.inputs = {"compliant": "1", "evaluated": "500"}
    known.save()

    kept = {one.assessment_id: one for one in VerdictProposal.objects.all()}
    assert (kept[row.pk].level, kept[row.pk].choice) == ("C", "DEPARTED")
    assert (kept[other.pk].level, kept[other.pk].outcome) == ("", "OPEN")
    page = block(client, row).content.decode()
    assert "PEC-12, March 2026: 95.0" in page.replace("\u00a0", " ")
    assert "Retain the proposal" not in page
    with pytest.raises(IntegrityError), transaction.atomic():
        VerdictProposal.objects.filter(assessment=row).update(reason="Autre")
    frozen = from_json(AuditSnapshot, Audit.objects.get(pk=audit.pk).frozen["en"])
    views = [v for d in frozen.domains for e in d.engagements for v in e.requirements]
    (line,) = [view.proposal for view in views if view.code == row.code]
    assert "Rated otherwise: Vu sur place" in line
    assert "Proposed by the measures: Compliant" in line.replace("Conforme", "Compliant")


def test_a_reopened_audit_proposes_again(client, manager, audit, row, greeting):
    measured(row, greeting, 475, 500)
    ratings.retain_proposal(assessment=row, version=1, level="C", by=manager, at=timezone.now())
    rate_everything(audit)
    validate_audit(audit=audit, by=manager, at=timezone.now())

    reopen_audit(
        audit=Audit.objects.get(pk=audit.pk), reason="Erreur", by=manager, at=timezone.now()
    )
    row = fresh(row)
    said = {"departure": "Revu", "by": manager, "at": timezone.now()}
    ratings.rate(assessment=row, version=row.version, level="P", **said)

    assert row.audit.state == AuditState.IN_PROGRESS
    assert VerdictProposal.objects.get(assessment=row).choice == "DEPARTED"


def test_who_may_not_rate_sees_the_proposal_without_its_button(client, audit, row, greeting):
    measured(row, greeting, 475, 500)
    director = MembershipFactory(organisation=audit.organisation, role=Role.DIRECTOR).user
    client.force_login(director)

    page = block(client, row).content.decode()

    assert "PEC-12" in page
    assert url("retain-proposal", row) not in page
    assert client.post(url("retain-proposal", row), {"version": 1}).status_code == 403


@pytest.mark.parametrize("code", ["EX-1.1.1", "EX-1.1.2"])
def test_the_block_takes_few_queries_whatever_is_behind(client, manager, audit, indicators, code):
    row = assessed(audit, code)
    for one in CODES[code]:
        for month in (1, 2, 3):
            measured(row, indicators[one], 475, 500, day=date(2026, month, 1))
    block(client, row)

    with counted() as queries:
        block(client, row)

    assert len(queries) == 11, "\n".join(queries)


def test_saving_a_rating_of_a_measured_requirement_stays_bounded(client, manager, row, greeting):
    measured(row, greeting, 475, 500)
    address = url("rate", row)
    client.post(address, {"level": "C", "version": 1}, **HTMX)
    said = {"level": "P", "version": 2, "departure": "Vu"}

    with counted() as queries:
        client.post(address, said, **HTMX)

    assert len(queries) == 22, "\n".join(queries)


def test_figures_are_kept_exactly(client, manager, row, greeting):
    measured(row, greeting, 2, 3, exhaustive=True)
    ratings.retain_proposal(assessment=row, version=1, level="NC", by=manager, at=timezone.now())

    (figure,) = VerdictProposal.objects.get().figures

    assert figure["value"] == "200/3"
    assert json.loads(json.dumps(figure)) == figure


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"version": "x", "level": "C"},
        {"version": 2**70, "level": "C"},
        {"version": 1, "level": "C" * 400},
        {"version": 1, "level": "<b>"},
        {"version": 1, "level": "NA"},
    ],
)
def test_an_odd_value_retains_nothing(client, manager, row, greeting, sent):
    measured(row, greeting, 475, 500)

    response = client.post(url("retain-proposal", row), sent)

    assert response.status_code == 409
    assert fresh(row).level == ""
    assert "<b>" not in response.content.decode().partition("<main")[2]
