"""Rows of the tables of an audit document, every cell ready to print in the active language."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from audits.logic.gap import Gap, Rating
from audits.snapshots import (
    ActionView,
    AuditSnapshot,
    DomainView,
    EngagementView,
    EvidenceView,
    FindingView,
    RequirementView,
    ScaleLevelView,
)
from crcaudit.core.formats import date_text, filesize, number, points
from crcaudit.core.verdicts import VERDICTS
from reports.builders.styles import marked
from reports.builders.summary import requirements
from reports.builders.words import DASH, in_points, limit, pooled, score, typo

Row = dict[str, object]

# Worst first; findings that are facts and not gaps come last.
SEVERITIES = ("major", "minor", "watch", "improve", "strong", "note")


def scale(levels: Iterable[ScaleLevelView]) -> list[Row]:
    """Levels of the rating scale, in the scheme's order."""
    return [
        {
            "letter": level.letter,
            "shape": level.shape,
            "words": marked(level.shape, level.label),
            "points": level.points,
            "is_conform": level.is_conform,
        }
        for level in levels
    ]


def domain_section(domain: DomainView, snapshot: AuditSnapshot) -> Row:
    """One domain of the results: its figures and its engagements with their requirements."""
    gap, asked = domain.gap, snapshot.thresholds.domain_score
    shapes = {level.code: level.shape for level in snapshot.scale}
    return {
        "id": f"d-{domain.code}",
        "code": domain.code,
        "title": typo(domain.title),
        "score": pooled(gap, asked),
        "threshold": limit(asked),
        "gap": points(gap.gap),
        "baseline": "" if domain.baseline is None else score(domain.baseline),
        "counts": _counts(gap),
        "engagements": [_engagement(view, shapes) for view in domain.engagements],
    }


def _counts(gap: Gap) -> str:
    """What became of the requirements; kinds that have none are left out."""
    left = gap.applicable - gap.examined
    parts = (
        (gap.examined, ngettext("%(count)s examined", "%(count)s examined", gap.examined)),
        (gap.conform, ngettext("%(count)s conform", "%(count)s conform", gap.conform)),
        (
            gap.not_applicable,
            ngettext("%(count)s not applicable", "%(count)s not applicable", gap.not_applicable),
        ),
        (left, ngettext("%(count)s not assessed", "%(count)s not assessed", left)),
    )
    total = ngettext("%(count)s requirement", "%(count)s requirements", gap.total)
    words = [text % {"count": count} for count, text in parts if count]
    return f"{total % {'count': gap.total}}, {', '.join(words)}"


def _engagement(view: EngagementView, shapes: dict[str, str]) -> Row:
    return {
        "code": view.code,
        "text": typo(view.text),
        "shape": view.shape,
        "verdict": str(VERDICTS[view.shape].label),
        "score": pooled(view.gap),
        "rows": [_requirement(row, shapes) for row in view.requirements],
    }


def _requirement(view: RequirementView, shapes: dict[str, str]) -> Row:
    level_shape, level = _level(view, shapes)
    return {
        "code": view.code,
        "site": view.site,
        "text": typo(view.text),
        "notes": "\n".join(_notes(view)),
        "criticality": view.criticality_label,
        "is_critical": view.criticality == "critical",
        "shape": level_shape,
        "level": marked(level_shape, level),
        # An open finding can make the verdict worse than the level: then both are shown.
        "worse_shape": view.shape if view.shape != level_shape else "",
        "worse": marked(view.shape, str(VERDICTS[view.shape].label))
        if view.shape != level_shape
        else "",
        "evidence": ", ".join(view.evidence) or DASH,
        "findings": ", ".join(view.findings) or DASH,
        "gap": in_points(view.gap),
    }


def _level(view: RequirementView, shapes: dict[str, str]) -> tuple[str, str]:
    if view.rating == Rating.RATED:
        return shapes.get(view.level, view.shape), view.level_label
    return view.shape, str(VERDICTS[view.shape].label)


def _notes(view: RequirementView) -> Iterator[str]:
    if view.indicator:
        yield typo(_("Indicator: %(indicator)s") % {"indicator": view.indicator})
    if view.na_reason:
        yield typo(_("Not applicable: %(reason)s") % {"reason": view.na_reason})
    if view.comment:
        yield typo(view.comment)
    if view.proposal:
        yield typo(view.proposal)


