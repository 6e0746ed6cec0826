"""Figures of a requirement as a proposed rating keeps them, down to the measures behind."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from audits.logic.number_text import plain
from audits.logic.periods import GRAINS, Period
from audits.models import Audit, Measurement, Target
from audits.snapshots.requirement_figures import Measured


def kept_figures(audit: Audit, measured: Iterable[Measured]) -> list[dict[str, Any]]:
    """The figures as a proposal keeps them, with key and version of each measure: one query."""
    found = list(measured)
    behind = _Behind(audit, found)
    return [kept(one) | {"measures": behind.of(one)} for one in found]


def kept(one: Measured) -> dict[str, Any]:
    """One figure without its measures. Numbers are exact, as text; bounds of an interval floats."""
    found, standing = one.found, one.standing
    interval = found.interval if found else None
    return {
        "code": one.indicator.code,
        "name_fr": one.indicator.name_fr,
        "name_en": one.indicator.name_en,
        "unit": one.indicator.unit,
        "period": [one.period.grain.value, one.period.start.isoformat()] if one.period else None,
        "inputs": {key: str(value) for key, value in one.part.inputs.items()} if one.part else {},
        "value": str(found.value) if found and found.value is not None else None,
        "size": found.size if found else None,
        "is_exhaustive": found.is_exhaustive if found else None,
        "interval": [interval.low, interval.high] if interval else None,
        "target": _target_json(one.target),
        "verdict": standing.verdict.value if standing else None,
        "rank": standing.rank.value if standing else None,
        "deciding_size": standing.deciding_size if standing else None,
    }


def _target_json(target: Target | None) -> dict[str, Any] | None:
    if target is None or target.value is None:
        return None
    thresholds = (target.value, target.alert, target.nonconformity)
    value, alert, worst = (None if each is None else plain(each) for each in thresholds)
    return {
        "operator": target.operator,
        "value": value,
        "alert": alert,
        "nonconformity": worst,
        "starts_on": target.starts_on.isoformat(),
    }


class _Behind:
    """The measures behind some figures of one organisation: one query, or none."""

    def __init__(self, audit: Audit, figures: Iterable[Measured]) -> None:
        periods = [one.period for one in figures if one.period is not None]
        self.rows: list[Measurement] = []
        if periods:
            first = min(period.start for period in periods) - timedelta(days=6)
            rows = Measurement.objects.filter(
                organisation=audit.organisation_id,
                indicator__in={one.indicator.pk for one in figures},
                starts_on__range=(first, max(period.end for period in periods)),
            )
            self.rows = list(rows.order_by("pk"))

    def of(self, one: Measured) -> list[dict[str, Any]]:
        """Of each place the measures of the longest period that it has, as they are counted."""
        if one.period is None:
            return []
        inside = [
            row
            for row in self.rows
            if row.indicator_id == one.indicator.pk and _is_within(row.period, one.period)
        ]
        known = {row.place_id for row in inside}
        # Of the whole nothing may be measured by itself: its places are behind it then.
        places = set(one.places) & known or known
        longest = {
            place: max(GRAINS.index(r.period.grain) for r in inside if r.place_id == place)
            for place in places
        }
        return [
            {"key": str(row.key), "version": row.version}
            for row in inside
            if row.place_id in places and GRAINS.index(row.period.grain) == longest[row.place_id]
        ]


def _is_within(period: Period, longer: Period) -> bool:
    if GRAINS.index(period.grain) > GRAINS.index(longer.grain):
        return False
    return period.within(longer.grain) == longer
