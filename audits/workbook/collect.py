"""What of an audit goes into the workbook of one person: what they may see, and no more."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from audits import permissions
from audits.models import Assessment, Audit, AuditSection
from audits.snapshots.common import in_language
from audits.workbook import layout
from audits.workbook.book import Book, Cell, Line, Sheet
from audits.workbook.collect_actions import action_table
from audits.workbook.collect_findings import finding_table, visible_findings
from audits.workbook.columns import ENTRY, Column, List, Name, requirement_columns
from audits.workbook.stamp import FORMAT, RowStamp, SheetStamp, Stamp
from audits.workbook.tables import Table
from audits.workbook.words import Levels
from crcaudit.accounts.models import User
from crcaudit.core.formats import datetime_text
from engagements.enums import Criticality


def collect(audit: Audit, user: User, *, language: str, at: datetime) -> Book:
    """The workbook of the audit for this person, in seven queries besides their rights.

    Call with ``language`` active.
    """
    levels = Levels(audit.scale, language)
    guide = _("How to use it")
    rows = list(_rows(audit, user))
    domains = [(domain, list(its)) for domain, its in groupby(rows, key=_domain)]
    found = list(visible_findings(audit, user))
    findings = finding_table(audit, user, rows, found, language)
    actions = action_table(audit, user, found, language)
    titles = layout.sheet_titles(
        (f"{domain.code} {in_language(domain, 'title', language)}" for domain, _rows in domains),
        (guide, findings.sheet.title, actions.sheet.title, layout.HIDDEN),
    )
    columns = requirement_columns(per_site=audit.is_per_site)
    rights = _Rights(audit, user)
    sheets = tuple(
        Sheet(
            title,
            columns,
            tuple(_line(row, levels, rights, language) for row in its_rows),
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


class _Rights:
    """Which cells of a row its reader may fill in."""

    def __init__(self, audit: Audit, user: User) -> None:
        self._user = user
        self._all = permissions.can_rate(user, audit)

    def of(self, row: Assessment) -> frozenset[str]:
        if self._all:
            return frozenset(ENTRY)
        own = permissions.can_comment(self._user, row)
        return frozenset({Name.COMMENT}) if own else frozenset()


def _rows(audit: Audit, user: User) -> Iterator[Assessment]:
    """The requirements that the person sees, with their sections and sites: three queries.

    A section or a site is made once, and not once for each of its requirements.
    """
    sections = {section.pk: section for section in audit.sections.all()}
    sites = {site.pk: site for site in audit.organisation.sites.all()}
    for section in sections.values():
        section.parent = sections.get(section.parent_id or 0)
    for row in Assessment.objects.visible_to(user).filter(audit=audit).order_by("position", "pk"):
        row.audit, row.section = audit, sections[row.section_id]
        row.site = sites[row.site_id] if row.site_id else None
        yield row


def _domain(row: Assessment) -> AuditSection:
    return row.section.parent or row.section


def _row_stamp(row: Assessment) -> RowStamp:
    is_cut = layout.is_cut(row.comment)
    return RowStamp(row.pk, row.version, row.level, row.na_reason, row.comment, is_cut)


def _line(row: Assessment, levels: Levels, rights: _Rights, language: str) -> Line:
    comment = layout.held(row.comment)
    section = f"{row.section.code} {in_language(row.section, 'title', language)}"
    cells: dict[str, Cell] = {
        Name.KEY: row.pk,
        Name.CODE: row.code,
        Name.SECTION: section,
        Name.TEXT: in_language(row, "text", language),
        Name.CRITICALITY: str(Criticality(row.criticality).label),
        Name.SITE: row.site.name if row.site else "",
        Name.EVIDENCE: row.evidence_count,
        Name.RATING: levels.word(row.level),
        Name.REASON: row.na_reason,
        Name.COMMENT: comment,
    }
    is_cut = comment != row.comment
    return Line(cells, rights.of(row) - ({Name.COMMENT} if is_cut else frozenset()))


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
