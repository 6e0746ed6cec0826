"""Workbooks as a person would fill them in, for tests."""

import io

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from audits.actions import workbook as actions
from audits.workbook import layout
from audits.workbook.collect import collect
from audits.workbook.columns import Name, letters_of, requirement_columns
from audits.workbook.writer import write_book


def taken(audit, user) -> bytes:
    """The workbook of an audit, as the person takes it away."""
    return actions.take_away(audit=whole(audit), by=user, at=timezone.now())


def filled_in(content: bytes, cells: dict, *, per_site: bool = False) -> bytes:
    """The same, with cells changed: requirement's key and column to value; saved by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    left = dict(cells)
    letters = letters_of(requirement_columns(per_site=per_site))
    for sheet in book.worksheets:
        for row in range(layout.FIRST_ROW, sheet.max_row + 1):
            for (key, name), value in cells.items():
                if sheet.cell(row, 1).value == key:
                    sheet[f"{letters[Name(name)]}{row}"] = value
                    left.pop((key, name))
    assert not left
    return saved(book)


def workbook_of(row, user, comment: str) -> bytes:
    """The workbook of the audit of a requirement, with its comment changed; noted nowhere."""
    audit = whole(row.audit)
    with override(user.language):
        content = write_book(collect(audit, user, language=user.language, at=timezone.now()))
    cells = {(row.pk, Name.COMMENT): comment}
    return filled_in(content, cells, per_site=audit.is_per_site)


def whole(audit):
    """The audit with what the actions ask of it."""
    rows = type(audit).objects.select_related("organisation", "certification__edition__referential")
    return rows.get(pk=audit.pk)


def opened(content: bytes):
    """The workbook, as openpyxl reads it whole."""
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book) -> bytes:
    """Bytes of a workbook of openpyxl."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content: bytes, change) -> bytes:
    """The same, after ``change(book)``."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    return saved(book)


def upload(content: bytes, name: str = "classeur.xlsx") -> SimpleUploadedFile:
    """The file as sent."""
    return SimpleUploadedFile(name, content)


def bring(audit, user, content: bytes, name: str = "classeur.xlsx"):
    """What bringing it back gives."""
    return actions.bring_back(
        audit=whole(audit), upload=upload(content, name), by=user, at=timezone.now()
    )


def typed(content: bytes, cells: dict[tuple[str, str], object]) -> bytes:
    """The same, with cells typed in: sheet and place to value."""

    def change(book) -> None:
        for (sheet, place), value in cells.items():
            book[sheet][place] = value

    return changed(content, change)
