"""Asking for the plan of an audit as a document."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.actions import plan as plans
from audits.cycle_enums import AuditMethod, SlotKind
from audits.snapshots import AuditPlanSnapshot, from_json
from crcaudit.core.workdays import PARIS
from reports.enums import ReportKind, ReportState
from reports.models import Report
from tests.factories.audits import manager_of, running_audit

pytestmark = [pytest.mark.web, pytest.mark.django_db]

START = datetime(2026, 3, 2, 9, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def _files(own_files):
    pass


@pytest.fixture
def audit(client):
    audit = running_audit()
    client.force_login(manager_of(audit).user)
    return audit


def add_slot(audit, title="Ouverture", hour=0):
    plans.add_slot(
        key=uuid4(),
        audit=audit,
        fields=plans.SlotFields(
            kind=SlotKind.OPENING,
            starts_at=START + timedelta(hours=hour),
            ends_at=START + timedelta(hours=hour + 1),
            title=title,
            method=AuditMethod.ON_SITE,
        ),
        by=audit.started_by,
        at=timezone.now(),
    )


def ask(client, audit):
    return client.post(reverse("reports:request-plan", args=[audit.key]), {"language": "fr"})


def test_the_plan_is_made_as_it_stands_and_is_no_draft(
    client, audit, printer, django_capture_on_commit_callbacks
):
    add_slot(audit)

    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(client, audit)

    report = Report.objects.get()
    assert (answer.status_code, answer.url) == (302, report.get_absolute_url())
    assert (report.kind, report.state) == (ReportKind.AUDIT_PLAN, ReportState.READY)
    assert (report.reference, report.is_draft) == (f"PA-{audit.reference}", False)
    frozen = from_json(AuditPlanSnapshot, report.snapshot)
    assert [slot.title for day in frozen.days for slot in day.slots] == ["Ouverture"]


def test_a_changed_plan_is_a_new_revision_and_the_same_one_is_not(
    client, audit, printer, django_capture_on_commit_callbacks
):
    add_slot(audit)
    for _n in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            ask(client, audit)
    assert Report.objects.count() == 1
    add_slot(audit, "Écoutes", hour=2)

    ask(client, audit)

    assert list(Report.objects.order_by("pk").values_list("revision", flat=True)) == [1, 2]


def test_without_a_plan_there_is_nothing_to_ask_for(client, audit):
    assert ask(client, audit).status_code == 404


def test_the_page_says_what_the_document_is_made_of(client, audit):
    add_slot(audit)

    answer = client.get(reverse("reports:request-plan", args=[audit.key]))

    assert answer.status_code == 200
    assert answer.context["target"].is_draft is False
