"""What the audit before found on each requirement, and what has changed there since.

Matched by requirement and site: the edition of a file does not change. A fixed number of queries,
for one requirement as for all of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.timezone import localdate

from audits.enums import ActionState
from audits.logic.since_previous import Change, Followed, Piece, changes_since
from audits.models import Assessment, Audit, CorrectiveAction, EvidenceLink, Finding
from crcaudit.accounts.models import User

Place = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Before:
    """One requirement in the earlier audit, its findings there, and what changed since."""

    audit: Audit
    level: str
    na_reason: str
    comment: str
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]


def before_of(
    audit: Audit, rows: Iterable[Assessment], user: User, *, today: date
) -> dict[int, Before]:
    """By id of the assessment, for those that the earlier audit had too: five queries, or none.

    Empty when the audit follows none. Findings are those that ``user`` may know of.
    """
    now = {(row.requirement_id, row.site_id): row.pk for row in rows}
    if audit.previous_id is None or not now:
        return {}
    previous = Audit.objects.defer("frozen").get(pk=audit.previous_id)
    then = {
        (row.requirement_id, row.site_id): row
        for row in Assessment.objects.filter(
            audit=previous, requirement__in={requirement for requirement, _site in now}
        )
    }
    both = {place: (then[place], now[place]) for place in now if place in then}
    reader = _Reader(previous, [(row.pk, pk) for row, pk in both.values()], user)
    return {
        pk: Before(
            audit=previous,
            level=row.level,
            na_reason=row.na_reason,
            comment=row.comment,
            findings=reader.findings_of(row.pk),
            changes=reader.changes(row.pk, pk, today=today),
        )
        for row, pk in both.values()
    }


def rating_before(row: Assessment) -> tuple[str, str]:
    """Level and reason for "not applicable" in the audit before, "" without: one query."""
    found = Assessment.objects.filter(
        audit=row.audit.previous_id, requirement=row.requirement_id, site=row.site_id
    )
    return found.values_list("level", "na_reason").first() or ("", "")


class _Reader:
    """Evidence, findings and actions of the same requirements in two audits: three queries."""

    def __init__(self, previous: Audit, pairs: Sequence[tuple[int, int]], user: User) -> None:
        self.since = localdate(previous.validated_at)
        keys = [pk for pair in pairs for pk in pair]
        self.links: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        for link in _links(keys):
            self.links[link["assessment"]][link["evidence"]] = link
        self.findings: dict[int, list[Finding]] = defaultdict(list)
        found = Finding.objects.visible_to(user).presented().filter(assessment__in=keys)
        for finding in found.select_related("grade").order_by("number"):
            self.findings[finding.assessment_id].append(finding)
        self.actions: dict[int, list[CorrectiveAction]] = defaultdict(list)
        known = [finding.pk for rows in self.findings.values() for finding in rows]
        actions = CorrectiveAction.objects.filter(finding__in=known)
        for action in actions.exclude(state=ActionState.CANCELLED).order_by("number"):
            self.actions[action.finding_id].append(action)

    def findings_of(self, pk: int) -> tuple[Finding, ...]:
        """Those of one assessment."""
        return tuple(self.findings.get(pk, ()))

    def changes(self, then: int, now: int, *, today: date) -> tuple[Change, ...]:
        """What changed from one assessment to the other."""
        findings = [*self.findings_of(then), *self.findings_of(now)]
        actions = [action for row in findings for action in self.actions.get(row.pk, ())]
        before, after = self.links.get(then, {}), self.links.get(now, {})
        return changes_since(
            pieces=[_piece(before.get(pk), after.get(pk)) for pk in before | after],
            findings=[
                Followed(
                    label=f"{row.reference} {row.title}",
                    opened_on=_day(row.presented_at),
                    closed_on=_day(row.closed_at),
                )
                for row in findings
            ],
            actions=[
                Followed(
                    label=str(row), done_on=_day(row.done_at), verified_on=_day(row.verified_at)
                )
                for row in actions
            ],
            since=self.since,
            today=today,
        )


def _links(keys: Sequence[int]) -> Iterable[Any]:
    return (
        EvidenceLink.objects.filter(assessment__in=keys, unlinked_at=None)
        .order_by("evidence__number")
        .values(
            "assessment",
            "evidence",
            "evidence__number",
            "evidence__title",
            "evidence__valid_until",
            "evidence__withdrawn_at",
            "pinned__number",
        )
        .annotate(newest=Max("evidence__versions__number"))
    )


def _piece(then: dict[str, Any] | None, now: dict[str, Any] | None) -> Piece:
    known: dict[str, Any] = now or then or {}
    return Piece(
        label=f"P-{known['evidence__number']:03d} {known['evidence__title']}",
        was_linked=then is not None,
        is_linked=now is not None,
        version_then=then["pinned__number"] if then else None,
        version_now=known["newest"],
        valid_until=known["evidence__valid_until"],
        withdrawn_on=_day(known["evidence__withdrawn_at"]),
    )


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment is not None else None