def finding_groups(findings: Sequence[FindingView]) -> list[Row]:
    """Findings by severity, worst first, each group under its own grade's name."""
    ordered = sorted(findings, key=lambda view: _rank(view.severity))
    return [
        {
            "severity": severity,
            "label": views[0].grade_label,
            "count": len(views),
            "id": f"s-{severity}",
            "findings": [_sheet(view) for view in views],
        }
        for severity, members in groupby(ordered, key=lambda view: view.severity)
        for views in [list(members)]
    ]


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _sheet(view: FindingView) -> Row:
    texts = [(name, text) for name, text in _sheet_texts(view) if text]
    pairs = [
        (texts[i], texts[i + 1] if i + 1 < len(texts) else ()) for i in range(0, len(texts), 2)
    ]
    return {
        "reference": view.reference,
        "title": typo(view.title),
        "shape": view.shape,
        "grade": marked(view.shape, f"{view.grade_label} {view.reference}"),
        "facts": _sheet_facts(view),
        "pairs": pairs,
    }


def _sheet_facts(view: FindingView) -> str:
    """Requirement, site, state and dates in one line."""
    facts = [
        view.requirement,
        view.site,
        view.state_label,
        _("found on %(day)s") % {"day": date_text(view.found_date)},
    ]
    if view.due_date:
        facts.append(_("due by %(day)s") % {"day": date_text(view.due_date)})
    return " · ".join(fact for fact in facts if fact)


def _sheet_texts(view: FindingView) -> tuple[tuple[str, str], ...]:
    """What the sheet says, two by two: asked and found, proof and effect, remedy."""
    actions = "\n".join(_action_line(action) for action in view.actions)
    return (
        (pgettext("finding sheet", "Required"), typo(view.required)),
        (pgettext("finding sheet", "Found"), typo(view.found)),
        (pgettext("finding sheet", "Evidence"), typo("\n".join(view.evidence))),
        (pgettext("finding sheet", "Consequence"), typo(view.consequence)),
        (pgettext("finding sheet", "Next step"), typo(view.next_step)),
        (pgettext("finding sheet", "Actions"), typo(actions)),
        (pgettext("finding sheet", "Position of the auditee"), _position(view)),
    )


def _action_line(action: ActionView) -> str:
    words = f"{action.reference} {action.title}"
    facts = [action.owner, date_text(action.due_date, short=True), action.state_label]
    return f"{words} ({', '.join(fact for fact in facts if fact)})"


def action_groups(findings: Sequence[FindingView]) -> list[Row]:
    """The action plan by severity of the finding, worst first; groups without action left out."""
    ordered = sorted(findings, key=lambda view: _rank(view.severity))
    groups: list[Row] = []
    for _severity, members in groupby(ordered, key=lambda view: view.severity):
        views = list(members)
        actions = [_action(view, action) for view in views for action in view.actions]
        if actions:
            first = views[0]
            label = marked(first.shape, first.grade_label)
            groups.append({"label": label, "shape": first.shape, "rows": actions})
    return groups


def _action(view: FindingView, action: ActionView) -> Row:
    return {
        "reference": action.reference,
        "finding": view.reference,
        "requirement": view.requirement,
        "title": typo(action.title),
        "owner": typo(action.owner),
        "due": date_text(action.due_date, short=True) or DASH,
        "effort": _effort(action),
        "state": action.state_label,
    }


def _effort(action: ActionView) -> str:
    days = action.effort_days
    if days is None:
        return DASH
    return number(days, decimals=0 if days.denominator == 1 else 1)


def without_action(findings: Iterable[FindingView]) -> list[str]:
    """References of nonconformities that have no action."""
    return [
        view.reference
        for view in findings
        if view.severity in {"major", "minor"} and not view.actions
    ]


def _position(view: FindingView) -> str:
    """What the auditee says of it, with the reason of a disagreement; "" while nothing."""
    parts = (view.position_label, typo(view.position_reason))
    return " · ".join(filter(None, parts))


def evidence_rows(evidence: Iterable[EvidenceView]) -> Iterator[Row]:
    """The evidence index, in the order of the snapshot."""
    for view in evidence:
        yield {
            "reference": view.reference,
            "title": typo(view.title),
            "file": view.file_name,
            "size": filesize(view.size),
            "version": view.version,
            "fact_date": date_text(view.fact_date, short=True) or DASH,
            "valid_until": date_text(view.valid_until, short=True) or DASH,
            "confidentiality": view.confidentiality,
            "requirements": ", ".join(view.requirements) or DASH,
            "sha256": _grouped(view.sha256),
        }


def _grouped(digest: str) -> str:
    """A fingerprint in groups of eight on lines of four, so that two people can compare it."""
    groups = [digest[start : start + 8] for start in range(0, len(digest), 8)]
    return "\n".join(" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))


def left_out(snapshot: AuditSnapshot, rating: Rating) -> list[Row]:
    """Requirements not assessed, or not applicable with the reason, in order."""
    return [
        {
            "code": view.code,
            "site": view.site,
            "text": typo(view.text),
            "reason": typo(view.na_reason) or DASH,
        }
        for view in requirements(snapshot.domains)
        if view.rating == rating
    ]
