"""Bytes beyond the limit are not written to disk while an upload arrives."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CappedUploadHandler(FileUploadHandler):
    """Keeps one byte more than is accepted of each file and drops the rest unread.

    Django bounds no file on its own. With one byte too many the gate still refuses the file, with
    its own sentence.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """What the following handlers get of a piece that begins at ``start``."""
        room = settings.EVIDENCE_MAX_BYTES + 1 - start
        return raw_data[:room] if room > 0 else None

    def file_complete(self, file_size: int) -> None:
        """The file itself is made by the following handlers."""
        del file_size
