"""The review of evidence: a queue, one piece at a time, and what is known of its requirement."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.enums import OWN_AUDITS, ReviewVerdict
from audits.models import Assessment, Audit, EvidenceLink
from audits.presenters.scale import level_shown
from crcaudit.accounts.models import User

WINDOW = 25  # pieces of the queue shown around the current one
SHAPES: dict[str, str] = {
    ReviewVerdict.ACCEPTED: "ok",
    ReviewVerdict.TO_COMPLETE: "part",
    ReviewVerdict.REJECTED: "major",
    "": "none",
}
FILTERS: dict[str, str | None] = {
    "": None,
    "a-revoir": "",
    "acceptees": ReviewVerdict.ACCEPTED,
    "a-completer": ReviewVerdict.TO_COMPLETE,
    "rejetees": ReviewVerdict.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of the queue."""

    pk: int
    code: str
    title: str
    site: str
    shape: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The pieces around the current one. ``current`` is None for an empty queue.

    ``place`` counts from 1; ``previous`` and ``following`` are addresses, "" at an end;
    ``hidden_before`` and ``hidden_after`` are how many are not in ``pieces``.
    """

    pieces: tuple[Piece, ...]
    current: int | None
    place: int
    total: int
    previous: str
    following: str
    hidden_before: int
    hidden_after: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One state of review, how many pieces are in it, and the filter that shows them."""

    label: str
    count: int
    shape: str
    url: str
    is_active: bool


def links_of(audit: Audit, user: User) -> QuerySet[EvidenceLink]:
    """Evidence in force on the requirements that the person sees, in the order of the grid."""
    return EvidenceLink.objects.filter(
        assessment__in=Assessment.objects.visible_to(user).filter(audit=audit),
        unlinked_at=None,
        evidence__withdrawn_at=None,
    ).order_by("assessment__position", "evidence__number")


def reviews_of(links: QuerySet[EvidenceLink]) -> list[tuple[int, str]]:
    """Number and verdict of every piece, "" where it waits, in order: one query."""
    return list(links.values_list("pk", "review"))


def tallies(audit: Audit, reviews: Sequence[tuple[int, str]], chosen: str) -> tuple[Tally, ...]:
    """How many pieces are in each state."""
    counts = Counter(review for _pk, review in reviews)
    labels = {
        "": _("All"),
        "a-revoir": _("To review"),
        "acceptees": _("Accepted ones"),
        "a-completer": _("To complete"),
        "rejetees": _("Rejected ones"),
    }
    return tuple(
        Tally(
            labels[name],
            len(reviews) if verdict is None else counts[verdict],
            "" if verdict is None else SHAPES[verdict],
            address(audit, chosen=name),
            name == chosen,
        )
        for name, verdict in FILTERS.items()
    )


def address(audit: Audit, *, piece: int | None = None, chosen: str = "") -> str:
    """The review at one piece, within one filter."""
    query = {"filtre": chosen} if chosen else {}
    if piece is not None:
        query["piece"] = str(piece)
    base = reverse("audits:review", args=[audit.key])
    return f"{base}?{urlencode(query)}" if query else base


def queue(
    audit: Audit, reviews: Sequence[tuple[int, str]], *, chosen: str, wanted: int | None
) -> Queue:
    """The queue around the wanted piece, else around the first that waits: one query.

    The wanted piece stays in the queue when its verdict takes it out of the filter.
    """
    verdict = FILTERS[chosen]
    found = [row for row in reviews if verdict is None or row[1] == verdict or row[0] == wanted]
    keys = [pk for pk, _review in found]
    place = _place(found, wanted)
    if place is None:
        return Queue((), None, 0, 0, "", "", 0, 0)
    start = max(0, min(place - WINDOW // 2, len(keys) - WINDOW))
    shown = keys[start : start + WINDOW]

    def at(index: int) -> str:
        inside = 0 <= index < len(keys)
        return address(audit, piece=keys[index], chosen=chosen) if inside else ""

    return Queue(
        pieces=_pieces(audit, shown, current=keys[place], chosen=chosen),
        current=keys[place],
        place=place + 1,
        total=len(keys),
        previous=at(place - 1),
        following=at(place + 1),
        hidden_before=start,
        hidden_after=len(keys) - start - len(shown),
    )


def _place(found: Sequence[tuple[int, str]], wanted: int | None) -> int | None:
    keys = [pk for pk, _review in found]
    if wanted in keys:
        return keys.index(wanted)
    waiting = (index for index, (_pk, review) in enumerate(found) if not review)
    return next(waiting, 0 if found else None)


def _pieces(audit: Audit, keys: Sequence[int], *, current: int, chosen: str) -> tuple[Piece, ...]:
    rows = EvidenceLink.objects.filter(pk__in=keys).values_list(
        "pk", "assessment__code", "evidence__title", "assessment__site__name", "review"
    )
    by_key = {row[0]: row for row in rows}
    labels: dict[str, str] = {"": _("to review")}
    labels |= {verdict.value: str(verdict.label) for verdict in ReviewVerdict}
    return tuple(
        Piece(
            pk,
            code,
            title,
            site or "",
            SHAPES[review],
            labels[review],
            address(audit, piece=pk, chosen=chosen),
            pk == current,
        )
        for pk, code, title, site, review in (by_key[key] for key in keys if key in by_key)
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the same requirement got in another audit of the file."""

    audit: str
    label: str
    shape: str
    comment: str


def self_assessment(row: Assessment) -> Earlier | None:
    """How the organisation itself rated the requirement last: its newest own audit of the file.

    The same by its code and its site. None where it never rated it.
    """
    own = (
        Assessment.objects.filter(
            audit__certification=row.audit.certification_id,
            audit__kind__in=OWN_AUDITS,
            code=row.code,
            site=row.site_id,
        )
        .exclude(audit=row.audit_id)
        .exclude(level="")
        .select_related("audit")
        .only("level", "shape", "comment", "audit__reference", "audit__scale")
        .order_by("-audit__started_at", "-pk")
        .first()
    )
    if own is None:
        return None
    shape, label = level_shown(own.audit, own.level)
    return Earlier(own.audit.reference, label, shape, own.comment)
