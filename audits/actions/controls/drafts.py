"""The lines with which a new version begins: those of the edition, or of the version in force."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import uuid4

from audits.actions.controls.fields import COLUMNS
from audits.control_enums import (
    FREQUENCY_OF_EDITION,
    ControlFrequency,
    EscalationTarget,
    ThresholdSign,
    Weekday,
)
from audits.models import ControlLine, ControlPlan
from engagements.models import ControlPoint, RequirementIndicator

PERCENT = "%"
MOST_POINT, MOST_LINE = 300, 300
ESCALATE_AFTER = 10
DEFAULT_DAY = {
    ControlFrequency.DAILY: {},
    ControlFrequency.WEEKLY: {"weekday": Weekday.TUESDAY},
    ControlFrequency.PER_EVENT: {},
}


def take_edition(plan: ControlPlan) -> int:
    """One line per control point of the edition, in its order: 4 queries. How many there are.

    Texts are those of the edition in French, the language of the plan's readers; people are left
    to be named, and thresholds are those that the edition states in percent.
    """
    points = (
        ControlPoint.objects.filter(edition=plan.certification.edition_id)
        .select_related("requirement__engagement")
        .order_by(
            "requirement__engagement__domain__position",
            "requirement__engagement__position",
            "requirement__position",
        )
    )
    indicators = _indicators(plan)
    lines = [
        _line(plan, place, point, indicators.get(point.requirement_id))
        for place, point in enumerate(points)
    ]
    ControlLine.objects.bulk_create(lines)
    return len(lines)


def copy_lines(source: ControlPlan, plan: ControlPlan) -> int:
    """The lines of another version, with their lineage and their sites: 5 queries."""
    known = list(source.lines.prefetch_related("sites").order_by("position", "pk"))
    made = ControlLine.objects.bulk_create(_copies(known, plan))
    through = ControlLine.sites.through
    through.objects.bulk_create(
        through(controlline_id=new.pk, site_id=site.pk)
        for old, new in zip(known, made, strict=True)
        for site in old.sites.all()
    )
    return len(made)


def _copies(lines: Iterable[ControlLine], plan: ControlPlan) -> list[ControlLine]:
    return [copy_of(line, plan) for line in lines]


def copy_of(line: ControlLine, plan: ControlPlan) -> ControlLine:
    """The same line in another version, not saved and without its sites."""
    names = (*COLUMNS, "lineage", "position")
    return ControlLine(plan=plan, **{name: getattr(line, name) for name in names})


def _indicators(plan: ControlPlan) -> dict[int, RequirementIndicator]:
    """The first indicator of each requirement, by requirement."""
    rows = RequirementIndicator.objects.filter(edition=plan.certification.edition_id)
    found: dict[int, RequirementIndicator] = {}
    for row in rows.select_related("indicator").order_by("requirement", "position"):
        found.setdefault(row.requirement_id, row)
    return found


def _line(
    plan: ControlPlan, place: int, point: ControlPoint, measured: RequirementIndicator | None
) -> ControlLine:
    asked = point.requirement
    frequency = FREQUENCY_OF_EDITION.get(point.frequency, ControlFrequency.YEARLY)
    day = DEFAULT_DAY.get(frequency, {"rank": 5})
    sign, target = _target(measured)
    return ControlLine(
        plan=plan,
        lineage=uuid4(),
        position=place,
        requirement=asked,
        control_point=asked.text_fr[:MOST_POINT],
        method=asked.control_methods[0] if asked.control_methods else "",
        procedure=asked.control_method_fr,
        sample=point.sample_fr[:MOST_LINE],
        channels=[],
        frequency=frequency,
        role=point.responsible,
        record=point.record_fr[:MOST_LINE],
        indicator=measured.indicator if measured else None,
        sign=sign,
        target=target,
        threshold_note=point.alert_threshold_fr[:MOST_LINE],
        reaction=point.action_if_breach_fr,
        escalation=EscalationTarget.DIRECTOR,
        escalate_after=ESCALATE_AFTER,
        **day,
    )


def _target(measured: RequirementIndicator | None) -> tuple[str, Decimal | None]:
    """Sign and target of a line, where the edition wants at least so many percent.

    Another target is not a share of what complies: it is left to whoever writes the plan.
    """
    if measured is None or measured.value is None or measured.unit != PERCENT:
        return "", None
    is_share = measured.operator in {ThresholdSign.AT_LEAST, ThresholdSign.MORE_THAN}
    if not is_share or not 0 <= measured.value <= 100:  # noqa: PLR2004 -- percent
        return "", None
    return measured.operator, measured.value.quantize(Decimal("0.01"))
