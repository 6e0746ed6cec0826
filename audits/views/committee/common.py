"""What the screens of the committee share: whose, of which period, and what the reader sees."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from audits.logic.periods import Period, period_of
from audits.models import CommitteeDecision, CommitteeMeeting
from audits.permissions import committee as rights
from audits.presenters.committee.packs import GRAINS, pack_url
from audits.presenters.committee.part import Reader
from audits.snapshots.committee import PlaceName
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.forms import FIRST_DAY


@dataclass(frozen=True, slots=True)
class Target:
    """A pack that a member looks at: of an organisation, about a period that is over."""

    organisation: Organisation
    period: Period
    meeting: CommitteeMeeting | None
    runs: bool
    is_whole: bool

    @property
    def is_held(self) -> bool:
        """Whether nothing of it changes any more."""
        return self.meeting is not None and self.meeting.is_held

    def url(self, name: str = "committee-pack") -> str:
        """Address of one of its screens."""
        return pack_url(self.organisation, self.period, name)


def members_organisation(user: User, key: UUID) -> Organisation:
    """One of the organisations that the user is a member of; else 404."""
    own = Organisation.objects.filter(pk__in=organisations_with(user, *READERS))
    return get_object_or_404(own, key=key)


def target_of(request: AuthRequest, key: UUID, pas: str, jour: str) -> Target:
    """The pack that the address names; 404 unless its period is one, and is over."""
    organisation = members_organisation(request.user, key)
    period = _period(pas, jour)
    rows = CommitteeMeeting.objects.filter(
        organisation=organisation, grain=str(period.grain), starts_on=period.start
    )
    meeting = rows.select_related("held_by").first()
    if meeting is not None:
        meeting.organisation = organisation
    return Target(
        organisation=organisation,
        period=period,
        meeting=meeting,
        runs=rights.runs_committee(request.user, organisation.pk),
        is_whole=rights.reads_whole_committee(request.user, organisation.pk),
    )


def reader_of(user: User, target: Target, place: PlaceName, places: Collection[int]) -> Reader:
    """What the user sees of a pack at a place: one query for who does not see all.

    ``places`` are numbers of those whose figures they read.
    """
    if target.is_whole:
        return Reader(places=places, follows_up=True, is_whole=True)
    known = CommitteeDecision.objects.visible_to(user).filter(
        meeting__organisation=target.organisation
    )
    return Reader(
        places=places,
        follows_up=rights.manages_site(user, place.site),
        is_whole=False,
        decisions={str(one) for one in known.values_list("key", flat=True)},
    )


def _period(pas: str, jour: str) -> Period:
    grain = GRAINS.get(pas)
    try:
        day = date.fromisoformat(jour)
    except ValueError as error:
        raise Http404 from error
    if grain is None or day < FIRST_DAY:
        raise Http404
    period = period_of(day, grain)
    if period.start != day or not period.is_over(localdate()):
        raise Http404
    return period
