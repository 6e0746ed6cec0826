"""Writing and verifying the journal.

One call of `record` per change, in the transaction of the change. The hash covers the
previous hash and a canonical JSON of the entry, so that changing, removing or inserting
any row afterwards is found by `verify`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from crcaudit.core.models import JournalEntry, JournalHead

SITE_STREAM = "site"
GENESIS = ""


class Actor(Protocol):
    """Whoever has a key: a user."""

    key: UUID


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one object. ``before`` and ``after`` hold JSON values by field name."""

    action: str
    kind: str
    key: object
    label: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def organisation_stream(organisation_key: object) -> str:
    """Name of the chain of one organisation."""
    return f"org:{organisation_key}"


def record(change: Change, *, stream: str, by: Actor | None, at: datetime) -> JournalEntry:
    """Append one change to its chain. Must run inside the transaction of the change."""
    return record_many([change], stream=stream, by=by, at=at)[0]


def record_many(
    changes: Sequence[Change], *, stream: str, by: Actor | None, at: datetime
) -> list[JournalEntry]:
    """Append several changes in order, with three queries whatever their number.

    Raises:
        RuntimeError: when called outside a transaction; the chain could then fork.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The journal is written in the transaction of the change.")
    head, _created = JournalHead.objects.select_for_update().get_or_create(stream=stream)
    entries = []
    for change in changes:
        entry = _entry(change, head=head, by=by, at=at)
        head.sequence, head.entry_hash = entry.sequence, entry.entry_hash
        entries.append(entry)
    JournalEntry.objects.bulk_create(entries)
    JournalHead.objects.filter(pk=head.pk).update(
        sequence=head.sequence, entry_hash=head.entry_hash
    )
    return entries


def root(stream: str) -> str:
    """Sequence and hash of the last entry, printed in reports; "" for an empty chain."""
    head = JournalHead.objects.filter(stream=stream).first()
    return f"{head.sequence}:{head.entry_hash}" if head and head.sequence else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain does not hold, and what was seen."""

    stream: str
    sequence: int
    problem: str


def verify() -> tuple[int, list[Broken]]:
    """Check every chain: count of entries read, and every break found, in chain order."""
    heads = {head.stream: head for head in JournalHead.objects.all()}
    broken: list[Broken] = []
    count = 0
    last: dict[str, tuple[int, str]] = {}
    for entry in _in_order():
        count += 1
        sequence, previous = last.get(entry.stream, (0, GENESIS))
        broken.extend(_breaks(entry, sequence, previous))
        last[entry.stream] = (entry.sequence, entry.entry_hash)
    for stream in sorted(heads.keys() | last.keys()):
        head, seen = heads.get(stream), last.get(stream, (0, GENESIS))
        if head is None or (head.sequence, head.entry_hash) != seen:
            broken.append(Broken(stream, seen[0], "the last entries are missing"))
    return count, broken


def _in_order() -> Iterator[JournalEntry]:
    yield from JournalEntry.objects.order_by("stream", "sequence").iterator(chunk_size=2000)


def _breaks(entry: JournalEntry, sequence: int, previous: str) -> Iterator[Broken]:
    if entry.sequence != sequence + 1:
        yield Broken(entry.stream, entry.sequence, f"follows {sequence}: entries are missing")
    if entry.previous_hash != previous:
        yield Broken(entry.stream, entry.sequence, "the link to the previous entry is broken")
    if entry.entry_hash != _digest(entry):
        yield Broken(entry.stream, entry.sequence, "the content was changed")


def _entry(change: Change, *, head: JournalHead, by: Actor | None, at: datetime) -> JournalEntry:
    entry = JournalEntry(
        stream=head.stream,
        sequence=head.sequence + 1,
        at=at,
        actor=str(by.key) if by else "",
        action=change.action,
        object_type=change.kind,
        object_key=str(change.key),
        object_label=change.label[:200],
        before=dict(change.before),
        after=dict(change.after),
        reason=change.reason,
        previous_hash=head.entry_hash,
    )
    entry.entry_hash = _digest(entry)
    return entry


def _digest(entry: JournalEntry) -> str:
    """SHA-256 of the previous hash and the canonical JSON of the entry."""
    content = json.dumps(
        [
            entry.previous_hash,
            entry.stream,
            entry.sequence,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor,
            entry.action,
            entry.object_type,
            entry.object_key,
            entry.object_label,
            entry.before,
            entry.after,
            entry.reason,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()
