"""Two audits side by side: which may be chosen, what is compared, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audits.enums import SectionLevel
from audits.logic.comparison import Comparison, Line, Movement, Pooled, Reason, Row, compare
from audits.logic.gap import Rating
from audits.models import Assessment, Audit, AuditSection, AuditTeamMember, Certification
from audits.presenters.scale import levels_of
from audits.snapshots.common import in_language
from audits.snapshots.movement import lines_of, mapping_between
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role
from crcaudit.core.verdicts import VERDICTS

MOVEMENTS: Mapping[Movement, str | Promise] = {
    Movement.BETTER: _("Better"),
    Movement.WORSE: _("Worse"),
    Movement.SAME: _("Unchanged"),
    Movement.NEWLY_RATED: _("Rated in the later audit only"),
    Movement.NO_LONGER_RATED: _("Not rated in the later audit"),
    Movement.NO_LONGER_APPLICABLE: _("No longer applicable"),
    Movement.NEITHER_RATED: _("Rated in neither"),
    Movement.NOT_COMPARABLE: _("Not comparable"),
}
REASONS: Mapping[Reason, str | Promise] = {
    Reason.SITE_ADDED: _("site added since"),
    Reason.SITE_LEFT: _("site that left the scope"),
    Reason.SCOPE_DIFFERS: _("rated site by site in one audit only"),
    Reason.MERGED: _("merged with others in the new edition"),
    Reason.SPLIT: _("split in the new edition"),
    Reason.NEW: _("new requirement"),
    Reason.REMOVED: _("requirement removed"),
    Reason.NOT_MAPPED: _("no counterpart in the other edition"),
}
ICONS = {Movement.BETTER: "arrow-up", Movement.WORSE: "arrow-down"}
# Not the frozen snapshots, which are long to read.
FIELDS = (
    "key",
    "reference",
    "kind",
    "state",
    "start_date",
    "started_at",
    "organisation",
    "is_per_site",
    "max_points",
    "scale",
    "global_threshold",
    "domain_threshold",
    "open_minors_limit",
    "minors_per_major",
    "validated_at",
    "certification__reference",
    "certification__edition",
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a row: the level that was given, "" shape when there is nothing."""

    shape: str
    label: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row in words. ``reason`` is "" for what compares; ``url`` leads to the requirement."""

    code: str
    site: str
    text: str
    url: str
    then: Side | None
    now: Side | None
    movement: Movement
    label: str
    icon: str
    reason: str
    change: Fraction | None


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain over what compares."""

    code: str
    title: str
    pooled: Pooled
    better: int
    worse: int


def offered(user: User, certification: Certification) -> list[Audit]:
    """Audits of the organisation that the user reads as a whole, newest first: one query.

    Everything for its quality managers and directors; for the others, where they are named.
    """
    rows = Audit.objects.filter(organisation=certification.organisation_id)
    if not has_role(user, certification.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR):
        rows = rows.filter(pk__in=AuditTeamMember.objects.giving_access(user).values("audit"))
    rows = rows.select_related("certification").only(*FIELDS)
    return list(rows.order_by("-started_at", "-pk"))


def proposed(
    audits: Sequence[Audit], certification: Certification
) -> tuple[Audit | None, Audit | None]:
    """The latest audit of the file and, before it, its diagnosis or else the one just before."""
    own = [audit for audit in audits if audit.certification_id == certification.pk]
    if not own:
        return None, None
    earlier = own[1:]
    diagnosis = next((audit for audit in earlier if audit.is_diagnosis), None)
    return diagnosis or next(iter(earlier), None), own[0]


def comparison_of(then: Audit, now: Audit, *, today: date) -> Comparison:
    """Both audits compared, through the mapping when their editions differ."""
    lines = lines_of([then, now], today=today)
    return compare(lines[then.pk], lines[now.pk], mapping_between(then, now))


def domain_rows(comparison: Comparison, now: Audit) -> list[DomainRow]:
    """The domains in which something compares, in their order: one query."""
    titles = domain_titles(now)
    nothing: Mapping[Movement, int] = {}
    return [
        DomainRow(
            code=code,
            title=titles.get(code, ""),
            pooled=pooled,
            better=comparison.domain_movements.get(code, nothing).get(Movement.BETTER, 0),
            worse=comparison.domain_movements.get(code, nothing).get(Movement.WORSE, 0),
        )
        for code, pooled in comparison.domains.items()
    ]


def domain_titles(audit: Audit) -> dict[str, str]:
    """Titles of the domains of an audit by code, in the active language."""
    language = get_language() or "fr"
    rows = AuditSection.objects.filter(audit=audit.pk, level=SectionLevel.DOMAIN)
    return {row.code: in_language(row, "title", language) for row in rows.order_by("position")}


def shown_rows(rows: Iterable[Row], *, then: Audit, now: Audit) -> list[ShownRow]:
    """Rows in words: one query for their wordings, so ask for a page of them."""
    rows = list(rows)
    texts = _texts([row.shown.pk for row in rows])
    levels = {audit.pk: levels_of(audit) for audit in (then, now)}
    grids = {audit.pk: reverse("audits:grid", args=[audit.key]) for audit in (then, now)}
    found = []
    for row in rows:
        line = row.shown
        audit = now if row.now is not None else then
        found.append(
            ShownRow(
                code=line.code,
                site=line.site,
                text=texts.get(line.pk, ""),
                url=f"{grids[audit.pk]}?exigence={line.pk}",
                then=_side(row.then, levels[then.pk]),
                now=_side(row.now, levels[now.pk]),
                movement=row.movement,
                label=str(MOVEMENTS[row.movement]),
                icon=ICONS.get(row.movement, ""),
                reason=str(REASONS[row.reason]) if row.reason else "",
                change=row.change,
            )
        )
    return found


def _texts(keys: Sequence[int]) -> dict[int, str]:
    language = get_language() or "fr"
    rows = Assessment.objects.filter(pk__in=keys).only("text_fr", "text_en")
    return {row.pk: in_language(row, "text", language) for row in rows}


def _side(line: Line | None, levels: Mapping[str, tuple[str, Any]]) -> Side | None:
    if line is None:
        return None
    if line.rating == Rating.RATED and line.level in levels:
        return Side(*levels[line.level])
    kind = "na" if line.rating == Rating.NOT_APPLICABLE else "none"
    return Side(kind, str(VERDICTS[kind].label))
