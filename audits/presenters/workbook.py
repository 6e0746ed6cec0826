"""The pages of the offline workbook: what comes back, cell by cell, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.logic.wording import Piece, pieces
from audits.models import Assessment, Audit, Finding, WorkbookImport
from audits.models.workbook import Kind
from audits.presenters.workbook_words import TEXTS, WorkbookWords, unit_label
from audits.workbook.fields import UNITS, Addition, Unit, name_of
from audits.workbook.review import Cell, Review
from crcaudit.accounts.models import User

SHOWN = 10
CHOICES = ("mine", "theirs")


class Change(StrEnum):
    """What a cell brings, said in a word besides its colour."""

    ADDED = "ADDED"
    CHANGED = "CHANGED"
    EMPTIED = "EMPTIED"


WORDS = {
    Change.ADDED: gettext_lazy("Filled in"),
    Change.CHANGED: gettext_lazy("Changed"),
    Change.EMPTIED: gettext_lazy("Emptied"),
}
SHAPES = {Change.ADDED: "ok", Change.CHANGED: "part", Change.EMPTIED: "na"}


@dataclass(frozen=True, slots=True)
class Line:
    """One cell that the workbook changed. Texts are "" for an empty cell.

    ``place`` says where its row belongs: a site, a requirement, a finding. ``theirs`` is what
    somebody else wrote meanwhile, ``who`` and ``at`` by whom and when, where that is known: ""
    and None outside a conflict. ``chosen`` is the choice that was sent, "" before.
    """

    code: str
    place: str
    url: str
    label: str
    word: str
    shape: str
    before: str
    mine: str
    pieces: tuple[Piece, ...]
    name: str = ""
    theirs: str = ""
    who: str = ""
    at: datetime | None = None
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A finding or an action written in the workbook; ``parts`` are what it says, with labels."""

    label: str
    what: str
    place: str
    title: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What an import brings back, as it is now. ``has_step``: an action moves on by it."""

    conflicts: tuple[Line, ...]
    changes: tuple[Line, ...]
    added: tuple[NewRow, ...]
    theirs: int
    agreed: int
    rows: int
    has_step: bool


def import_page(imported: WorkbookImport, found: Review, chosen: dict[str, str]) -> Page:
    """The preview; ``chosen`` is what was sent, so that a form that comes back loses nothing."""
    words = WorkbookWords(imported.audit, found)
    lines = _Lines(imported.audit, words)
    written = (*found.changes, *found.conflicts)
    return Page(
        conflicts=tuple(
            lines.conflict(cell, chosen.get(cell.name, "")) for cell in found.conflicts
        ),
        changes=tuple(lines.line(cell) for cell in found.changes),
        added=tuple(_new_rows(found.additions, words)),
        theirs=imported.theirs,
        agreed=len(found.agreed) + imported.agreed,
        rows=len({(cell.kind, cell.row.pk) for cell in written}),
        has_step=any(cell.unit is Unit.STEP for cell in written),
    )


def own_imports(audit: Audit, user: User) -> list[WorkbookImport]:
    """The person's own imports of an audit, newest first: one query."""
    rows = WorkbookImport.objects.filter(audit=audit, brought_by=user)
    found = list(rows.defer("proposed").order_by("-brought_at", "-pk")[:SHOWN])
    for row in found:
        row.audit = audit
    return found


def written(imported: WorkbookImport) -> str:
    """How many rows of each kind were written: "3 requirements, 1 finding"."""
    counts = {kind: imported.count(kind) for kind in Kind}
    texts = (
        ngettext("%(n)d requirement", "%(n)d requirements", counts[Kind.REQUIREMENT]),
        ngettext("%(n)d finding", "%(n)d findings", counts[Kind.FINDING]),
        ngettext("%(n)d action", "%(n)d actions", counts[Kind.ACTION]),
    )
    found = zip(texts, counts.values(), strict=True)
    return ", ".join(text % {"n": count} for text, count in found if count)


class _Lines:
    """Cells in words, each with the way to its row."""

    def __init__(self, audit: Audit, words: WorkbookWords) -> None:
        self._base, self._words = audit.get_absolute_url(), words

    def line(self, cell: Cell) -> Line:
        """One change: from what it was to what came back."""
        before, mine = (
            self._words.part(cell.unit, values) for values in (cell.taken, cell.brought)
        )
        change = Change.CHANGED if before and mine else Change.ADDED if mine else Change.EMPTIED
        return Line(
            code=name_of(cell.row),
            place=_place(cell),
            url=self._url(cell),
            label=unit_label(cell.unit),
            word=str(WORDS[change]),
            shape=SHAPES[change],
            before=before,
            mine=mine,
            pieces=tuple(pieces(before, mine)) if cell.unit in TEXTS else (),
        )

    def conflict(self, cell: Cell, chosen: str) -> Line:
        """One conflict: what it was, what each of the two wrote."""
        row = cell.row
        by = row.updated_by if isinstance(row, Assessment) else None
        return replace(
            self.line(cell),
            name=cell.name,
            theirs=self._words.part(cell.unit, cell.now),
            who=str(by) if by else "",
            at=row.updated_at if isinstance(row, Assessment) else None,
            chosen=chosen if chosen in CHOICES else "",
        )

    def _url(self, cell: Cell) -> str:
        if isinstance(cell.row, Assessment):
            return f"{self._base}?exigence={cell.row.pk}"
        return cell.row.get_absolute_url()


def _place(cell: Cell) -> str:
    row = cell.row
    if isinstance(row, Assessment):
        return row.site.name if row.site else ""
    return row.assessment.code if isinstance(row, Finding) else row.finding.reference


def _new_rows(additions: Iterable[Addition], words: WorkbookWords) -> Iterable[NewRow]:
    names = {Kind.FINDING: _("New finding"), Kind.ACTION: _("New action")}
    for item in additions:
        units = [unit for unit in UNITS[item.kind] if unit not in {Unit.TITLE, Unit.STEP}]
        texts = ((unit_label(unit), words.part(unit, item.values)) for unit in units)
        yield NewRow(
            label=item.label,
            what=names[item.kind],
            place=words.place(item),
            title=item.values["title"],
            parts=tuple((label, text) for label, text in texts if text),
        )
