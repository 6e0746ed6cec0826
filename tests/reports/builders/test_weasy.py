"""The quick way of asking WeasyPrint gives what its usual way gives."""

import io
import re

import pikepdf
import pytest
import weasyprint
from django.template.utils import get_app_template_dirs

from reports.builders import assets, weasy
from tests.reports import values
from tests.reports.builders import documents

pytestmark = [*documents.MARKS, pytest.mark.long]

# What needs no rule of its own in any sheet.
WITHOUT_RULE = {"a", "span"}


def made(name: str) -> bytes:
    """A document with every kind of page, and few of them."""
    snapshot = values.a_few_of_each(documents.snapshot(name))
    return documents.BUILDERS[name][1](snapshot, values.meta(snapshot, title="Essai"))


@pytest.mark.parametrize("name", documents.NAMES)
def test_the_sheet_for_our_elements_gives_the_pages_of_the_sheet_for_all(name, monkeypatch):
    def usual(html, fetcher):
        return weasyprint.HTML(string=html, url_fetcher=fetcher)

    quick = made(name)
    monkeypatch.setattr(weasy, "parse", usual)

    assert made(name) == quick


def test_every_element_of_the_templates_is_in_the_sheet():
    sheet = re.sub(
        r"/\*.*?\*/|\{[^}]*\}", " ", assets.content(assets.BASE_SHEET).decode(), flags=re.DOTALL
    )
    known = set(re.findall(r"[a-z][a-z0-9]*", sheet)) | WITHOUT_RULE
    (folder,) = (path for path in get_app_template_dirs("templates") if "reports" in str(path))
    files = list(folder.glob("reports/pdf/*.html"))

    used = {tag for file in files for tag in re.findall(r"<([a-z][a-z0-9]*)", file.read_text())}

    assert {"section", "table", "li"} <= used
    assert used - known == set()


def test_writing_once_gives_what_writing_twice_gives(monkeypatch):
    def usual(_document, pdf):
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))

    quick = made("audit")
    monkeypatch.setattr(weasy, "finish", usual)

    assert plain(made("audit")) == plain(quick)


def plain(content: bytes) -> list[tuple[object, ...]]:
    """Every object of a document, streams decompressed, and its own tables left out."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [_plain(item) for item in document.objects if isinstance(item, pikepdf.Object)]


def _plain(item: pikepdf.Object) -> tuple[object, ...]:
    if not isinstance(item, pikepdf.Stream):
        return (item.unparse(),)
    if item.get("/Type") in {"/ObjStm", "/XRef"}:
        return ()
    return (re.sub(rb"/Length \d+", b"", item.stream_dict.unparse()), item.read_bytes())
