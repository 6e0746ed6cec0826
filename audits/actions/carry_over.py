"""What an audit takes over from the one that it follows: people in charge, evidence. No rating.

Read before the requirements are copied and written with them, so that the number of queries does
not grow with the requirements.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from audits.enums import ReviewVerdict
from audits.models import Assessment, Audit, Certification, EvidenceLink
from audits.models.evidence import NEVER_EXPIRES
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError

Place = tuple[int, int | None]  # requirement and site


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """By requirement and site: who is in charge, and evidence with the last day it is valid."""

    people: dict[Place, int]
    evidence: dict[Place, list[tuple[int, date]]]

    def put_into(self, row: Assessment) -> None:
        """Fill a requirement that is not written yet."""
        place = (row.requirement_id, row.site_id)
        row.assigned_to_id = self.people.get(place)
        pieces = self.evidence.get(place, [])
        row.evidence_count = len(pieces)
        row.evidence_until = max((until for _pk, until in pieces), default=None)

    def link(self, rows: Iterable[Assessment], *, by: User, at: datetime) -> int:
        """Link the evidence to the written requirements, to be reviewed anew; how many links."""
        links = [
            EvidenceLink(evidence_id=pk, assessment=row, linked_at=at, linked_by=by)
            for row in rows
            for pk, _until in self.evidence.get((row.requirement_id, row.site_id), [])
        ]
        EvidenceLink.objects.bulk_create(links)
        return len(links)


NOTHING = CarriedOver({}, {})


def require_followable(certification: Certification, previous: Audit) -> None:
    """Raise NotAvailableError unless it is a validated audit of the same file."""
    rows = Audit.objects.validated().filter(certification=certification, pk=previous.pk)
    if not rows.exists():
        raise NotAvailableError(
            _("Only a validated audit of the same file can be followed: choose again.")
        )


def carried_over(previous: Audit) -> CarriedOver:
    """What still stands of the earlier audit: two queries.

    People while they are contributors of the organisation; evidence that is neither withdrawn
    nor was rejected there.
    """
    members = previous.assessments.filter(
        assigned_to__memberships__organisation=previous.organisation_id,
        assigned_to__memberships__role=Role.CONTRIBUTOR,
        assigned_to__memberships__is_active=True,
    )
    people = members.values_list("requirement", "site", "assigned_to")
    links = EvidenceLink.objects.filter(
        assessment__audit=previous, unlinked_at=None, evidence__withdrawn_at=None
    ).exclude(review=ReviewVerdict.REJECTED)
    evidence: dict[Place, list[tuple[int, date]]] = defaultdict(list)
    for requirement, site, pk, until in links.order_by("evidence__number").values_list(
        "assessment__requirement", "assessment__site", "evidence", "evidence__valid_until"
    ):
        evidence[requirement, site].append((pk, until or NEVER_EXPIRES))
    return CarriedOver({(one, site): user for one, site, user in people}, dict(evidence))
