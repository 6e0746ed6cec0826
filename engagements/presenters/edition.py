"""Editions: the list, the tree with its search, the sheet of one requirement."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crcaudit.accounts.models import User
from crcaudit.core.templatetags.crc import localized
from engagements import words
from engagements.enums import Criticality, TermKind
from engagements.logic.search import matches
from engagements.models import (
    Domain,
    Edition,
    EditionTerm,
    Engagement,
    Indicator,
    Requirement,
    RequirementIndicator,
)
from engagements.presenters.common import Filter, asked


@dataclass(frozen=True, slots=True)
class Labels:
    """Vocabulary of an edition in the active language."""

    found: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, edition: Edition) -> Self:
        """One query."""
        rows = EditionTerm.objects.filter(edition=edition)
        return cls({(row.kind, row.code): localized(row, "label") for row in rows})

    def get(self, kind: TermKind, code: str) -> str:
        """Label of a code, the code itself when the edition does not name it."""
        return self.found.get((kind, code), code)

    def origin(self, code: str) -> str:
        """Where a text comes from: a source of the edition, else a degree of confidence."""
        return self.found.get((TermKind.SOURCE, code)) or self.get(TermKind.CONFIDENCE, code)


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator of a requirement; ``text`` is "" for a suggestion."""

    indicator: Indicator
    text: str
    settings: str
    source: str


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement of the tree."""

    requirement: Requirement
    criticality: str
    is_critical: bool
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class EngagementNode:
    """One engagement with the requirements kept by the search."""

    engagement: Engagement
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DomainNode:
    """One domain with the engagements kept by the search."""

    domain: Domain
    engagements: tuple[EngagementNode, ...]

    @property
    def count(self) -> int:
        """Requirements shown under the domain."""
        return sum(len(node.lines) for node in self.engagements)


@dataclass(frozen=True, slots=True)
class Search:
    """What the reader asked for: words, and one criticality or ""."""

    query: str
    criticality: str

    @classmethod
    def of(cls, data: QueryDict) -> Self:
        """From the address; anything unknown counts as not asked."""
        wanted = data.get("criticality", "")
        return cls(
            asked(data.get("q", "")),
            wanted if wanted in Criticality.values else "",
        )


@dataclass(frozen=True, slots=True)
class Tree:
    """The content of an edition after a search. ``total`` counts it before."""

    domains: tuple[DomainNode, ...]
    filters: tuple[Filter, ...]
    domain_total: int
    engagement_total: int
    total: int

    @property
    def shown(self) -> int:
        """Requirements that the search kept."""
        return sum(node.count for node in self.domains)


def editions_for(user: User) -> QuerySet[Edition]:
    """Editions the user may see, with their sizes, newest of each referential first."""
    return (
        Edition.objects.visible_to(user)
        .select_related("referential__scheme")
        .annotate(
            domain_count=_count_of(Domain.objects.all()),
            engagement_count=_count_of(Engagement.objects.all()),
            requirement_count=_count_of(Requirement.objects.all()),
        )
        .order_by("referential__code", "-published_at", "-pk")
    )


def _count_of(rows: QuerySet[Any]) -> Subquery:
    own = rows.filter(edition=OuterRef("pk")).order_by().values("edition")
    return Subquery(own.annotate(count=Count("pk")).values("count"))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much an edition holds."""

    domains: int
    engagements: int
    requirements: int


def sizes_of(edition: Edition) -> Sizes:
    """Three queries."""
    return Sizes(edition.domains.count(), edition.engagements.count(), edition.requirements.count())


def edition_tree(edition: Edition, search: Search, labels: Labels) -> Tree:
    """Domains, engagements and requirements that match. Two queries."""
    targets = _targets_of(edition, labels)
    rows = list(_ordered(edition).select_related("engagement__domain"))
    found = [row for row in rows if _is_found(row, search.query)]
    kept = [row for row in found if search.criticality in ("", row.criticality)]
    return Tree(
        domains=_domain_nodes(kept, targets, labels),
        filters=_criticality_filters(found, search, labels),
        domain_total=len({row.engagement.domain_id for row in rows}),
        engagement_total=len({row.engagement_id for row in rows}),
        total=len(rows),
    )


