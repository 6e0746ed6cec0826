"""Who may be in charge of a control, and who does what nobody is named for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from audits.control_enums import EscalationTarget
from audits.models import ControlLine, ControlOccurrence
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User

DOERS = (Role.QUALITY_MANAGER, Role.SITE_MANAGER, Role.CONTRIBUTOR)


def doers_in(organisation_id: int) -> QuerySet[User]:
    """Who may do a control: quality managers, site managers and contributors, each once."""
    return _members(organisation_id, DOERS)


def told_in(organisation_id: int) -> QuerySet[User]:
    """To whom a late control may go: the same, and directors."""
    return _members(organisation_id, (*DOERS, Role.DIRECTOR))


def _members(organisation_id: int, roles: Sequence[Role]) -> QuerySet[User]:
    people = User.objects.filter(
        memberships__organisation=organisation_id,
        memberships__is_active=True,
        memberships__role__in=roles,
    )
    return people.distinct().order_by("last_name", "first_name", "email")


@dataclass(frozen=True, slots=True)
class Members:
    """Active members of organisations by role, site and person, read once."""

    by_role: Mapping[tuple[int, str], Sequence[User]]
    by_site: Mapping[int, Sequence[User]]
    active: frozenset[tuple[int, int]]

    def doing(self, row: ControlOccurrence, organisation: int) -> Sequence[User]:
        """Who is to do the control: its owner while a member, else who answers for the place."""
        if row.owner is not None and (organisation, row.owner.pk) in self.active:
            return [row.owner]
        if row.site_id is not None and row.site_id in self.by_site:
            return self.by_site[row.site_id]
        return self.by_role.get((organisation, Role.QUALITY_MANAGER), ())

    def escalated_to(self, line: ControlLine, organisation: int) -> Sequence[User]:
        """To whom the line escalates; empty when nobody holds the role, or the person left."""
        if line.escalation == EscalationTarget.PERSON:
            person = line.escalate_to
            is_here = person is not None and (organisation, person.pk) in self.active
            return [person] if person is not None and is_here else []
        return self.by_role.get((organisation, line.escalation), ())


def members_of(organisations: Collection[int]) -> Members:
    """Members of these organisations: one query."""
    by_role: dict[tuple[int, str], list[User]] = defaultdict(list)
    by_site: dict[int, list[User]] = defaultdict(list)
    active = set()
    rows = Membership.objects.active().filter(
        organisation__in=organisations, user__is_active=True, role__in=(*DOERS, Role.DIRECTOR)
    )
    for row in rows.select_related("user").order_by("pk"):
        by_role[row.organisation_id, row.role].append(row.user)
        if row.site_id is not None:
            by_site[row.site_id].append(row.user)
        active.add((row.organisation_id, row.user_id))
    return Members(by_role, by_site, frozenset(active))
