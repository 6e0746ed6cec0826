"""ClamAV's opinion of a file, where the installation has its daemon.

The bytes are sent over the socket (``INSTREAM``): the daemon needs no right on our files and may
be on another machine. What it could not say clearly is never taken for "clean".
"""

import logging
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crcaudit.core.files.refusals import FileRefusedError, Refusal

logger = logging.getLogger(__name__)
_ADDRESS = re.compile(r"(?:unix:)?(?P<path>/.+)|\[?(?P<host>[^/\[\]]+)\]?:(?P<port>\d{1,5})")
_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
_CLEAN = "stream: OK"
_FOUND = " FOUND"


class ScannerError(Exception):
    """The scanner cannot be reached, or did not say whether the file is clean."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A ClamAV daemon.

    ``address`` is ``/path/of/socket`` (``unix:`` before it or not) or ``host:port``; ``seconds``
    bounds each exchange: the connection, one piece sent, the wait for the answer.
    """

    address: str
    seconds: float = 60

    def require_clean(self, path: Path) -> None:
        """Return when the file is clean.

        Raises FileRefusedError: INFECTED, or NOT_SCANNED when the daemon gives no clear answer.
        """
        try:
            answer = self._scan(path)
        except (OSError, ScannerError) as error:
            raise self._not_scanned(error) from error
        if answer.endswith(_FOUND):
            logger.warning("Antivirus: %r", answer)
            raise FileRefusedError(Refusal.INFECTED)
        if answer != _CLEAN:
            raise self._not_scanned(answer or "no answer")

    def version(self) -> str:
        """Program and signatures, such as ``ClamAV 1.4.3/27760/Fri Nov 20 09:41:00 2026``.

        Raises ScannerError when the daemon cannot be reached or is something else.
        """
        try:
            with self._connected() as connection:
                connection.sendall(b"zVERSION\0")
                answer = _answer(connection)
        except OSError as error:
            raise ScannerError(str(error)) from error
        if not answer.startswith("ClamAV"):
            raise ScannerError(answer or "no answer")
        return answer

    def _scan(self, path: Path) -> str:
        with self._connected() as connection, path.open("rb") as source:
            try:
                connection.sendall(b"zINSTREAM\0")
                while chunk := source.read(_CHUNK):
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
            except ConnectionError:
                # It hung up in the middle, over its own size limit: it said why before.
                return _answer(connection)
            return _answer(connection)

    def _not_scanned(self, why: object) -> FileRefusedError:
        """The refusal; why is for whoever watches the server, not for who sends the file."""
        logger.error("Antivirus %s: %s", self.address, why)
        return FileRefusedError(Refusal.NOT_SCANNED)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        place = _place(self.address)
        if isinstance(place, str):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(self.seconds)
                connection.connect(place)
                yield connection
            return
        with socket.create_connection(place, timeout=self.seconds) as connection:
            yield connection


def is_address(text: str) -> bool:
    """Whether a daemon can be looked for there."""
    try:
        _place(text)
    except ScannerError:
        return False
    return True


def _place(address: str) -> str | tuple[str, int]:
    """Path of a socket, or host and port. Raises ScannerError for anything else."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ScannerError(f"{address}: neither /path/of/socket nor host:port")
    return match["path"] or (match["host"], int(match["port"]))


def _answer(connection: socket.socket) -> str:
    """What the daemon says until it ends its line or hangs up."""
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode(errors="replace").strip()
