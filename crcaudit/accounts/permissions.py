"""Roles of a user, read once per request, and the predicates that need nothing else."""

from crcaudit.accounts.enums import OrganisationKind, Role
from crcaudit.accounts.models import Membership, Organisation, User

READERS = frozenset(
    {
        Role.QUALITY_MANAGER,
        Role.CONTRIBUTOR,
        Role.SITE_MANAGER,
        Role.DIRECTOR,
    }
)

# What a quality manager gives in their own organisation; an administrator gives all of these.
GIVEN_BY_MANAGER = (Role.CONTRIBUTOR, Role.SITE_MANAGER, Role.DIRECTOR)
GIVEN_BY_ADMINISTRATOR = (
    Role.QUALITY_MANAGER,
    *GIVEN_BY_MANAGER,
    Role.CLIENT,
    Role.DECISION_MAKER,
)


def memberships_of(user: User) -> tuple[Membership, ...]:
    """Active memberships, oldest first, kept on the user object for the request."""
    cached: tuple[Membership, ...] | None = getattr(user, "_active_memberships", None)
    if cached is None:
        rows = user.memberships.active().select_related("organisation", "site").order_by("pk")
        cached = tuple(rows)
        user._active_memberships = cached  # type: ignore[attr-defined]  # noqa: SLF001
    return cached


def roles_in(user: User, organisation_id: int) -> frozenset[Role]:
    """Roles of the user in one organisation; empty for a stranger."""
    return frozenset(
        Role(row.role) for row in memberships_of(user) if row.organisation_id == organisation_id
    )


def has_role(user: User, organisation_id: int, *roles: Role) -> bool:
    """Whether the user holds one of the roles there."""
    return not roles_in(user, organisation_id).isdisjoint(roles)


def organisations_with(user: User, *roles: Role) -> list[int]:
    """Ids of the organisations in which the user holds one of the roles; may be empty.

    From the memberships read once per request: cheaper in each query than a subquery.
    """
    return sorted({row.organisation_id for row in memberships_of(user) if row.role in roles})


def main_organisation(user: User) -> Organisation | None:
    """The organisation shown beside the user's name: the first one joined."""
    rows = memberships_of(user)
    return rows[0].organisation if rows else None


def is_administrator(user: User) -> bool:
    """Platform administrator: accounts, organisations, referentials; no audit of anybody."""
    return user.is_superuser


def reads_providers(user: User) -> bool:
    """Works for a client organisation, which providers share their files with.

    From the memberships alone: whether anything is shared would be a query on every page.
    """
    whole = {Role.QUALITY_MANAGER, Role.DIRECTOR}
    return any(
        row.role == Role.CLIENT
        or (row.role in whole and row.organisation.kind == OrganisationKind.CLIENT)
        for row in memberships_of(user)
    )


def reads_providers_alone(user: User) -> bool:
    """Has no other part in the product than to read what providers share."""
    rows = memberships_of(user)
    return bool(rows) and all(row.role == Role.CLIENT for row in rows)


def manages_people(user: User, organisation_id: int) -> bool:
    """See the members and sites of the organisation, invite to it, end a role in it."""
    return is_administrator(user) or has_role(user, organisation_id, Role.QUALITY_MANAGER)


def manages_people_somewhere(user: User) -> bool:
    """Whether the list of organisations is theirs to see."""
    return is_administrator(user) or bool(organisations_with(user, Role.QUALITY_MANAGER))


def roles_given_by(user: User) -> tuple[Role, ...]:
    """Roles that the user may give where they manage people, in the order in which they are shown.

    Nobody makes an administrator on screen: the command ``open_account`` does.
    """
    return GIVEN_BY_ADMINISTRATOR if is_administrator(user) else GIVEN_BY_MANAGER
