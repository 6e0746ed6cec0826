"""The history of one object, read from the journal, with people by name and codes in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import (
    alert_words,
    committee_words,
    control_words,
    cycle_words,
    decision_words,
    history_words,
    listening_words,
    request_words,
    sample_words,
    scorecard_words,
    sharing_words,
    survey_words,
)
from audits.enums import (
    ActionState,
    AssessmentStatus,
    AuditeePosition,
    AuditKind,
    AuditState,
    CauseMethod,
    CertificationState,
    Channel,
    Confidentiality,
    FindingState,
    ReviewVerdict,
    TeamRole,
)
from audits.sample_enums import SampleState
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text, datetime_text
from crcaudit.core.models import JournalEntry

SHOWN, LONG = 50, 120

ACTIONS: Mapping[str, str | Promise] = {
    **history_words.ACTIONS,
    **sample_words.ACTIONS,
    **cycle_words.ACTIONS,
    **request_words.ACTIONS,
    **sharing_words.ACTIONS,
    **decision_words.ACTIONS,
    **control_words.ACTIONS,
    **listening_words.ACTIONS,
    **alert_words.ACTIONS,
    **committee_words.ACTIONS,
    **scorecard_words.ACTIONS,
    **survey_words.ACTIONS,
}
# A row that creates an object repeats the whole form, which the page shows anyway.
CREATED = frozenset(
    {
        *("certification.opened", "evidence.added", "finding.written", "action.planned"),
        *("sample.prepared", "sample.drawn", "request.asked"),
        *alert_words.CREATED,
        *committee_words.CREATED,
        *scorecard_words.CREATED,
    }
)
FIELDS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "scope": gettext_lazy("Scope"),
    "subcontractors": gettext_lazy("Subcontractors"),
    "channels": gettext_lazy("Channels"),
    "sites": gettext_lazy("Sites"),
    "target_date": gettext_lazy("Certification audit"),
    "opens_on": gettext_lazy("Access from"),
    "closes_on": gettext_lazy("Access until"),
    "declared_links": gettext_lazy("Declared links"),
    "kind": gettext_lazy("Kind"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "level": gettext_lazy("Level"),
    "na_reason": gettext_lazy("Reason for not applicable"),
    "comment": gettext_lazy("Comment"),
    "assigned_to": gettext_lazy("Assigned to"),
    "fact_date": gettext_lazy("Date of the fact"),
    "valid_until": gettext_lazy("Valid until"),
    "confidentiality": gettext_lazy("Confidentiality"),
    "url": gettext_lazy("Address"),
    "note": gettext_lazy("Note"),
    "file_name": gettext_lazy("File"),
    "grade": gettext_lazy("Grade"),
    "required": gettext_lazy("Required"),
    "found": gettext_lazy("Found"),
    "consequence": gettext_lazy("Consequence"),
    "next_step": gettext_lazy("Next step"),
    "found_date": gettext_lazy("Found on"),
    "evidence": gettext_lazy("Evidence"),
    "page": gettext_lazy("Page"),
    "review": gettext_lazy("Review"),
    "position": gettext_lazy("Position"),
    "position_comment": gettext_lazy("Reason of the position"),
    "correction": gettext_lazy("Immediate correction"),
    "extent": gettext_lazy("Extent"),
    "cause_method": gettext_lazy("Method"),
    "root_cause": gettext_lazy("Root cause"),
    "statement": gettext_lazy("What the proof shows"),
    "description": gettext_lazy("Description"),
    "owner": gettext_lazy("Owner"),
    "person": gettext_lazy("To"),
    "due_date": gettext_lazy("Due date"),
    "effort_days": gettext_lazy("Effort (days)"),
    **sample_words.FIELDS,
    **cycle_words.FIELDS,
    **request_words.FIELDS,
    **sharing_words.FIELDS,
    **decision_words.FIELDS,
    **control_words.FIELDS,
    **listening_words.FIELDS,
    **alert_words.FIELDS,
    **committee_words.FIELDS,
    **scorecard_words.FIELDS,
}
BRIEF = {
    **cycle_words.BRIEF,
    **sharing_words.BRIEF,
    **control_words.BRIEF,
    **listening_words.BRIEF,
    **survey_words.BRIEF,
}
PLACES = {field: place for place, field in enumerate(FIELDS)}
PEOPLE = frozenset({"owner", "assigned_to", "person", *control_words.PEOPLE, *alert_words.PEOPLE})
DATES = frozenset(
    ("target_date", "found_date", "due_date", "fact_date", "valid_until", "opens_on", "closes_on")
).union(
    *(cycle_words.DATES, sharing_words.DATES, decision_words.DATES),
    *(control_words.DATES, alert_words.DATES, committee_words.DATES, scorecard_words.DATES),
)
STATES: Mapping[str, Mapping[str, str | Promise]] = {
    "certification": dict(CertificationState.choices),
    "audit": dict(AuditState.choices),
    "finding": dict(FindingState.choices),
    "action": dict(ActionState.choices),
    "sample": dict(SampleState.choices),
    **cycle_words.STATES,
    **request_words.STATES,
    **listening_words.STATES,
    **alert_words.STATES,
    **committee_words.STATES,
    **scorecard_words.STATES,
    **survey_words.STATES,
}
WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "kind": dict(AuditKind.choices),
    "status": dict(AssessmentStatus.choices),
    "channels": dict(Channel.choices),
    "confidentiality": dict(Confidentiality.choices),
    "position": dict(AuditeePosition.choices),
    "cause_method": dict(CauseMethod.choices),
    "review": dict(ReviewVerdict.choices),
    **sample_words.CODES,
    **cycle_words.CODES,
    **sharing_words.CODES,
    **decision_words.CODES,
    **control_words.CODES,
    **listening_words.CODES,
    **alert_words.CODES,
    **committee_words.CODES,
    **scorecard_words.CODES,
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, from and to, in words; "" stands for nothing. Long texts are folded away."""

    label: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Whether the page shows the texts only when asked."""
        return len(self.before) + len(self.after) > LONG


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One row of the journal."""

    at: datetime
    who: str
    what: str
    reason: str
    changes: tuple[FieldChange, ...]


