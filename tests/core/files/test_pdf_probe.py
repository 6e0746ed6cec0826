"""The child process that looks into PDF files, and what its failures become."""

import subprocess
from pathlib import Path

import pikepdf
import pytest

from crcaudit.core.files import FileRefusedError, Refusal, pdf_probe, pdfs
from tests.core.files import builders as b
from tests.core.files.corpus import CASES

pytestmark = pytest.mark.unit

ROWS = [
    case
    for case in CASES
    if case.id.startswith("pdf-") and case.id.endswith("-0a") and "bomb" not in case.id
]


@pytest.mark.parametrize("case", ROWS, ids=lambda case: case.id)
def test_probe_gives_the_page_count_or_the_reason(case, tmp_path: Path):
    path = tmp_path / "a.pdf"
    path.write_bytes(case.make())

    expected = {"refused": str(case.expected)} if case.expected else {"pages": 1}
    assert pdf_probe.probe(str(path)) == expected


def test_pages_are_counted(tmp_path: Path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b.pdf(0, lambda document: [document.add_blank_page() for _page in range(11)]))

    assert pdfs.inspect_pdf(path).pages == 12


def test_dictionaries_within_dictionaries_have_an_end(tmp_path: Path):
    def nest(document):
        inner = pikepdf.Dictionary(S=pikepdf.Name.Other, Launch=1)
        for _level in range(80):
            inner = pikepdf.Dictionary(A=inner)
        document.Root["/Deep"] = inner

    path = tmp_path / "a.pdf"
    path.write_bytes(b.pdf(0, nest))

    assert pdf_probe.probe(str(path)) == {"refused": "TOO_COMPLEX"}


def test_numbers_and_nulls_that_stand_alone_are_ordinary(tmp_path: Path):
    def number(document):
        for name, value in {"/A": b"12", "/B": b"true", "/C": b"1.5", "/D": b"(text)"}.items():
            document.Root[name] = document.make_indirect(pikepdf.Object.parse(value))

    path = tmp_path / "a.pdf"
    path.write_bytes(b.pdf(0, number))

    assert pdf_probe.probe(str(path)) == {"pages": 1}


def test_text_that_only_speaks_of_scripts_is_harmless(tmp_path: Path):
    def speak(document):
        document.Root["/Title"] = pikepdf.String("the /JavaScript and /Launch actions")

    path = tmp_path / "a.pdf"
    path.write_bytes(b.pdf(0, speak))

    assert pdf_probe.probe(str(path)) == {"pages": 1}


@pytest.mark.parametrize(
    "failure",
    [
        subprocess.TimeoutExpired("probe", 1),
        subprocess.CalledProcessError(-9, "probe"),
    ],
)
def test_file_that_kills_or_stops_the_probe_is_refused(monkeypatch, tmp_path: Path, failure):
    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr(subprocess, "run", fail)

    with pytest.raises(FileRefusedError) as caught:
        pdfs.inspect_pdf(tmp_path / "a.pdf")
    assert caught.value.code == Refusal.TOO_COMPLEX
