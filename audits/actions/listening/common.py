"""The row of the journal of each change, and the marks of a contact.

No initials, no comment, no reference of a contact and no free text about one ever enters the
journal, which nothing erases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits.listening_enums import CriticalEffect
from audits.logic.listening import CriticalRule, Mark, Marked, Outcome, outcome
from audits.models import ListeningCriterion, ListeningGrid, ListeningMark, ListeningSession
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import UserError


@dataclass(frozen=True, slots=True)
class MarkFields:
    """The mark of one criterion, with what was heard."""

    mark: str
    comment: str = ""


Marks = Mapping[int, MarkFields]  # by primary key of the criterion


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row of the journal is about."""

    kind: str
    key: object
    label: str
    organisation: Organisation


def record(  # noqa: PLR0913 -- keyword-only, one line each
    action: str,
    subject: Subject,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """One row of the journal; of a change, only what changed."""
    old, new = dict(before or {}), dict(after or {})
    if old and new:
        names = [name for name in new if old.get(name) != new[name]]
        old, new = ({name: row.get(name) for name in names} for row in (old, new))
    change = journal.Change(
        action, subject.kind, subject.key, subject.label, before=old, after=new, reason=reason
    )
    stream = journal.organisation_stream(subject.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)


def criteria_of(grid: ListeningGrid, marks: Marks) -> list[ListeningCriterion]:
    """The criteria in their order. Raises UserError unless each has its mark, and no other."""
    rows = list(grid.criteria.order_by("position"))
    if {row.pk for row in rows} != set(marks):
        raise UserError(_("Give every criterion of the grid a mark: nothing was saved."))
    return rows


def outcome_of(grid: ListeningGrid, rows: list[ListeningCriterion], marks: Marks) -> Outcome:
    """What the contact is worth on the grid."""
    given = [Marked(row.weight, row.is_critical, Mark(marks[row.pk].mark)) for row in rows]
    rule = CriticalRule(CriticalEffect(grid.critical_effect).value)
    return outcome(given, partly=grid.partly, rule=rule)


def set_marks(session: ListeningSession, rows: list[ListeningCriterion], marks: Marks) -> None:
    """Write the marks of a session, or write them over."""
    known = {mark.criterion_id: mark for mark in session.marks.all()}
    new: list[ListeningMark] = []
    old: list[ListeningMark] = []
    for row in rows:
        mark = known.get(row.pk) or ListeningMark(session=session, criterion=row)
        mark.mark, mark.comment = marks[row.pk].mark, marks[row.pk].comment
        (old if mark.pk else new).append(mark)
    ListeningMark.objects.bulk_create(new)
    ListeningMark.objects.bulk_update(old, ["mark", "comment"])


def marks_of(session: ListeningSession) -> dict[int, MarkFields]:
    """The marks of a session, by criterion."""
    rows = session.marks.order_by("criterion__position")
    return {row.criterion_id: MarkFields(row.mark, row.comment) for row in rows}


def score_json(found: Outcome) -> dict[str, Any]:
    """The figures as the journal holds them; the score is exact, as a fraction."""
    score = None if found.score is None else str(found.score)
    return {"score": score, "critical_errors": found.critical_errors}
