"""Archival, tagged, complete: what a document must be whatever it says."""

import io

import openpyxl
import pikepdf
import pytest

from audits.snapshots import to_json
from tests.reports import pdf_text
from tests.reports.builders import documents

pytestmark = documents.MARKS

BODY = slice(4, None)  # chapter, reference, confidentiality and page number are drawn first
A4 = {(595, 842), (842, 595)}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(params=documents.NAMES)
def name(request):
    return request.param


@pytest.fixture
def pdf(name):
    with pikepdf.open(io.BytesIO(documents.pdf(name))) as opened:
        yield opened


def test_it_says_that_it_is_archival(pdf):
    with pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
    assert len(pdf.Root.OutputIntents) == 1


def test_it_is_tagged_and_says_its_language_and_title(pdf, name):
    assert bool(pdf.Root.MarkInfo.Marked) is True
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang) == "fr"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
    assert str(pdf.docinfo.Title) == documents.TITLES[name]
    with pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == documents.TITLES[name]


def test_headings_tables_and_pictures_are_tagged(pdf):
    kinds, described = set(), []
    todo = [pdf.Root.StructTreeRoot]
    while todo:
        node = todo.pop()
        kinds.add(str(node.get("/S", "")))
        if str(node.get("/S", "")) == "/Figure":
            described.append(str(node.get("/Alt", "")))
        children = node.get("/K", [])
        children = children if isinstance(children, pikepdf.Array) else [children]
        todo += [child for child in children if isinstance(child, pikepdf.Dictionary)]

    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Link"} <= kinds
    assert all(described)


def test_every_font_is_inside(pdf):
    fonts = {
        str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()
    }

    assert {family.partition("+")[2].rstrip(",") for family in fonts} <= {
        "Source-Sans-3",
        "Source-Sans-3-Semi-Bold",
        "Source-Serif-4-Semi-Bold",
        "CRC-Verdicts",
    }
    for font in fonts.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_data_are_inside_and_nothing_else(pdf, name):
    expected = {"snapshot.json": "application/json"}
    if name != "control_plan":
        expected["audit.xlsx"] = SHEET

    assert {key: spec.get_file().mime_type for key, spec in pdf.attachments.items()} == expected
    assert {str(spec.obj.AFRelationship) for spec in pdf.attachments.values()} == {"/Data"}
    assert len(pdf.Root.AF) == len(expected)
    data = pdf.attachments["snapshot.json"].get_file().read_bytes()
    assert data.decode() == to_json(documents.snapshot(name))


def test_the_workbook_inside_opens(pdf, name):
    if "audit.xlsx" in pdf.attachments:
        content = pdf.attachments["audit.xlsx"].get_file().read_bytes()
        assert len(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) == 5
    else:
        assert name == "control_plan"


def test_nothing_in_it_runs_or_leads_outside(pdf):
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(pdf.Root.keys())
    assert "/JavaScript" not in pdf.Root.get("/Names", {})
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            assert annotation.Subtype == "/Link"
            assert "/A" not in annotation or annotation.A.S == "/GoTo"


def test_its_only_date_is_the_document_s_own(pdf):
    content = b"".join(
        bytes(str(value), "utf-8") for key, value in pdf.docinfo.items() if "Date" in str(key)
    )

    assert content == b"D:20260403D:20260403"


def test_every_page_is_a4(name):
    assert {(page.width, page.height) for page in documents.pages(name)} <= A4


def test_every_page_but_the_cover_has_its_header_and_number(name):
    pages = documents.pages(name)
    reference = pdf_text.squeezed(documents.meta(name).reference)

    for number, page in enumerate(pages[1:], start=2):
        assert f"{number}/{len(pages)}" in page.text
        assert reference in page.text
        assert "Diffusionrestreinte" in page.text
    assert f"1/{len(pages)}" not in pages[0].text


def test_no_page_is_empty(name):
    for page in documents.pages(name)[1:]:
        assert len(page.runs) > len(page.runs[BODY]) > 3


def test_no_heading_ends_a_page(name):
    for page in documents.pages(name)[1:]:
        drawn = [run for run in page.runs if run.text.strip()]
        frame = [run for run in drawn if "/" in run.text or "Diffusion" in run.text][-2:]
        last = [run for run in drawn if run not in frame][-1]
        assert not last.font.startswith("Source-Serif"), last.text


def test_the_contents_give_the_page_of_each_chapter(pdf, name):
    number_of = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    with pdf.open_outline() as outline:
        chapters = [(item.title, number_of[item.destination[0].objgen]) for item in outline.root]
    (contents,) = (page for page in documents.pages(name) if page.runs[0].text == "Sommaire")
    words = [pdf_text.squeezed(run.text).strip(".") for run in contents.runs]
    drawn = "|" + "|".join(word for word in words if word)

    assert len(chapters) >= 10
    for title, page in chapters:
        if title != "Sommaire":
            number, _space, rest = title.partition(" ") if title[0].isdigit() else ("", "", title)
            entry = "|".join(filter(None, (number, pdf_text.squeezed(rest), str(page))))
            assert f"|{entry}|" in drawn


def test_the_fingerprint_of_the_data_is_printed(name):
    assert documents.meta(name).snapshot_sha256 in documents.whole(name)
