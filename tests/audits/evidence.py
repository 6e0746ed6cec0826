"""What the tests of evidence share: uploads, real deposits, states to compare."""

from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.core.files.storage import InMemoryStorage, Storage
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.actions.evidence import add_file
from audits.models import Assessment, Evidence, EvidenceLink, EvidenceVersion
from crcaudit.core.models import JournalEntry
from tests.core.files import builders as b
from tests.factories.accounts import UserFactory

AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = date(2026, 3, 4)


class RemoteStorage(Storage):
    """A storage without local paths, as an object store is."""

    def __init__(self) -> None:
        self._held = InMemoryStorage()

    def _open(self, name: str, mode: str = "rb"):
        return self._held.open(name, mode)

    def _save(self, name: str, content) -> str:
        return self._held.save(name, content)

    def exists(self, name: str) -> bool:
        return self._held.exists(name)

    def delete(self, name: str) -> None:
        self._held.delete(name)


class ListedStorage(RemoteStorage):
    """The same, when it also says what it holds and since when."""

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self._held.listdir(path)

    def get_modified_time(self, name: str) -> datetime:
        return self._held.get_modified_time(name)


def upload(content: bytes | None = None, name: str = "Script SVI.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b.pdf() if content is None else content)


def deposit(
    row: Assessment, content: bytes | None = None, name: str = "Script SVI.pdf", by=None
) -> Evidence:
    """A file that went through the gate."""
    return add_file(assessment=row, upload=upload(content, name), by=by or UserFactory(), at=AT)


def stored() -> set[str]:
    """Paths of all files of the storage, relative to it."""
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def state() -> tuple[object, ...]:
    """Everything that a refusal must leave as it was."""
    return (
        list(EvidenceVersion.objects.order_by("pk").values_list("pk", "path", "sha256")),
        list(Evidence.objects.order_by("pk").values_list("pk", "title", "version")),
        list(EvidenceLink.objects.order_by("pk").values_list("pk", "unlinked_at")),
        JournalEntry.objects.count(),
        len(mail.outbox),
        stored(),
        list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()),
    )


def content(response) -> bytes:
    """What an answer brings, read to its end."""
    return b"".join(response.streaming_content) if response.streaming else response.content
