"""Small documents that a viewer can show."""

import io

import pikepdf
from PIL import Image


def pdf(pages: int) -> bytes:
    """Each page says its number."""
    with pikepdf.new() as document:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for number in range(1, pages + 1):
            page = document.add_blank_page(page_size=(595, 842))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            text = f"BT /F1 24 Tf 72 720 Td (Consigne {number}) Tj ET"
            page.Contents = document.make_stream(text.encode())
        target = io.BytesIO()
        document.save(target)
        return target.getvalue()


def png() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 360), (20, 90, 160)).save(target, "PNG")
    return target.getvalue()
