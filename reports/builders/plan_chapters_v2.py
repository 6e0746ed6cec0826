"""The internal control plan from the version that the direction approved: second layout.

What it does not say otherwise is that of the first one, `reports.builders.plan_chapters`.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from audits.snapshots import ControlPlanSnapshot, PlanVersionView
from crcaudit.core.formats import date_text
from reports.builders import plan_chapters as first
from reports.builders import plan_rows as rows
from reports.builders.chapters import Chapter
from reports.builders.meta import ReportMeta
from reports.builders.words import DASH, typo


def cover(snapshot: ControlPlanSnapshot, meta: ReportMeta) -> dict[str, object]:
    """As before, with the version of the plan and who approved it when, or that nobody did."""
    found = first.cover(snapshot, meta)
    lines = found["lines"]
    assert isinstance(lines, list)  # noqa: S101 -- for mypy
    return found | {"lines": [*lines, typo(_standing(snapshot))]}


def chapters(snapshot: ControlPlanSnapshot, meta: ReportMeta) -> list[Chapter]:
    """The fourteen chapters, in order; not numbered yet."""
    changed = {
        "identification": _identification,
        "controls": _controls,
        "last": _last,
    }
    return [
        changed[chapter.id](chapter, snapshot) if chapter.id in changed else chapter
        for chapter in first.chapters(snapshot, meta)
    ]


def in_force(snapshot: ControlPlanSnapshot) -> PlanVersionView | None:
    """The version that the direction approved, None while there is none."""
    return next((one for one in snapshot.versions if one.is_in_force), None)


def _standing(snapshot: ControlPlanSnapshot) -> str:
    plan = in_force(snapshot)
    if plan is None:
        return _("Plan proposed by the referential, not approved")
    words = {
        "number": plan.number,
        "name": plan.approved_by,
        "approved": date_text(plan.approved_on),
        "day": date_text(plan.starts_on),
    }
    return _("Version %(number)s, approved by %(name)s on %(approved)s, in force from %(day)s") % (
        words
    )


def _identification(chapter: Chapter, snapshot: ControlPlanSnapshot) -> Chapter:
    facts = chapter.data["facts"]
    assert isinstance(facts, list)  # noqa: S101 -- for mypy
    plan = in_force(snapshot)
    people = [] if plan is None else _people(plan)
    data = {
        **chapter.data,
        "facts": [*facts, (_("Plan"), typo(_standing(snapshot)))],
        "people": people or chapter.data["people"],
        "versions": [
            {
                "number": one.number,
                "date": date_text(one.approved_on, short=True),
                "approved_by": typo(one.approved_by),
                "starts_on": date_text(one.starts_on, short=True),
                "reason": typo(one.reason),
            }
            for one in snapshot.versions
        ],
    }
    return replace(chapter, template="reports/pdf/_plan_identification_v2.html", data=data)


def _people(plan: PlanVersionView) -> list[tuple[str, str, str]]:
    return [
        (_("Written by"), typo(plan.submitted_by), date_text(plan.submitted_on)),
        (_("Approved by"), typo(plan.approved_by), date_text(plan.approved_on)),
    ]


def _controls(chapter: Chapter, snapshot: ControlPlanSnapshot) -> Chapter:
    data = {
        **chapter.data,
        "sections": rows.sections(snapshot),
        "is_approved": in_force(snapshot) is not None,
        "uncovered": ", ".join(snapshot.uncovered),
    }
    return replace(chapter, template="reports/pdf/_plan_controls_v2.html", data=data)


def _last(chapter: Chapter, snapshot: ControlPlanSnapshot) -> Chapter:
    data = {
        **chapter.data,
        "results": [
            {
                "code": line.code,
                "point": typo(line.control_point),
                "last": typo(line.last),
                "trend": typo(line.trend),
                "day": date_text(line.last_on, short=True) or DASH,
                "target": typo(line.target or line.thresholds) or DASH,
                "next": date_text(line.next_due, short=True) or DASH,
            }
            for line in snapshot.lines
            if line.last
        ],
    }
    return replace(chapter, template="reports/pdf/_plan_last_v2.html", data=data)
