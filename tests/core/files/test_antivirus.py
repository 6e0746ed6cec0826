"""The antivirus: what it says is done, and what it does not say clearly is never "clean"."""

import io
import logging

import pytest
from django.utils.translation import override

from crcaudit.core.files import FileRefusedError, Refusal, Scanner, receive_upload
from crcaudit.core.files.antivirus import ScannerError, is_address
from tests.core.files import builders as b
from tests.core.files import clamd

pytestmark = pytest.mark.unit

BIG = 3 * 64 * 1024 + 17  # several pieces, the last one short
WRONG = ("silent", "hangs up", "small", "garbled", "unsure")


@pytest.fixture
def file(tmp_path):
    """Makes a file of the content given."""

    def make(content: bytes):
        path = tmp_path / "part"
        path.write_bytes(content)
        return path

    return make


@pytest.fixture(params=["socket", "port"])
def folder(request, tmp_path):
    """Where the daemon listens: a socket in a folder, or None for a port."""
    return tmp_path if request.param == "socket" else None


def scanner(daemon) -> Scanner:
    return Scanner(daemon.address, seconds=5 if daemon.mode != "silent" else 0.2)


def refusal(daemon, path) -> Refusal:
    with pytest.raises(FileRefusedError) as caught:
        scanner(daemon).require_clean(path)
    return caught.value.code


def test_a_clean_file_reaches_the_daemon_whole_and_passes(file, folder):
    content = bytes(number % 251 for number in range(BIG))

    with clamd.running(folder) as daemon:
        scanner(daemon).require_clean(file(content))

    assert daemon.contents == [content]
    assert daemon.commands == [b"zINSTREAM"]


def test_a_virus_is_refused_wherever_it_is(file, folder):
    with clamd.running(folder) as daemon:
        for content in (clamd.VIRUS, b"x" * BIG + clamd.VIRUS):
            assert refusal(daemon, file(content)) is Refusal.INFECTED


@pytest.mark.parametrize("mode", WRONG)
def test_without_a_clear_answer_the_file_is_refused(file, folder, mode, caplog):
    with clamd.running(folder, mode=mode) as daemon:
        assert refusal(daemon, file(b"x" * BIG)) is Refusal.NOT_SCANNED

    (line,) = caplog.records
    assert (line.levelno, daemon.address in line.getMessage()) == (logging.ERROR, True)


@pytest.mark.parametrize("address", ["/nowhere/clamd.ctl", "unix:/nowhere", "", "x", "h:1:2"])
def test_a_daemon_that_is_not_there_refuses_every_file(file, address):
    for place in (address, clamd.closed_port()):
        with pytest.raises(FileRefusedError) as caught:
            Scanner(place, seconds=5).require_clean(file(b"x"))
        assert (caught.value.code, caught.value.status) == (Refusal.NOT_SCANNED, 503)


def test_the_sentence_says_what_to_do_and_nothing_of_the_daemon(file):
    with override("fr"), pytest.raises(FileRefusedError) as caught:
        Scanner("/nowhere/clamd.ctl").require_clean(file(b"x"))

    with override("fr"):
        assert str(caught.value.message) == (
            "L’antivirus n’a pas pu examiner ce fichier, qui n’a pas été gardé\u202f: "
            "renvoyez-le dans quelques minutes, ou prévenez la personne qui administre le serveur."
        ).replace("\u202f:", "\u00a0:")


def test_the_gate_asks_last_and_says_that_it_asked(tmp_path):
    with clamd.running(tmp_path) as daemon:
        options = {"name": "a.pdf", "folder": tmp_path, "scanner": scanner(daemon)}
        with receive_upload(io.BytesIO(b.pdf()), **options) as received:
            assert received.inspected.is_scanned
        with (
            pytest.raises(FileRefusedError) as caught,
            receive_upload(io.BytesIO(b"MZ" + clamd.VIRUS), **options),
        ):
            pytest.fail("it was let in")

    assert caught.value.code is Refusal.TYPE_MISMATCH
    assert daemon.contents == [b.pdf()]


def test_a_refused_file_leaves_no_part(tmp_path):
    text = io.BytesIO(b"Texte " + clamd.VIRUS)

    with (
        clamd.running(tmp_path) as daemon,
        pytest.raises(FileRefusedError),
        receive_upload(text, name="a.txt", folder=tmp_path, scanner=scanner(daemon)),
    ):
        pytest.fail("it was let in")

    assert list(tmp_path.glob("*.part")) == []


def test_without_an_antivirus_nobody_claims_that_there_was_one(tmp_path):
    with receive_upload(io.BytesIO(b.pdf()), name="a.pdf", folder=tmp_path) as received:
        assert not received.inspected.is_scanned


def test_the_version_of_the_daemon_and_its_signatures(folder):
    with clamd.running(folder) as daemon:
        assert scanner(daemon).version() == clamd.VERSION


@pytest.mark.parametrize("mode", ["silent", "hangs up", "other"])
def test_something_else_than_clamav_has_no_version(folder, mode):
    with clamd.running(folder, mode=mode) as daemon, pytest.raises(ScannerError):
        scanner(daemon).version()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/run/clamav/clamd.ctl", True),
        ("unix:/run/clamav/clamd.ctl", True),
        ("clamav:3310", True),
        ("[::1]:3310", True),
        ("", False),
        ("clamav", False),
        ("http://clamav:3310", False),
        ("clamav:port", False),
        ("run/clamd.ctl", False),
    ],
)
def test_an_address_is_a_socket_or_a_host_with_its_port(text, expected):
    assert is_address(text) is expected
