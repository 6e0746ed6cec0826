"""Organisations, sites and people of the demonstration."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password

from crcaudit.accounts.actions import add_member, create_organisation
from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Organisation, Site, User
from reports.management.demo import library
from reports.management.demo.library import OrganisationData, PersonData

PASSWORD = "demonstration-2026"  # noqa: S105 -- printed by the command, for trial on one machine


@dataclass(slots=True)
class Cast:
    """Rows by the keys of ``people.yaml``; keys of sites are unique over all organisations."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


def is_present() -> bool:
    """Whether any organisation or person of the demonstration is there already."""
    names = [row.name for row in library.organisations().values()]
    addresses = [row.email for row in library.people().values()]
    return (
        Organisation.objects.filter(name__in=names).exists()
        or User.objects.filter(email__in=addresses).exists()
    )


def create_cast(at: datetime) -> Cast:
    """Create everybody, with the same password but who is invited. Call inside a transaction.

    The password is hashed once for all of them: a good hash is slow, and this one is public.
    """
    cast = Cast()
    for key, organisation in library.organisations().items():
        _create_organisation(cast, key, organisation, at)
    people = library.people()
    for key, person in people.items():
        _create_person(cast, key, person, at)
    signing_in = [cast.people[key].pk for key, person in people.items() if not person.is_invited]
    User.objects.filter(pk__in=signing_in).update(password=make_password(PASSWORD))
    return cast


def _create_organisation(cast: Cast, key: str, data: OrganisationData, at: datetime) -> None:
    kind = OrganisationKind(data.kind)
    organisation = create_organisation(name=data.name, kind=kind, by=None, at=at)
    cast.organisations[key] = organisation
    for site_key, site in data.sites.items():
        cast.sites[site_key] = Site.objects.create(organisation=organisation, **site)


def _create_person(cast: Cast, key: str, data: PersonData, at: datetime) -> None:
    user = User.objects.create_user(
        data.email,
        first_name=data.first_name,
        last_name=data.last_name,
        is_staff=data.is_superuser,
        is_superuser=data.is_superuser,
        date_joined=at,
        invited_at=at if data.is_invited else None,
    )
    cast.people[key] = user
    for role in data.roles:
        add_member(
            organisation=cast.organisations[role["organisation"]],
            user=user,
            role=Role(role["role"]),
            site=cast.sites[role["site"]] if "site" in role else None,
            by=None,
            at=at,
        )
