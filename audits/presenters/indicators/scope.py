"""Which organisation and which place a screen of indicators is about, and the way to the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from audits.measure_enums import PlaceKind
from audits.models import MeasuringPlace
from audits.permissions import figures as rights
from audits.permissions.scorecard import reads_own_measures, reads_scorecard
from crcaudit.accounts.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Option:
    """A link to the same screen for something else."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What a screen is about. ``place`` is None while nothing is followed or measured.

    ``scores`` is whether the user reads the scorecard of its providers, ``reads_figures`` whether
    they read its own figures too: a client reader reads the first alone.
    """

    organisation: Organisation
    places: Sequence[MeasuringPlace]
    place: MeasuringPlace | None
    can_set: bool
    can_bring: bool
    can_type: bool
    scores: bool = False
    reads_figures: bool = True

    def options(self, path: str, **kept: str) -> list[Option]:
        """The places as links to ``path``; empty when there is only one."""
        if len(self.places) < 2:  # noqa: PLR2004
            return []
        return [
            Option(
                place.name,
                f"{path}?{urlencode({**kept, 'lieu': place.pk})}",
                place == self.place,
            )
            for place in self.places
        ]

    @property
    def title(self) -> str:
        """Name of the place."""
        return self.place.name if self.place is not None else _("All sites")

    @property
    def sites(self) -> list[MeasuringPlace]:
        """Places that are sites, by name."""
        return [place for place in self.places if place.kind == PlaceKind.SITE]

    @property
    def providers(self) -> list[MeasuringPlace]:
        """Places that are providers, by name."""
        return [place for place in self.places if place.kind == PlaceKind.PROVIDER]


def provider_scope(user: User, organisation: Organisation) -> Scope:
    """The scope of a screen about providers, for who reads them: no place, no query."""
    return Scope(
        organisation=organisation,
        places=(),
        place=None,
        can_set=rights.can_set_targets(user, organisation.pk),
        can_bring=rights.can_bring_figures(user, organisation.pk),
        can_type=False,
        scores=True,
        reads_figures=reads_own_measures(user, organisation.pk),
    )


def scope_of(user: User, organisation: Organisation, wanted: str) -> Scope | None:
    """The scope of a screen, for the place of that number, else the first one. One query.

    None when the place is none that the user reads.
    """
    rows = MeasuringPlace.objects.visible_to(user).filter(organisation=organisation)
    places = list(rows.in_order())
    for place in places:
        place.organisation = organisation
    chosen = next((place for place in places if str(place.pk) == wanted), None)
    if wanted and chosen is None:
        return None
    return Scope(
        organisation=organisation,
        places=places,
        place=chosen or next(iter(places), None),
        can_set=rights.can_set_targets(user, organisation.pk),
        can_bring=rights.can_bring_figures(user, organisation.pk),
        can_type=rights.can_type_figures(user, organisation.pk),
        scores=reads_scorecard(user, organisation.pk),
    )
