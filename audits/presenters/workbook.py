"""The pages of the offline workbook: what comes back, cell by cell, in words."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from audits.logic.wording import Piece, pieces
from audits.models import Audit, WorkbookImport
from audits.workbook.difference import Unit, Values
from audits.workbook.layout import Levels
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

    ``theirs`` is what somebody else wrote meanwhile, ``who`` and ``at`` by whom and when: "" and
    None outside a conflict. ``chosen`` is the choice that was sent, "" before.
    """

    code: str
    site: str
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
class Page:
    """What an import brings back, as it is now."""

    conflicts: tuple[Line, ...]
    changes: tuple[Line, ...]
    theirs: int
    agreed: int
    requirements: int


def import_page(imported: WorkbookImport, found: Review, chosen: dict[str, str]) -> Page:
    """The preview; ``chosen`` is what was sent, so that a form that comes back loses nothing."""
    words = _Words(imported.audit)
    return Page(
        conflicts=tuple(
            words.conflict(cell, chosen.get(cell.name, "")) for cell in found.conflicts
        ),
        changes=tuple(words.line(cell) for cell in found.changes),
        theirs=imported.theirs,
        agreed=len(found.agreed) + imported.agreed,
        requirements=len({cell.row.pk for cell in (*found.changes, *found.conflicts)}),
    )


def own_imports(audit: Audit, user: User) -> list[WorkbookImport]:
    """The person's own imports of an audit, newest first: one query."""
    rows = WorkbookImport.objects.filter(audit=audit, brought_by=user)
    found = list(rows.defer("proposed").order_by("-brought_at", "-pk")[:SHOWN])
    for row in found:
        row.audit = audit
    return found


class _Words:
    """Cells in the words of the audit's scale."""

    def __init__(self, audit: Audit) -> None:
        self._levels = Levels(audit.scale, get_language() or "fr")
        self._base = audit.get_absolute_url()

    def line(self, cell: Cell) -> Line:
        """One change: from what it was to what came back."""
        before, mine = self._text(cell, cell.taken), self._text(cell, cell.brought)
        return self._line(cell, before, mine)

    def conflict(self, cell: Cell, chosen: str) -> Line:
        """One conflict: what it was, what each of the two wrote."""
        row = cell.row
        return replace(
            self.line(cell),
            name=cell.name,
            theirs=self._text(cell, cell.now),
            who=str(row.updated_by) if row.updated_by else "",
            at=row.updated_at,
            chosen=chosen if chosen in CHOICES else "",
        )

    def _line(self, cell: Cell, before: str, mine: str) -> Line:
        change = Change.CHANGED if before and mine else Change.ADDED if mine else Change.EMPTIED
        is_comment = cell.unit is Unit.COMMENT
        return Line(
            code=cell.row.code,
            site=cell.row.site.name if cell.row.site else "",
            url=f"{self._base}?exigence={cell.row.pk}",
            label=_("Comment") if is_comment else pgettext("column of the workbook", "Rating"),
            word=str(WORDS[change]),
            shape=SHAPES[change],
            before=before,
            mine=mine,
            pieces=tuple(pieces(before, mine)) if is_comment else (),
        )

    def _text(self, cell: Cell, values: Values) -> str:
        if cell.unit is Unit.COMMENT:
            return values.comment
        level = self._levels.word(values.level) or _("Not assessed")
        return f"{level}\n{values.na_reason}" if values.na_reason else level
