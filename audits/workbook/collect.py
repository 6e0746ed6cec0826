"""What of an audit goes into the workbook of one person: what they may see, and no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from audits import permissions
from audits.models import Assessment, Audit, AuditSection, CorrectiveAction, Finding
from audits.snapshots.common import in_language
from audits.workbook import layout
from audits.workbook.layout import Levels, Name
from audits.workbook.stamp import FORMAT, RowStamp, SheetStamp, Stamp
from crcaudit.accounts.models import User
from crcaudit.core.formats import datetime_text
from engagements.enums import Criticality

Cell = str | int | date | None
LONG = layout.CELL_UNITS // 4  # protected, and counted as Excel counts, it may be twice as long


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement. ``open_cells`` are the columns that its reader may fill in."""

    cells: dict[Name, Cell]
    open_cells: frozenset[Name]


@dataclass(frozen=True, slots=True)
class RequirementSheet:
    """The requirements of one domain."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A table that is only read: headers with their widths, and rows as wide."""

    title: str
    headers: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The whole workbook, ready to be written."""

    stamp: Stamp
    title: str
    guide: ReadSheet
    requirements: tuple[RequirementSheet, ...]
    tables: tuple[ReadSheet, ...]
    levels: tuple[str, ...]


def collect(audit: Audit, user: User, *, language: str, at: datetime) -> Book:
    """The workbook of the audit for this person, in five queries besides their rights.

    Call with ``language`` active.
    """
    levels = Levels(audit.scale, language)
    guide, found, planned = _("How to use it"), _("Findings"), _("Actions")
    domains = [(domain, list(rows)) for domain, rows in groupby(_rows(audit, user), key=_domain)]
    reserved = (guide, found, planned, layout.HIDDEN)
    titles = layout.sheet_titles(
        (f"{domain.code} {in_language(domain, 'title', language)}" for domain, _rows in domains),
        reserved,
    )
    rights = _Rights(audit, user)
    sheets = tuple(
        RequirementSheet(title, tuple(_line(row, levels, rights, language) for row in rows))
        for title, (_of, rows) in zip(titles, domains, strict=True)
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
            SheetStamp(title, tuple(_row_stamp(row) for row in rows))
            for title, (_of, rows) in zip(titles, domains, strict=True)
        ),
    )
    return Book(
        stamp=stamp,
        title=f"{audit.reference} {audit.get_kind_display()}",
        guide=_guide(guide, audit, user, at, language),
        requirements=sheets,
        tables=(_findings(found, audit, user, language), _actions(planned, audit, user)),
        levels=tuple(level.word for level in levels.all),
    )


class _Rights:
    """Which cells of a row its reader may fill in."""

    def __init__(self, audit: Audit, user: User) -> None:
        self._user = user
        self._all = permissions.can_rate(user, audit)

    def of(self, row: Assessment) -> frozenset[Name]:
        if self._all:
            return frozenset(layout.ENTRY)
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
    return RowStamp(row.pk, row.version, row.level, row.na_reason, row.comment, _is_cut(row))


def _is_cut(row: Assessment) -> bool:
    """Whether a cell cannot hold the whole comment; seldom worth a closer look."""
    return len(row.comment) > LONG and not layout.fits(layout.protect_text(row.comment))


def _line(row: Assessment, levels: Levels, rights: _Rights, language: str) -> Line:
    is_cut = _is_cut(row)
    section = f"{row.section.code} {in_language(row.section, 'title', language)}"
    cells: dict[Name, Cell] = {
        Name.KEY: row.pk,
        Name.CODE: row.code,
        Name.SECTION: section,
        Name.TEXT: in_language(row, "text", language),
        Name.CRITICALITY: str(Criticality(row.criticality).label),
        Name.SITE: row.site.name if row.site else "",
        Name.EVIDENCE: row.evidence_count,
        Name.RATING: levels.word(row.level),
        Name.REASON: row.na_reason,
        Name.COMMENT: layout.cut_text(row.comment) if is_cut else row.comment,
    }
    return Line(cells, rights.of(row) - ({Name.COMMENT} if is_cut else frozenset()))


def _findings(title: str, audit: Audit, user: User, language: str) -> ReadSheet:
    headers = (
        (_("Reference"), 11),
        (_("Grade"), 22),
        (_("Requirement"), 13),
        (_("Site"), 18),
        (_("Title"), 40),
        (_("Required"), 50),
        (_("Found"), 60),
        (_("Found on"), 12),
        (_("Proof due on"), 13),
        (_("State"), 14),
    )
    rows = (
        Finding.objects.visible_to(user)
        .filter(audit=audit)
        .select_related("grade", "assessment__site")
        .order_by("number")
    )
    return ReadSheet(
        title,
        headers,
        tuple(
            (
                row.reference,
                in_language(row.grade, "label", language),
                row.assessment.code,
                row.assessment.site.name if row.assessment.site else "",
                row.title,
                row.required,
                row.found,
                row.found_date,
                row.due_date,
                row.get_state_display(),
            )
            for row in rows
        ),
    )


def _actions(title: str, audit: Audit, user: User) -> ReadSheet:
    headers = (
        (_("Reference"), 11),
        (_("Finding"), 11),
        (_("Title"), 50),
        (_("Owner"), 28),
        (_("Due date"), 12),
        (_("State"), 22),
        (_("Outcome"), 50),
    )
    rows = (
        CorrectiveAction.objects.visible_to(user)
        .filter(finding__audit=audit)
        .select_related("finding", "owner")
        .order_by("number")
    )
    return ReadSheet(
        title,
        headers,
        tuple(
            (
                row.reference,
                row.finding.reference,
                row.title,
                str(row.owner),
                row.due_date,
                row.get_state_display(),
                row.outcome,
            )
            for row in rows
        ),
    )


def _guide(title: str, audit: Audit, user: User, at: datetime, language: str) -> ReadSheet:
    """The first sheet: whose workbook it is, what to fill in, and how it comes back."""
    edition = audit.certification.edition
    rows: tuple[tuple[Cell, ...], ...] = (
        (_("Audit"), f"{audit.reference} {audit.get_kind_display()}"),
        (_("Organisation"), audit.organisation.name),
        (_("Edition"), f"{in_language(edition, 'title', language)}, {edition.version}"),
        (_("Taken away"), f"{datetime_text(at)}, {user}"),
        (_("What to fill in"), _(
            "The tinted cells of the sheets of requirements: the rating from its list, the reason "
            "when it is not applicable, the comment. Everything else is protected."
        )),
        (_("Empty cells"), _(
            "Emptying a rating takes it back; emptying a comment removes it."
        )),
        (_("Findings and actions"), _(
            "They are here to be read. A new finding is written in the application."
        )),
        (_("Bringing it back"), _(
            "On the page of the audit, Offline workbook, send this file. You will see every "
            "difference before anything is written, and choose where somebody else changed the "
            "same cell meanwhile."
        )),
        (_("What not to do"), _(
            "No formula, no sheet or row removed, and no other format than .xlsx."
        )),
    )  # fmt: skip
    return ReadSheet(title, ((_("Subject"), 24), (_("Value"), 90)), rows)