def history_of(
    kind: str, key: object, *, words: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[HistoryLine, ...]:
    """The newest rows about one object, newest first, in two queries.

    ``words`` adds labels of codes by field, such as the grades of a scheme.
    """
    entries = list(JournalEntry.objects.of(kind, key)[:SHOWN])
    names = _names(entries)
    known = {**WORDS, "state": STATES.get(kind, {}), **(words or {})}
    return tuple(_line(entry, names, known) for entry in entries)


def _line(
    entry: JournalEntry, names: Mapping[str, str], words: Mapping[str, Mapping[str, Any]]
) -> HistoryLine:
    return HistoryLine(
        at=entry.at,
        who=names.get(entry.actor, _("deleted account")) if entry.actor else _("The system"),
        what=str(ACTIONS.get(entry.action, entry.action)),
        reason=entry.reason,
        changes=() if entry.action in CREATED else tuple(_changes(entry, names, words)),
    )


def _changes(
    entry: JournalEntry, names: Mapping[str, str], words: Mapping[str, Mapping[str, Any]]
) -> Iterator[FieldChange]:
    # In an order of ours: PostgreSQL does not keep the one in which the keys were written.
    fields = {**entry.before, **entry.after}
    for field in sorted(fields, key=lambda name: (PLACES.get(name, len(PLACES)), name)):
        label = FIELDS.get(field) or names.get(field)
        if label is None or field not in BRIEF.get(entry.action, fields):
            continue
        before, after = (
            _shown(field, row.get(field), names, words) for row in (entry.before, entry.after)
        )
        if before != after:
            yield FieldChange(str(label), before, after)


def _shown(
    field: str,
    value: Any,
    names: Mapping[str, str],
    words: Mapping[str, Mapping[str, Any]],
) -> str:
    """A value of the journal in words."""
    if isinstance(value, list):
        return ", ".join(_shown(field, item, names, words) for item in value)
    if value is None or value == "":
        return ""
    if field in PEOPLE:
        return names.get(value, _("deleted account"))
    if field in DATES or field in cycle_words.MOMENTS:
        return _time_text(field, value)
    if field in names:  # a person of the audit team, with their role
        return str(TeamRole(value).label)
    return str(words.get(field, {}).get(value, value))


def _time_text(field: str, value: str) -> str:
    if field in DATES:
        return date_text(date.fromisoformat(value), short=True)
    return datetime_text(datetime.fromisoformat(value), short=True)


def _names(entries: Iterable[JournalEntry]) -> dict[str, str]:
    """Names of everybody that the rows mention, by key."""
    keys: set[str] = set()
    for entry in entries:
        keys.add(entry.actor)
        for row in (entry.before, entry.after):
            for field in PEOPLE & row.keys():
                keys |= set(row[field]) if isinstance(row[field], list) else {row[field]}
            keys |= {field for field in row if _is_key(field)}
    people = User.objects.filter(key__in=[key for key in keys if _is_key(key)])
    return {str(user.key): str(user) for user in people}


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
