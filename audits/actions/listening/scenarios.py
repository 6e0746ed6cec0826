"""Scenarios of mystery contacts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.actions.listening.common import Subject, record
from audits.actions.once import require_same_form
from audits.listening_enums import GridState
from audits.models import ListeningGrid, MysteryScenario
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import EditConflictError, UserError

SCENARIO = "mystery_scenario"
WRITTEN = "mystery.scenario_written"
CHANGED = _("Somebody changed this scenario meanwhile. Nothing you typed is lost: save again.")


@dataclass(frozen=True, slots=True)
class ScenarioFields:
    """What a tester plays, and the grid that it is graded on."""

    title: str
    channel: str
    situation: str
    says: str
    expected: str
    grid: ListeningGrid
    is_active: bool = True


@transaction.atomic
def write_scenario(
    *, key: UUID, organisation: Organisation, fields: ScenarioFields, by: User, at: datetime
) -> MysteryScenario:
    """Keep a new scenario. The same form twice leaves one.

    Raises:
        NotAvailableError: when the key was used for anything else.
        UserError: when the grid is of another organisation or not in use.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    sent = _scenario_json(fields)
    known = MysteryScenario.objects.filter(key=key, organisation=organisation).first()
    if known is not None or MysteryScenario.objects.filter(key=key).exists():
        require_same_form(kind=SCENARIO, key=key, action=WRITTEN, sent=sent, by=by)
        if known is not None:
            return known
    _require_grid(organisation.pk, fields.grid)
    row = MysteryScenario.objects.create(
        key=key, organisation=organisation, **_scenario_columns(fields)
    )
    record(WRITTEN, _of_scenario(row, organisation), after=sent, by=by, at=at)
    return row


@transaction.atomic
def edit_scenario(
    *, scenario: MysteryScenario, version: int, fields: ScenarioFields, by: User, at: datetime
) -> MysteryScenario:
    """Change a scenario.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        UserError: as `write_scenario`, of another grid than it has; and when contacts were planned
            with another channel.
    """
    rows = MysteryScenario.objects.select_for_update(of=("self",))
    scenario = rows.select_related("organisation", "grid").get(pk=scenario.pk)
    old, new = _scenario_json(scenario_fields(scenario)), _scenario_json(fields)
    if old == new:
        return scenario
    if scenario.version != version:
        raise EditConflictError(CHANGED, scenario)
    if scenario.grid_id != fields.grid.pk:
        _require_grid(scenario.organisation_id, fields.grid)
    if scenario.channel != fields.channel and scenario.contacts.exists():
        raise UserError(_("Contacts are planned with this scenario: its channel stays."))
    columns = _scenario_columns(fields) | {"version": scenario.version + 1}
    for name, value in columns.items():
        setattr(scenario, name, value)
    scenario.save(update_fields=list(columns))
    who = _of_scenario(scenario, scenario.organisation)
    record("mystery.scenario_edited", who, before=old, after=new, by=by, at=at)
    return scenario


def scenario_fields(row: MysteryScenario) -> ScenarioFields:
    """What the scenario says."""
    names = ("title", "channel", "situation", "says", "expected", "grid", "is_active")
    return ScenarioFields(**{name: getattr(row, name) for name in names})


def _require_grid(organisation: int, grid: ListeningGrid) -> None:
    if grid.organisation_id != organisation or grid.state != GridState.IN_USE:
        raise UserError(_("Choose a grid of the organisation that is in use."))


def _of_scenario(row: MysteryScenario, organisation: Organisation) -> Subject:
    return Subject(SCENARIO, row.key, row.title, organisation)


def _scenario_columns(fields: ScenarioFields) -> dict[str, Any]:
    names = ("title", "channel", "situation", "says", "expected", "grid", "is_active")
    return {name: getattr(fields, name) for name in names}


def _scenario_json(fields: ScenarioFields) -> dict[str, Any]:
    words = {"channel": str(fields.channel), "grid": str(fields.grid)}
    return _scenario_columns(fields) | words | {"grid_key": str(fields.grid.key)}
