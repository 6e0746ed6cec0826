"""Writing a listening grid, using it, and writing its next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from audits.actions.listening.common import Subject, record
from audits.actions.once import require_same_form
from audits.listening_enums import GRID_FLOW, CriticalEffect, GridState
from audits.models import Certification, ListeningCriterion, ListeningGrid
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "listening_grid"
WRITTEN = "grid.written"
MOVED = {GridState.IN_USE: "grid.used", GridState.WITHDRAWN: "grid.withdrawn"}
MAX_CRITERIA = 40
CHANGED = _("Somebody changed this grid meanwhile. Nothing you typed is lost: save again.")


@dataclass(frozen=True, slots=True)
class CriterionFields:
    """One criterion; ``indicator`` is a code of `FedIndicator`, "" for none."""

    section: str
    label: str
    weight: int
    guidance: str = ""
    is_critical: bool = False
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class GridFields:
    """What a grid says. ``partly`` is in percent of the weight."""

    title: str
    channels: Sequence[str]
    criteria: Sequence[CriterionFields]
    partly: int = 50
    critical_effect: str = CriticalEffect.ZERO
    certification: Certification | None = None


@transaction.atomic
def write_grid(
    *, key: UUID, organisation: Organisation, fields: GridFields, by: User, at: datetime
) -> ListeningGrid:
    """Begin a grid, as a draft. The same form twice leaves one.

    Raises:
        NotAvailableError: when the key was used for anything else.
        UserError: when the certification file is of another organisation.
    """
    # The organisation's row is the lock of a form that is sent twice.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    sent = _fields_json(fields)
    known = ListeningGrid.objects.filter(key=key, organisation=organisation).first()
    if known is not None or ListeningGrid.objects.filter(key=key).exists():
        require_same_form(kind=KIND, key=key, action=WRITTEN, sent=sent, by=by)
        if known is not None:
            return known
    _require_own(organisation.pk, fields.certification)
    grid = ListeningGrid.objects.create(
        key=key, organisation=organisation, created_at=at, created_by=by, **_columns(fields)
    )
    _set_criteria(grid, fields)
    record(WRITTEN, subject(grid), after=sent, by=by, at=at)
    return grid


@transaction.atomic
def edit_grid(
    *, grid: ListeningGrid, version: int, fields: GridFields, by: User, at: datetime
) -> ListeningGrid:
    """Change a draft.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is in use.
        UserError: as `write_grid`.
    """
    grid = _locked(grid)
    _require_draft(grid)
    _require_own(grid.organisation_id, fields.certification)
    old, new = _fields_json(fields_of(grid)), _fields_json(fields)
    if old == new:
        return grid
    if grid.version != version:
        raise EditConflictError(CHANGED, grid)
    columns = _columns(fields) | {"version": grid.version + 1}
    for name, value in columns.items():
        setattr(grid, name, value)
    grid.save(update_fields=list(columns))
    _set_criteria(grid, fields)
    record("grid.edited", subject(grid), before=old, after=new, by=by, at=at)
    return grid


@transaction.atomic
def move_grid(*, grid: ListeningGrid, to: GridState, by: User, at: datetime) -> ListeningGrid:
    """Use a draft, in place of the version in use, or withdraw a version.

    Raises:
        NotAvailableError: when the step does not exist from the present state.
        UserError: when what is to be used has no criterion.
    """
    grid = _locked(grid)
    if to not in GRID_FLOW.targets(grid.state):
        raise NotAvailableError(
            _("This step is not available: the grid is “%(state)s”.")
            % {"state": grid.get_state_display()}
        )
    before = {"state": grid.state}
    if to == GridState.WITHDRAWN:
        grid.withdraw(at=at)
    else:
        if not grid.criteria.exists():
            raise UserError(_("This grid has no criterion yet."))
        for other in ListeningGrid.objects.filter(family=grid.family).in_use():
            other.withdraw(at=at)
            gone = {"state": str(GridState.IN_USE)}, {"state": other.state}
            record(
                MOVED[GridState.WITHDRAWN],
                subject(other, grid.organisation),
                before=gone[0],
                after=gone[1],
                by=by,
                at=at,
            )
        grid.put_in_use(by=by, at=at)
    record(MOVED[to], subject(grid), before=before, after={"state": grid.state}, by=by, at=at)
    return grid


@transaction.atomic
def copy_grid(
    *, key: UUID, grid: ListeningGrid, title: str, by: User, at: datetime
) -> ListeningGrid:
    """A new draft with the same criteria: its next version, or with a ``title`` another grid.

    A draft of the next version that exists already is given instead; so is the copy of the same
    button pressed twice.

    Raises:
        NotAvailableError: when the key was used for anything else.
    """
    grid = _locked(grid)
    known = ListeningGrid.objects.filter(key=key).first()
    if known is not None:
        sent = {"copied": str(grid.key), "title": title or grid.title, "number": known.number}
        require_same_form(kind=KIND, key=key, action="grid.copied", sent=sent, by=by)
        return known
    versions = ListeningGrid.objects.filter(family=grid.family)
    draft = versions.filter(state=GridState.DRAFT).first()
    if draft is not None and not title:
        return draft
    fields = fields_of(grid)
    columns = _columns(fields)
    last = versions.aggregate(last=Max("number"))["last"] or 0
    columns |= {"title": title} if title else {"family": grid.family, "number": last + 1}
    copy = ListeningGrid.objects.create(
        key=key, organisation=grid.organisation, created_at=at, created_by=by, **columns
    )
    _set_criteria(copy, fields)
    after = {"copied": str(grid.key), "title": copy.title, "number": copy.number}
    record("grid.copied", subject(copy), after=after, by=by, at=at)
    return copy


@transaction.atomic
def link_grid(
    *, grid: ListeningGrid, certification: Certification | None, by: User, at: datetime
) -> ListeningGrid:
    """Let the auditors of a file read what is graded on this version, or nobody.

    Raises:
        UserError: when the file is of another organisation.
    """
    grid = _locked(grid)
    _require_own(grid.organisation_id, certification)
    before, grid.certification = grid.certification, certification
    if before == certification:
        return grid
    grid.version += 1
    grid.save(update_fields=["certification", "version"])
    old, new = ({"file": row.reference if row else ""} for row in (before, certification))
    record("grid.linked", subject(grid), before=old, after=new, by=by, at=at)
    return grid


def fields_of(grid: ListeningGrid) -> GridFields:
    """What the grid says."""
    return GridFields(
        title=grid.title,
        channels=tuple(grid.channels),
        partly=grid.partly,
        critical_effect=grid.critical_effect,
        certification=grid.certification,
        criteria=tuple(
            CriterionFields(
                section=row.section,
                label=row.label,
                weight=row.weight,
                guidance=row.guidance,
                is_critical=row.is_critical,
                indicator=row.indicator,
            )
            for row in grid.criteria.order_by("position")
        ),
    )


def subject(grid: ListeningGrid, organisation: Organisation | None = None) -> Subject:
    """What the rows of the journal are about."""
    return Subject(KIND, grid.key, str(grid), organisation or grid.organisation)


def _columns(fields: GridFields) -> dict[str, Any]:
    return {
        "title": fields.title,
        "channels": list(fields.channels),
        "partly": fields.partly,
        "critical_effect": fields.critical_effect,
        "certification": fields.certification,
    }


def _fields_json(fields: GridFields) -> dict[str, Any]:
    return {
        "title": fields.title,
        "channels": list(fields.channels),
        "partly": fields.partly,
        "critical_effect": str(fields.critical_effect),
        "file": fields.certification.reference if fields.certification else "",
        "criteria": [
            [
                *(row.section, row.label, row.guidance, row.weight),
                *(row.is_critical, str(row.indicator)),
            ]
            for row in fields.criteria
        ],
    }


def _set_criteria(grid: ListeningGrid, fields: GridFields) -> None:
    grid.criteria.all().delete()
    ListeningCriterion.objects.bulk_create(
        ListeningCriterion(
            grid=grid,
            position=position,
            section=row.section,
            label=row.label,
            guidance=row.guidance,
            weight=row.weight,
            is_critical=row.is_critical,
            indicator=row.indicator,
        )
        for position, row in enumerate(fields.criteria)
    )


def _locked(grid: ListeningGrid) -> ListeningGrid:
    rows = ListeningGrid.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "certification").get(pk=grid.pk)


def _require_draft(grid: ListeningGrid) -> None:
    if not grid.is_draft:
        raise NotAvailableError(_("This grid is in use: a change is a new version of it."))


def _require_own(organisation: int, certification: Certification | None) -> None:
    if certification is not None and certification.organisation_id != organisation:
        raise UserError(_("Choose a certification file of the organisation."))
