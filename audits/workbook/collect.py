"""What of an audit goes into the workbook of one person: what they may see, and no more."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from audits import permissions
from audits.models import Assessment, Audit, AuditSection
from audits.snapshots.common import in_language
from audits.workbook import layout
from audits.workbook.book import Book, Cell, Line, Sheet
from audits.workbook.collect_actions import action_table
from audits.workbook.collect_findings import Places, finding_table, visible_findings
from audits.workbook.columns import ENTRY, Column, List, Name, requirement_columns
from audits.workbook.stamp import FORMAT, RowStamp, SheetStamp, Stamp
from audits.workbook.tables import Table
from audits.workbook.words import Levels
from crcaudit.accounts.models import User
from crcaudit.core.formats import datetime_text
from engagements.enums import Criticality


def collect(audit: Audit, user: User, *, language: str, at: datetime) -> Book:
    """The workbook of the audit for this person, in eight queries besides their rights, or fewer.

    Call with ``language`` active.
    """
    levels = Levels(audit.scale, language)
    guide = _("How to use it")
    lines = _Lines(audit, user, levels, language)
    visible = Assessment.objects.visible_to(user).filter(audit=audit)
    rows = list(visible.order_by("position", "pk"))
    domains = [(domain, list(its)) for domain, its in groupby(rows, key=lines.domain)]
    found = list(visible_findings(audit, user))
    places = Places(
        tuple(dict.fromkeys(row.code for row in rows)),
        tuple(filter(None, dict.fromkeys(map(lines.site, rows)))),
    )
    findings = finding_table(audit, user, found, places, language)
    actions = action_table(audit, user, found, language)
    titles = layout.sheet_titles(
        (f"{domain.code} {in_language(domain, 'title', language)}" for domain, _rows in domains),
        (guide, findings.sheet.title, actions.sheet.title, layout.HIDDEN),
    )
    columns = requirement_columns(per_site=audit.is_per_site)
    sheets = tuple(
        Sheet(
            title,
            columns,
            tuple(map(lines.line, its_rows)),
            freeze="C2",
            has_filter=True,
        )
        for title, (_of, its_rows) in zip(titles, domains, strict=True)
    )
    stamp = Stamp(
        format=FORMAT,
        audit=str(audit.key),
        reference=audit.reference,
        edition=audit.certification.edition.content_hash,
        at=at,
        by=str(user.key),
        language=language,
        per_site=audit.is_per_site,
        sheets=tuple(
            SheetStamp(title, tuple(_row_stamp(row) for row in its_rows))
            for title, (_of, its_rows) in zip(titles, domains, strict=True)
        ),
        findings=findings.stamp,
        actions=actions.stamp,
    )
    return Book(
        stamp=stamp,
        title=f"{audit.reference} {audit.get_kind_display()}",
        sheets=(
            _guide(guide, audit, user, stamp, (findings, actions)),
            *sheets,
            findings.sheet,
            actions.sheet,
        ),
        lists={List.LEVELS: levels.all, **findings.lists, **actions.lists},
    )


class _Lines:
    """Requirements as lines: what they say, and which of their cells the reader may fill in."""

    def __init__(self, audit: Audit, user: User, levels: Levels, language: str) -> None:
        self._audit, self._user, self._levels, self._language = audit, user, levels, language
        self._all = frozenset(ENTRY) if permissions.can_rate(user, audit) else None
        # Made once, and not once for each requirement.
        self._labels = {one.value: str(one.label) for one in Criticality}
        self._sections = {section.pk: section for section in audit.sections.all()}
        self._sites = {site.pk: site for site in audit.organisation.sites.all()}

    def domain(self, row: Assessment) -> AuditSection:
        """The section at the top."""
        section = self._sections[row.section_id]
        return self._sections.get(section.parent_id or 0, section)

    def site(self, row: Assessment) -> str:
        """Name of its site, "" for the whole scope."""
        return self._sites[row.site_id].name if row.site_id else ""

    def line(self, row: Assessment) -> Line:
        """One requirement; a comment that is cut is shut."""
        section, comment = self._sections[row.section_id], layout.held(row.comment)
        cells: dict[str, Cell] = {
            Name.KEY: row.pk,
            Name.CODE: row.code,
            Name.SECTION: f"{section.code} {in_language(section, 'title', self._language)}",
            Name.TEXT: in_language(row, "text", self._language),
            Name.CRITICALITY: self._labels[row.criticality],
            Name.SITE: self.site(row),
            Name.EVIDENCE: row.evidence_count,
            Name.RATING: self._levels.word(row.level),
            Name.REASON: row.na_reason,
            Name.COMMENT: comment,
        }
        opened = self._opened(row)
        return Line(cells, opened if comment == row.comment else opened - {Name.COMMENT})

    def _opened(self, row: Assessment) -> frozenset[str]:
        if self._all is not None:
            return self._all
        row.audit = self._audit
        own = permissions.can_comment(self._user, row)
        return frozenset({Name.COMMENT}) if own else frozenset()


def _row_stamp(row: Assessment) -> RowStamp:
    is_cut = layout.is_cut(row.comment)
    return RowStamp(row.pk, row.version, row.level, row.na_reason, row.comment, is_cut)


def _guide(title: str, audit: Audit, user: User, stamp: Stamp, tables: Iterable[Table]) -> Sheet:
    """The first sheet: whose workbook it is, what to fill in, and how it comes back."""
    edition = audit.certification.edition
    rows = [
        (_("Audit"), f"{audit.reference} {audit.get_kind_display()}"),
        (_("Organisation"), audit.organisation.name),
        (_("Edition"), f"{in_language(edition, 'title', stamp.language)}, {edition.version}"),
        (_("Taken away"), f"{datetime_text(stamp.at)}, {user}"),
        (_("What to fill in"), _(
            "The tinted cells of the sheets of requirements: the rating from its list, the reason "
            "when it is not applicable, the comment. Everything else is protected."
        )),
        (_("Empty cells"), _(
            "Emptying a rating takes it back; emptying a comment removes it."
        )),
        *((table.sheet.title, table.about) for table in tables),
        (_("Bringing it back"), _(
            "On the page of the audit, Offline workbook, send this file. You will see every "
            "difference before anything is written, and choose where somebody else changed the "
            "same cell meanwhile."
        )),
        (_("What not to do"), _(
            "No formula, no sheet or row removed, and no other format than .xlsx."
        )),
    ]  # fmt: skip
    columns = (Column("subject", _("Subject"), 24), Column("value", _("Value"), 90))
    return Sheet(
        title, columns, tuple(Line({"subject": name, "value": text}) for name, text in rows)
    )
