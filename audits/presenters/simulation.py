"""What a simulation starts from, and what it gives: score, domains, verdict, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.logic import whatif
from audits.logic.comparison import Line
from audits.logic.gap import CRITICAL, Gap, Rated, Rating
from audits.logic.readiness import OpenFinding
from audits.logic.whatif import AboutItem, Level, Outcome
from audits.models import Assessment, Audit, CorrectiveAction, Finding
from audits.presenters.blockers import BlockerLine, Issue, Shortfall, blocker_lines
from audits.presenters.comparison import Side, domain_titles
from audits.snapshots import movement
from audits.snapshots.audit import thresholds
from audits.snapshots.common import in_language
from audits.snapshots.movement import PendingAction, ScaleLevel
from audits.ticks import Ticks
from crcaudit.accounts.models import User
from crcaudit.core.formats import number
from crcaudit.core.verdicts import VERDICTS


@dataclass(frozen=True, slots=True)
class Base:
    """One audit and what waits on it.

    ``lines``, ``items``, ``actions`` and ``texts`` are by id of the assessment, in the order of
    the grid; ``gaps`` are the ids of those that can be supposed otherwise: below compliant, not
    rated yet, or with an open finding.
    """

    audit: Audit
    lines: Mapping[int, Line]
    items: Mapping[int, Rated]
    gaps: Sequence[int]
    actions: Mapping[int, Sequence[PendingAction]]
    issues: Sequence[tuple[Issue, int]]
    scale: Sequence[ScaleLevel]
    texts: Mapping[int, str]

    @property
    def compliant(self) -> Level:
        """What finishing every action of a requirement brings it to."""
        return movement.compliant_level(self.scale).value

    @property
    def waiting(self) -> dict[int, PendingAction]:
        """Every action that can be ticked, by id."""
        return {row.pk: row for key in self.gaps for row in self.actions.get(key, ())}

    def within(self, ticks: Ticks) -> Ticks:
        """The ticks that this audit knows."""
        return ticks.within(set(self.gaps), {level.code for level in self.scale}, self.waiting)


@dataclass(frozen=True, slots=True)
class Choice:
    """A level that can be ticked; ``value`` is what the form sends."""

    value: str
    label: str
    shape: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class ActionTick:
    """A pending action that can be ticked."""

    row: PendingAction
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class GapRow:
    """One requirement that can be supposed otherwise."""

    pk: int
    code: str
    site: str
    text: str
    url: str
    now: Side
    is_critical: bool
    choices: tuple[Choice, ...]
    actions: tuple[ActionTick, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainChange:
    """One domain before and after."""

    code: str
    title: str
    before: Gap
    after: Gap

    @property
    def change(self) -> Fraction | None:
        """Score after minus before; None when either is not assessed."""
        if self.before.score is None or self.after.score is None:
            return None
        return self.after.score - self.before.score


@dataclass(frozen=True, slots=True)
class Simulation:
    """What the ticks give.

    ``effort`` is the sum of the estimates in person-days, written; ``unknown`` counts the ticked
    actions without one.
    """

    before: Outcome
    after: Outcome
    domains: tuple[DomainChange, ...]
    blockers: tuple[BlockerLine, ...]
    effort: str
    unknown: int

    @property
    def change(self) -> Fraction | None:
        """Score after minus before; None when either is not assessed."""
        if self.before.whole.score is None or self.after.whole.score is None:
            return None
        return self.after.whole.score - self.before.whole.score


def days_text(days: Fraction | int) -> str:
    """Person-days with the decimals that they have, two at most: "2,5"."""
    cents = round(days * 100)
    decimals = 2 if cents % 10 else 1 if cents % 100 else 0
    return number(days, decimals=decimals)


def base_of(audit: Audit, user: User, *, today: date) -> Base:
    """Read an audit with the pending actions that the user sees: four queries."""
    lines = {line.pk: line for line in movement.lines_of([audit], today=today)[audit.pk]}
    issues = _issues(audit)
    found = {target for _row, target in issues}
    gaps = [
        key
        for key, line in lines.items()
        if line.rating != Rating.NOT_APPLICABLE and (not line.is_conform or key in found)
    ]
    actions = movement.pending_actions(CorrectiveAction.objects.visible_to(user), audit)
    language = get_language() or "fr"
    rows = Assessment.objects.filter(audit=audit.pk, pk__in=gaps).only("text_fr", "text_en")
    return Base(
        audit=audit,
        lines=lines,
        items={key: movement.rated_of(line) for key, line in lines.items()},
        gaps=gaps,
        actions=movement.targets(actions, lines.values()),
        issues=issues,
        scale=movement.scale_of(audit, language),
        texts={row.pk: in_language(row, "text", language) for row in rows},
    )


def _issues(audit: Audit) -> list[tuple[Issue, int]]:
    """Open findings of an audit with the id of their assessment, by number: one query."""
    rows = Finding.objects.open().filter(audit=audit.pk).order_by("number")
    columns = ("pk", "key", "number", "title", "assessment__code", "grade__severity", "assessment")
    return [
        (Issue(pk, UUID(str(key)), *rest), target)
        for pk, key, *rest, target in rows.values_list(*columns)
    ]


def simulate(base: Base, ticks: Ticks, *, today: date) -> Simulation:
    """The gap and the verdict with what is ticked, beside those of the audit as it is."""
    values = {level.code: level.value for level in base.scale}
    by_hand = {key: values[code] for key, code in ticks.levels.items() if code in values}
    pending = {key: [row.pk for row in base.actions.get(key, ())] for key in base.gaps}
    levels = whatif.settled(base.items, by_hand, pending, ticks.actions, base.compliant)
    about = [
        AboutItem(OpenFinding(row.reference, row.requirement, row.title, row.severity), target)
        for row, target in base.issues
    ]
    left = whatif.still_open(about, levels, pending, ticks.actions)
    asked = thresholds(base.audit)
    supposed = whatif.supposed(base.items, levels, is_proven=ticks.is_proven)
    before = whatif.outcome(base.items.values(), [row.finding for row in about], asked)
    after = whatif.outcome(supposed.values(), left, asked)
    titles = domain_titles(base.audit)
    references = {row.reference for row in left}
    chosen = [base.waiting[pk] for pk in ticks.actions if pk in base.waiting]
    return Simulation(
        before=before,
        after=after,
        domains=tuple(
            DomainChange(code, titles.get(code, ""), before.domains[code], domain)
            for code, domain in after.domains.items()
        ),
        blockers=blocker_lines(
            base.audit,
            after.readiness,
            [issue for issue, _key in base.issues if issue.reference in references],
            _shortfalls(base, supposed),
            today,
        ),
        effort=days_text(sum(Fraction(row.effort) for row in chosen if row.effort is not None)),
        unknown=sum(1 for row in chosen if row.effort is None),
    )


def _shortfalls(base: Base, supposed: Mapping[int, Rated]) -> list[Shortfall]:
    """Critical requirements that would still be below compliant."""
    return [
        Shortfall(item.code, item.site, item.points, base.texts.get(key, ""))
        for key, item in supposed.items()
        if item.criticality == CRITICAL and item.points is not None and not item.is_conform
    ]


def gap_rows(base: Base, ticks: Ticks) -> list[GapRow]:
    """Every requirement that can be supposed otherwise, in the order of the grid."""
    grid = reverse("audits:grid", args=[base.audit.key])
    findings: dict[int, list[str]] = {}
    for issue, target in base.issues:
        findings.setdefault(target, []).append(issue.reference)
    return [
        GapRow(
            pk=key,
            code=base.lines[key].code,
            site=base.lines[key].site,
            text=base.texts.get(key, ""),
            url=f"{grid}?exigence={key}",
            now=_side(base, key),
            is_critical=base.lines[key].criticality == CRITICAL,
            choices=_choices(base, key, ticks),
            actions=tuple(
                ActionTick(row, row.pk in ticks.actions) for row in base.actions.get(key, ())
            ),
            findings=tuple(findings.get(key, ())),
        )
        for key in base.gaps
    ]


def _choices(base: Base, key: int, ticks: Ticks) -> tuple[Choice, ...]:
    """Levels above the present one, the best one last: of two that are sent, the last counts.

    What is compliant already keeps its level, and its open findings can be supposed closed.
    """
    line = base.lines[key]
    if line.is_conform:
        value = f"{key}:{line.level}"
        return (Choice(value, _("finding closed"), "ok", ticks.levels.get(key) == line.level),)
    better = [
        level
        for level in reversed(base.scale)
        if line.points is None or level.value.points > line.points
    ]
    return tuple(
        Choice(f"{key}:{level.code}", level.label, level.shape, ticks.levels.get(key) == level.code)
        for level in better
    )


def _side(base: Base, key: int) -> Side:
    line = base.lines[key]
    for level in base.scale:
        if line.rating == Rating.RATED and level.code == line.level:
            return Side(level.shape, level.label)
    return Side("none", str(VERDICTS["none"].label))
