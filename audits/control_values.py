"""Internal controls as the values of `audits.logic`."""

from decimal import Decimal
from fractions import Fraction

from audits.control_enums import ControlBasis, ControlOutcome, ControlState
from audits.logic.control_result import (
    Counted,
    DoneControl,
    Judged,
    Level,
    Sign,
    Thresholds,
    judge_counts,
)
from audits.models import ControlLine, ControlOccurrence

LEVELS = {
    ControlOutcome.CONFORM: Level.CONFORM,
    ControlOutcome.PARTIAL: Level.PARTIAL,
    ControlOutcome.NONCONFORM: Level.NONCONFORM,
    ControlOutcome.NOTHING: Level.NOTHING,
}


def thresholds_of_values(
    sign: str, target: Decimal | None, alert: Decimal | None, nonconformity: Decimal | None
) -> Thresholds | None:
    """Percentages as shares; None without a sign."""
    if not sign or target is None:
        return None
    return Thresholds(Sign(sign), _share(target), _optional(alert), _optional(nonconformity))


def thresholds_of(line: ControlLine) -> Thresholds | None:
    """What the results of the line are compared with; None when it has no thresholds."""
    return thresholds_of_values(line.sign, line.target, line.alert, line.nonconformity)


def judged(row: ControlOccurrence) -> Judged | None:
    """What the result of a control is worth, None while it has none."""
    if row.state != ControlState.DONE:
        return None
    if row.checked is None or row.compliant is None:
        return Judged(LEVELS[ControlOutcome(row.outcome)])
    counted = Counted(
        row.checked, row.compliant, is_exhaustive=row.basis == ControlBasis.EXHAUSTIVE
    )
    return judge_counts(counted, thresholds_of(row.line))


def done_control(row: ControlOccurrence) -> DoneControl | None:
    """The control for `audits.logic.control_result.last_per_line`, None while it is not done."""
    found = judged(row)
    if found is None or row.done_on is None:
        return None
    return DoneControl(row.line.lineage, row.site_id, row.due_date, row.done_on, found)


def _share(value: Decimal) -> Fraction:
    return Fraction(value) / 100


def _optional(value: Decimal | None) -> Fraction | None:
    return None if value is None else _share(value)
