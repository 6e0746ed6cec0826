"""What is shown of an image is a picture of our own drawing."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from crcaudit.core.files import FileRefusedError, Refusal, inspect_upload
from crcaudit.core.files.images import make_preview_image
from tests.core.files import builders as b
from tests.core.files.corpus_plain import located_jpg

pytestmark = pytest.mark.unit


def written(folder: Path, content: bytes) -> Path:
    path = folder / "evidence"
    path.write_bytes(content)
    return path


def preview(folder: Path, content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(make_preview_image(written(folder, content))))


def test_preview_keeps_nothing_of_the_photograph_but_its_pixels(tmp_path: Path):
    source = located_jpg(1_000)
    assert b"CRC-CANARY" in source

    shown = make_preview_image(written(tmp_path, source))

    assert b"CRC-CANARY" not in shown
    assert b"EXIF" not in shown
    image = Image.open(io.BytesIO(shown))
    assert (image.format, image.size) == ("WEBP", (40, 30))
    assert len(image.getexif()) == 0


def test_preview_of_a_polyglot_does_not_carry_its_tail(tmp_path: Path):
    shown = make_preview_image(written(tmp_path, b.png() + b"<script>alert(1)</script>"))

    assert b"script" not in shown


def test_preview_is_at_most_1600_pixels_wide_and_keeps_its_shape(tmp_path: Path):
    assert preview(tmp_path, b.picture("JPEG", (4000, 1000))).size == (1600, 400)


def test_preview_is_upright(tmp_path: Path):
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter turn

    assert preview(tmp_path, b.picture("JPEG", (60, 20), exif=turned)).size == (20, 60)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_preview_of_every_kind_of_png(tmp_path: Path, mode: str):
    target = io.BytesIO()
    Image.new(mode, (12, 9)).save(target, "PNG")

    assert preview(tmp_path, target.getvalue()).size == (12, 9)


def test_transparent_image_stays_transparent(tmp_path: Path):
    target = io.BytesIO()
    Image.new("RGBA", (12, 9), (255, 0, 0, 0)).save(target, "PNG")

    assert preview(tmp_path, target.getvalue()).convert("RGBA").getpixel((3, 3))[3] == 0


@pytest.mark.parametrize("filled_up", [False, True], ids=["alone", "after WeasyPrint"])
@pytest.mark.parametrize("content", [b"", b"GIF89a", b.png()[:60], b.jpg()[:200]])
def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, content: bytes, filled_up: bool
):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", filled_up)
    with pytest.raises(FileRefusedError) as caught:
        make_preview_image(written(tmp_path, content))

    assert caught.value.code == Refusal.DAMAGED
    assert ImageFile.LOAD_TRUNCATED_IMAGES is filled_up


def test_large_flat_png_is_kept_but_not_drawn_in_the_page():
    target = io.BytesIO()
    Image.new("L", (6_000, 5_000)).save(target, "PNG")

    seen = inspect_upload(io.BytesIO(target.getvalue()), name="plan.png")

    assert (seen.width, seen.preview) == (6_000, None)
