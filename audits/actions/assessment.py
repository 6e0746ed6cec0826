"""Rating, commenting, undoing and giving a requirement to somebody.

Every write names the version it started from; one that comes second changes nothing and is
told what the first one wrote.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audits.actions import assignment, rollup
from audits.actions import verdict_proposal as proposals
from audits.enums import AssessmentStatus
from audits.models import Assessment
from audits.proposal_words import reason_text
from audits.snapshots.kept_figures import kept
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.models import JournalEntry
from crcaudit.core.text import clean_text

KIND = "assessment"
RATED, COMMENTED, UNDONE, ASSIGNED = (
    "assessment.rated",
    "assessment.commented",
    "assessment.undone",
    "assessment.assigned",
)
UNDOABLE = (RATED, COMMENTED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The part of an assessment that a rating sets. ``level`` is "" when not assessed."""

    status: str
    level: str
    points: int | None
    is_conform: bool
    na_reason: str


NOT_ASSESSED = Judgement(AssessmentStatus.NOT_ASSESSED, "", None, False, "")


def judgement(scale: list[dict[str, Any]], *, level: str, na_reason: str) -> Judgement:
    """What a level of the audit's own scale means; "" takes the rating back.

    Raises:
        UserError: when the level is not on the scale, or "not applicable" has no reason.
    """
    if not level:
        return NOT_ASSESSED
    row = next((row for row in scale if row["code"] == level), None)
    if row is None:
        raise UserError(_("This level is not on the scale of the audit."))
    if not row["is_excluded"]:
        return Judgement(AssessmentStatus.RATED, level, row["points"], row["is_conform"], "")
    reason = clean_text(na_reason).strip()
    if not reason:
        raise UserError(_("Say why the requirement does not apply: the reason is mandatory."))
    return Judgement(AssessmentStatus.NOT_APPLICABLE, level, None, False, reason)


@transaction.atomic
def rate(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    assessment: Assessment,
    version: int,
    level: str,
    na_reason: str = "",
    departure: str = "",
    by: User,
    at: datetime,
) -> Assessment:
    """Give a level, or take it back with "". Returns the row as saved.

    ``departure`` says why the level is not the one that the measures propose; the reason of "not
    applicable" says it too.

    Raises:
        EditConflictError: when somebody changed the row since ``version``.
        NotAvailableError: when the audit is validated.
        DepartureNeededError: when the level departs from what is proposed, without a reason.
        UserError: see `judgement`.
    """
    _require_open(assessment)
    new = judgement(assessment.audit.scale, level=level, na_reason=na_reason)
    offer = proposals.offer_for(assessment, at=at)
    reason = clean_text(departure).strip() or new.na_reason
    proposals.require_reason(offer, level=level, reason=reason)
    row = _write(assessment, version=version, values=_values(new), action=RATED, by=by, at=at)
    proposals.keep_choice(row, offer, reason=reason, by=by, at=at)
    return row


@transaction.atomic
def retain_proposal(
    *, assessment: Assessment, version: int, level: str, by: User, at: datetime
) -> Assessment:
    """Rate as the measures propose, with what they say as the comment where there is none.

    ``level`` is the one that was on the screen.

    Raises:
        NotAvailableError: when the measures propose another rating by now, or none. Else as `rate`.
    """
    offer = proposals.offer_for(assessment, at=at)
    if offer is None or not level or offer.level != level:
        raise NotAvailableError(
            _("The measures have changed: the proposal is no longer the one you saw.")
        )
    row = rate(assessment=assessment, version=version, level=level, by=by, at=at)
    if not row.comment.strip():
        reason = reason_text([kept(one) for one in offer.measured])
        values = {"comment": _("Proposal of the measures retained. %s") % reason}
        _write(row, version=row.version, values=values, action=COMMENTED, by=by, at=at)
    return row


@transaction.atomic
def comment(
    *, assessment: Assessment, version: int, text: str, by: User, at: datetime
) -> Assessment:
    """Replace the comment. Raises as `rate`."""
    _require_open(assessment)
    values = {"comment": clean_text(text)}
    return _write(assessment, version=version, values=values, action=COMMENTED, by=by, at=at)


@transaction.atomic
def undo(*, assessment: Assessment, version: int, by: User, at: datetime) -> Assessment:
    """Take back the user's own last change, when it is still the last one.

    Raises:
        NotAvailableError: when there is nothing of the user's to take back.
        EditConflictError: when somebody changed the row since.
    """
    _require_open(assessment)
    entry = last_change(assessment)
    if entry is None or entry.actor != str(by.key) or entry.action not in UNDOABLE:
        raise NotAvailableError(_("There is no change of yours to undo here."))
    if entry.action == RATED:
        proposals.forget_choice(assessment)
    return _write(
        assessment, version=version, values=dict(entry.before), action=UNDONE, by=by, at=at
    )


def assign(
    *, assessment: Assessment, to: User | None, due: date | None = None, by: User, at: datetime
) -> None:
    """Give the requirement to a contributor, or to nobody; see `audits.actions.assignment`."""
    assignment.assign(audit=assessment.audit, rows=[assessment.pk], to=to, due=due, by=by, at=at)
    assessment.assigned_to, assessment.due_date = to, due


def last_change(assessment: Assessment) -> JournalEntry | None:
    """The newest journal row about the rating or comment; None before the first change."""
    rows = JournalEntry.objects.of(KIND, assessment.pk)
    return rows.filter(action__in=(*UNDOABLE, UNDONE)).first()


def _write(  # noqa: PLR0913 -- keyword-only, one line each
    row: Assessment, *, version: int, values: dict[str, Any], action: str, by: User, at: datetime
) -> Assessment:
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    rating = action == RATED or "status" in values
    if rating:
        values = values | {"shape": rollup.shape_of(row)}
    changed = Assessment.objects.filter(pk=row.pk, version=version).update(
        **values, version=F("version") + 1, updated_at=at, updated_by=by
    )
    if not changed:
        raise EditConflictError(
            _("Somebody changed this requirement meanwhile. Nothing was overwritten."),
            Assessment.objects.select_related("updated_by").get(pk=row.pk),
        )
    row.version, row.updated_at, row.updated_by = version + 1, at, by
    row.shape = values.get("shape", row.shape)
    if rating:
        rollup.refresh_section(
            audit_id=row.audit_id, section_id=row.section_id, site_id=row.site_id
        )
    after = {name: getattr(row, name) for name in before}
    change = journal.Change(action, KIND, row.pk, row.code, before=before, after=after)
    journal.record(change, stream=_stream(row), by=by, at=at)
    return row


def _values(new: Judgement) -> dict[str, Any]:
    return {
        "status": new.status,
        "level": new.level,
        "points": new.points,
        "is_conform": new.is_conform,
        "na_reason": new.na_reason,
    }


def _require_open(assessment: Assessment) -> None:
    if not assessment.audit.is_open:
        raise NotAvailableError(_("The audit is validated: its ratings no longer change."))


def _stream(assessment: Assessment) -> str:
    return journal.organisation_stream(assessment.audit.organisation.key)
