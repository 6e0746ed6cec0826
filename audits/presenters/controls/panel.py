"""One control beside the calendar: what is to be done, what was found, who was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits import control_texts as words
from audits.control_calendars import Lateness
from audits.control_enums import ControlState
from audits.models import ControlLine, ControlOccurrence, ControlReminder, Evidence
from audits.presenters.controls.month import Item, item_of
from audits.snapshots import common
from crcaudit.core.templatetags.crc import localized

RELATED = (
    "line__requirement",
    "line__indicator",
    "line__action",
    "line__escalate_to",
    "line__plan__certification__edition",
    "line__plan__certification__organisation",
    "site",
    "owner",
    "responsible",
    "substitute",
    "done_by",
    "cancelled_by",
)
BEFORE = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the table of facts; never empty."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A control with everything that is said of it; ``before`` are results of earlier periods."""

    row: ControlOccurrence
    item: Item
    facts: tuple[Fact, ...]
    result: words.ResultWords | None
    counts: str
    records: tuple[Evidence, ...]
    reminders: tuple[ControlReminder, ...]
    before: tuple[tuple[ControlOccurrence, words.ResultWords], ...]

    @property
    def is_planned(self) -> bool:
        """Still to be done."""
        return self.row.state == ControlState.PLANNED


def panel_of(row: ControlOccurrence, *, today: date) -> Panel:
    """The control, whose relations in `RELATED` are loaded: five queries."""
    lateness = Lateness([row.line.plan.certification_id], today=today)
    terms = common.terms_of(row.line.plan.certification.edition, get_language() or "fr")
    return Panel(
        row,
        item_of(row, lateness),
        tuple(control_facts(row, terms)),
        words.result_of(row),
        words.counts_text(row),
        tuple(row.evidence.order_by("number")),
        tuple(row.reminders.select_related("person").order_by("sent_at", "pk")),
        tuple(_before(row)),
    )


def control_facts(row: ControlOccurrence, terms: common.Labels) -> list[Fact]:
    """What who does it wants to know, in the order of the table of the plan."""
    line = row.line
    found = (
        (_("Method"), words.method_text(line, terms)),
        (_("Procedure"), line.procedure),
        (_("Population"), line.population),
        (_("Sample"), words.sample_text(line)),
        (_("In charge"), person_text(row, terms)),
        (_("Record"), words.record_text(line)),
        (_("Thresholds"), words.thresholds_text(line)),
        (_("Reaction"), line.reaction),
        (_("Escalation"), words.escalation_text(line)),
    )
    return [Fact(label, text) for label, text in found if text]


def line_facts(line: ControlLine, terms: common.Labels) -> list[Fact]:
    """The columns of the table of the plan, those that say nothing left out."""
    found: tuple[tuple[str, Any], ...] = (
        (_("Requirement"), f"{line.requirement.code} {localized(line.requirement, 'text')}"),
        (_("Criticality"), line.requirement.get_criticality_display()),
        (_("Method"), words.method_text(line, terms)),
        (_("Procedure"), line.procedure),
        (_("Population"), line.population),
        (_("Sample"), words.sample_text(line)),
        (_("Sites"), words.places_text(line)),
        (_("Channels"), words.channels_text(line)),
        (_("Frequency"), words.frequency_text(line)),
        (_("Window"), words.window_text(line)),
        (_("Role in charge"), words.role_text(line, terms)),
        (_("Person in charge"), line.responsible),
        (_("Substitute"), line.substitute),
        (_("Record"), words.record_text(line)),
        (_("Indicator"), line.indicator and _indicator(line)),
        (_("Thresholds"), words.thresholds_text(line)),
        (_("Thresholds in words"), line.threshold_note if line.sign else ""),
        (_("Reaction"), line.reaction),
        (_("Escalation"), words.escalation_text(line)),
        (_("Corrective action"), line.action),
    )
    return [Fact(label, str(value)) for label, value in found if value]


def person_text(row: ControlOccurrence, terms: common.Labels) -> str:
    """Role and person, and who replaces them."""
    role = words.role_text(row.line, terms)
    planned = f"{role}, {row.responsible}" if row.responsible else role
    if row.is_handed_over and row.owner is not None:
        return _("%(planned)s, replaced by %(person)s") % {
            "planned": planned,
            "person": row.owner,
        }
    return planned


def _indicator(line: ControlLine) -> str:
    return f"{line.indicator.code} {localized(line.indicator, 'name')}" if line.indicator else ""


def _before(row: ControlOccurrence) -> Sequence[tuple[ControlOccurrence, words.ResultWords]]:
    """The last results of the same line at the same place, newest first: one query."""
    rows = (
        ControlOccurrence.objects.filter(
            line__lineage=row.line.lineage,
            line__plan__certification=row.line.plan.certification_id,
            site=row.site_id,
            state=ControlState.DONE,
            due_date__lt=row.due_date,
        )
        .select_related("line", "site")
        .order_by("-due_date", "-pk")[:BEFORE]
    )
    found = ((done, words.result_of(done)) for done in rows)
    return [(done, result) for done, result in found if result is not None]
