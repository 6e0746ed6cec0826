"""Who works for an organisation, level by level, and where the figures of each stand.

The own list of subcontractors comes first; where a provider shares its file, the tree goes on with
the list of that file, and a provider that shares without being listed stands beside the others.
Rows of several files that carry one name beside each other are one provider, as they are one place
of measure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from audits.measure_enums import PlaceKind
from audits.models import Certification, FileShare, MeasuringPlace, Subcontractor
from audits.sharing_enums import MOST_LEVELS
from crcaudit.accounts.models import Organisation


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of measure and the organisation that measured it, both by number."""

    place: int
    organisation: int


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of the tree; ``level`` counts from 1 under the organisation.

    ``measured`` are places at which the organisation that it works for measures it, ``shared`` its
    own sites in the files that it shares. ``listed_by`` is whose list it is on, "" for our own.
    ``tokens`` are the keys by which an address may name it, ``token`` the first of them.
    """

    name: str
    level: int
    tokens: tuple[UUID, ...]
    listed_by: str
    activity: str
    measured: tuple[Spot, ...]
    shared: tuple[Spot, ...]
    below: tuple["Provider", ...]

    @property
    def token(self) -> UUID:
        """The key that its pages carry."""
        return self.tokens[0]

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Its own places, of either kind."""
        return self.measured + self.shared

    def branch(self) -> Iterator["Provider"]:
        """Itself and everybody under it, depth first."""
        yield self
        for one in self.below:
            yield from one.branch()


