"""What stands in the way of concluding an audit, in words; and what was concluded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.enums import AuditeePosition
from audits.logic.conclusion import Obstacle, ObstacleKind
from audits.models import Audit, AuditConclusion, Finding

_DISAGREE = (AuditeePosition.RESERVED, AuditeePosition.DISPUTED)


@dataclass(frozen=True, slots=True)
class ObstacleLine:
    """One thing in the way: a sentence, and where it is settled."""

    kind: str
    text: str
    url: str
    refuses: bool


def obstacle_lines(audit: Audit, obstacles: Iterable[Obstacle]) -> list[ObstacleLine]:
    """In words, in the order given."""
    return [
        ObstacleLine(
            one.kind.value, obstacle_text(one.kind, one.count), _url(audit, one.kind), one.refuses
        )
        for one in obstacles
    ]


def accepted_lines(conclusion: AuditConclusion) -> list[str]:
    """What was missing and accepted, in words."""
    kept = {ObstacleKind(code): count for code, count in conclusion.accepted.items()}
    return [obstacle_text(kind, kept[kind]) for kind in ObstacleKind if kind in kept]


def obstacle_text(kind: ObstacleKind, count: int) -> str:
    """A sentence about one obstacle."""
    return _TEXTS[kind](count) % {"n": count}


def disagreements(audit: Audit) -> list[Finding]:
    """Findings that the auditee disputes, or accepts with reservations: one query."""
    rows = audit.findings.presented().filter(position__in=_DISAGREE)
    related = ("grade", "assessment__site", "position_by")
    return list(rows.select_related(*related).order_by("number"))


_TEXTS: dict[ObstacleKind, Callable[[int], str]] = {
    ObstacleKind.NOTHING_RATED: lambda _n: _("no requirement is rated"),
    ObstacleKind.NOT_EXAMINED: lambda n: ngettext(
        "%(n)s requirement was not examined", "%(n)s requirements were not examined", n
    ),
    ObstacleKind.DRAFTS: lambda n: ngettext(
        "%(n)s finding is a draft and was not presented",
        "%(n)s findings are drafts and were not presented",
        n,
    ),
    ObstacleKind.NOT_REVIEWED: lambda n: ngettext(
        "%(n)s piece of evidence was not reviewed", "%(n)s pieces of evidence were not reviewed", n
    ),
    ObstacleKind.NO_POSITION: lambda n: ngettext(
        "on %(n)s finding the audited organisation has not taken position",
        "on %(n)s findings the audited organisation has not taken position",
        n,
    ),
    ObstacleKind.OPEN_SAMPLES: lambda n: ngettext(
        "%(n)s sample is not concluded", "%(n)s samples are not concluded", n
    ),
    ObstacleKind.NO_CLOSING_MEETING: lambda _n: _("no closing meeting is recorded"),
}


def _url(audit: Audit, kind: ObstacleKind) -> str:
    grid = reverse("audits:grid", args=[audit.key])
    findings = f"{reverse('audits:finding-list')}?dossier={audit.certification.key}"
    return {
        ObstacleKind.NOTHING_RATED: grid,
        ObstacleKind.NOT_EXAMINED: f"{grid}?filtre=a-evaluer",
        ObstacleKind.DRAFTS: reverse("audits:present-findings", args=[audit.key]),
        ObstacleKind.NOT_REVIEWED: reverse("audits:review", args=[audit.key]),
        ObstacleKind.NO_POSITION: findings,
        ObstacleKind.OPEN_SAMPLES: reverse("audits:samples", args=[audit.key]),
        ObstacleKind.NO_CLOSING_MEETING: reverse("audits:plan", args=[audit.key]),
    }[kind]
