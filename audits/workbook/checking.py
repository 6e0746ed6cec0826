"""What the findings and the actions of a workbook that came back are asked alike."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Generic, TypeVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audits.models import Audit, CorrectiveAction, Finding
from audits.workbook import layout
from audits.workbook.columns import REFERENCE, Column, letters_of
from audits.workbook.difference import Difference
from audits.workbook.fields import Addition, Values
from audits.workbook.problems import Problems, quoted
from audits.workbook.reader import TableEntry
from audits.workbook.words import Words
from crcaudit.accounts.models import User

Row = TypeVar("Row", Finding, CorrectiveAction)


class TableChecker(ABC, Generic[Row]):
    """Compares the rows of one table with those of the audit, as far as its person sees them.

    What is wrong is added to the problems, and counts as unchanged.
    """

    entry: ClassVar[tuple[str, ...]]  # the columns that are filled in
    gone: ClassVar[Promise]  # said of a row that is no longer there to be changed

    def __init__(
        self,
        audit: Audit,
        user: User,
        problems: Problems,
        columns: tuple[Column, ...],
        fields: Mapping[str, Field],
    ) -> None:
        self.audit, self.user = audit, user
        self._problems, self._letters, self._fields = problems, letters_of(columns), fields

    def compare(self, entries: Sequence[TableEntry], found: Difference) -> None:
        """Every row that changed, in the order of the workbook, then the new ones."""
        changed = [(entry, names) for entry in entries if (names := self.changed(entry))]
        keys = [entry.taken.pk for entry, _names in changed if entry.taken]
        present = {row.pk: row for row in self._present(keys)} if keys else {}
        for entry, names in changed:
            if entry.taken is None:
                self._add(entry, names, found)
            elif row := present.get(entry.taken.pk):
                taken = {name: entry.taken.cells[name][0] for name in self.entry}
                found.compare(row, taken, taken | self._edited(entry, row, names))
            else:
                self.say(entry, REFERENCE, str(self.gone))

    @abstractmethod
    def _present(self, keys: list[int]) -> Iterable[Row]:
        """Those of these rows that the person sees in the audit, with what is asked of them."""

    @abstractmethod
    def _edited(self, entry: TableEntry, row: Row, names: list[str]) -> Values:
        """New values of the columns that changed; those with a problem are left out or ""."""

    @abstractmethod
    def _add(self, entry: TableEntry, names: list[str], found: Difference) -> None:
        """Add a new row, of which these columns are filled in, unless it is refused."""

    def say(self, entry: TableEntry, name: str, text: str) -> str:
        """Keep a problem with its place. Gives "", the value that then stands for the cell."""
        letter = self._letters[name]
        self._problems.add(text, sheet=entry.sheet, row=entry.row, column=letter)
        return ""

    def changed(self, entry: TableEntry) -> list[str]:
        """Columns that no longer say what was taken away; of a new row, those that say anything."""
        if entry.taken is None:
            return [name for name, text in entry.cells.items() if text and name != REFERENCE]
        taken = entry.taken.cells
        return [name for name, (_value, read) in taken.items() if entry.cells[name] != read]

    def refuse_change(self, entry: TableEntry, name: str) -> None:
        """Say that a cell is protected, and what stood in it."""
        read = entry.taken.cells[name][1] if entry.taken else ""
        if read:
            text = _('This cell is protected: put "%(value)s" back.') % {"value": quoted(read)}
        else:
            text = _("This cell is protected: empty it.")
        self.say(entry, name, text)

    def is_cut(self, entry: TableEntry, name: str) -> bool:
        """Whether the cell never held the whole text; then that is said."""
        if entry.taken is None or not layout.is_cut(entry.taken.cells[name][0]):
            return False
        self.say(entry, name, _("The text is too long for a cell: change it in the application."))
        return True

    def cleaned(self, entry: TableEntry, name: str) -> str:
        """The value of a typed cell, as its form would take it; "" when it would not."""
        text = entry.cells[name].strip()
        if name == "effort_days":
            text = "".join(text.split()).replace(",", ".")
        try:
            return as_text(self._fields[name].clean(text))
        except ValidationError as error:
            return self.say(entry, name, " ".join(error.messages))

    def chosen(
        self, entry: TableEntry, name: str, words: Words, *, empty: str, unknown: str
    ) -> str:
        """The code of a chosen or typed word; "" when there is none, which is said."""
        code = words.code(entry.cells[name])
        if code:
            return code
        value = {"value": quoted(entry.cells[name]), "words": ", ".join(words.all)}
        return self.say(entry, name, empty if code == "" else unknown % value)


def as_text(value: str | date | Decimal | None) -> str:
    """A value as it is kept and compared: days in ISO, efforts with two decimals."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value or ""


def addition(entry: TableEntry, values: Values) -> Addition:
    """A row to write; one that is not labelled is named by its place."""
    label = entry.label or _("row %(number)d") % {"number": entry.row}
    return Addition(entry.kind, str(uuid4()), label, values)
