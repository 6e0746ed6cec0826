"""The audit before, as the panel of a requirement and the review show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from audits.logic.since_previous import Change, ChangeKind
from audits.models import Assessment, Finding
from audits.presenters.scale import level_shown
from audits.snapshots.previous import Before, before_of, rating_before
from crcaudit.accounts.models import User


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in words; ``on`` is None when the day is not known."""

    label: str
    what: str
    on: date | None


@dataclass(frozen=True, slots=True)
class PreviousView:
    """The verdict of the audit before and what has changed since.

    ``level`` is proposed as it was, "" when it was not rated there or when the requirement has
    it already; ``rated`` and ``shape`` say what it was, whatever was found beside.
    """

    reference: str
    url: str
    validated_at: datetime
    level: str
    na_reason: str
    rated: str
    shape: str
    comment: str
    findings: tuple[Finding, ...]
    changes: tuple[ChangeLine, ...]


def previous_of(row: Assessment, user: User, *, today: date) -> PreviousView | None:
    """The audit before on one requirement, None when it follows none or did not have it."""
    before = before_of(row.audit, [row], user, today=today).get(row.pk)
    return _view(row, before) if before is not None else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The rating of the audit before as it may be taken over; ``level`` as in `PreviousView`."""

    level: str
    na_reason: str


def proposal_of(row: Assessment) -> Proposal | None:
    """What is left to take over, None where the audit follows none: one query, or none."""
    if row.audit.previous_id is None:
        return None
    level, na_reason = rating_before(row)
    return Proposal(_left_to_take(row, level), na_reason)


def keep(rows: Sequence[Assessment], user: User, *, changed: bool, today: date) -> list[Assessment]:
    """Of requirements of one audit, those that changed since the one before, or the others.

    What the audit before did not have counts as changed.
    """
    if not rows:
        return []
    before = before_of(rows[0].audit, rows, user, today=today)
    same = {pk for pk, one in before.items() if not one.changes}
    return [row for row in rows if (row.pk not in same) == changed]


def _view(row: Assessment, before: Before) -> PreviousView:
    assert before.audit.validated_at is not None  # noqa: S101 -- only a validated one is followed
    shape, rated = level_shown(before.audit, before.level)
    return PreviousView(
        reference=before.audit.reference,
        url=before.audit.get_absolute_url(),
        validated_at=before.audit.validated_at,
        level=_left_to_take(row, before.level),
        na_reason=before.na_reason,
        rated=rated,
        shape=shape,
        comment=before.comment or before.na_reason,
        findings=before.findings,
        changes=tuple(_line(change) for change in before.changes),
    )


def _left_to_take(row: Assessment, level: str) -> str:
    known = {one["code"] for one in row.audit.scale}
    return level if level in known and level != row.level else ""


def _line(change: Change) -> ChangeLine:
    words = {
        ChangeKind.EVIDENCE_ADDED: _("evidence added"),
        ChangeKind.EVIDENCE_REPLACED: _("newer version"),
        ChangeKind.EVIDENCE_WITHDRAWN: _("evidence withdrawn"),
        ChangeKind.EVIDENCE_UNLINKED: _("evidence not taken over"),
        ChangeKind.EVIDENCE_EXPIRED: _("evidence expired"),
        ChangeKind.ACTION_DONE: _("action done, to be verified"),
        ChangeKind.ACTION_VERIFIED: _("action verified"),
        ChangeKind.FINDING_CLOSED: _("finding closed"),
        ChangeKind.FINDING_OPENED: _("finding opened"),
    }
    return ChangeLine(change.label, words[change.kind], change.on)
