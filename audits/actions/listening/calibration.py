"""Calibration: several people grade one contact unseen, compare, and agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits.actions.listening.common import Marks, Subject, record
from audits.actions.listening.sessions import SessionFields, create, locked, rewrite
from audits.actions.once import require_same_form
from audits.listening_enums import GridState, ListeningKind, RoundState
from audits.models import CalibrationRound, ListeningGrid, ListeningSession
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.numbering import next_number

KIND = "calibration_round"
OPENED = "calibration.opened"
FEWEST, MOST = 2, 12
CHANGED = _("This was saved from elsewhere meanwhile. Nothing you typed is lost: save again.")


@dataclass(frozen=True, slots=True)
class RoundFields:
    """The contact that is graded, and by whom."""

    site: Site
    channel: str
    heard_on: date
    grid: ListeningGrid
    evaluators: Sequence[User]
    due_on: date
    contact_reference: str = ""


@transaction.atomic
def open_round(
    *, key: UUID, organisation: Organisation, fields: RoundFields, by: User, at: datetime
) -> CalibrationRound:
    """Ask several people to grade one contact. The same form twice opens one round.

    Raises:
        NotAvailableError: when the grid is not in use, or the key was used for anything else.
        UserError: when fewer than two grade, or site or grid are of another organisation.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    sent = _fields_json(fields)
    known = CalibrationRound.objects.filter(key=key, organisation=organisation).first()
    if known is not None or CalibrationRound.objects.filter(key=key).exists():
        require_same_form(kind=KIND, key=key, action=OPENED, sent=sent, by=by)
        if known is not None and known.contact_reference == fields.contact_reference:
            return known
        raise NotAvailableError(_("This round is open already, about another contact."))
    _require_right(organisation, fields)
    row = CalibrationRound.objects.create(
        key=key,
        organisation=organisation,
        number=next_number(f"calibration:{organisation.key}"),
        site=fields.site,
        channel=fields.channel,
        heard_on=fields.heard_on,
        contact_reference=fields.contact_reference,
        grid=fields.grid,
        due_on=fields.due_on,
        opened_at=at,
        leader=by,
        expires_on=ListeningSession.last_day(fields.heard_on),
    )
    row.evaluators.set(fields.evaluators)
    record(OPENED, subject(row), after=sent, by=by, at=at)
    return row


@transaction.atomic
def grade_round(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    row: CalibrationRound,
    version: int,
    marks: Marks,
    comment: str,
    by: User,
    at: datetime,
) -> ListeningSession:
    """Give one's marks, or change them while nobody has seen them. The last one compares.

    ``version`` is that of one's marks, 0 for the first time.

    Raises:
        EditConflictError: when one's marks changed since ``version``.
        NotAvailableError: when the round is compared, or the person was not asked.
        UserError: when a mark is missing.
    """
    row = _locked(row)
    _require_state(row, RoundState.OPEN)
    if not row.evaluators.filter(pk=by.pk).exists():
        raise NotAvailableError(_("You are not among those who grade this round."))
    fields = _session_fields(row, marks, comment)
    known = row.sessions.filter(evaluator=by).first()
    if known is None:
        session = create(row.grid, row.organisation, fields, round_=row, by=by, at=at)
    else:
        session = locked(known)
        if session.version != version:
            raise EditConflictError(CHANGED, session)
        session = rewrite(session, fields, by=by, at=at)
    if row.sessions.count() == row.evaluators.count():
        _reveal(row, by=by, at=at)
    return session


@transaction.atomic
def reveal_round(*, row: CalibrationRound, by: User, at: datetime) -> CalibrationRound:
    """Compare before everybody has graded. Twice is once.

    Raises:
        NotAvailableError: when the round is concluded.
        UserError: when fewer than two have graded.
    """
    row = _locked(row)
    if row.state == RoundState.REVEALED:
        return row
    _require_state(row, RoundState.OPEN)
    if row.sessions.count() < FEWEST:
        raise UserError(_("There is nothing to compare: fewer than two have graded."))
    _reveal(row, by=by, at=at)
    return row


@transaction.atomic
def conclude_round(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    row: CalibrationRound,
    version: int,
    marks: Marks,
    conclusion: str,
    by: User,
    at: datetime,
) -> CalibrationRound:
    """Keep the marks that were agreed on and what follows from it.

    Raises:
        EditConflictError: when the round changed since ``version``.
        NotAvailableError: when it is not compared yet, or concluded.
        UserError: when a mark is missing.
    """
    row = _locked(row)
    _require_state(row, RoundState.REVEALED)
    if row.version != version:
        raise EditConflictError(CHANGED, row)
    fields = _session_fields(row, marks, "")
    create(row.grid, row.organisation, fields, round_=row, is_reference=True, by=by, at=at)
    row.conclude(conclusion=conclusion, at=at)
    before = {"state": str(RoundState.REVEALED)}
    record(
        "calibration.concluded",
        subject(row),
        before=before,
        after={"state": row.state},
        by=by,
        at=at,
    )
    return row


def subject(row: CalibrationRound) -> Subject:
    """What the rows of the journal are about."""
    return Subject(KIND, row.key, row.reference, row.organisation)


def _reveal(row: CalibrationRound, *, by: User, at: datetime) -> None:
    row.reveal(at=at)
    before, after = {"state": str(RoundState.OPEN)}, {"state": row.state}
    record("calibration.compared", subject(row), before=before, after=after, by=by, at=at)


def _session_fields(row: CalibrationRound, marks: Marks, comment: str) -> SessionFields:
    return SessionFields(
        site=row.site,
        channel=row.channel,
        heard_on=row.heard_on,
        kind=ListeningKind.CALIBRATION,
        marks=marks,
        comment=comment,
    )


def _fields_json(fields: RoundFields) -> dict[str, Any]:
    return {
        "site": fields.site.name,
        "channel": str(fields.channel),
        "heard_on": fields.heard_on.isoformat(),
        "grid": str(fields.grid),
        "grid_key": str(fields.grid.key),
        "evaluators": sorted(str(user.key) for user in fields.evaluators),
        "due_on": fields.due_on.isoformat(),
    }


def _locked(row: CalibrationRound) -> CalibrationRound:
    rows = CalibrationRound.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "grid", "site").get(pk=row.pk)


def _require_state(row: CalibrationRound, state: RoundState) -> None:
    if row.state != state:
        raise NotAvailableError(
            _("This step is not available: the round is “%(state)s”.")
            % {"state": row.get_state_display()}
        )


def _require_right(organisation: Organisation, fields: RoundFields) -> None:
    if fields.grid.state != GridState.IN_USE:
        raise NotAvailableError(_("This grid is not in use: choose another one."))
    if {fields.site.organisation_id, fields.grid.organisation_id} != {organisation.pk}:
        raise UserError(_("Choose a site and a grid of the organisation."))
    if not FEWEST <= len(set(fields.evaluators)) <= MOST:
        raise UserError(_("Choose two to twelve people: one alone agrees with nobody."))
