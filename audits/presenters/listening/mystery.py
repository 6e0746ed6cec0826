"""Mystery campaigns as they are read: how far they are, what they found, how they were spread."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from audits.listening_enums import ContactState
from audits.logic.listening import Mean, mean_of
from audits.logic.mystery import opinions
from audits.logic.statistics import net_promoter
from audits.models import MysteryCampaign, MysteryContact
from audits.presenters.listening.words import mean_text, score_text
from crcaudit.accounts.models import User
from crcaudit.core.formats import DASH, NO_BREAK, number

LATE, PLANNED, DONE, MISSED = "major", "none", "ok", "na"


@dataclass(frozen=True, slots=True)
class Place:
    """Contacts of one site and channel that were made."""

    site: str
    channel: str
    made: int
    mean: Mean

    @property
    def mean_text(self) -> str:
        """The mean with its standard error."""
        return mean_text(self.mean)


@dataclass(frozen=True, slots=True)
class Found:
    """What a campaign found. ``promoters`` is the net promoter score with its margin, or a dash.

    ``wait`` is the mean in seconds of the contacts of which it is known, "" of none.
    """

    planned: int
    done: int
    missed: int
    mean: str
    places: list[Place]
    promoters: str
    answered: int
    wait: str

    @property
    def left(self) -> int:
        """Contacts still to be made."""
        return self.planned - self.done - self.missed


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact of the plan, and where it stands."""

    contact: MysteryContact
    shape: str
    score: str
    is_late: bool


def campaigns_of(user: User) -> "QuerySet[MysteryCampaign]":
    """Those that the user may know of, newest first, with how many contacts are settled."""
    done = Q(contacts__state=ContactState.DONE)
    missed = Q(contacts__state=ContactState.MISSED)
    return (
        MysteryCampaign.objects.visible_to(user)
        .select_related("organisation")
        .annotate(
            done=Count("contacts", filter=done, distinct=True),
            missed=Count("contacts", filter=missed, distinct=True),
        )
        .order_by("-starts_on", "-pk")
    )


def contacts_of(campaign: MysteryCampaign, user: User) -> list[MysteryContact]:
    """The contacts that the user may know of, in the order of the plan: one query."""
    rows = MysteryContact.objects.visible_to(user).filter(campaign=campaign)
    return list(rows.select_related("site", "scenario", "tester", "session").order_by("number"))


def lines_of(contacts: Iterable[MysteryContact], *, today: date) -> list[ContactLine]:
    """Each contact with its shape and its score."""
    return [_line(row, today) for row in contacts]


def found_in(contacts: Sequence[MysteryContact]) -> Found:
    """Figures of contacts with their sessions."""
    made = [row for row in contacts if row.session is not None]
    notes = [row.recommendation for row in made if row.recommendation is not None]
    waits = [row.wait_seconds for row in made if row.wait_seconds is not None]
    places: dict[tuple[str, str], list[MysteryContact]] = defaultdict(list)
    for row in made:
        places[row.site.name, row.get_channel_display()].append(row)
    return Found(
        planned=len(contacts),
        done=len(made),
        missed=sum(row.state == ContactState.MISSED for row in contacts),
        mean=mean_text(_mean(made)),
        places=[Place(*key, len(rows), _mean(rows)) for key, rows in sorted(places.items())],
        promoters=_promoters(notes),
        answered=len(notes),
        wait=number(Fraction(sum(waits), len(waits))) if waits else "",
    )


def _mean(rows: Iterable[MysteryContact]) -> Mean:
    scores = (row.session.score for row in rows if row.session is not None)
    return mean_of(score for score in scores if score is not None)


def _promoters(notes: Sequence[int]) -> str:
    found = net_promoter(*opinions(notes), len(notes))
    if found is None:
        return DASH
    sign = "+" if found.score > 0 else ""
    margin = number(found.margin)
    return f"{sign}{number(found.score)}{NO_BREAK}±{NO_BREAK}{margin}"


def _line(row: MysteryContact, today: date) -> ContactLine:
    late = row.state == ContactState.PLANNED and row.planned_on < today
    shapes = {ContactState.DONE: DONE, ContactState.MISSED: MISSED}
    shape = LATE if late else shapes.get(ContactState(row.state), PLANNED)
    score = score_text(row.session.score) if row.session is not None else ""
    return ContactLine(row, shape, score, late)
