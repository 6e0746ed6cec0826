"""Rows of the tables of the internal control plan, ready to print in the active language."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from audits.snapshots import (
    ActionView,
    ControlLineView,
    ControlPlanSnapshot,
    GradeView,
    IndicatorView,
)
from crcaudit.core.formats import date_text
from reports.builders.words import DASH, typo

Row = dict[str, object]

# Most often first; a frequency that is not here comes last, as it comes.
FREQUENCIES = (
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "semiannual",
    "annual",
    "per_event",
    "per_audit",
)


def sections(snapshot: ControlPlanSnapshot) -> list[Row]:
    """Lines of the plan by domain and engagement, in the snapshot's order."""
    titles = {code: title for code, title, _engagements, _requirements in snapshot.domains}
    return [
        {
            "code": domain,
            "title": typo(titles.get(domain, "")),
            "engagements": [
                {"text": typo(engagement), "rows": [_line(line) for line in members]}
                for engagement, members in groupby(lines, key=lambda line: line.engagement)
            ],
        }
        for domain, lines in groupby(snapshot.lines, key=lambda line: line.domain)
    ]


def _line(line: ControlLineView) -> Row:
    return {
        "code": line.code,
        "criticality": line.criticality_label,
        "is_critical": line.criticality.lower() == "critical",
        "requirement": typo(line.requirement),
        "point": typo(line.control_point),
        "methods": typo(line.methods),
        "procedure": typo(line.procedure),
        "sample": typo(line.sample),
        "where": typo(line.site_channel),
        "frequency": typo(line.frequency_label),
        "responsible": typo(line.responsible),
        "substitute": typo(line.substitute),
        "record": typo(line.record),
        "indicator": typo(line.indicator),
        "thresholds": [
            typo(f"{words}: {value}")
            for words, value in (
                (_("Target"), line.target),
                (_("Alert"), line.alert),
                (_("Nonconformity"), line.nonconformity),
            )
            if value
        ],
        "population": typo(line.population),
        "threshold_note": typo(line.thresholds),
        "last": typo(line.last) or DASH,
        "last_on": date_text(line.last_on, short=True),
        "trend": typo(line.trend),
        "next_due": date_text(line.next_due, short=True),
        "action": line.action,
        "reaction": typo(line.reaction),
        "escalation": typo(line.escalation),
    }


def calendar(lines: Iterable[ControlLineView]) -> list[Row]:
    """Frequencies, most often first, with the requirements controlled at each."""
    groups: dict[str, list[ControlLineView]] = defaultdict(list)
    for line in lines:
        groups[line.frequency].append(line)
    return [
        {
            "label": members[0].frequency_label,
            "count": len(members),
            "codes": ", ".join(line.code for line in members),
        }
        for _frequency, members in sorted(groups.items(), key=lambda item: _rank(item[0]))
    ]


def _rank(frequency: str) -> int:
    known = frequency.lower()
    return FREQUENCIES.index(known) if known in FREQUENCIES else len(FREQUENCIES)


def load(lines: Iterable[ControlLineView]) -> list[Row]:
    """Persons responsible, in the order of the plan: how many lines, how often, which."""
    people: dict[str, list[ControlLineView]] = defaultdict(list)
    for line in lines:
        people[line.responsible].append(line)
    return [
        {
            "name": typo(name) or DASH,
            "count": len(members),
            "frequencies": ", ".join(
                f"{label} {count}"
                for label, count in Counter(line.frequency_label for line in members).items()
            ),
            "codes": ", ".join(line.code for line in members),
        }
        for name, members in people.items()
    ]


def indicators(views: Iterable[IndicatorView]) -> list[Row]:
    """One sheet per indicator."""
    return [
        {
            "code": view.code,
            "name": typo(view.name),
            "definition": typo(view.definition),
            "formula": view.formula,
            "unit": view.unit,
            "target": typo(view.target) or DASH,
            "frequency": view.frequency,
            "source": typo(view.source) or DASH,
        }
        for view in views
    ]


def grades(views: Iterable[GradeView]) -> list[Row]:
    """Grades with their delays in words; a dash where no answer is asked for."""
    return [
        {
            "label": view.label,
            "answer": _days(view.answer_days, working=view.working_days),
            "evidence": _days(view.evidence_days, working=view.working_days),
            "blocks": _("yes") if view.blocks else _("no"),
        }
        for view in views
    ]


def _days(count: int | None, *, working: bool) -> str:
    if count is None:
        return DASH
    words = _("%(count)s working days") if working else _("%(count)s days")
    return words % {"count": count}


def records(lines: Iterable[ControlLineView]) -> list[Row]:
    """Each record once, with who keeps it and for which requirements."""
    kept: dict[str, list[ControlLineView]] = defaultdict(list)
    for line in lines:
        if line.record:
            kept[line.record].append(line)
    return [
        {
            "name": typo(name),
            "keepers": ", ".join(dict.fromkeys(line.responsible for line in members)),
            "codes": ", ".join(line.code for line in members),
        }
        for name, members in kept.items()
    ]


def actions(views: Sequence[ActionView]) -> list[Row]:
    """Actions as they stand."""
    return [
        {
            "reference": view.reference,
            "title": typo(view.title),
            "owner": typo(view.owner),
            "due": date_text(view.due_date, short=True) or DASH,
            "state": view.state_label,
        }
        for view in views
    ]
