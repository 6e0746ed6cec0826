"""A small ClamAV daemon for tests: the real protocol, and every way it has of going wrong."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "ClamAV 1.4.3/27760/Fri Nov 20 09:41:00 2026"
# What the fake takes for a virus. Not EICAR: our own gate stops that one before.
VIRUS = b"MARQUE-DE-VIRUS-POUR-ESSAI"
SIZE_LIMIT = 100


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.stream = self.request.makefile("rb")
        command = self._until_zero()
        self.server.commands.append(command)
        if self.server.mode == "silent":
            self.server.released.wait()
        elif self.server.mode == "hangs up":
            return
        elif command == b"zVERSION":
            self._say("I am a printer" if self.server.mode == "other" else VERSION)
        elif command == b"zINSTREAM":
            self._scan()

    def _scan(self) -> None:
        if self.server.mode == "small":
            self._say("INSTREAM size limit exceeded. ERROR")
            return
        content = b""
        while size := struct.unpack("!L", self.stream.read(4))[0]:
            content += self.stream.read(size)
        self.server.contents.append(content)
        verdict = "Win.Test.Essai FOUND" if VIRUS in content else "OK"
        self._say({"garbled": "\ufffd", "unsure": "stream: OK, perhaps"}.get(
            self.server.mode, f"stream: {verdict}"
        ))  # fmt: skip

    def _until_zero(self) -> bytes:
        said = b""
        while (letter := self.stream.read(1)) not in {b"", b"\0"}:
            said += letter
        return said

    def _say(self, text: str) -> None:
        # In two pieces: an answer may be cut anywhere on its way.
        raw = text.encode() + b"\0"
        self.request.sendall(raw[:5])
        self.request.sendall(raw[5:])

    def finish(self) -> None:
        self.stream.close()


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def running(folder: Path | None = None, *, mode: str = "") -> Iterator[socketserver.BaseServer]:
    """A daemon on a socket of ``folder``, on a local port without one.

    ``server.address`` is what a setting would hold; ``server.contents`` what was sent to it.
    ``mode``: "silent", "hangs up", "small" (refuses every size), "garbled", "unsure", "other".
    """
    if folder is None:
        server = _Tcp(("127.0.0.1", 0), _Handler)
        server.address = f"127.0.0.1:{server.server_address[1]}"
    else:
        path = str(folder / "clamd.ctl")
        server = socketserver.ThreadingUnixStreamServer(path, _Handler)
        server.address = f"unix:{path}"
    server.mode, server.commands, server.contents = mode, [], []
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> str:
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
