"""Who has a complaint in hand, and who is told of it at each level."""

from collections import defaultdict

from audits.alert_enums import EscalationLevel
from audits.measure_enums import PlaceKind
from audits.models import AlertRule, AlertRulePerson, MeasuringPlace
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, Organisation, User
from crcaudit.accounts.permissions import READERS

SITE, QUALITY, DIRECTION = (int(level) for level in EscalationLevel)
ROLES = {QUALITY: Role.QUALITY_MANAGER, DIRECTION: Role.DIRECTOR}


class People:
    """The members of one organisation, read once."""

    def __init__(self, organisation: Organisation) -> None:
        rows = Membership.objects.active().filter(
            organisation=organisation, role__in=READERS, user__is_active=True
        )
        self.rows = list(rows.select_related("user").order_by("pk"))
        self.members = {row.user_id: row.user for row in self.rows}
        self.named: dict[int, dict[int, list[User]]] = defaultdict(lambda: defaultdict(list))
        people = AlertRulePerson.objects.filter(rule__organisation=organisation)
        for person in people.order_by("pk"):
            if user := self.members.get(person.user_id):
                self.named[person.rule_id][person.level].append(user)

    def with_role(self, role: Role) -> list[User]:
        """Longest a member first."""
        return [row.user for row in self.rows if row.role == role]

    def owner(self, rule: AlertRule | None) -> User | None:
        """Who the rule names while a member, else the quality manager, else the director."""
        named = self.members.get(rule.owner_id) if rule and rule.owner_id else None
        managers = [*self.with_role(Role.QUALITY_MANAGER), *self.with_role(Role.DIRECTOR)]
        return named or next(iter(managers), None)

    def of_level(
        self, level: int, *, rule: AlertRule | None, place: MeasuringPlace, owner: User | None
    ) -> list[User]:
        """Who is told, each once: those that the rule names, else the role of the level.

        The owner always is at the first level, with who manages the site.
        """
        found = self.named[rule.pk][level] if rule else []
        if level == SITE:
            own = [owner] if owner is not None and owner.pk in self.members else []
            found = [*own, *(found or self._of_site(place))]
        elif not found:
            found = self.with_role(ROLES[level])
        return list(dict.fromkeys(found))

    def _of_site(self, place: MeasuringPlace) -> list[User]:
        if place.kind != PlaceKind.SITE:
            return []
        return [
            row.user
            for row in self.rows
            if row.role == Role.SITE_MANAGER and row.site_id == place.site_id
        ]


class Rules:
    """The rules of one organisation, read once."""

    def __init__(self, organisation: Organisation) -> None:
        rows = AlertRule.objects.filter(organisation=organisation).select_related("place")
        self.by_series = {(row.indicator_id, row.place_id): row for row in rows}
        wholes = [row.place_id for row in self.by_series.values() if row.place.is_whole]
        self.whole = next(iter(wholes), None)

    def of(self, indicator: int, place: int) -> AlertRule | None:
        """Of the place, else of the whole, else of every indicator; None for the usual one."""
        asked = ((indicator, place), (indicator, self.whole), (None, place), (None, self.whole))
        return next((self.by_series[key] for key in asked if key in self.by_series), None)
