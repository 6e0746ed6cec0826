"""The panel of one requirement: its evidence, its history, the words of its edition."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.enums import ReviewVerdict
from audits.models import Assessment, Audit, Evidence
from audits.snapshots import common
from crcaudit.accounts.models import User
from crcaudit.core.models import JournalEntry
from engagements.models import Requirement, RequirementIndicator

HISTORY_LENGTH = 8


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One piece of evidence of the chosen requirement, in its newest version.

    ``is_struck`` when it was withdrawn and does not count here; ``is_withdrawn`` also in an
    audit that was validated before, where it still counts.
    """

    key: UUID
    reference: str
    title: str
    file_name: str
    size: int | None
    is_expired: bool
    url: str
    is_withdrawn: bool = False
    is_struck: bool = False


def edition_terms(audit: Audit) -> common.Labels:
    """Vocabularies of the audit's edition in the active language."""
    return common.terms_of(audit.certification.edition, get_language() or "fr")


def read_requirement(row: Assessment) -> Requirement:
    """The requirement behind an assessment, with its control line.

    ``is_measured`` says whether its edition names an indicator for it.
    """
    links = RequirementIndicator.objects.filter(requirement=OuterRef("pk"))
    rows = Requirement.objects.select_related("control_point", "engagement")
    return rows.annotate(is_measured=Exists(links)).get(pk=row.requirement_id)


def read_evidence(row: Assessment) -> list[EvidenceLine]:
    """Evidence of the requirement, newest version of each: one query."""
    frozen_at = row.audit.validated_at
    found = (
        Evidence.objects.filter(links__assessment=row.pk, links__unlinked_at=None)
        .order_by("number", "-versions__number")
        .values(
            "pk",
            "key",
            "number",
            "title",
            "valid_until",
            "withdrawn_at",
            "versions__file_name",
            "versions__size",
        )
    )
    lines: dict[int, EvidenceLine] = {}
    today = localdate()
    for piece in found:
        lines.setdefault(
            piece["pk"],
            EvidenceLine(
                key=piece["key"],
                reference=f"P-{piece['number']:03d}",
                title=piece["title"],
                file_name=piece["versions__file_name"] or "",
                size=piece["versions__size"],
                is_expired=piece["valid_until"] is not None and piece["valid_until"] < today,
                url=reverse("audits:evidence", args=[piece["key"]]),
                is_withdrawn=piece["withdrawn_at"] is not None,
                is_struck=piece["withdrawn_at"] is not None
                and (frozen_at is None or piece["withdrawn_at"] <= frozen_at),
            ),
        )
    return list(lines.values())


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change as people read it."""

    at: Any
    who: str
    what: str
    was: str


def read_history(row: Assessment) -> list[HistoryLine]:
    """The last changes of the requirement, newest first: two queries."""
    entries = list(JournalEntry.objects.of("assessment", row.pk)[:HISTORY_LENGTH])
    keys = {entry.actor for entry in entries if entry.actor}
    names: dict[str, str] = defaultdict(lambda: _("system"))
    if keys:
        names.update((str(user.key), str(user)) for user in User.objects.filter(key__in=keys))
    return [_history_line(entry, names[entry.actor]) for entry in entries]


def _history_line(entry: JournalEntry, who: str) -> HistoryLine:
    after, before = entry.after, entry.before
    if "level" in after:
        what = _("rating %(level)s") % {"level": after["level"] or _("taken back")}
        was = before.get("level") or _("not rated")
        return HistoryLine(entry.at, who, what, was)
    if "review" in after:
        said = {"evidence": after["evidence"], "verdict": ReviewVerdict(after["review"]).label}
        return HistoryLine(entry.at, who, _("%(evidence)s: %(verdict)s") % said, "")
    if entry.action == "assessment.proposal_departed":
        told = {"level": after["proposed"], "reason": entry.reason}
        what = _("departs from the proposal %(level)s of the measures: %(reason)s") % told
        return HistoryLine(entry.at, who, what, "")
    words = {
        "assessment.proposal_retained": _("proposal of the measures retained"),
        "assessment.commented": _("comment changed"),
        "assessment.undone": _("change undone"),
        "assessment.assigned": _("given to somebody"),
        "evidence.linked": _("evidence added"),
        "evidence.unlinked": _("evidence removed"),
        "evidence.withdrawn": _("evidence withdrawn"),
        "evidence.restored": _("evidence put back"),
    }
    return HistoryLine(entry.at, who, words.get(entry.action, entry.action), "")
