"""Files of the demonstration: real PDF, XLSX, CSV, PNG and text, small, made on the spot."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from PIL import Image, ImageDraw, ImageFont

from reports.builders import assets
from reports.management.demo import pdf
from reports.management.demo.library import Row

_INK, _PAPER, _LINE, _BAR = "#17233a", "#ffffff", "#c9d2de", "#eef2f7"
_COLUMN = 18  # width of a column in characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a file says: a title, sentences, one table; ``day`` is the date on it."""

    title: str
    heading: str = ""
    day: date
    paragraphs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


def make_file(name: str, content: Content) -> bytes:
    """The bytes of a file of the kind that the ending of ``name`` says.

    Raises:
        KeyError: when the ending is none of those that the demonstration knows.
    """
    return MAKERS[name.rpartition(".")[2]](content)


def make_pdf(content: Content) -> bytes:
    """A page with the title, the sentences and the table."""
    return pdf.make_pdf(
        title=content.title,
        subtitle=f"Opérateur Démo, {content.day:%d/%m/%Y}",
        paragraphs=content.paragraphs,
        columns=content.columns,
        rows=content.rows,
    )


def make_xlsx(content: Content) -> bytes:
    """A workbook of one sheet: the title, then the table with its head kept in sight."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.title = content.title
    book.properties.creator = "Opérateur Démo"
    book.properties.created = datetime.combine(content.day, time(9))
    sheet = book.active
    if sheet is None:
        raise RuntimeError("A new workbook has a sheet.")
    sheet.title = "Synthèse"
    sheet.append(content.columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in content.rows:
        sheet.append(row)
    for number in range(1, len(content.columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _COLUMN + (
            14 if number == 1 else 0
        )
    sheet.freeze_panes = "B2"
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def make_csv(content: Content) -> bytes:
    """A table as French spreadsheets write it: semicolons, and a mark for UTF-8."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, delimiter=";")
    writer.writerow(content.columns)
    writer.writerows(content.rows)
    return output.getvalue().encode("utf-8-sig")


def make_txt(content: Content) -> bytes:
    """The title and the sentences."""
    lines = [content.title, f"Opérateur Démo, {content.day:%d/%m/%Y}", "", *content.paragraphs]
    return "\n".join([*lines, ""]).encode()


def make_png(content: Content) -> bytes:
    """A picture of a screen: a bar with the heading, then one field per sentence."""
    body = ImageFont.truetype(io.BytesIO(assets.content("sans-regular")), 24)
    bold = ImageFont.truetype(io.BytesIO(assets.content("sans-semibold")), 28)
    picture = Image.new("RGB", (1000, 180 + 84 * len(content.paragraphs)), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 1000, 84), fill=_INK)
    draw.text((40, 24), content.heading, font=bold, fill=_PAPER)
    for number, sentence in enumerate(content.paragraphs):
        top = 124 + 84 * number
        draw.rounded_rectangle((40, top, 960, top + 64), 8, fill=_BAR, outline=_LINE, width=2)
        draw.text((64, top + 16), sentence, font=body, fill=_INK)
    draw.text((40, picture.height - 44), f"{content.day:%d/%m/%Y}", font=body, fill=_INK)
    output = io.BytesIO()
    picture.save(output, "PNG", optimize=True)
    return output.getvalue()


MAKERS: dict[str, Callable[[Content], bytes]] = {
    "pdf": make_pdf,
    "xlsx": make_xlsx,
    "csv": make_csv,
    "txt": make_txt,
    "png": make_png,
}
