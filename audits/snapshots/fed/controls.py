"""Results of internal controls that are the inputs of the indicator their line names."""

from collections import defaultdict
from collections.abc import Mapping

from audits.control_enums import ControlBasis, ControlFrequency, ControlState
from audits.logic.feeding import CONTROLS, Count, control_keys, summed
from audits.logic.periods import Grain, Period, period_of
from audits.models import ControlOccurrence
from audits.snapshots.fed.cells import Cells, FedCell, Span

# A control covers its own period: what is controlled less often is a measure of a longer one.
_GRAINS: Mapping[str, Grain] = {
    ControlFrequency.QUARTERLY: Grain.QUARTER,
    ControlFrequency.HALF_YEARLY: Grain.HALF,
    ControlFrequency.YEARLY: Grain.YEAR,
}


def control_counts(span: Span) -> Cells:
    """By indicator, site and period of the controls: one query.

    Samples and whole populations are summed; together they are exhaustive when each one is. A
    control for all sites together is a count of the whole, as no site can be told from it.
    """
    first, last = span.days
    rows = ControlOccurrence.objects.filter(
        line__plan__certification__organisation=span.organisation,
        line__indicator__isnull=False,
        state=ControlState.DONE,
        checked__isnull=False,
        period_end__gte=first,
        period_start__lte=last,
    ).select_related("line__indicator")
    found: dict[FedCell, list[Count]] = defaultdict(list)
    for row in rows.order_by("pk"):
        indicator = row.line.indicator
        if indicator is None or (keys := control_keys(indicator.formula)) is None:
            continue
        period = _period(row)
        if period.is_over(span.today) and span.month_of(period.end) is not None:
            inputs = {keys[0]: row.compliant or 0, keys[1]: row.checked or 0}
            exhaustive = row.basis == ControlBasis.EXHAUSTIVE
            cell = FedCell(indicator.code, row.site_id, period)
            found[cell].append(Count(CONTROLS, inputs, exhaustive))
    return {cell: summed(counts) for cell, counts in found.items()}


def _period(row: ControlOccurrence) -> Period:
    """The month of the control, or the longer period that it covers.

    A week belongs to the month of its Thursday, as it does for measures.
    """
    grain = _GRAINS.get(row.line.frequency, Grain.MONTH)
    if row.line.frequency == ControlFrequency.WEEKLY:
        return period_of(row.period_start, Grain.WEEK).within(Grain.MONTH)
    return period_of(row.period_start, grain)
