"""What stands in the way of the certification, by name and in order of decision."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.logic.readiness import Blocker, BlockerKind
from audits.snapshots import AuditSnapshot
from reports.builders.summary import requirements
from reports.builders.words import limit, score, typo

NAMED_IN_BRIEF = {BlockerKind.OPEN_MAJOR: 5, BlockerKind.CRITICAL_NOT_CONFORM: 3}
CODES_IN_BRIEF = 12
ROOM_IN_BRIEF = 68

Row = dict[str, str]


def in_full(snapshot: AuditSnapshot) -> list[Row]:
    """Every blocking point by name, grouped by kind in order of decision."""
    names = Names(snapshot)
    return [
        {"kind": label, "names": "\n".join(names.of(blocker) for blocker in blockers)}
        for _kind, label, blockers in _groups(snapshot)
    ]


def in_brief(snapshot: AuditSnapshot) -> list[Row]:
    """The same for one page: names of the gravest, codes of the others, how many are left."""
    names = Names(snapshot)
    rows = []
    for kind, label, blockers in _groups(snapshot):
        shown = blockers[: NAMED_IN_BRIEF.get(kind, CODES_IN_BRIEF)]
        words = [names.brief(blocker) for blocker in shown]
        if left := len(blockers) - len(shown):
            words.append(ngettext("and one other", "and %(count)s others", left) % {"count": left})
        joint = "\n" if kind in NAMED_IN_BRIEF else ", "
        rows.append({"kind": label, "names": joint.join(words)})
    return rows


def _groups(snapshot: AuditSnapshot) -> Iterator[tuple[BlockerKind, str, list[Blocker]]]:
    for kind, members in groupby(snapshot.readiness.blockers, key=lambda blocker: blocker.kind):
        blockers = list(members)
        yield kind, kind_label(kind, len(blockers)), blockers


def kind_label(kind: BlockerKind, count: int) -> str:
    """The heading of a group of blocking points."""
    label = {
        BlockerKind.OPEN_MAJOR: ngettext(
            "Open major nonconformity", "Open major nonconformities", count
        ),
        BlockerKind.CRITICAL_NOT_CONFORM: ngettext(
            "Critical requirement not conform", "Critical requirements not conform", count
        ),
        BlockerKind.DOMAIN_UNDER: ngettext(
            "Domain below its threshold", "Domains below their threshold", count
        ),
        BlockerKind.GLOBAL_UNDER: _("Score below its threshold"),
        BlockerKind.NOT_EXAMINED: ngettext(
            "Requirement not assessed", "Requirements not assessed", count
        ),
        BlockerKind.NO_EVIDENCE: ngettext(
            "Requirement without valid evidence", "Requirements without valid evidence", count
        ),
        BlockerKind.TOO_MANY_MINORS: _("Too many open minor nonconformities"),
    }[kind]
    return f"{label} ({count})" if count > 1 else label


class Names:
    """The name of each blocking point, as the reader knows it."""

    def __init__(self, snapshot: AuditSnapshot) -> None:
        self.domains = {domain.code: domain.title for domain in snapshot.domains}
        self.findings = {finding.reference: finding.requirement for finding in snapshot.findings}
        self.requirements = {view.code: view.text for view in requirements(snapshot.domains)}

    def of(self, blocker: Blocker) -> str:
        """Reference or code, then the title, or the figure against its threshold."""
        if blocker.kind == BlockerKind.OPEN_MAJOR:
            code = self.findings.get(blocker.code, "")
            return typo(f"{blocker.code} {blocker.label} ({code})")
        if blocker.kind in {BlockerKind.DOMAIN_UNDER, BlockerKind.GLOBAL_UNDER}:
            title = self.domains.get(blocker.code, "")
            return self._score(blocker, f"{blocker.code} {title}".strip())
        if blocker.kind == BlockerKind.TOO_MANY_MINORS:
            return self._minors(blocker)
        site = f" ({blocker.label})" if blocker.label else ""
        return typo(f"{blocker.code} {self.requirements.get(blocker.code, '')}{site}")

    def brief(self, blocker: Blocker) -> str:
        """The same, shortened where the full list says the rest."""
        if blocker.kind in NAMED_IN_BRIEF:
            return shortened(self.of(blocker), ROOM_IN_BRIEF)
        if blocker.kind in {BlockerKind.NOT_EXAMINED, BlockerKind.NO_EVIDENCE}:
            return f"{blocker.code} ({blocker.label})" if blocker.label else blocker.code
        if blocker.kind == BlockerKind.DOMAIN_UNDER:
            return f"{blocker.code} {score(blocker.value, blocker.threshold)}"
        return self.of(blocker)

    def _score(self, blocker: Blocker, name: str) -> str:
        asked = blocker.threshold or Fraction(0)
        return typo(
            _("%(name)s: %(score)s for %(threshold)s")
            % {
                "name": name or _("Whole"),
                "score": score(blocker.value, asked),
                "threshold": limit(asked),
            }
        )

    def _minors(self, blocker: Blocker) -> str:
        return _("%(count)s open for %(limit)s allowed: %(references)s") % {
            "count": blocker.value,
            "limit": blocker.threshold,
            "references": blocker.label,
        }


def shortened(text: str, room: int) -> str:
    """The beginning of a text in whole words, with … when something is left out."""
    if len(text) <= room:
        return text
    return f"{text[:room].rsplit(' ', 1)[0].rstrip(',;: ')}…"
