"""The requirements in the middle of the grid."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audits.actions import rollup
from audits.enums import OWN_AUDITS, AssessmentStatus
from audits.models import Assessment, Audit, EvidenceLink, Finding
from audits.presenters.progress import Selection
from audits.snapshots.common import in_language
from crcaudit.accounts.models import User
from engagements.enums import Criticality, Shape

NOTE_SHOWN = 90


def read_rows(audit: Audit, user: User, chosen: Selection, section: int | None) -> list[Assessment]:
    """The requirements in the middle, with their open findings: two queries."""
    rows = (
        Assessment.objects.visible_to(user).filter(audit=audit).filter(_kept(chosen.filter, audit))
    )
    if not chosen.filter:
        rows = rows.filter(section=section)
    if chosen.site:
        rows = rows.filter(site__name=chosen.site)
    return _with_findings(rows.select_related("site"), audit, user)


def read_changed_rows(audit: Audit, user: User, since: datetime) -> list[Assessment]:
    """Requirements that somebody else changed since then: two queries.

    Rated, commented on, or given evidence or a finding; ``rated_by_other`` tells the first two.
    """
    rated = Q(updated_at__gt=since) & ~Q(updated_by=user)
    links = EvidenceLink.objects.filter(assessment__audit=audit).filter(
        (Q(linked_at__gt=since) & ~Q(linked_by=user))
        | (Q(unlinked_at__gt=since) & ~Q(unlinked_by=user))
        | Q(evidence__withdrawn_at__gt=since)
    )
    findings = (
        Finding.objects.visible_to(user)
        .filter(audit=audit)
        .filter(
            (Q(created_at__gt=since) & ~Q(created_by=user))
            | (Q(presented_at__gt=since) & ~Q(created_by=user))
            | (Q(closed_at__gt=since) & ~Q(closed_by=user))
        )
    )
    changed = rated | Q(pk__in=links.values("assessment")) | Q(pk__in=findings.values("assessment"))
    rows = Assessment.objects.visible_to(user).filter(changed, audit=audit)
    found = _with_findings(rows.select_related("site", "updated_by"), audit, user)
    for row in found:
        by_other = row.updated_at is not None and row.updated_at > since
        row.rated_by_other = by_other and row.updated_by_id != user.pk  # type: ignore[attr-defined]
    return found


def findings_shown(row: Assessment, user: User) -> list[Finding]:
    """What a row and its panel show of one requirement, worst grade first: one query."""
    if row.audit.kind in OWN_AUDITS:
        return rollup.open_findings(row)  # read already when the row was just rated
    rows = Finding.objects.shown_on_grid(user, row.audit).filter(assessment=row.pk)
    return list(rows.select_related("grade").order_by("grade__position", "number"))


def _with_findings(rows: QuerySet[Assessment], audit: Audit, user: User) -> list[Assessment]:
    findings = Finding.objects.shown_on_grid(user, audit).select_related("grade")
    ordered = findings.order_by("grade__position", "number")
    prefetch: Prefetch[str] = Prefetch("findings", ordered, "shown_findings")
    found: list[Assessment] = list(rows.prefetch_related(prefetch).order_by("position"))
    for row in found:
        row.audit = audit
    return found


def _kept(name: str, audit: Audit) -> Q:
    applicable = ~Q(status=AssessmentStatus.NOT_APPLICABLE)
    day = audit.evidence_day(localdate())
    return {
        "a-evaluer": Q(status=AssessmentStatus.NOT_ASSESSED),
        "sans-preuve": applicable & (Q(evidence_until=None) | Q(evidence_until__lt=day)),
        "ecarts": Q(status=AssessmentStatus.RATED, is_conform=False),
        "critiques": Q(criticality=Criticality.CRITICAL),
    }.get(name, Q())


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement in the middle, ready for the template: no look-up is left to it.

    ``buttons`` is the segmented control, "" when the user may not rate; ``evidence`` says how
    much there is, "" for none; ``findings`` holds shape, label and address of each open one.
    Numbers are texts already: a template localises them one by one otherwise. A row that is
    ``is_outside`` replaces its twin out of band; ``changed_by`` then says whose change it is.
    """

    pk: str
    code: str
    text: str
    site: str
    critical: str
    url: str
    detail_url: str
    rate_url: str
    version: str
    buttons: SafeString
    shape: str
    evidence: str
    note: str
    findings: tuple[tuple[str, str, str], ...]
    is_current: bool
    is_outside: bool = False
    changed_by: str = ""


