"""What an upload leaves behind, what is said of it, and what happens without libmagic."""

import hashlib
import io
from pathlib import Path

import pytest
from django.utils.translation import override

from crcaudit.core.files import (
    ACCEPTED_EXTENSIONS,
    FileRefusedError,
    Limits,
    Refusal,
    inspect_upload,
    receive_upload,
    second_opinion,
)
from tests.core.files import builders as b
from tests.core.files.corpus import CASES
from tests.core.files.test_corpus import outcome

pytestmark = pytest.mark.unit


class BreakingStream:
    """An upload whose connection is lost after the first piece."""

    def __init__(self) -> None:
        self._pieces = [b.pdf()]

    def read(self, size: int = -1, /) -> bytes:
        if not self._pieces:
            raise ConnectionResetError
        return self._pieces.pop()


def refusal(content: bytes, name: str = "rapport.pdf", **limits) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as caught:
        inspect_upload(io.BytesIO(content), name=name, limits=Limits(**limits))
    return caught.value


def test_accepted_file_is_described_by_its_bytes_not_by_its_name():
    content = b.pdf(5_000)

    seen = inspect_upload(io.BytesIO(content), name="C:\\Users\\x\\E\u0301coutes.PDF")

    assert seen.display_name == "\u00c9coutes.PDF"
    assert (seen.extension, seen.media_type, seen.page_count) == ("pdf", "application/pdf", 1)
    assert seen.size == len(content)
    assert seen.sha256 == hashlib.sha256(content).hexdigest()


def test_image_tells_its_pixels_and_text_its_encoding():
    image = inspect_upload(io.BytesIO(b.png()), name="a.png")
    table = inspect_upload(io.BytesIO(b.text(0, "cp1252")), name="a.csv")

    assert (image.width, image.height, image.encoding) == (40, 30, None)
    assert (table.encoding, table.width) == ("cp1252", None)


def test_file_on_disk_is_read_in_place_and_left_there(tmp_path: Path):
    path = tmp_path / "any-name"
    path.write_bytes(b.jpg())

    seen = inspect_upload(path, name="photo.jpeg")

    assert seen.extension == "jpg"
    assert path.read_bytes() == b.jpg()


def test_received_part_holds_the_bytes_and_goes_away_when_nobody_takes_it(tmp_path: Path):
    with receive_upload(io.BytesIO(b.png()), name="a.png", folder=tmp_path) as received:
        assert received.path.parent == tmp_path
        assert received.path.read_bytes() == b.png()

    assert list(tmp_path.iterdir()) == []


def test_received_part_that_was_moved_stays_where_it_was_moved(tmp_path: Path):
    with receive_upload(io.BytesIO(b.png()), name="a.png", folder=tmp_path) as received:
        received.path.rename(tmp_path / "kept")

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        (io.BytesIO(b"MZ"), FileRefusedError),
        (BreakingStream(), ConnectionResetError),
    ],
)
def test_nothing_is_left_of_a_refused_or_broken_upload(tmp_path: Path, stream, error):
    with (
        pytest.raises(error),
        receive_upload(stream, name="a.pdf", folder=tmp_path),
    ):
        pytest.fail("the part must not be lent")

    assert list(tmp_path.iterdir()) == []


def test_error_of_the_caller_removes_the_part_too(tmp_path: Path):
    with (
        pytest.raises(OSError, match="disk full"),
        receive_upload(io.BytesIO(b.png()), name="a.png", folder=tmp_path),
    ):
        raise OSError("disk full")

    assert list(tmp_path.iterdir()) == []


def test_size_limit_is_inclusive_and_answered_with_413():
    content = b.pdf()

    assert inspect_upload(io.BytesIO(content), name="a.pdf", limits=Limits(len(content)))
    error = refusal(content, max_bytes=len(content) - 1)

    assert (error.code, error.status) == (Refusal.TOO_LARGE, 413)


def test_other_refusals_are_answered_with_422():
    assert refusal(b"").status == 422


def test_message_says_what_is_wrong_and_what_to_do_in_the_language_of_the_reader():
    error = refusal(b.png())

    with override("en"):
        assert str(error.message) == (
            "The content of the file does not match its extension (.pdf): "
            "open it, save it in the right format and send it again."
        )


def test_every_refusal_has_a_sentence_without_loose_ends():
    details = {"limit": 1, "extension": ".x", "accepted": "pdf", "position": 1}
    with override("en"):
        sentences = [str(FileRefusedError(code, **details).message) for code in Refusal]

    assert len(set(sentences)) == len(Refusal)
    assert all(text.endswith(".") and "{" not in text for text in sentences)


def test_refusal_of_a_type_lists_what_is_accepted():
    error = refusal(b"<svg/>", name="logo.svg")

    with override("en"):
        message = str(error.message)
    assert "(.svg)" in message
    assert all(name in message for name in ACCEPTED_EXTENSIONS if name != "jpeg")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".pdf.", "a", "a.pdf;.html", "a.pdf::$DATA", "a.pdf\0.exe", "pdf", "a.PDF/"],
)
def test_name_without_an_accepted_extension_is_refused_before_anything_is_read(name: str):
    class Unread:
        def read(self, size: int = -1, /) -> bytes:
            pytest.fail("the stream must not be read")

    with pytest.raises(FileRefusedError) as caught:
        inspect_upload(Unread(), name=name)

    assert caught.value.code == Refusal.TYPE_NOT_ACCEPTED


def test_machine_without_libmagic_gives_the_same_answers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(second_opinion, "ask", lambda path: None)
    first_of_each_row = [case for case in CASES if case.id.endswith("-0a")]

    assert [
        case.id for case in first_of_each_row if outcome(case) != (case.expected, case.preview)
    ] == []


def test_libmagic_missing_from_the_system_is_no_error(monkeypatch, tmp_path: Path):
    monkeypatch.setitem(__import__("sys").modules, "magic", None)
    second_opinion._library.cache_clear()
    try:
        assert not second_opinion.is_available()
        assert second_opinion.ask(tmp_path) is None
    finally:
        monkeypatch.undo()
        second_opinion._library.cache_clear()


def test_libmagic_may_veto_what_our_signature_accepts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(second_opinion, "ask", lambda path: "application/x-dosexec")

    assert refusal(b.pdf()).code == Refusal.TYPE_MISMATCH
    assert refusal(b.text(), name="a.csv").code == Refusal.TYPE_MISMATCH


def test_rows_of_a_workbook_are_counted_over_its_sheets():
    rows = "<row r='1'><c r='A1'><v>1</v></c></row>" * 3
    parts = {"xl/worksheets/sheet1.xml": b.sheet(rows), "xl/worksheets/sheet2.xml": b.sheet(rows)}
    content = b.ooxml("xlsx", 0, **parts)

    assert inspect_upload(io.BytesIO(content), name="a.xlsx", limits=Limits(max_rows=6))
    assert refusal(content, "a.xlsx", max_rows=5).code == Refusal.TOO_MANY_ROWS
    assert refusal(content, "a.xlsx", max_cells=5).code == Refusal.TOO_MANY_ROWS
