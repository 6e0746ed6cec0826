"""Indicators that an organisation makes for itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.models import Measurement
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from engagements.logic.formula import FormulaError, names
from engagements.models import Indicator, IndicatorInput

KIND = "indicator"
MADE, EDITED = "indicator.made", "indicator.edited"
MOST_INPUTS = 6
_COPIED = ("unit", "direction", "journey_stage", "dimension", "frequency", "statistic")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFields:
    """What people fill in. ``inputs`` maps each key of the formula to its label, in order."""

    code: str
    name: str
    definition: str
    formula: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    unit: str
    direction: str
    journey_stage: str
    dimension: str
    frequency: str
    statistic: str


@transaction.atomic
def make_indicator(
    *, organisation: Organisation, fields: IndicatorFields, by: User, at: datetime
) -> Indicator:
    """A new indicator of the organisation. The same form twice is one.

    Raises:
        UserError: when the code is taken, the formula cannot be read, or a label is missing.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    require_formula(fields)
    known = Indicator.objects.offered_to(organisation).filter(code=fields.code).first()
    if known is not None:
        if known.organisation_id == organisation.pk and as_json(known) == _sent(fields):
            return known
        raise UserError(
            _("The code %(code)s is taken: choose another one.") % {"code": fields.code}
        )
    row = Indicator.objects.create(organisation=organisation, code=fields.code, **_columns(fields))
    _write_inputs(row, fields)
    _record(row, MADE, before={}, after=as_json(row), by=by, at=at)
    return row


@transaction.atomic
def edit_indicator(
    *, indicator: Indicator, version: int, fields: IndicatorFields, by: User, at: datetime
) -> Indicator:
    """Change an indicator of the organisation; its code stays.

    Raises:
        EditConflictError: when somebody changed it meanwhile.
        NotAvailableError: when the formula would change and something was measured by it.
        UserError: when the formula cannot be read, or a label is missing.
    """
    row = Indicator.objects.select_for_update().get(pk=indicator.pk)
    require_formula(fields)
    before = as_json(row)
    after = _sent(fields) | {"code": row.code}
    if before == after:
        return row
    if row.version != version:
        raise EditConflictError(
            _("Somebody changed this indicator meanwhile. Nothing was overwritten."), row
        )
    measured = Measurement.objects.filter(indicator=row).exists()
    same = (before["formula"], [*before["inputs"]]) == (after["formula"], [*after["inputs"]])
    if measured and not (same and before["statistic"] == after["statistic"]):
        raise NotAvailableError(
            _("It was measured by this formula: make another indicator for another formula.")
        )
    for name, value in _columns(fields).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    _write_inputs(row, fields)
    _record(row, EDITED, before=before, after=after, by=by, at=at)
    return row


def require_formula(fields: IndicatorFields) -> None:
    """Raise UserError unless the formula can be read and its figures are all named."""
    try:
        keys = names(fields.formula)
    except FormulaError as error:
        raise UserError(unreadable(error)) from error
    if not keys:
        raise UserError(_("The formula uses no figure: name at least one, such as calls."))
    if len(keys) > MOST_INPUTS:
        raise UserError(too_many_figures())
    if keys != fields.inputs.keys():
        raise UserError(_("Say what each figure of the formula counts."))


def unreadable(error: FormulaError) -> str:
    """What is said of a formula that cannot be read."""
    return _("The formula cannot be read from character %(n)s on.") % {"n": error.position}


def too_many_figures() -> str:
    """What is said of a formula that is longer than a form."""
    return _("A formula uses %(n)s figures at most.") % {"n": MOST_INPUTS}


def as_json(row: Indicator) -> dict[str, Any]:
    """An indicator as the journal keeps it."""
    return {
        "code": row.code,
        "name": row.name_fr,
        "definition": row.definition_fr,
        "formula": row.formula,
        "inputs": {item.key: item.label_fr for item in row.inputs.order_by("position")},
        **{name: getattr(row, name) for name in _COPIED},
    }


def _sent(fields: IndicatorFields) -> dict[str, Any]:
    return {
        "code": fields.code,
        "name": fields.name,
        "definition": fields.definition,
        "formula": fields.formula,
        "inputs": dict(fields.inputs),
        **{name: getattr(fields, name) for name in _COPIED},
    }


def _columns(fields: IndicatorFields) -> dict[str, Any]:
    """One's own words stand for both languages."""
    return {
        "name_fr": fields.name,
        "name_en": fields.name,
        "definition_fr": fields.definition,
        "definition_en": fields.definition,
        "formula": fields.formula,
        **{name: getattr(fields, name) for name in _COPIED},
    }


def _write_inputs(row: Indicator, fields: IndicatorFields) -> None:
    row.inputs.all().delete()
    IndicatorInput.objects.bulk_create(
        IndicatorInput(indicator=row, key=key, label_fr=label, label_en=label, position=place)
        for place, (key, label) in enumerate(fields.inputs.items())
    )


def _record(  # noqa: PLR0913 -- one line each
    row: Indicator,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(action, KIND, str(row.pk), row.code, before=before, after=after)
    organisation = row.organisation
    if organisation is None:
        raise IntegrityError("An indicator of the catalogue is nobody's to change.")
    journal.record(change, stream=journal.organisation_stream(organisation.key), by=by, at=at)
