"""What the database itself refuses of internal control plans, lines and controls."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.closing import close_certification
from audits.actions.controls.results import ResultFields, cancel_control, record_result
from audits.control_enums import (
    CONTROL_FLOW,
    CONTROL_PLAN_FLOW,
    ControlFrequency,
    ControlState,
    EscalationTarget,
    PlanState,
)
from audits.models import (
    CalendarFeed,
    ControlLine,
    ControlOccurrence,
    ControlPlan,
    ControlReminder,
)
from crcaudit.accounts.enums import Role
from crcaudit.core.flow import TransitionNotAllowedError
from tests.factories.accounts import SiteFactory, UserFactory
from tests.factories.audits import CertificationFactory
from tests.factories.controls import (
    controlled_file,
    days_ago,
    draft_plan,
    first_control,
    line_fields,
    only_line,
    person_with,
    plan_in_force,
)
from tests.refusals import refused

pytestmark = [pytest.mark.unit, pytest.mark.django_db]

NOW = timezone.now()


@pytest.fixture
def file():
    return controlled_file()


def of(row):
    return type(row).objects.filter(pk=row.pk)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": PlanState.APPROVED},
        {"state": "OTHER"},
        {"number": 0},
        {"reason": ""},
        {"submitted_at": NOW},
        {"approved_at": NOW},
        {"starts_on": localdate()},
        {"planned_until": localdate()},
        {"replaced_at": NOW},
    ],
)
def test_a_draft_has_neither_dates_nor_people_of_an_approval(file, columns):
    draft = draft_plan(file)

    assert refused(lambda: of(draft).update(**columns))


def test_whoever_submitted_does_not_approve(file):
    draft, by = draft_plan(file), file.opened_by
    approval = {
        "state": PlanState.APPROVED,
        "submitted_at": NOW,
        "submitted_by": by,
        "approved_at": NOW,
        "starts_on": localdate(),
    }

    assert refused(lambda: of(draft).update(**approval, approved_by=by))
    assert not refused(
        lambda: of(draft).update(**approval, approved_by=person_with(file, Role.DIRECTOR))
    )


def test_one_draft_and_one_version_in_force_at_a_time(file):
    in_force = plan_in_force(file)
    plan_of = {
        "certification": file,
        "reason": "x",
        "created_at": NOW,
        "created_by": file.opened_by,
    }
    ControlPlan.objects.create(number=2, **plan_of)

    assert refused(lambda: ControlPlan.objects.create(number=3, **plan_of))
    other = controlled_file()
    second = plan_in_force(other)
    assert refused(lambda: ControlPlan.objects.create(number=in_force.number, **plan_of))
    assert refused(lambda: of(second).update(certification=file))


@pytest.mark.parametrize(
    "columns",
    [
        {"state": PlanState.DRAFT, "approved_at": None, "approved_by": None, "starts_on": None},
        {"reason": "Autre"},
        {"number": 9},
        {"starts_on": localdate() + timedelta(days=9)},
    ],
)
def test_an_approved_version_is_frozen(file, columns):
    in_force = plan_in_force(file)

    assert refused(lambda: of(in_force).update(**columns))
    assert refused(lambda: of(in_force).update(approved_by=UserFactory()))


def test_the_lines_of_an_approved_version_are_frozen_and_kept(file):
    site = file.sites.get()
    in_force = plan_in_force(file, line_fields(file, sites=(site,)))
    line = only_line(in_force)
    draft = draft_plan(controlled_file())

    assert refused(lambda: of(line).update(record="Autre"))
    assert refused(lambda: of(line).delete())
    assert refused(line.sites.clear)
    assert refused(lambda: line.sites.add(SiteFactory(organisation=file.organisation)))
    assert refused(lambda: of(only_line(draft)).update(plan=in_force))
    assert refused(lambda: of(in_force).delete())


@pytest.mark.parametrize(
    "columns",
    [
        {"frequency": "OTHER"},
        {"frequency": ControlFrequency.WEEKLY},
        {"frequency": ControlFrequency.WEEKLY, "rank": None},
        {"rank": None},
        {"rank": 0},
        {"rank": 61},
        {"weekday": 2},
        {"frequency": ControlFrequency.DAILY},
        {"window_days": 21},
        {"retention_months": 0},
        {"sign": ""},
        {"sign": "="},
        {"target": None},
        {"target": Decimal(101)},
        {"alert": Decimal(-1)},
        {"target": Decimal(97)},
        {"nonconformity": Decimal(99)},
        {"sign": "<="},
        {"escalation": EscalationTarget.NOBODY},
        {"escalation": EscalationTarget.PERSON},
        {"escalate_after": None},
        {"escalate_after": 0},
    ],
)
def test_a_line_that_does_not_hold_together_is_refused(file, columns):
    line = only_line(draft_plan(file))

    assert refused(lambda: of(line).update(**columns))


def test_a_line_stands_once_in_a_version_and_on_a_requirement_of_its_edition(file):
    draft = draft_plan(file, line_fields(file), line_fields(file, control_point="Autre"))
    first, second = draft.lines.order_by("pk")
    other = CertificationFactory().edition.requirements.first()

    assert refused(lambda: of(second).update(lineage=first.lineage))
    assert refused(lambda: of(second).update(requirement=other))


@pytest.fixture
def control(file):
    plan_in_force(file, at=days_ago(62))
    return first_control(file)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": ControlState.DONE},
        {"state": "OTHER"},
        {"checked": 3},
        {"outcome": "CONFORM"},
        {"comment": "x"},
        {"done_at": NOW},
        {"cancelled_at": NOW},
        {"cancelled_reason": "x"},
        {"state": ControlState.CANCELLED},
    ],
)
def test_a_planned_control_has_no_result(control, columns):
    assert refused(lambda: of(control).update(**columns))


@pytest.mark.parametrize(
    "result",
    [
        {"checked": 3, "compliant": 4, "basis": "SAMPLE"},
        {"checked": 0, "compliant": 0, "basis": "SAMPLE"},
        {"checked": 3, "compliant": 3},
        {"checked": 3, "compliant": 3, "basis": "OTHER"},
        {"checked": 3, "compliant": 3, "basis": "SAMPLE", "outcome": "CONFORM"},
        {"outcome": "OTHER"},
        {},
    ],
)
def test_a_done_control_has_a_whole_result(control, result):
    by = control.line.plan.certification.opened_by
    done = {
        "state": ControlState.DONE,
        "done_on": control.due_date,
        "done_at": NOW,
        "done_by": by,
    }

    assert refused(lambda: of(control).update(**done, **result))
    assert refused(
        lambda: of(control).update(
            **done | {"done_on": control.period_start - timedelta(days=1)}, outcome="CONFORM"
        )
    )
    assert not refused(lambda: of(control).update(**done, outcome="CONFORM"))


def test_a_control_keeps_its_day_and_comes_from_the_plan_in_force(control, file):
    later = control.due_date + timedelta(days=1)
    day = {"period_start": later, "period_end": later, "opens_on": later, "due_date": later}
    draft = draft_plan(controlled_file())

    assert refused(lambda: of(control).update(due_date=control.opens_on, opens_on=later))
    assert refused(lambda: of(control).update(period_end=later))
    assert refused(lambda: ControlOccurrence.objects.create(line=only_line(draft), **day))


def test_a_period_has_one_control_at_a_place(control):
    same = {
        name: getattr(control, name)
        for name in ("line", "period_start", "period_end", "opens_on", "due_date")
    }

    assert refused(lambda: ControlOccurrence.objects.create(**same))
    site = control.line.plan.certification.sites.get()
    assert not refused(lambda: ControlOccurrence.objects.create(site=site, **same))
    assert refused(lambda: ControlOccurrence.objects.create(site=site, **same))


def test_what_is_done_or_cancelled_is_kept(control, file):
    record_result(
        occurrence=control,
        version=1,
        fields=ResultFields(done_on=control.due_date, outcome="CONFORM"),
        by=file.opened_by,
        at=NOW,
    )
    other = ControlOccurrence.objects.exclude(pk=control.pk).order_by("due_date").first()
    cancel_control(occurrence=other, reason="Panne", by=file.opened_by, at=NOW)

    assert refused(lambda: of(control).delete())
    assert refused(lambda: of(other).delete())
    assert refused(lambda: of(other).update(state=ControlState.PLANNED))


def test_that_somebody_was_told_is_never_taken_back(control):
    row = ControlReminder.objects.create(
        occurrence=control, step="REMINDED", person=UserFactory(), days_late=1, sent_at=NOW
    )

    assert refused(lambda: of(row).delete())
    assert refused(lambda: of(row).update(days_late=2))
    again = {"occurrence": control, "person": row.person, "sent_at": NOW}
    assert refused(lambda: ControlReminder.objects.create(step="REMINDED", days_late=2, **again))
    assert refused(lambda: ControlReminder.objects.create(step="OTHER", days_late=2, **again))
    assert refused(lambda: ControlReminder.objects.create(step="ESCALATED", days_late=0, **again))


def test_nothing_of_a_closed_file_changes(control, file):
    draft = ControlPlan.objects.create(
        certification=file, number=2, reason="x", created_at=NOW, created_by=file.opened_by
    )
    line = ControlLine.objects.create(
        plan=draft,
        position=0,
        requirement=file.edition.requirements.first(),
        control_point="Point",
        method="doc_review",
        frequency=ControlFrequency.DAILY,
        role="quality_manager",
        record="Fiche",
        escalation=EscalationTarget.NOBODY,
    )
    close_certification(certification=file, reason="Fin", by=file.opened_by, at=NOW)

    assert refused(lambda: of(draft).update(reason="y"))
    assert refused(lambda: of(line).update(record="y"))
    assert refused(lambda: of(control).update(owner=None))
    assert refused(lambda: of(control).delete())


def test_a_calendar_holds_what_it_says():
    feed = {"user": UserFactory(), "secret_hash": "0" * 64, "created_at": NOW}

    assert refused(lambda: CalendarFeed.objects.create(scope="OTHER", **feed))


def test_flows_allow_nothing_else(file, control):
    assert CONTROL_PLAN_FLOW.transitions == (("DRAFT", "APPROVED"), ("APPROVED", "REPLACED"))
    assert CONTROL_FLOW.transitions == (
        ("PLANNED", "CANCELLED"),
        ("PLANNED", "DONE"),
        ("DONE", "DONE"),
    )
    in_force = ControlPlan.objects.get(certification=file)
    with pytest.raises(TransitionNotAllowedError):
        in_force.approve(by=file.opened_by, at=NOW, starts_on=localdate())
    with pytest.raises(TransitionNotAllowedError):
        draft_plan(controlled_file()).replace(at=NOW)
    control.cancel(by=file.opened_by, at=NOW, reason="Panne")
    with pytest.raises(TransitionNotAllowedError):
        control.do(by=file.opened_by, at=NOW)
