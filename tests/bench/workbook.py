"""The offline workbook of a large audit, out and in, beside bare openpyxl on the same cells."""

import io
from collections.abc import Iterator

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits.actions import workbook as actions
from tests.bench.timing import Line, ratio
from tests.bench.web import filled_audit
from tests.factories.audits import manager_of
from tests.queries import counted

SHAPE = (6, 10, 20)  # 1,200 requirements


def measure() -> Iterator[Line]:
    audit = filled_audit(*SHAPE, findings=24)
    user = manager_of(audit).user
    content = _take_away(audit, user)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {
        sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book
    }

    def ours() -> None:
        _bring_back(audit, user, _take_away(audit, user))

    name = "workbook of 1,200 requirements out and in: CPU over bare openpyxl"
    yield Line(name, ratio(ours, lambda: _bare(sheets), runs=8, warm=1), 1.5, "x")
    with counted() as statements:
        _take_away(audit, user)
    yield Line("workbook out: queries", len(statements), 10, "queries")
    with counted() as statements:
        _bring_back(audit, user, content)
    yield Line("workbook in, unchanged: queries", len(statements), 10, "queries")


def _take_away(audit: object, user: object) -> bytes:
    return actions.take_away(audit=audit, by=user, at=timezone.now())


def _bring_back(audit: object, user: object, content: bytes) -> None:
    upload = SimpleUploadedFile("classeur.xlsx", content)
    found = actions.bring_back(audit=audit, upload=upload, by=user, at=timezone.now())
    assert found is None


def _bare(sheets: dict[str, list[tuple]]) -> None:
    """The reference: the same cells written and read, without a style or a question."""
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    for sheet in openpyxl.load_workbook(target, read_only=True):
        for _row in sheet.iter_rows(values_only=True):
            pass
