"""Grading a contact, correcting what was graded, and telling the person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audits.actions.feeding import feed_day
from audits.actions.listening.common import (
    Marks,
    Subject,
    criteria_of,
    marks_of,
    outcome_of,
    record,
    score_json,
    set_marks,
)
from audits.listening_enums import HEARD, GridState, ListeningKind
from audits.models import CalibrationRound, ListeningGrid, ListeningSession
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.numbering import next_number

KIND = "listening_session"
CHANGED = _("Somebody changed this session meanwhile. Nothing you typed is lost: save again.")
ALREADY = _(
    "This form was already sent once, with another text. Nothing was lost: send it again to "
    "record it as a new one."
)
TEXTS = ("agent", "contact_reference", "contact_reason", "comment")


@dataclass(frozen=True, slots=True)
class SessionFields:
    """What is known of a contact and its marks; "" for a text that is not known.

    ``agent`` is initials or a number. ``debriefed_on`` is None while the person was not told.
    """

    site: Site
    channel: str
    heard_on: date
    kind: ListeningKind
    marks: Marks
    agent: str = ""
    contact_reference: str = ""
    contact_reason: str = ""
    comment: str = ""
    debriefed_on: date | None = None


@transaction.atomic
def record_session(
    *, key: UUID, grid: ListeningGrid, fields: SessionFields, by: User, at: datetime
) -> ListeningSession:
    """Keep a contact that was graded. The same form twice leaves one.

    Raises:
        NotAvailableError: when the grid is not in use, or the key was used for anything else.
        UserError: when a mark is missing, the day is to come, or the site is not of the grid's
            organisation.
    """
    organisation = Organisation.objects.select_for_update().get(pk=grid.organisation_id)
    known = ListeningSession.objects.filter(key=key).first()
    if known is not None:
        is_same = known.evaluator_id == by.pk and fields_of(known) == fields
        if is_same and known.grid_id == grid.pk:
            return known
        raise NotAvailableError(ALREADY)
    grid = ListeningGrid.objects.get(pk=grid.pk)
    if grid.state != GridState.IN_USE:
        raise NotAvailableError(_("This grid is not in use: choose another one."))
    _require_right(organisation, fields, today=localdate(at))
    return create(grid, organisation, fields, key=key, by=by, at=at)


def create(  # noqa: PLR0913 -- keyword-only, one line each
    grid: ListeningGrid,
    organisation: Organisation,
    fields: SessionFields,
    *,
    key: UUID | None = None,
    round_: CalibrationRound | None = None,
    is_reference: bool = False,
    by: User,
    at: datetime,
) -> ListeningSession:
    """The session, its marks and its row of the journal, in the transaction of the caller.

    Raises UserError when a mark is missing.
    """
    rows = criteria_of(grid, fields.marks)
    found = outcome_of(grid, rows, fields.marks)
    session = ListeningSession.objects.create(
        **({"key": key} if key else {}),
        organisation=organisation,
        number=next_number(f"listening:{organisation.key}"),
        grid=grid,
        kind=fields.kind,
        round=round_,
        is_reference=is_reference,
        evaluator=by,
        earned=found.earned,
        applicable=found.applicable,
        critical_errors=found.critical_errors,
        recorded_at=at,
        **_columns(fields),
    )
    set_marks(session, rows, fields.marks)
    after = {"grid": str(grid), "kind": str(fields.kind), **_json(session, fields.marks)}
    record("listening.recorded", subject(session, organisation), after=after, by=by, at=at)
    if round_ is None and fields.kind in HEARD:
        feed_day(organisation, session.heard_on, at=at)
    return session


@transaction.atomic
def edit_session(
    *, session: ListeningSession, version: int, fields: SessionFields, by: User, at: datetime
) -> ListeningSession:
    """Correct a session; its grid, kind and evaluator stay.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when its texts are erased.
        UserError: as `record_session`.
    """
    session = locked(session)
    require_kept(session)
    _require_right(session.organisation, fields, today=localdate(at))
    old = fields_of(session)
    if old == fields:
        return session
    if session.version != version:
        raise EditConflictError(CHANGED, session)
    return rewrite(session, fields, by=by, at=at)


def rewrite(
    session: ListeningSession, fields: SessionFields, *, by: User, at: datetime
) -> ListeningSession:
    """Write a locked session over, and its row of the journal.

    Of a text that changed, the journal holds the name of the field and nothing else.
    """
    old = fields_of(session)
    before = _json(session, old.marks)
    rows = criteria_of(session.grid, fields.marks)
    found = outcome_of(session.grid, rows, fields.marks)
    columns = _columns(fields) | {
        "earned": found.earned,
        "applicable": found.applicable,
        "critical_errors": found.critical_errors,
        "version": session.version + 1,
    }
    for name, value in columns.items():
        setattr(session, name, value)
    session.save(update_fields=list(columns))
    set_marks(session, rows, fields.marks)
    texts = [name for name in TEXTS if getattr(old, name) != getattr(fields, name)]
    notes = (tuple(mark.comment for mark in one.marks.values()) for one in (old, fields))
    if len(set(notes)) > 1:
        texts.append("notes")
    after = _json(session, fields.marks) | {"texts": texts}
    who = subject(session, session.organisation)
    record("listening.edited", who, before=before | {"texts": []}, after=after, by=by, at=at)
    for day in {old.heard_on, session.heard_on}:
        feed_day(session.organisation, day, at=at)
    return session


@transaction.atomic
def debrief_session(
    *, session: ListeningSession, on: date, by: User, at: datetime
) -> ListeningSession:
    """Keep on which day the person who was heard was told; the same day twice is once.

    Raises:
        NotAvailableError: when nobody was heard, or another day is kept already.
        UserError: when the day is before the contact or still to come.
    """
    session = locked(session)
    if not session.is_heard or session.debriefed_on not in {None, on}:
        raise NotAvailableError(_("This step is not available: feedback was given already."))
    if session.debriefed_on == on:
        return session
    if not session.heard_on <= on <= localdate(at):
        raise UserError(_("Feedback is given between the day of the contact and today."))
    session.debrief(on=on)
    after = {"debriefed_on": on.isoformat()}
    who = subject(session, session.organisation)
    record("listening.debriefed", who, after=after, by=by, at=at)
    feed_day(session.organisation, session.heard_on, at=at)
    return session


def fields_of(session: ListeningSession) -> SessionFields:
    """What the session says: one query for its marks."""
    return SessionFields(
        site=session.site,
        channel=session.channel,
        heard_on=session.heard_on,
        kind=ListeningKind(session.kind),
        marks=marks_of(session),
        debriefed_on=session.debriefed_on,
        **{name: getattr(session, name) for name in TEXTS},
    )


def locked(session: ListeningSession) -> ListeningSession:
    """The row as it is now, held until the end of the transaction."""
    rows = ListeningSession.objects.select_for_update(of=("self",))
    return rows.select_related("organisation", "grid", "site", "evaluator").get(pk=session.pk)


def require_kept(session: ListeningSession) -> None:
    """Raises NotAvailableError once the texts are erased: the figures stay as they are."""
    if session.erased_at is not None:
        raise NotAvailableError(
            _("The texts of this session are erased: its figures stay as they are.")
        )


def subject(session: ListeningSession, organisation: Organisation) -> Subject:
    """What the rows of the journal are about: a number, and nobody."""
    return Subject(KIND, session.key, session.reference, organisation)


def _columns(fields: SessionFields) -> dict[str, Any]:
    texts = {name: getattr(fields, name) for name in TEXTS}
    return texts | {
        "site": fields.site,
        "channel": str(fields.channel),
        "heard_on": fields.heard_on,
        "debriefed_on": fields.debriefed_on,
        "expires_on": ListeningSession.last_day(fields.heard_on),
    }


def _json(session: ListeningSession, marks: Marks) -> dict[str, Any]:
    told = session.debriefed_on
    return {
        "site": session.site.name,
        "channel": session.channel,
        "heard_on": session.heard_on.isoformat(),
        "debriefed_on": told.isoformat() if told else None,
        **score_json(session.outcome),
        "marks": [str(mark.mark) for mark in marks.values()],
    }


def _require_right(organisation: Organisation, fields: SessionFields, *, today: date) -> None:
    if fields.kind not in HEARD:
        raise UserError(_("Choose random or targeted."))
    if fields.site.organisation_id != organisation.pk:
        raise UserError(_("Choose a site of the organisation."))
    last = fields.debriefed_on or fields.heard_on
    if not fields.heard_on <= last <= today:
        raise UserError(_("Feedback is given between the day of the contact and today."))
