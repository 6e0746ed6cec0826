"""Writing an audit programme, having it approved, and joining to it the audits that were held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.actions.once import require_same_form
from audits.cycle_enums import PROGRAMME_FLOW, ProgrammeState
from audits.enums import AuditKind
from audits.models import Audit, AuditProgramme, Certification, ProgrammeLine, ProgrammeRisk
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "programme"
WRITTEN = "programme.written"
MOVED = {
    ProgrammeState.APPROVED: "programme.approved",
    ProgrammeState.DRAFT: "programme.revised",
    ProgrammeState.CLOSED: "programme.closed",
}
CHANGED = _(
    "Somebody changed this programme meanwhile. Nothing you typed is lost: save again to keep "
    "what is below."
)


@dataclass(frozen=True, slots=True)
class ProgrammeFields:
    """What a programme says, beside its lines. ``risks`` are (risk, treatment)."""

    title: str
    starts_on: date
    ends_on: date
    objectives: str
    resources: str = ""
    risks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class LineFields:
    """One audit planned. ``lead`` is a name, "" while nobody is found."""

    certification: Certification
    kind: AuditKind
    planned_date: date
    lead: str = ""
    sites: Sequence[Site] = ()


@transaction.atomic
def write_programme(
    *, key: UUID, organisation: Organisation, fields: ProgrammeFields, by: User, at: datetime
) -> AuditProgramme:
    """Begin a programme, as a draft. The same form twice leaves one.

    Raises:
        NotAvailableError: when the key was used for anything else.
    """
    # The organisation's row is the lock of a form that is sent twice.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    sent = _fields_json(fields)
    known = AuditProgramme.objects.filter(key=key, organisation=organisation).first()
    if known is not None or AuditProgramme.objects.filter(key=key).exists():
        require_same_form(kind=KIND, key=key, action=WRITTEN, sent=sent, by=by)
        if known is not None:
            return known
    programme = AuditProgramme.objects.create(
        key=key, organisation=organisation, created_at=at, created_by=by, **_columns(fields)
    )
    _set_risks(programme, fields)
    _record(WRITTEN, programme, after=sent, by=by, at=at)
    return programme


@transaction.atomic
def edit_programme(
    *, programme: AuditProgramme, version: int, fields: ProgrammeFields, by: User, at: datetime
) -> AuditProgramme:
    """Change a draft.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it is no draft any more.
        UserError: when an audit that is planned would fall outside the period.
    """
    programme = _locked(programme, ProgrammeState.DRAFT)
    old, new = _fields_json(fields_of(programme)), _fields_json(fields)
    if old == new:
        return programme
    if programme.version != version:
        raise EditConflictError(CHANGED, programme)
    outside = programme.lines.exclude(planned_date__range=(fields.starts_on, fields.ends_on))
    if outside.exists():
        raise UserError(_("An audit of the programme is planned outside this period."))
    columns = _columns(fields) | {"version": programme.version + 1}
    for name, value in columns.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(columns))
    _set_risks(programme, fields)
    _record("programme.edited", programme, before=old, after=new, by=by, at=at)
    return programme


@transaction.atomic
def move_programme(
    *, programme: AuditProgramme, to: ProgrammeState, by: User, at: datetime
) -> AuditProgramme:
    """Approve it, take it up again, or close it for ever.

    Raises:
        NotAvailableError: when the step does not exist from the present state.
        UserError: when nothing is planned in what is to be approved.
    """
    programme = _locked(programme)
    if to not in PROGRAMME_FLOW.targets(programme.state):
        raise NotAvailableError(
            _("This step is not available: the programme is “%(state)s”.")
            % {"state": programme.get_state_display()}
        )
    if to == ProgrammeState.APPROVED and not programme.lines.exists():
        raise UserError(_("Nothing is planned in this programme yet."))
    before = {"state": programme.state}
    if to == ProgrammeState.APPROVED:
        programme.approve(by=by, at=at)
    elif to == ProgrammeState.DRAFT:
        programme.revise()
    else:
        programme.close(at=at)
    _record(MOVED[to], programme, before=before, after={"state": str(to)}, by=by, at=at)
    return programme


@transaction.atomic
def add_line(
    *, programme: AuditProgramme, fields: LineFields, by: User, at: datetime
) -> ProgrammeLine:
    """Plan an audit. The same one twice is planned once.

    Raises:
        NotAvailableError: when the programme is no draft any more.
        UserError: as `edit_line`.
    """
    programme = _locked(programme, ProgrammeState.DRAFT)
    known = _same_line(programme, fields)
    if known is not None and _line_json(known) == _line_fields_json(fields):
        return known
    _require_room(programme, fields, known)
    line = ProgrammeLine.objects.create(programme=programme, **_line_columns(fields))
    line.sites.set(fields.sites)
    after = _line_fields_json(fields)
    _record("programme.line_added", programme, after=after, by=by, at=at)
    return line


@transaction.atomic
def edit_line(*, line: ProgrammeLine, fields: LineFields, by: User, at: datetime) -> ProgrammeLine:
    """Change an audit that is planned.

    Raises:
        NotAvailableError: when the programme is no draft any more, or the line is gone.
        UserError: when the day is outside the period, the same audit is planned already, or an
            audit of another file or kind was joined.
    """
    programme = _locked(line.programme, ProgrammeState.DRAFT)
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
    _record("programme.line_edited", programme, before=old, after=new, by=by, at=at)
    return line


@transaction.atomic
def remove_line(*, line: ProgrammeLine, by: User, at: datetime) -> None:
    """Take an audit out of a draft.

    Raises:
        NotAvailableError: when the programme is no draft any more, or the line is gone.
    """
    programme = _locked(line.programme, ProgrammeState.DRAFT)
    line = _locked_line(line.pk, programme)
    _record("programme.line_removed", programme, before=_line_json(line), by=by, at=at)
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
    programme = _locked(line.programme)
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
    _record("programme.line_edited", programme, before=before, after=after, by=by, at=at)
    return line


def fields_of(programme: AuditProgramme) -> ProgrammeFields:
    """What the programme says."""
    return ProgrammeFields(
        title=programme.title,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        objectives=programme.objectives,
        resources=programme.resources,
        risks=tuple((row.risk, row.treatment) for row in programme.risks.order_by("position")),
    )


def _columns(fields: ProgrammeFields) -> dict[str, Any]:
    names = ("title", "starts_on", "ends_on", "objectives", "resources")
    return {name: getattr(fields, name) for name in names}


def _fields_json(fields: ProgrammeFields) -> dict[str, Any]:
    return {
        "title": fields.title,
        "starts_on": fields.starts_on.isoformat(),
        "ends_on": fields.ends_on.isoformat(),
        "objectives": fields.objectives,
        "resources": fields.resources,
        "risks": [" : ".join(filter(None, pair)) for pair in fields.risks],
    }


def _set_risks(programme: AuditProgramme, fields: ProgrammeFields) -> None:
    programme.risks.all().delete()
    ProgrammeRisk.objects.bulk_create(
        ProgrammeRisk(programme=programme, risk=risk, treatment=treatment, position=position)
        for position, (risk, treatment) in enumerate(fields.risks)
    )


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


def _locked(programme: AuditProgramme, state: ProgrammeState | None = None) -> AuditProgramme:
    """The row as it is now. Raises NotAvailableError unless it is in ``state``."""
    rows = AuditProgramme.objects.select_for_update(of=("self",)).select_related("organisation")
    programme = rows.get(pk=programme.pk)
    if state is not None and programme.state != state:
        raise NotAvailableError(
            _("This step is not available: the programme is “%(state)s”.")
            % {"state": programme.get_state_display()}
        )
    return programme


def _locked_line(pk: int, programme: AuditProgramme) -> ProgrammeLine:
    rows = ProgrammeLine.objects.filter(pk=pk, programme=programme)
    line = rows.select_related("certification", "audit").first()
    if line is None:
        raise NotAvailableError(_("This audit is no longer in the programme."))
    return line


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    programme: AuditProgramme,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> None:
    old, new = dict(before or {}), dict(after or {})
    if old and new:
        names = [name for name in new if old.get(name) != new[name]]
        old, new = ({name: row[name] for name in names} for row in (old, new))
    change = journal.Change(action, KIND, programme.key, programme.title, before=old, after=new)
    stream = journal.organisation_stream(programme.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
