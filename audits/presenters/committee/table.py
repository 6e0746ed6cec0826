"""The lines of a pack as a table to take away."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from audits.presenters.committee.pack import (
    ComplaintRow,
    DecisionRow,
    DueRow,
    FigureRow,
    PackView,
    ProposalRow,
)
from crcaudit.core.formats import date_text

Cells = Sequence[str]


def head() -> Cells:
    """Names of the columns."""
    return (
        _("Section"),
        _("Reference"),
        _("What"),
        _("Where"),
        _("Period"),
        _("Value"),
        _("Previous period"),
        _("Target"),
        _("Standing"),
        _("Why"),
        _("Owner"),
        _("Due date"),
        _("How near"),
    )


def lines(view: PackView) -> Iterator[Cells]:
    """Every line of the pack, in the order of its page."""
    yield from (_decision(_("Earlier decisions"), row) for row in view.previous)
    yield from (_figure(_("What moved"), row) for row in view.moved)
    yield from (_figure(_("Under target"), row) for row in view.under)
    yield from (_figure(_("Not proven"), row) for row in view.unproven)
    yield from (_complaint(row) for row in view.complaints)
    for section, rows in (
        (_("Controls late"), view.late_controls),
        (_("Controls due"), view.due_controls),
    ):
        yield from (_control(section, row) for row in rows)
    for section, rows in (
        (_("Actions late"), view.late_actions),
        (_("Actions due"), view.due_actions),
    ):
        yield from (_action(section, row) for row in rows)
    yield from (_proposal(row) for row in view.proposals)
    yield from (_decision(_("Decisions taken"), row) for row in view.decisions)


def _figure(section: str, row: FigureRow) -> Cells:
    return (
        *(section, row.line.code, row.name, row.place, row.when, row.value, row.previous),
        *(row.target, row.verdict, ", ".join(filter(None, (row.why, row.missed))), "", "", ""),
    )


def _complaint(row: ComplaintRow) -> Cells:
    return (
        *(_("Internal complaints"), row.line.reference, row.name, row.place, "", "", "", ""),
        *(row.level, row.plan, row.line.owner, date_text(row.line.plan_due), row.age),
    )


def _control(section: str, row: DueRow) -> Cells:
    requirement = getattr(row.line, "requirement", "")
    what = getattr(row.line, "point", "")
    return (
        *(section, requirement, what, row.where, "", "", "", "", "", ""),
        *(row.line.owner, date_text(row.line.due), row.near),
    )


def _action(section: str, row: DueRow) -> Cells:
    what = getattr(row.line, "title", "")
    return (
        *(section, row.where, what, "", "", "", "", "", "", ""),
        *(row.line.owner, date_text(row.line.due), row.near),
    )


def _proposal(row: ProposalRow) -> Cells:
    return (
        *(_("Decisions to take"), row.line.label, row.what, "", "", "", "", "", "", row.text),
        *("", "", ""),
    )


def _decision(section: str, row: DecisionRow) -> Cells:
    line = row.line
    return (
        *(section, f"{line.meeting} n° {line.number}", line.text, line.about, "", "", "", ""),
        *(row.state, line.note, line.owner, date_text(line.due), row.near),
    )