@dataclass(slots=True)
class _Read:
    """What was read: rows by file, files by organisation that shared them, places."""

    own: list[int] = field(default_factory=list)
    rows: dict[int, list[Subcontractor]] = field(default_factory=dict)
    shared: dict[int, list[Certification]] = field(default_factory=dict)
    by_row: dict[int, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    by_file: dict[int, list[Spot]] = field(default_factory=lambda: defaultdict(list))


def provider_tree(organisation: Organisation, *, own_list: bool) -> list[Provider]:
    """Providers of an organisation in the order of their names. Five queries.

    ``own_list`` is whether the reader reads the files of the organisation itself; without it the
    tree holds what is shared and nothing else.
    """
    found = _read(organisation, own_list=own_list)
    _places(found)
    return _Tree(organisation, found).roots()


def all_of(roots: Iterable[Provider]) -> list[Provider]:
    """Everybody in the tree, each one before those under it."""
    return [one for root in roots for one in root.branch()]


def find(roots: Iterable[Provider], token: UUID) -> Provider | None:
    """The provider that a key names, None for a key of nobody in the tree."""
    return next((one for one in all_of(roots) if token in one.tokens), None)


def _read(organisation: Organisation, *, own_list: bool) -> _Read:
    found = _Read()
    if own_list:
        files = Certification.objects.filter(organisation=organisation, closed_at=None)
        found.own = list(files.order_by("pk").values_list("pk", flat=True))
    shares = FileShare.objects.in_force().filter(client=organisation)
    rows = shares.select_related("certification__organisation")
    for share in rows.order_by("certification__organisation__name", "certification"):
        file = share.certification
        found.shared.setdefault(file.organisation_id, []).append(file)
    opened = [*found.own, *(file.pk for files in found.shared.values() for file in files)]
    listed = Subcontractor.objects.filter(certification__in=opened)
    listed = listed.select_related("certification__organisation", "shared_file")
    for row in listed.order_by("pk"):
        found.rows.setdefault(row.certification_id, []).append(row)
    return found


def _places(found: _Read) -> None:
    """Places of the rows, and of the sites of the files that are shared. Two queries."""
    rows = [row.pk for rows in found.rows.values() for row in rows]
    places = MeasuringPlace.objects.filter(kind=PlaceKind.PROVIDER, subcontractor__in=rows)
    for place, row, whose in places.values_list("pk", "subcontractor", "organisation"):
        found.by_row[row].append(Spot(place, whose))
    files = [file.pk for files in found.shared.values() for file in files]
    sites = MeasuringPlace.objects.filter(
        Q(kind=PlaceKind.SITE), site__certifications__in=files
    ).order_by("pk")
    for place, file, whose in sites.values_list("pk", "site__certifications", "organisation"):
        if file in set(files):
            found.by_file[file].append(Spot(place, whose))


class _Tree:
    """Makes the tree of what was read. A list that stands in two places is opened in the first."""

    def __init__(self, organisation: Organisation, found: _Read) -> None:
        self.organisation, self.found = organisation, found
        self.opened: set[int] = {organisation.pk}
        self.reached: set[int] = {organisation.pk}

    def roots(self) -> list[Provider]:
        rows = [row for file in self.found.own for row in self.found.rows.get(file, ())]
        listed = self._under(rows, parents=None, level=1)
        beside = [
            self._sharer(files)
            for whose, files in self.found.shared.items()
            if whose not in self.reached
        ]
        return sorted([*listed, *beside], key=lambda one: (one.name.casefold(), one.token))

    def _sharer(self, files: Sequence[Certification]) -> Provider:
        """A provider that shares files and is on nobody's list."""
        whose = files[0].organisation
        self.reached.add(whose.pk)
        return Provider(
            name=whose.name,
            level=1,
            tokens=(whose.key,),
            listed_by="",
            activity="",
            measured=(),
            shared=self._sites(whose.pk),
            below=self._of_lists([whose.pk], level=2),
        )

    def _under(
        self, rows: Sequence[Subcontractor], *, parents: set[int] | None, level: int
    ) -> list[Provider]:
        """Those of the rows that work for one of the parents; None for the organisation itself."""
        groups: dict[str, list[Subcontractor]] = defaultdict(list)
        for row in rows:
            if (row.parent_id is None) if parents is None else (row.parent_id in parents):
                groups[row.name.casefold()].append(row)
        return [self._listed(group, rows, level) for _name, group in sorted(groups.items())]

    def _listed(
        self, group: Sequence[Subcontractor], rows: Sequence[Subcontractor], level: int
    ) -> Provider:
        sharers = self._sharers(group)
        self.reached |= set(sharers)
        below = self._under(rows, parents={row.pk for row in group}, level=level + 1)
        first, lister = group[0], group[0].certification.organisation
        return Provider(
            name=first.name,
            level=level,
            tokens=tuple(row.key for row in group),
            listed_by="" if lister.pk == self.organisation.pk else lister.name,
            activity=first.activity,
            measured=tuple(spot for row in group for spot in self.found.by_row[row.pk]),
            shared=tuple(spot for whose in sharers for spot in self._sites(whose)),
            below=(*below, *self._of_lists(sharers, level=level + 1)),
        )

    def _sharers(self, group: Sequence[Subcontractor]) -> list[int]:
        """Organisations whose shared file one of the rows names, each once."""
        whose = [row.shared_file.organisation_id for row in group if row.shared_file]
        return [pk for pk in dict.fromkeys(whose) if pk in self.found.shared]

    def _of_lists(self, sharers: Sequence[int], *, level: int) -> tuple[Provider, ...]:
        """What the files that a provider shares list in turn."""
        fresh = [pk for pk in sharers if pk not in self.opened]
        if not fresh or level > MOST_LEVELS:
            return ()
        self.opened |= set(fresh)
        files = [file.pk for whose in fresh for file in self.found.shared[whose]]
        rows = [row for file in files for row in self.found.rows.get(file, ())]
        return tuple(self._under(rows, parents=None, level=level))

    def _sites(self, whose: int) -> tuple[Spot, ...]:
        spots = [s for file in self.found.shared[whose] for s in self.found.by_file[file.pk]]
        return tuple(dict.fromkeys(spots))


def spots_of(providers: Iterable[Provider]) -> Mapping[int, int]:
    """Organisation of every place of the providers, by place."""
    return {spot.place: spot.organisation for one in providers for spot in one.spots}
