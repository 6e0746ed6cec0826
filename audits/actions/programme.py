"""Writing an audit programme, and having it approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.actions.once import require_same_form
from audits.cycle_enums import PROGRAMME_FLOW, ProgrammeState
from audits.models import AuditProgramme, ProgrammeRisk
from crcaudit.accounts.models import Organisation, User
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
    record(WRITTEN, programme, after=sent, by=by, at=at)
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
    programme = locked(programme, ProgrammeState.DRAFT)
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
    record("programme.edited", programme, before=old, after=new, by=by, at=at)
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
    programme = locked(programme)
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
    record(MOVED[to], programme, before=before, after={"state": str(to)}, by=by, at=at)
    return programme


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


def locked(programme: AuditProgramme, state: ProgrammeState | None = None) -> AuditProgramme:
    """The row as it is now, locked. Raises NotAvailableError unless it is in ``state``."""
    rows = AuditProgramme.objects.select_for_update(of=("self",)).select_related("organisation")
    programme = rows.get(pk=programme.pk)
    if state is not None and programme.state != state:
        raise NotAvailableError(
            _("This step is not available: the programme is “%(state)s”.")
            % {"state": programme.get_state_display()}
        )
    return programme


def record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    programme: AuditProgramme,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: User,
    at: datetime,
) -> None:
    """One row of the journal; of a change, only what changed."""
    old, new = dict(before or {}), dict(after or {})
    if old and new:
        names = [name for name in new if old.get(name) != new[name]]
        old, new = ({name: row[name] for name in names} for row in (old, new))
    change = journal.Change(action, KIND, programme.key, programme.title, before=old, after=new)
    stream = journal.organisation_stream(programme.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