class RowPresenter:
    """Shapes rows outside the template, so that 1,200 of them stay cheap.

    ``current`` is the key of the chosen row, None without one; ``query`` the part of the
    address that keeps the engagement or filter, may be empty. What only depends on the scale
    is rendered once and kept.
    """

    def __init__(
        self, audit: Audit, *, can_rate: bool, current: int | None = None, query: str = ""
    ) -> None:
        self.can_rate, self.current = can_rate, current
        self.language = get_language() or "fr"
        self.base = reverse("audits:grid", args=[audit.key])
        self.finding_base = reverse("audits:finding-list")
        self.address = f"{self.base}?{query}&exigence=" if query else f"{self.base}?exigence="
        self.day = audit.evidence_day(localdate())
        self.scale = audit.scale
        self.critical = _("Critical")
        self.buttons: dict[tuple[str, bool], SafeString] = {}
        self.evidence: dict[tuple[int, bool, bool], str] = {}

    def rows(self, rows: Iterable[Assessment]) -> list[Row]:
        """The rows in the same order."""
        return [self.row(row) for row in rows]

    def row(self, row: Assessment) -> Row:
        """One row; needs ``shown_findings`` and the site loaded."""
        findings: list[Finding] = row.shown_findings  # type: ignore[attr-defined]
        detail = f"{self.base}exigences/{row.pk}/"
        return Row(
            pk=str(row.pk),
            code=row.code,
            text=row.text_fr if self.language == "fr" else row.text_en,
            site=row.site.name if row.site_id and row.site else "",
            critical=self.critical if row.criticality == Criticality.CRITICAL else "",
            url=f"{self.address}{row.pk}",
            detail_url=detail,
            rate_url=f"{detail}cotation/",
            version=str(row.version),
            buttons=self.buttons_of(row),
            shape=row.shape,
            evidence=self._evidence(row),
            note=self._note(row),
            findings=tuple(self._finding(finding) for finding in findings),
            is_current=row.pk == self.current,
        )

    def changed_row(self, row: Assessment) -> Row:
        """A row that somebody else changed, to be swapped in where it stands."""
        who = _("changed just now")
        if row.rated_by_other:  # type: ignore[attr-defined]
            who = _("changed just now by %(who)s") % {"who": row.updated_by}
        return replace(self.row(row), is_outside=True, changed_by=who)

    def buttons_of(self, row: Assessment) -> SafeString:
        """The segmented control, "" when the user may not rate.

        A chosen nonconformity is as red as its verdict; the other levels keep their colour,
        whatever was found beside.
        """
        if not self.can_rate:
            return mark_safe("")
        key = (row.level, row.shape == Shape.MAJOR)
        if key not in self.buttons:
            level, is_major = key
            options = [
                {
                    "value": option["code"],
                    "label": option["letter"],
                    "title": option[f"label_{self.language}"],
                    "kind": Shape.MAJOR
                    if is_major and option["code"] == level and option["shape"] == Shape.MINOR
                    else option["shape"],
                    "selected": option["code"] == level,
                }
                for option in self.scale
            ]
            context = {"name": "level", "options": options, "label": _("Rating")}
            self.buttons[key] = render_to_string("components/_segmented.html", context)
        return self.buttons[key]

    def _evidence(self, row: Assessment) -> str:
        if not row.evidence_count:
            return ""
        valid = row.evidence_until is not None and row.evidence_until >= self.day
        key = (row.evidence_count, valid, row.evidence_until is None)
        if key not in self.evidence:
            text = ngettext(
                "%(n)s piece of evidence", "%(n)s pieces of evidence", row.evidence_count
            ) % {"n": row.evidence_count}
            why = _("rejected") if row.evidence_until is None else _("expired")
            self.evidence[key] = text if valid else f"{text} · {why}"
        return self.evidence[key]

    def _note(self, row: Assessment) -> str:
        """What stands beside the chips: the reason, else the comment, else "not assessed"."""
        if row.na_reason:
            text = _("Not applicable: %(reason)s") % {"reason": row.na_reason}
        elif row.comment:
            text = row.comment
        else:
            return _("Not assessed") if row.status == AssessmentStatus.NOT_ASSESSED else ""
        return text if len(text) <= NOTE_SHOWN else Truncator(text).chars(NOTE_SHOWN)

    def _finding(self, finding: Finding) -> tuple[str, str, str]:
        short = in_language(finding.grade, "short", self.language)
        url = f"{self.finding_base}{finding.key}/"
        return (finding.grade.shape, f"{short} {finding.reference}", url)
