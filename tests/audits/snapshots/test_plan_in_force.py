"""The plan that the direction approved as a document's values; the edition's while nobody did."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.controls.results import ResultFields, record_result
from audits.models import ControlOccurrence
from audits.snapshots import control_plan_snapshot, from_json, to_json
from audits.snapshots.plan_values import ControlPlanSnapshot
from tests.factories.controls import (
    approve,
    controlled_file,
    days_ago,
    draft_plan,
    line_fields,
    plan_in_force,
)
from tests.queries import counted

pytestmark = [pytest.mark.unit, pytest.mark.django_db]


def snapshot(file, language="fr"):
    return control_plan_snapshot(file, language=language, on=localdate())


def test_without_an_approved_version_the_lines_are_those_of_the_edition():
    file = controlled_file()
    draft_plan(file)

    plan = snapshot(file)

    assert plan.versions == ()
    assert [line.code for line in plan.lines] == ["EX-1.1.1", "EX-1.1.2", "EX-1.2.1", "EX-1.2.2"]


def test_the_version_in_force_gives_lines_results_and_what_it_leaves_out():
    file = controlled_file()
    plan_in_force(file, line_fields(file, population="Tous les supports"), at=days_ago(100))
    rows = list(ControlOccurrence.objects.order_by("due_date"))
    for row, compliant in zip(rows[:2], (50, 40), strict=True):
        fields = ResultFields(
            done_on=row.due_date, checked=50, compliant=compliant, basis="EXHAUSTIVE"
        )
        record_result(
            occurrence=row, version=row.version, fields=fields, by=file.opened_by,
            at=timezone.now(),
        )  # fmt: skip

    plan = snapshot(file)

    (line,) = plan.lines
    (version,) = plan.versions
    assert (version.number, version.is_in_force, version.reason) == (1, True, "Premier plan")
    assert version.approved_on == localdate() - timedelta(days=100)
    assert (line.control_point, line.population) == (
        "Prix écrit sur tous les supports",
        "Tous les supports",
    )
    assert line.last.startswith("80,0")
    assert (line.trend, line.last_on) == ("moins bien qu'avant", rows[1].due_date)
    assert line.next_due == rows[2].due_date
    assert plan.uncovered == ("EX-1.1.2", "EX-1.2.1", "EX-1.2.2")


def test_a_new_version_takes_the_place_of_the_one_before():
    file = controlled_file()
    plan_in_force(file, at=days_ago(100))
    changed = line_fields(file, control_point="Prix écrit et dit")
    approve(draft_plan(file, changed))

    plan = snapshot(file)

    assert [one.number for one in plan.versions] == [2, 1]
    assert [one.is_in_force for one in plan.versions] == [True, False]
    assert [line.control_point for line in plan.lines] == ["Prix écrit et dit"]


def test_what_was_frozen_before_versions_were_kept_is_still_read():
    file = controlled_file()
    plan = snapshot(file)
    text = to_json(plan)
    for name in (',"versions":[]', ',"uncovered":[]'):
        assert name in text
        text = text.replace(name, "")

    assert from_json(ControlPlanSnapshot, text) == plan


@pytest.mark.parametrize("count", [1, 3])
def test_reading_the_plan_takes_as_many_queries_whatever_its_lines(count):
    file = controlled_file()
    requirements = list(file.edition.requirements.order_by("position"))[:count]
    lines = [line_fields(file, requirement=requirement) for requirement in requirements]
    plan_in_force(file, *lines, at=days_ago(40))

    with counted() as queries:
        snapshot(file)

    assert len(queries) == 16, "\n".join(queries)
