"""Targets: what an organisation follows, and the lines that say what it wants from when on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.place import Subject, place_of
from audits.logic.indicators import Terms, terms_hold
from audits.logic.periods import GRAIN_OF_FREQUENCY, Grain, period_of
from audits.logic.targets import rewrites
from audits.measure_enums import PlaceKind, TargetKind
from audits.models import MeasuringPlace, Target
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, UserError
from engagements.models import Indicator

KIND = "target"
SET, REPLACED = "target.set", "target.replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFields:
    """What people fill in; thresholds in the unit of the indicator, None without."""

    kind: TargetKind = TargetKind.TARGET
    grain: Grain
    starts_on: date
    operator: str = ""
    value: Decimal | None = None
    alert: Decimal | None = None
    nonconformity: Decimal | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    reason: str = ""


@transaction.atomic
def set_target(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    organisation: Organisation,
    indicator: Indicator,
    subject: Subject,
    fields: TargetFields,
    seen: int | None = None,
    by: User,
    at: datetime,
) -> Target:
    """A line that begins with the period of ``starts_on``. The same form twice is one line.

    ``seen`` is the key of the latest line of the indicator that they had before them; None replaces
    whatever is there.

    Raises:
        EditConflictError: when the line to replace was set after that.
        UserError: when a period that is over would be judged otherwise than it was, or the
            thresholds are not in order.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    place = place_of(organisation, subject)
    start = period_of(fields.starts_on, fields.grain).start
    _require_order(fields)
    columns = _columns(fields)
    lines = Target.objects.filter(organisation=organisation, indicator=indicator)
    known = lines.filter(place=place, starts_on=start).first()
    if known is not None and all(getattr(known, name) == columns[name] for name in columns):
        return known
    if known is not None and seen is not None and known.pk > seen:
        raise EditConflictError(
            _(
                "A target was set meanwhile for the same place and period: it is below. "
                "Send again to replace it with yours."
            ),
            known,
        )
    _require_open_period(lines, place, fields, start, at=at)
    before: dict[str, Any] = {}
    if known is not None:
        before = as_json(known)
        known.delete()
    row = Target.objects.create(
        organisation=organisation,
        indicator=indicator,
        place=place,
        starts_on=start,
        created_at=at,
        created_by=by,
        **columns,
    )
    change = journal.Change(
        REPLACED if before else SET,
        KIND,
        f"{indicator.code}:{place.pk}:{start}",
        indicator.code,
        before=before,
        after=as_json(row),
        reason=fields.reason,
    )
    journal.record(change, stream=journal.organisation_stream(organisation.key), by=by, at=at)
    return row


@transaction.atomic
def follow(
    *, organisation: Organisation, indicators: Sequence[Indicator], by: User, at: datetime
) -> int:
    """Follow indicators, each with the usual target of the catalogue; how many are new.

    Those that the organisation follows already stay as they are. They begin with the period
    that runs.
    """
    whole = place_of(organisation, None)
    latest = {
        row.indicator_id: row
        for row in Target.objects.filter(place=whole, indicator__in=indicators).order_by(
            "starts_on"
        )
    }
    count = 0
    for indicator in indicators:
        known = latest.get(indicator.pk)
        if known is not None and known.kind != TargetKind.STOPPED:
            continue
        set_target(
            organisation=organisation,
            indicator=indicator,
            subject=None,
            fields=usual(indicator, starts_on=localdate(at)),
            by=by,
            at=at,
        )
        count += 1
    return count


def usual(indicator: Indicator, *, starts_on: date) -> TargetFields:
    """The default target of the catalogue, or followed without one."""
    grain = GRAIN_OF_FREQUENCY[indicator.frequency]
    default = next((row for row in indicator.targets.all() if row.is_default), None)
    if default is None:
        return TargetFields(kind=TargetKind.FOLLOWED, grain=grain, starts_on=starts_on)
    return TargetFields(
        grain=grain,
        starts_on=starts_on,
        operator=default.operator,
        value=default.value,
        parameters=default.parameters,
        source=default.source_fr,
    )


def as_json(row: Target) -> dict[str, Any]:
    """A line as the journal keeps it."""
    numbers = {name: getattr(row, name) for name in ("value", "alert", "nonconformity")}
    return {
        "kind": row.kind,
        "grain": row.grain,
        "starts_on": row.starts_on.isoformat(),
        "operator": row.operator,
        **{name: None if value is None else str(value) for name, value in numbers.items()},
        "parameters": row.parameters,
        "source": row.source,
    }


def _columns(fields: TargetFields) -> dict[str, Any]:
    return {
        "kind": fields.kind,
        "grain": fields.grain,
        "operator": fields.operator,
        "value": fields.value,
        "alert": fields.alert,
        "nonconformity": fields.nonconformity,
        "parameters": dict(fields.parameters),
        "source": fields.source,
        "reason": fields.reason,
    }


def _require_order(fields: TargetFields) -> None:
    if fields.value is None:
        return
    numbers = (fields.value, fields.alert, fields.nonconformity)
    value, alert, worst = (None if one is None else Fraction(one) for one in numbers)
    if value is not None and not terms_hold(Terms(fields.operator, value, alert, worst)):
        raise UserError(
            _(
                "The thresholds are not in order: the alert is on the wrong side of the target, "
                "or the nonconformity on the wrong side of the alert."
            )
        )


def _require_open_period(
    lines: Any, place: MeasuringPlace, fields: TargetFields, start: date, *, at: datetime
) -> None:
    days = lines.values_list("place", "place__kind", "starts_on")
    own = [day for pk, _kind, day in days if pk == place.pk]
    whole = [day for pk, kind, day in days if kind == PlaceKind.WHOLE and pk != place.pk]
    current = period_of(localdate(at), fields.grain).start
    if rewrites(start, current=current, own=own, whole=whole):
        raise UserError(
            _(
                "Periods that are over keep the target that they were judged by: "
                "let this one begin on %(day)s or later."
            )
            % {"day": current.strftime("%d/%m/%Y")}
        )
