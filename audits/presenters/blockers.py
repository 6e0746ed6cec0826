"""What blocks certification, in words, each with the way to settle it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.enums import PENDING_ACTIONS, ActionState, AssessmentStatus
from audits.logic.escalation import majors_in_effect
from audits.logic.readiness import Blocker, BlockerKind, Readiness
from audits.models import Assessment, Audit, CorrectiveAction, Finding
from audits.models.finding import reference_of
from audits.presenters.nearness import days_text
from audits.snapshots.rollups import Rollup
from crcaudit.core import prepared
from engagements.enums import Criticality, Severity

WORDING_SHOWN = 90


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """One reason why the file is not ready, in words, with the way to settle it."""

    shape: str
    label: str
    text: str
    due: str
    url: str


class Issue(NamedTuple):
    """An open finding, as much of it as the dashboard needs; ``requirement`` is a code."""

    pk: int
    key: UUID
    number: int
    title: str
    requirement: str
    severity: str

    @property
    def reference(self) -> str:
        """As the finding prints it."""
        return reference_of(self.number)


class Shortfall(NamedTuple):
    """A critical requirement rated below compliant; ``site`` is "" for the whole scope."""

    code: str
    site: str
    points: int
    text: str


def read_shortfalls(audit: Audit, rollups: Iterable[Rollup]) -> list[Shortfall]:
    """Critical requirements that block, in the order of the grid: one query, none without any."""
    if not any(row.blocking for row in rollups):
        return []
    rows = prepared.read(_shortfalls, [audit.pk], get_language() or "fr")
    return [Shortfall._make(row) for row in rows]


def _shortfalls(audits: Sequence[int], language: str) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Assessment.objects.filter(
        audit__in=audits,
        criticality=Criticality.CRITICAL,
        status=AssessmentStatus.RATED,
        is_conform=False,
    )
    return rows.order_by("position").values_list(
        "code", Coalesce("site__name", Value("")), "points", f"text_{language}"
    )


def read_issues(audit: Audit) -> list[Issue]:
    """Open findings of an audit in the order of their numbers: one query, no model rows."""
    return [
        Issue(pk, UUID(str(key)), *row) for pk, key, *row in prepared.read(_open, [audit.pk], "")
    ]


def _open(audits: Sequence[int], _language: str) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Finding.objects.open().filter(audit__in=audits).order_by("number")
    return rows.values_list("pk", "key", "number", "title", "assessment__code", "grade__severity")


def blocker_lines(
    audit: Audit,
    readiness: Readiness,
    issues: Sequence[Issue],
    shortfalls: Sequence[Shortfall],
    today: date,
) -> tuple[BlockerLine, ...]:
    """Majors and critical gaps by name; the rest by kind, with how many and where."""
    grid = reverse("audits:grid", args=[audit.key])
    majors = [issue for issue in issues if issue.severity == Severity.MAJOR]
    lines = _major_lines(audit, majors, today)
    named = {issue.requirement for issue in majors}
    lines += [
        BlockerLine(
            "major",
            _("Critical"),
            " ".join(filter(None, (row.code, row.site, Truncator(row.text).chars(WORDING_SHOWN)))),
            "",
            f"{grid}?filtre=critiques",
        )
        for row in shortfalls
        if row.code not in named
    ]
    return (*lines, *_counted_lines(audit, readiness, grid))


def _major_lines(audit: Audit, majors: Sequence[Issue], today: date) -> list[BlockerLine]:
    actions = _actions(audit) if majors else {}
    label, base = _("Major"), reverse("audits:finding-list")
    return [
        BlockerLine(
            Severity.MAJOR.value,
            label,
            f"{issue.requirement} {issue.title}",
            _still_owed(actions.get(issue.pk, ()), today),
            f"{base}{issue.key}/",
        )
        for issue in majors
    ]


def _still_owed(actions: Sequence[tuple[str, date]], today: date) -> str:
    """What keeps a finding open, from the state and the due day of its actions."""
    pending = [due for state, due in actions if state in PENDING_ACTIONS]
    if pending:
        return days_text(min(pending), today)
    done = sum(state == ActionState.DONE for state, _due in actions)
    if done:
        return ngettext("action to be verified", "actions to be verified", done)
    if actions:
        return ngettext(
            "action verified, finding to be closed",
            "actions verified, finding to be closed",
            len(actions),
        )
    return _("no action")


def _actions(audit: Audit) -> dict[int, list[tuple[str, date]]]:
    """State and due day of the actions that are not cancelled, by finding: one query."""
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    for finding, state, due in prepared.read(_standing_actions, [audit.pk], ""):
        found[finding].append((state, due))
    return found


def _standing_actions(audits: Sequence[int], _language: str) -> QuerySet[Any, tuple[Any, ...]]:
    rows = CorrectiveAction.objects.filter(finding__audit__in=audits)
    rows = rows.exclude(state=ActionState.CANCELLED)
    return rows.order_by("pk").values_list("finding", "state", "due_date")


def _counted_lines(audit: Audit, readiness: Readiness, grid: str) -> list[BlockerLine]:
    kinds = {blocker.kind: blocker for blocker in readiness.blockers}
    missing = _count(kinds.get(BlockerKind.NOT_EXAMINED))
    unproven = _count(kinds.get(BlockerKind.NO_EVIDENCE))
    lines = []
    if missing:
        text = ngettext("%(n)s requirement to rate", "%(n)s requirements to rate", missing)
        lines.append(
            BlockerLine("none", _("To rate"), text % {"n": missing}, "", f"{grid}?filtre=a-evaluer")
        )
    if unproven:
        text = ngettext(
            "%(n)s requirement without valid evidence",
            "%(n)s requirements without valid evidence",
            unproven,
        )
        lines.append(
            BlockerLine(
                "part", _("Evidence"), text % {"n": unproven}, "", f"{grid}?filtre=sans-preuve"
            )
        )
    if blocker := kinds.get(BlockerKind.TOO_MANY_MINORS):
        text = _("%(n)s minor nonconformities open, %(limit)s allowed") % {
            "n": blocker.value,
            "limit": blocker.threshold,
        }
        weight = _weight_of_minors(audit, int(blocker.value or 0))
        lines.append(BlockerLine("minor", _("Minor"), text, weight, reverse("audits:finding-list")))
    return lines


def _weight_of_minors(audit: Audit, minors: int) -> str:
    """How many major ones so many open minors amount to, "" where the scheme counts none."""
    count = majors_in_effect(majors=0, minors=minors, minors_per_major=audit.minors_per_major)
    if not count:
        return ""
    return ngettext("they count as %(n)s major", "they count as %(n)s majors", count) % {"n": count}


def _count(blocker: Blocker | None) -> int:
    return int(blocker.value or 0) if blocker else 0
