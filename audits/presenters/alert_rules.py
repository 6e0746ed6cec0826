"""Rules of alerts in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.alert_enums import BoundChoice
from audits.models import AlertRule
from audits.snapshots.common import in_language


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: about what, and what it says."""

    rule: AlertRule
    subject: str
    place: str
    opens: list[str]
    owner: str


def rule_lines(rows: QuerySet[AlertRule]) -> list[RuleLine]:
    """Those of every indicator first, then by code; the whole before its sites: one query."""
    found = rows.select_related("indicator", "place__site", "place__subcontractor", "owner")
    ordered = found.order_by(F("indicator__code").asc(nulls_first=True), "place", "pk")
    return [_line(row) for row in ordered]


def _line(row: AlertRule) -> RuleLine:
    return RuleLine(
        rule=row,
        subject=subject_of(row),
        place=row.place.name,
        opens=list(_opens(row)),
        owner=str(row.owner) if row.owner else _("the quality manager"),
    )


def subject_of(row: AlertRule) -> str:
    """Code and name of the indicator."""
    if row.indicator is None:
        return _("Every indicator")
    name = in_language(row.indicator, "name", (get_language() or "fr")[:2])
    return f"{row.indicator.code} {name}"


def _opens(row: AlertRule) -> Iterator[str]:
    if not row.is_active:
        yield _("opens nothing")
        return
    if row.missed_periods is not None:
        yield ngettext(
            "%(n)s missed period", "%(n)s missed periods running", row.missed_periods
        ) % {"n": row.missed_periods}
    if row.bound == BoundChoice.PROVEN:
        yield _("a sample that proves a miss")
    if row.bound == BoundChoice.STRICT:
        yield _("a sample that does not prove the target met")
    if row.trend_points is not None:
        yield _("%(n)s points each worse than the one before") % {"n": row.trend_points}
