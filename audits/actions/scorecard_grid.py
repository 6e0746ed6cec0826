"""Writing another version of what the criteria of a scorecard hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.logic.periods import Grain, period_of
from audits.logic.scorecard import REQUIRED, Criterion
from audits.models import ScorecardGrid, ScorecardLine
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, UserError
from engagements.models import Indicator

KIND, WRITTEN = "scorecard_grid", "scorecard.grid_written"
MAX_LINES = 20  # of one criterion


@dataclass(frozen=True, slots=True)
class LineFields:
    """An indicator within a criterion."""

    criterion: Criterion
    indicator: Indicator
    weight: int
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class GridFields:
    """What a version says. ``starts_on`` is any day of its first month."""

    lines: Sequence[LineFields]
    starts_on: date
    required: int = REQUIRED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """A version as the journal keeps it."""

    required: int
    lines: Sequence[str]


@transaction.atomic
def write_scorecard_grid(
    *, organisation: Organisation, seen: int, fields: GridFields, by: User, at: datetime
) -> ScorecardGrid:
    """Write the next version; ``seen`` is the number of the version that the form started from.

    The same form sent twice is one version, which is given back.

    Raises:
        EditConflictError: when somebody wrote another version meanwhile.
        UserError: when a line is there twice, nothing is left, or it would change the reading of
            months that are over although the organisation had a version then.
    """
    # The organisation's row is the lock of two forms sent at once.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    rows = ScorecardGrid.objects.filter(organisation=organisation).order_by("-number")
    latest = rows.prefetch_related("lines__indicator").first()
    start = period_of(fields.starts_on, Grain.MONTH).start
    new = _written(fields.required, [_line(one) for one in fields.lines])
    old = _written_of(latest) if latest else None
    if latest is not None and old == new and _is_same(latest, fields, start):
        return latest
    if (latest.number if latest else 0) != seen:
        raise EditConflictError(
            _("Somebody wrote another version of this grid meanwhile. Nothing was overwritten."),
            latest,
        )
    _require_sound(fields, latest, start, at=at)
    grid = ScorecardGrid.objects.create(
        organisation=organisation,
        number=seen + 1,
        starts_on=start,
        required=fields.required,
        reason=fields.reason,
        created_at=at,
        created_by=by,
    )
    ScorecardLine.objects.bulk_create(
        ScorecardLine(
            grid=grid,
            criterion=one.criterion,
            indicator=one.indicator,
            weight=one.weight,
            is_critical=one.is_critical,
        )
        for one in fields.lines
    )
    change = journal.Change(
        WRITTEN,
        KIND,
        organisation.key,
        f"v{grid.number}",
        before=_json(old) if old else {},
        after=_json(new) | {"starts_on": start.isoformat()},
        reason=fields.reason,
    )
    journal.record(change, stream=journal.organisation_stream(organisation.key), by=by, at=at)
    return grid


def _is_same(latest: ScorecardGrid, fields: GridFields, start: date) -> bool:
    return (latest.starts_on, latest.reason) == (start, fields.reason)


def _require_sound(
    fields: GridFields, latest: ScorecardGrid | None, start: date, *, at: datetime
) -> None:
    if not fields.lines:
        raise UserError(_("Choose at least one indicator."))
    names = [(one.criterion, one.indicator.pk) for one in fields.lines]
    if len(set(names)) < len(names):
        raise UserError(_("A criterion holds the same indicator twice."))
    running = period_of(localdate(at), Grain.MONTH).start
    if latest is not None and start < running:
        raise UserError(
            _(
                "Months that are over keep the grid that they were read with: "
                "let this version begin with %(day)s or later."
            )
            % {"day": running.strftime("%m/%Y")}
        )
    if latest is not None and start < latest.starts_on:
        raise UserError(
            _("The version before begins on %(day)s: let this one begin then or later.")
            % {"day": latest.starts_on.strftime("%d/%m/%Y")}
        )


def _line(one: LineFields) -> str:
    mark = " !" if one.is_critical else ""
    return f"{one.criterion} {one.indicator.code} {one.weight}{mark}"


def _written(required: int, lines: Sequence[str]) -> _Written:
    return _Written(required, sorted(lines))


def _written_of(grid: ScorecardGrid) -> _Written:
    lines = [
        _line(LineFields(Criterion(row.criterion), row.indicator, row.weight, row.is_critical))
        for row in grid.lines.all()
    ]
    return _written(grid.required, lines)


def _json(written: _Written) -> dict[str, Any]:
    return {"required_share": written.required, "lines": list(written.lines)}
