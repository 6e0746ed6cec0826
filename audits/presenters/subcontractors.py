"""The subcontractors of a file level by level, as far as each of them shares its own file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audits.models import Certification, FileShare, Subcontractor
from audits.presenters.standing import Standing, standings
from audits.sharing_enums import MOST_LEVELS


@dataclass(frozen=True, slots=True)
class Line:
    """One subcontractor. ``level`` counts from 1 below the file that is shown.

    ``row`` is None for those that a provider lists in its own file: of them the name and the
    state alone are known here, and ``listed_by`` is that provider, "" for our own.
    ``standing`` is there when the file is shared with who looks, and may be shown to them.
    """

    name: str
    level: int
    row: Subcontractor | None
    listed_by: str
    is_shared: bool
    has_ended: bool
    is_shared_with_lister: bool
    standing: Standing | None

    @property
    def is_own(self) -> bool:
        """Listed by the file that is shown."""
        return self.row is not None


@dataclass(slots=True)
class _Found:
    """What was read: rows by file, and shares by (file, client), True while in force."""

    rows: dict[int, list[Subcontractor]]
    shares: dict[tuple[int, int], bool]
    opened: set[int]


def tree_of(
    certification: Certification, *, viewer: int | None, with_results: bool, today: date
) -> list[Line]:
    """Subcontractors of a file in the order of the tree.

    ``viewer`` is the organisation that looks: a further level is listed only where the file of
    the one above is shared with it. None looks from nowhere. Two queries a level, and five for
    the results when ``with_results``.
    """
    found = _read(certification, viewer)
    files = {
        row.shared_file.pk: row.shared_file
        for rows in found.rows.values()
        for row in rows
        if row.shared_file and found.shares.get((row.shared_file.pk, viewer or 0))
    }
    known = standings(list(files.values()), today=today) if with_results else {}
    return list(_lines(certification, found, known, viewer or 0))


def _read(certification: Certification, viewer: int | None) -> _Found:
    found = _Found(rows={}, shares={}, opened=set())
    files = {certification.pk: certification.organisation_id}
    for _level in range(MOST_LEVELS):
        rows = _rows_of(files)
        found.rows |= rows
        shared = {row.shared_file for own in rows.values() for row in own if row.shared_file}
        if not shared:
            break
        clients = {*files.values(), viewer or 0}
        found.shares |= _shares_of(shared, clients)
        files = {
            file.pk: file.organisation_id
            for file in shared
            if found.shares.get((file.pk, viewer or 0)) and file.pk not in found.rows
        }
        found.opened |= files.keys()
        if not files:
            break
    return found


def _rows_of(files: Mapping[int, int]) -> dict[int, list[Subcontractor]]:
    found: dict[int, list[Subcontractor]] = {pk: [] for pk in files}
    rows = Subcontractor.objects.filter(certification__in=files).select_related(
        "certification__organisation",
        "shared_file__organisation",
        "shared_file__edition__referential__scheme",
    )
    for row in rows.prefetch_related("sites").order_by("name", "pk"):
        found[row.certification_id].append(row)
    return found


def _shares_of(files: set[Certification], clients: set[int]) -> dict[tuple[int, int], bool]:
    rows = FileShare.objects.filter(certification__in=files, client__in=clients)
    in_force = set(rows.in_force().values_list("pk", flat=True))
    found: dict[tuple[int, int], bool] = {}
    for pk, file, client in rows.values_list("pk", "certification", "client"):
        found[file, client] = found.get((file, client), False) or pk in in_force
    return found


def _lines(
    certification: Certification, found: _Found, known: Mapping[int, Standing], viewer: int
) -> Iterator[Line]:
    """Depth first; a file that is opened in two places is opened in the first."""
    left = set(found.opened)

    def of_file(pk: int, above: int) -> Iterator[Line]:
        below: dict[int | None, list[Subcontractor]] = defaultdict(list)
        for row in found.rows.get(pk, ()):
            below[row.parent_id].append(row)
        yield from of_parent(below, None, above)

    def of_parent(
        below: Mapping[int | None, Sequence[Subcontractor]], parent: int | None, above: int
    ) -> Iterator[Line]:
        for row in below.get(parent, ()):
            yield _line(row, above + 1, certification, found, known, viewer)
            yield from of_parent(below, row.pk, above + 1)
            if row.shared_file_id in left:
                left.discard(row.shared_file_id)
                yield from of_file(row.shared_file_id, above + 1)

    yield from of_file(certification.pk, 0)


def _line(  # noqa: PLR0913, PLR0917 -- what was read, and the place
    row: Subcontractor,
    level: int,
    certification: Certification,
    found: _Found,
    known: Mapping[int, Standing],
    viewer: int,
) -> Line:
    is_own = row.certification_id == certification.pk
    file, lister = row.shared_file_id or 0, row.certification.organisation
    ours = found.shares.get((file, viewer))
    return Line(
        name=row.name,
        level=level,
        row=row if is_own else None,
        listed_by="" if is_own else lister.name,
        is_shared=bool(ours),
        has_ended=ours is False,
        is_shared_with_lister=bool(found.shares.get((file, lister.pk))),
        standing=known.get(file) if ours else None,
    )
