"""Reads the text of our own PDFs, page by page, so that tests need no outside tool."""

import io
import re
from dataclasses import dataclass

import pikepdf

_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


@dataclass(frozen=True)
class Run:
    """One piece of text as it was drawn; ``font`` without its subset prefix."""

    text: str
    font: str


@dataclass(frozen=True)
class Page:
    width: int
    height: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """All of it, without any white space: lines break where they must."""
        return squeezed("".join(run.text for run in self.runs))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def read(pdf: bytes) -> list[Page]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [_page(page) for page in document.pages]


def _page(page) -> Page:
    fonts = {
        name: (str(font.BaseFont).partition("+")[2], _unicode(font))
        for name, font in page.Resources.Font.items()
    }
    box = [round(float(side)) for side in page.MediaBox]
    return Page(box[2], box[3], tuple(_runs(page, fonts)))


def _unicode(font) -> dict[int, str]:
    table = font.ToUnicode.read_bytes()
    return {
        int(code, 16): bytes.fromhex(target.decode()).decode("utf-16-be", "replace")
        for section in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL)
        for code, target in _PAIR.findall(section)
    }


def _runs(page, fonts):
    name, letters = "", {}
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "Tf":
            name, letters = fonts[str(instruction.operands[0])]
        elif operator in {"TJ", "Tj"}:
            yield Run(_decode(instruction.operands[0], letters), name)


def _decode(shown, letters: dict[int, str]) -> str:
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return "".join(
        letters.get(int.from_bytes(codes[place : place + 2], "big"), "")
        for place in range(0, len(codes), 2)
    )
