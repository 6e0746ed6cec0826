"""Damaged at random, a good file is accepted or refused with a sentence; nothing else."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crcaudit.core.files import FileRefusedError, inspect_upload
from crcaudit.core.files.images import make_preview_image
from crcaudit.core.files.pdf_probe import probe
from tests.core.files import builders as b

pytestmark = pytest.mark.unit

SOURCES = {name: make(0) for name, make in b.GOOD.items() if name != "pdf"}
PDF = b.pdf()


@st.composite
def damaged(draw, source: bytes) -> bytes:
    """Bytes changed, removed, or repeated in up to four places."""
    content = bytearray(source)
    for _change in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.integers(0, 40))
        content[at : at + length] = draw(st.binary(max_size=40))
    return bytes(content)


@settings(max_examples=300)
@given(st.data())
def test_damaged_file_never_breaks_the_gate(data):
    extension = data.draw(st.sampled_from(sorted(SOURCES)))
    content = data.draw(damaged(SOURCES[extension]))

    try:
        seen = inspect_upload(io.BytesIO(content), name=f"a.{extension}")
    except FileRefusedError:
        return
    assert seen.size == len(content)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=damaged(PDF))
def test_damaged_pdf_never_breaks_the_probe(tmp_path, content: bytes):
    path = tmp_path / "a.pdf"
    path.write_bytes(content)

    answer = probe(str(path))

    assert answer.keys() in ({"pages"}, {"refused"})


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_image_never_breaks_the_drawing(tmp_path, data):
    path = tmp_path / "a"
    path.write_bytes(
        data.draw(damaged(SOURCES[data.draw(st.sampled_from(["png", "jpg", "webp"]))]))
    )

    try:
        drawn = make_preview_image(path)
    except FileRefusedError:
        return
    assert drawn.startswith(b"RIFF")
