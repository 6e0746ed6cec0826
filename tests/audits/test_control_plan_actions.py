"""Versions of the internal control plan: begun, written line by line, submitted, approved."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.closing import close_certification
from audits.actions.controls import lines, plan, planning
from audits.actions.controls.fields import fields_of
from audits.actions.controls.results import ResultFields, record_result
from audits.control_enums import ControlFrequency, ControlState, EscalationTarget, PlanState
from audits.models import ControlLine, ControlOccurrence, ControlPlan
from crcaudit.accounts.enums import HolidayCalendar, Role
from crcaudit.accounts.models import QueuedMessage, Site
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.audits import CertificationFactory
from tests.factories.controls import (
    approve,
    controlled_file,
    days_ago,
    draft_plan,
    line_fields,
    moment,
    only_line,
    person_with,
    plan_in_force,
)
from tests.factories.engagements import published_edition
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def file():
    return controlled_file()


def begin(file, **changes):
    usual = {"key": uuid4(), "reason": "Premier plan", "by": file.opened_by, "at": timezone.now()}
    return plan.begin_plan(certification=file, **usual | changes)


def controls(file, **filters):
    return ControlOccurrence.objects.filter(line__plan__certification=file, **filters)


def test_the_first_version_takes_the_lines_of_the_edition(file):
    draft = begin(file)

    taken = list(draft.lines.select_related("requirement").order_by("position"))
    assert (draft.number, draft.state) == (1, PlanState.DRAFT)
    assert [row.requirement.code for row in taken] == [
        row.code for row in file.edition.requirements.order_by("position")
    ]
    first = taken[0]
    assert (first.frequency, first.rank, first.record) == (ControlFrequency.MONTHLY, 5, "Registre")
    assert (first.threshold_note, first.reaction) == ("1", "Corriger")
    assert JournalEntry.objects.get(action="control_plan.begun").after == {"reason": "Premier plan"}


def test_however_many_lines_the_edition_has_it_takes_as_many_queries():
    counts = []
    for requirements in (1, 12):
        edition = published_edition(engagements=1, requirements=requirements)
        file = controlled_file(edition=edition)
        with counted() as queries:
            draft = begin(file)
        counts.append(len(queries))
        assert draft.lines.count() == requirements

    assert counts[0] == counts[1]


def test_the_same_form_twice_begins_one_version(file):
    key = uuid4()

    assert begin(file, key=key) == begin(file, key=key)
    with pytest.raises(NotAvailableError):
        begin(file, key=key, reason="Autre chose")
    with pytest.raises(NotAvailableError, match="being written already"):
        begin(file)


def test_the_next_version_copies_the_one_in_force_with_its_lineage_and_sites(file):
    site = file.sites.get()
    in_force = plan_in_force(file, line_fields(file, sites=(site,)))
    source = only_line(in_force)

    copy = only_line(begin(file, reason="Deuxième trimestre"))

    assert (copy.lineage, list(copy.sites.all())) == (source.lineage, [site])
    assert fields_of(copy) == fields_of(source)
    assert copy.plan.number == 2


def test_a_line_is_changed_and_the_journal_says_what(file):
    line = only_line(draft_plan(file))
    new = line_fields(file, alert=Decimal(97), reaction="Bloquer sa diffusion")

    changed = lines.edit_line(
        line=line, version=1, fields=new, by=file.opened_by, at=timezone.now()
    )

    assert (changed.alert, changed.version) == (Decimal(97), 2)
    entry = JournalEntry.objects.get(action="control_plan.line_edited")
    assert entry.before["alert"] == "98"
    assert entry.after["alert"] == "97"
    assert set(entry.after) == {"alert", "reaction", "line"}


def test_what_is_saved_as_it_was_leaves_no_row(file):
    line = only_line(draft_plan(file))
    count = JournalEntry.objects.count()

    lines.edit_line(
        line=line, version=9, fields=line_fields(file), by=file.opened_by, at=timezone.now()
    )

    assert JournalEntry.objects.count() == count


def test_an_edit_that_started_from_an_older_line_is_refused(file):
    line = only_line(draft_plan(file))
    kept = {"line": line, "version": 1, "by": file.opened_by, "at": timezone.now()}
    lines.edit_line(fields=line_fields(file, record="Fiche"), **kept)

    with pytest.raises(EditConflictError):
        lines.edit_line(fields=line_fields(file, record="Grille"), **kept)

    assert ControlLine.objects.get(pk=line.pk).record == "Fiche"


@pytest.mark.parametrize(
    "changes",
    [
        {"alert": Decimal(99), "nonconformity": Decimal("99.5")},
        {"sign": "<=", "target": Decimal(5), "alert": Decimal(4), "nonconformity": None},
        {"escalation": EscalationTarget.PERSON},
    ],
)
def test_a_line_that_does_not_hold_together_is_refused(file, changes):
    draft = draft_plan(file)

    with pytest.raises(UserError):
        lines.add_line(
            key=uuid4(),
            plan=draft,
            fields=line_fields(file, **changes),
            by=file.opened_by,
            at=timezone.now(),
        )


def test_a_requirement_of_another_edition_is_refused(file):
    other = CertificationFactory()

    with pytest.raises(UserError, match="edition of this file"):
        lines.add_line(
            key=uuid4(),
            plan=draft_plan(file),
            fields=line_fields(other),
            by=file.opened_by,
            at=timezone.now(),
        )


def test_a_line_sent_twice_is_added_once(file):
    draft, key = draft_plan(file), uuid4()
    sent = {"key": key, "plan": draft, "by": file.opened_by, "at": timezone.now()}
    fields = line_fields(file, control_point="Appels test")

    assert lines.add_line(fields=fields, **sent) == lines.add_line(fields=fields, **sent)
    with pytest.raises(NotAvailableError):
        lines.add_line(fields=line_fields(file, control_point="Autre"), **sent)


def test_a_line_that_is_taken_out_can_be_put_back_with_its_lineage(file):
    source = only_line(plan_in_force(file))
    draft = begin(file, reason="Suite")
    by, at = file.opened_by, timezone.now()
    line = only_line(draft)

    lines.remove_line(line=line, by=by, at=at)
    assert not draft.lines.exists()
    with pytest.raises(NotAvailableError):
        lines.remove_line(line=line, by=by, at=at)
    back = lines.restore_line(plan=draft, source=source, by=by, at=at)

    assert back.lineage == source.lineage
    assert lines.restore_line(plan=draft, source=source, by=by, at=at) == back


def test_to_change_a_line_takes_the_submission_back(file):
    draft = draft_plan(file)
    submitted = plan.submit_plan(
        plan=draft, version=draft.version, by=file.opened_by, at=timezone.now()
    )
    assert submitted.submitted_by == file.opened_by

    lines.remove_line(line=only_line(draft), by=file.opened_by, at=timezone.now())

    again = ControlPlan.objects.get(pk=draft.pk)
    assert (again.submitted_at, again.submitted_by) == (None, None)
    with pytest.raises(NotAvailableError, match="was not submitted"):
        plan.approve_plan(
            plan=again,
            version=again.version,
            starts_on=localdate(),
            by=person_with(file, Role.DIRECTOR),
            at=timezone.now(),
        )
    with pytest.raises(UserError, match="no line"):
        plan.submit_plan(plan=again, version=again.version, by=file.opened_by, at=timezone.now())


def test_the_direction_is_told_of_a_submission_and_the_manager_of_the_approval(file):
    director = person_with(file, Role.DIRECTOR)

    approve(draft_plan(file))

    told = list(QueuedMessage.objects.order_by("pk").values_list("recipient", flat=True))
    assert told == [director.pk, file.opened_by.pk]


def test_who_submitted_the_plan_does_not_approve_it(file):
    by = file.opened_by
    MembershipFactory(organisation=file.organisation, user=by, role=Role.DIRECTOR)
    draft = draft_plan(file)
    draft = plan.submit_plan(plan=draft, version=draft.version, by=by, at=timezone.now())

    with pytest.raises(UserError, match="another director"):
        plan.approve_plan(
            plan=draft, version=draft.version, starts_on=localdate(), by=by, at=timezone.now()
        )


def test_a_draft_that_changed_since_it_was_read_is_not_approved(file):
    draft = draft_plan(file)
    draft = plan.submit_plan(
        plan=draft, version=draft.version, by=file.opened_by, at=timezone.now()
    )

    with pytest.raises(EditConflictError):
        plan.approve_plan(
            plan=draft,
            version=draft.version - 1,
            starts_on=localdate(),
            by=person_with(file, Role.DIRECTOR),
            at=timezone.now(),
        )


def test_a_plan_is_not_in_force_before_it_is_approved(file):
    draft = draft_plan(file)

    with pytest.raises(UserError, match="give a later day"):
        approve(draft, starts_on=localdate() - timedelta(days=1))
    with pytest.raises(UserError, match="within three months"):
        approve(draft, starts_on=localdate() + timedelta(days=93))


def test_approval_plans_twelve_months_ahead_once_per_period(file):
    approve(draft_plan(file), at=moment(date(2026, 3, 2)))

    due = list(controls(file).order_by("due_date").values_list("due_date", flat=True))
    assert due[0] == date(2026, 3, 6)
    assert len(due) == 13  # March 2026 to March 2027
    assert due[-1] == date(2027, 3, 5)
    row = ControlPlan.objects.get(certification=file)
    assert (row.state, row.planned_until) == (PlanState.APPROVED, date(2027, 3, 31))


def test_each_site_is_controlled_on_its_own_working_days(file):
    strasbourg = SiteFactory(
        organisation=file.organisation, calendar=HolidayCalendar.ALSACE_MOSELLE
    )
    lyon = file.sites.get()
    file.sites.add(strasbourg)
    friday = {"frequency": ControlFrequency.WEEKLY, "weekday": 5, "rank": None}
    fields = line_fields(file, is_per_site=True, responsible=None, **friday)

    approve(draft_plan(file, fields), at=moment(date(2026, 3, 30)))

    rows = controls(file).order_by("-due_date").select_related("site")
    first = {row.site: row.due_date for row in rows}
    assert first == {lyon: date(2026, 4, 3), strasbourg: date(2026, 4, 2)}


def test_a_site_that_closes_for_good_is_controlled_until_then(file):
    Site.objects.update(closed_date=date(2026, 6, 1))
    fields = line_fields(file, is_per_site=True)

    approve(draft_plan(file, fields), at=moment(date(2026, 3, 2)))

    assert not controls(file, due_date__gte=date(2026, 6, 1)).exists()
    assert controls(file).count() == 3


def test_a_line_without_a_person_is_for_the_manager_of_the_site(file):
    site = file.sites.get()
    manager = MembershipFactory(
        organisation=file.organisation, role=Role.SITE_MANAGER, site=site
    ).user

    plan_in_force(file, line_fields(file, is_per_site=True, responsible=None))

    assert set(controls(file).values_list("owner", "responsible")) == {(manager.pk, manager.pk)}


def test_a_new_version_replaces_what_was_not_begun_and_keeps_the_rest(file):
    """Done, late and begun controls stay with the version that planned them."""
    weekly = {"frequency": ControlFrequency.WEEKLY, "weekday": 1, "rank": None}
    first = plan_in_force(file, line_fields(file, **weekly), at=moment(date(2026, 3, 2)))
    rows = list(controls(file).order_by("due_date")[:4])
    for row in (rows[0], rows[3]):  # 2 March, and 23 March early in its week
        record_result(
            occurrence=row,
            version=row.version,
            fields=ResultFields(
                done_on=row.period_start, checked=42, compliant=41, basis="EXHAUSTIVE"
            ),
            by=file.opened_by,
            at=moment(row.period_start),
        )
    at = moment(date(2026, 3, 23), 15)
    draft = begin(file, reason="Suite", at=at)
    second = approve(draft, at=at)

    kept = list(controls(file, line__plan=first).order_by("due_date"))
    assert [(row.due_date.day, row.state) for row in kept] == [
        (2, ControlState.DONE),
        (9, ControlState.PLANNED),
        (16, ControlState.PLANNED),
        (23, ControlState.DONE),
    ]
    new = controls(file, line__plan=second).order_by("due_date")
    assert new.first().due_date == date(2026, 3, 30)
    assert ControlPlan.objects.get(pk=first.pk).state == PlanState.REPLACED
    told = JournalEntry.objects.filter(action="control_plan.approved").latest("pk").after
    assert told["withdrawn"] == 53
    assert told["planned"] == new.count()


def test_no_period_is_controlled_twice_by_two_versions(file):
    plan_in_force(file, at=moment(date(2026, 3, 2)))
    row = controls(file).order_by("due_date").first()
    record_result(
        occurrence=row,
        version=1,
        fields=ResultFields(done_on=date(2026, 3, 5), outcome="CONFORM"),
        by=file.opened_by,
        at=moment(date(2026, 3, 5)),
    )
    at = moment(date(2026, 3, 9))
    draft = begin(file, reason="Suite", at=at)
    line = only_line(draft)
    later = replace(fields_of(line), rank=10)
    lines.edit_line(line=line, version=1, fields=later, by=file.opened_by, at=at)

    approve(draft, at=at)

    in_march = controls(file, due_date__lt=date(2026, 4, 1))
    assert [each.pk for each in in_march] == [row.pk]


def test_the_night_plans_a_month_more_and_nothing_twice(file):
    plan_in_force(file, at=moment(date(2026, 3, 2)))

    planning.plan_ahead(at=moment(date(2026, 4, 1)))
    planning.plan_ahead(at=moment(date(2026, 4, 2)))

    assert ControlPlan.objects.get().planned_until == date(2027, 4, 30)
    assert controls(file).count() == 14
    entry = JournalEntry.objects.get(action="control_plan.extended")
    assert (entry.actor, entry.after["planned"]) == ("", 1)


def test_nothing_is_planned_in_a_closed_file(file):
    plan_in_force(file, at=days_ago(70))
    close_certification(certification=file, reason="Fin", by=file.opened_by, at=timezone.now())
    count = controls(file).count()

    planning.plan_ahead(at=timezone.now())

    assert controls(file).count() == count
    with pytest.raises(NotAvailableError):
        begin(file)


def test_an_approved_version_never_changes(file):
    in_force = plan_in_force(file)
    line = only_line(in_force)

    with pytest.raises(NotAvailableError, match="never changes"):
        lines.edit_line(
            line=line,
            version=1,
            fields=line_fields(file, record="Autre"),
            by=file.opened_by,
            at=timezone.now(),
        )


def test_planning_ten_lines_on_three_sites_takes_a_few_queries():
    counts = []
    for lines_count, sites in ((1, 1), (10, 3)):
        file = controlled_file(sites=sites)
        fields = [
            line_fields(file, control_point=f"Point {n}", is_per_site=True)
            for n in range(lines_count)
        ]
        draft = draft_plan(file, *fields)
        with counted() as queries:
            approve(draft)
        counts.append(len([sql for sql in queries if not sql.startswith("INSERT")]))

    assert counts[0] == counts[1]