def _ordered(edition: Edition) -> QuerySet[Requirement]:
    return Requirement.objects.filter(edition=edition).order_by(
        "engagement__domain__position", "engagement__position", "position"
    )


def _is_found(row: Requirement, query: str) -> bool:
    engagement = row.engagement
    return matches(
        query,
        row.code,
        localized(row, "text"),
        engagement.code,
        localized(engagement, "text"),
        engagement.domain.code,
    )


def _targets_of(edition: Edition, labels: Labels) -> dict[int, tuple[Target, ...]]:
    rows = RequirementIndicator.objects.filter(edition=edition).select_related("indicator")
    found: dict[int, list[Target]] = {}
    for row in rows.order_by("requirement", "position"):
        found.setdefault(row.requirement_id, []).append(_target(row, labels))
    return {key: tuple(targets) for key, targets in found.items()}


def _target(row: RequirementIndicator, labels: Labels) -> Target:
    return Target(
        row.indicator,
        words.target_text(row),
        words.parameters_text(row.parameters),
        labels.origin(row.source) if row.source else "",
    )


def _domain_nodes(
    rows: Iterable[Requirement], targets: Mapping[int, tuple[Target, ...]], labels: Labels
) -> tuple[DomainNode, ...]:
    """Rows come in the order of the tree, so that parents follow each other."""
    tree: dict[Domain, dict[Engagement, list[Line]]] = {}
    for row in rows:
        line = Line(
            row,
            labels.get(TermKind.CRITICALITY, row.criticality),
            row.criticality == Criticality.CRITICAL,
            targets.get(row.pk, ()),
        )
        engagements = tree.setdefault(row.engagement.domain, {})
        engagements.setdefault(row.engagement, []).append(line)
    return tuple(
        DomainNode(
            domain, tuple(EngagementNode(item, tuple(lines)) for item, lines in children.items())
        )
        for domain, children in tree.items()
    )


def _criticality_filters(
    rows: Iterable[Requirement], search: Search, labels: Labels
) -> tuple[Filter, ...]:
    counts = Counter(row.criticality for row in rows)
    chips = [Filter("", _("All"), counts.total(), not search.criticality)]
    chips += [
        Filter(
            value,
            labels.get(TermKind.CRITICALITY, value),
            counts[value],
            search.criticality == value,
        )
        for value in Criticality.values
        if counts[value] or search.criticality == value
    ]
    return tuple(chips)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One requirement with everything around it. ``previous`` and ``next`` are codes or ""."""

    requirement: Requirement
    criticality: str
    is_critical: bool
    stage: str
    origin: str
    engagement_origin: str
    methods: tuple[str, ...]
    evidence: tuple[str, ...]
    targets: tuple[Target, ...]
    frequency: str
    responsible: str
    previous: str
    next: str


def requirement_sheet(requirement: Requirement, labels: Labels) -> Sheet:
    """The sheet of a requirement read with its parents and its control line. Two queries."""
    codes = list(_ordered(requirement.edition).values_list("code", flat=True))
    at = codes.index(requirement.code)
    rows = requirement.indicators.select_related("indicator").order_by("position")
    point = getattr(requirement, "control_point", None)
    is_english = (get_language() or "fr").startswith("en")
    french, english = requirement.expected_evidence_fr, requirement.expected_evidence_en
    return Sheet(
        requirement=requirement,
        criticality=labels.get(TermKind.CRITICALITY, requirement.criticality),
        is_critical=requirement.criticality == Criticality.CRITICAL,
        stage=labels.get(TermKind.JOURNEY_STAGE, requirement.journey_stage),
        origin=labels.origin(requirement.basis) if requirement.basis else "",
        engagement_origin=labels.origin(requirement.engagement.source),
        methods=tuple(
            labels.get(TermKind.CONTROL_METHOD, code) for code in requirement.control_methods
        ),
        evidence=tuple(english if is_english else french),
        targets=tuple(_target(row, labels) for row in rows),
        frequency=labels.get(TermKind.FREQUENCY, point.frequency) if point else "",
        responsible=labels.get(TermKind.ROLE, point.responsible) if point else "",
        previous=codes[at - 1] if at else "",
        next=codes[at + 1] if at + 1 < len(codes) else "",
    )
