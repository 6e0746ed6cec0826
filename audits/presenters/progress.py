"""Progress of an audit: tree, counts and filters, from the roll-ups alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy

from audits.actions.rollup import RANKS, sums
from audits.enums import AssessmentStatus
from audits.logic.gap import Gap
from audits.models import Assessment, Audit, proven_on
from audits.snapshots.rollups import SUMS, Rollup, pooled, stored_rollups
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role
from crcaudit.core.text import clean_line

LONGEST_KEY = 18  # digits of a 64-bit key
LONGEST_SITE = 120

FILTERS = (
    ("a-evaluer", gettext_lazy("To rate")),
    ("sans-preuve", gettext_lazy("Without evidence")),
    ("ecarts", gettext_lazy("Gaps")),
    ("critiques", gettext_lazy("Critical ones")),
    ("toutes", gettext_lazy("All")),
)
# Only for an audit that follows another one; whether it changed since. Not counted: see `Progress`.
SINCE = {"changees": True, "inchangees": False}
SINCE_LABELS = {
    "changees": gettext_lazy("Changed since the audit before"),
    "inchangees": gettext_lazy("Without change since"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What the address asks for: an engagement or a filter, a site, a requirement."""

    engagement: str
    filter: str
    site: str
    requirement: int | None

    @classmethod
    def of(cls, query: QueryDict) -> "Selection":
        """Read the query string; anything unknown or malformed is left out."""
        chosen = query.get("filtre", "")
        number = query.get("exigence", "")
        known = {name for name, _label in FILTERS} | SINCE.keys()
        return cls(
            engagement=query.get("engagement", "")[:20],
            filter=chosen if chosen in known else "",
            site=clean_line(query.get("site", ""))[:LONGEST_SITE],
            requirement=int(number) if number.isdecimal() and len(number) <= LONGEST_KEY else None,
        )


@dataclass(slots=True)
class Node:
    """A line of the tree: a domain or an engagement, with how much of it is settled."""

    pk: int
    code: str
    title: str
    domain: int
    domain_code: str
    domain_title: str
    settled: int = 0
    total: int = 0
    children: list["Node"] = field(default_factory=list)

    def add(self, row: Rollup) -> None:
        """Count one roll-up in."""
        self.settled += row.examined + row.not_applicable
        self.total += row.total


@dataclass(frozen=True, slots=True)
class Progress:
    """Figures of the page head and of the filters, from the roll-ups alone."""

    gap: Gap
    blocking: int
    critical: int

    @property
    def settled(self) -> int:
        """Rated or not applicable."""
        return self.gap.examined + self.gap.not_applicable

    @property
    def unsettled(self) -> int:
        """Applicable but not rated."""
        return self.gap.applicable - self.gap.examined

    def count(self, name: str) -> int:
        """How many requirements a filter keeps."""
        gap = self.gap
        return {
            "a-evaluer": gap.applicable - gap.examined,
            "sans-preuve": gap.applicable - gap.with_evidence,
            "ecarts": gap.examined - gap.conform,
            "critiques": self.critical,
            "toutes": gap.total,
        }[name]


def read_rollups(audit: Audit, user: User) -> list[Rollup]:
    """Roll-ups of what the user sees of the audit: stored ones, or sums of the visible part."""
    whole = has_role(user, audit.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)
    if whole or user.__dict__.get("_team_roles", {}).get(audit.pk):
        return stored_rollups({audit.pk: audit.evidence_day(localdate())})[audit.pk]
    return _summed(audit, user)


def _summed(audit: Audit, user: User) -> list[Rollup]:
    title = f"title_{get_language() or 'fr'}"
    groups = (
        Assessment.objects.visible_to(user)
        .filter(audit=audit)
        .order_by("section__parent__position", "section__position", "site__name")
        .values(
            "section",
            "section__code",
            f"section__{title}",
            "section__parent",
            "section__parent__code",
            f"section__parent__{title}",
            "site__name",
        )
        .annotate(
            **sums(),
            with_evidence=Count("pk", filter=proven_on(audit.evidence_day(localdate()))),
        )
    )
    rows: list[dict[str, Any]] = list(groups)
    return [
        Rollup(
            section=row["section"],
            code=row["section__code"],
            title=row[f"section__{title}"],
            domain=row["section__parent"],
            domain_code=row["section__parent__code"],
            domain_title=row[f"section__parent__{title}"],
            site=row["site__name"] or "",
            weight=row["weight_sum"],
            worst=RANKS[row["worst"]],
            with_evidence=row["with_evidence"],
            **{name: row[name] for name in SUMS if name not in {"weight", "worst"}},
        )
        for row in rows
    ]


def tree(rollups: Iterable[Rollup]) -> list[Node]:
    """Domains with their engagements, in the order of the edition."""
    domains: dict[int, Node] = {}
    engagements: dict[int, Node] = {}
    for row in rollups:
        names = (row.domain, row.domain_code, row.domain_title)
        domain = domains.setdefault(row.domain, Node(*names, *names))
        domain.add(row)
        if row.section not in engagements:
            node = Node(row.section, row.code, row.title, *names)
            engagements[row.section] = node
            domain.children.append(node)
        engagements[row.section].add(row)
    return list(domains.values())


def progress(audit: Audit, rollups: Sequence[Rollup]) -> Progress:
    """Pool the roll-ups for the page head."""
    return Progress(
        gap=pooled(rollups, max_points=audit.max_points),
        blocking=sum(row.blocking for row in rollups),
        critical=sum(row.critical for row in rollups),
    )


def filter_options(chosen: Selection, counts: Progress, audit: Audit) -> list[dict[str, Any]]:
    """The chips under the tree: label, count, address; the active one leads back.

    The count is "" for what only a reading of every requirement could tell.
    """
    site = {"site": chosen.site} if chosen.site else {}
    since = SINCE_LABELS.items() if audit.previous_id is not None else ()
    counted = [(name, label, counts.count(name)) for name, label in FILTERS]
    return [
        {
            "label": label,
            "count": count,
            "active": chosen.filter == name,
            "url": _address(site if chosen.filter == name else {"filtre": name} | site),
        }
        for name, label, count in (*counted, *((name, label, "") for name, label in since))
    ]


def site_options(chosen: Selection, rollups: Iterable[Rollup]) -> list[dict[str, Any]]:
    """One chip per site of an audit rated site by site; empty for the others."""
    kept = {
        name: value
        for name, value in (("engagement", chosen.engagement), ("filtre", chosen.filter))
        if value
    }
    return [
        {
            "label": site,
            "active": chosen.site == site,
            "url": _address(kept if chosen.site == site else kept | {"site": site}),
        }
        for site in sorted({row.site for row in rollups if row.site})
    ]


def _address(query: dict[str, str]) -> str:
    return "?" + urlencode(query)


def count_seen(audits: Sequence[Audit], user: User) -> None:
    """Give each audit ``settled`` and ``total`` of the requirements that the user sees.

    One query, none without an audit.
    """
    if not audits:
        return
    counted = (
        Assessment.objects.visible_to(user)
        .filter(audit__in=audits)
        .order_by()
        .values("audit")
        .annotate(
            total=Count("pk"),
            settled=Count("pk", filter=~Q(status=AssessmentStatus.NOT_ASSESSED)),
        )
    )
    figures = {row["audit"]: (row["settled"], row["total"]) for row in counted}
    for audit in audits:
        audit.settled, audit.total = figures.get(audit.pk, (0, 0))  # type: ignore[attr-defined]
