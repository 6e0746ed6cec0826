"""The audits that a programme plans, and joining to them those that were held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.actions.programme import locked, record
from audits.cycle_enums import ProgrammeState
from audits.enums import AuditKind
from audits.models import Audit, AuditProgramme, Certification, ProgrammeLine
from crcaudit.accounts.models import Site, User
from crcaudit.core.exceptions import NotAvailableError, UserError


@dataclass(frozen=True, slots=True)
class LineFields:
    """One audit planned. ``lead`` is a name, "" while nobody is found."""

    certification: Certification
    kind: AuditKind
    planned_date: date
    lead: str = ""
    sites: Sequence[Site] = ()


@transaction.atomic
def add_line(
    *, programme: AuditProgramme, fields: LineFields, by: User, at: datetime
) -> ProgrammeLine:
    """Plan an audit. The same one twice is planned once.

    Raises:
        NotAvailableError: when the programme is no draft any more.
        UserError: as `edit_line`.
    """
    programme = locked(programme, ProgrammeState.DRAFT)
    known = _same_line(programme, fields)
    if known is not None and _line_json(known) == _line_fields_json(fields):
        return known
    _require_room(programme, fields, known)
    line = ProgrammeLine.objects.create(programme=programme, **_line_columns(fields))
    line.sites.set(fields.sites)
    after = _line_fields_json(fields)
    record("programme.line_added", programme, after=after, by=by, at=at)
    return line


@transaction.atomic
def edit_line(*, line: ProgrammeLine, fields: LineFields, by: User, at: datetime) -> ProgrammeLine:
    """Change an audit that is planned.

    Raises:
        NotAvailableError: when the programme is no draft any more, or the line is gone.
        UserError: when the day is outside the period, the same audit is planned already, or an
            audit of another file or kind was joined.
    """
    programme = locked(line.programme, ProgrammeState.DRAFT)
    line = _locked_line(line.pk, programme)
    old, new = _line_json(line), _line_fields_json(fields)
    if old == new:
        return line
    known = _same_line(programme, fields)
    _require_room(programme, fields, known if known != line else None)
    is_other = (line.certification_id, line.kind) != (fields.certification.pk, fields.kind)
    if line.audit_id is not None and is_other:
        raise UserError(_("An audit was joined to this line: take it off first."))
    columns = _line_columns(fields)
    for name, value in columns.items():
        setattr(line, name, value)
    line.save(update_fields=list(columns))
    line.sites.set(fields.sites)
    record("programme.line_edited", programme, before=old, after=new, by=by, at=at)
    return line


@transaction.atomic
def remove_line(*, line: ProgrammeLine, by: User, at: datetime) -> None:
    """Take an audit out of a draft.

    Raises:
        NotAvailableError: when the programme is no draft any more, or the line is gone.
    """
    programme = locked(line.programme, ProgrammeState.DRAFT)
    line = _locked_line(line.pk, programme)
    record("programme.line_removed", programme, before=_line_json(line), by=by, at=at)
    line.delete()


@transaction.atomic
def join_audit(
    *, line: ProgrammeLine, audit: Audit | None, by: User, at: datetime
) -> ProgrammeLine:
    """Say which audit was held for the line; None takes it off.

    Raises:
        NotAvailableError: when the programme is closed, or the line is gone.
        UserError: when the audit is of another file or kind, or held for another line.
    """
    programme = locked(line.programme)
    if programme.state == ProgrammeState.CLOSED:
        raise NotAvailableError(_("This programme is closed: nothing of it changes any more."))
    line = _locked_line(line.pk, programme)
    if audit == line.audit:
        return line
    if audit is not None:
        if (audit.certification_id, audit.kind) != (line.certification_id, line.kind):
            raise UserError(_("This audit is of another file, or of another kind."))
        if ProgrammeLine.objects.filter(audit=audit).exists():
            raise UserError(_("This audit was held for another line of a programme."))
    before = {"audit": line.audit.reference if line.audit else ""}
    line.audit = audit
    line.save(update_fields=["audit"])
    after = {"audit": audit.reference if audit else ""}
    record("programme.line_edited", programme, before=before, after=after, by=by, at=at)
    return line


def _line_columns(fields: LineFields) -> dict[str, Any]:
    names = ("certification", "kind", "planned_date", "lead")
    return {name: getattr(fields, name) for name in names}


def _line_fields_json(fields: LineFields) -> dict[str, Any]:
    return {
        "file": fields.certification.reference,
        "kind": str(fields.kind),
        "planned_date": fields.planned_date.isoformat(),
        "lead": fields.lead,
        "sites": sorted(site.name for site in fields.sites),
    }


def _line_json(line: ProgrammeLine) -> dict[str, Any]:
    return _line_fields_json(
        LineFields(
            certification=line.certification,
            kind=AuditKind(line.kind),
            planned_date=line.planned_date,
            lead=line.lead,
            sites=tuple(line.sites.all()),
        )
    )


def _same_line(programme: AuditProgramme, fields: LineFields) -> ProgrammeLine | None:
    return programme.lines.filter(
        certification=fields.certification, kind=fields.kind, planned_date=fields.planned_date
    ).first()


def _require_room(
    programme: AuditProgramme, fields: LineFields, known: ProgrammeLine | None
) -> None:
    if not programme.starts_on <= fields.planned_date <= programme.ends_on:
        raise UserError(_("This day is outside the period of the programme."))
    if known is not None:
        raise UserError(_("This audit is already planned on this day."))


def _locked_line(pk: int, programme: AuditProgramme) -> ProgrammeLine:
    rows = ProgrammeLine.objects.filter(pk=pk, programme=programme)
    line = rows.select_related("certification", "audit").first()
    if line is None:
        raise NotAvailableError(_("This audit is no longer in the programme."))
    return line
