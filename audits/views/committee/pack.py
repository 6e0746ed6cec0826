"""The page of a pack, and its lines as a table to take away."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.actions.committee import KIND
from audits.history import history_of
from audits.logic.periods import Grain
from audits.measure_enums import PlaceKind
from audits.models import CommitteeMeeting, MeasuringPlace
from audits.permissions.figures import own_sites
from audits.presenters.committee import packs, table
from audits.presenters.committee.pack import PackView, place_title, view_of
from audits.presenters.committee.part import part_of
from audits.presenters.indicators.scope import Option
from audits.snapshots.codec import from_json
from audits.snapshots.committee import CommitteePack, DecisionLine, PlaceName, pack_of
from audits.snapshots.committee.followup import decision_line, decisions_of
from audits.views.committee.common import Target, reader_of, target_of
from audits.views.tables import csv_response
from crcaudit.accounts.models import User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@dataclass(frozen=True, slots=True)
class Looked:
    """A pack as one reader looks at it."""

    target: Target
    places: list[MeasuringPlace]
    place: MeasuringPlace | None
    name: PlaceName
    view: PackView


@require_safe
def committee_pack(request: AuthRequest, key: UUID, pas: str, jour: str) -> HttpResponse:
    looked = _look(request, target_of(request, key, pas, jour))
    target = looked.target
    context = {
        "target": target,
        "organisation": target.organisation,
        "meeting": target.meeting,
        "view": looked.view,
        "place": looked.place,
        "place_name": place_title(looked.name),
        "follows_up": target.is_whole or bool(looked.place and looked.name.site),
        "can_write": target.runs and not target.is_held,
        "history": history_of(KIND, target.meeting.key)
        if target.meeting and target.is_whole
        else (),
        **_links(looked),
    }
    return render_page(request, "audits/committee_pack.html", context)


@require_safe
def committee_table(request: AuthRequest, key: UUID, pas: str, jour: str) -> HttpResponse:
    looked = _look(request, target_of(request, key, pas, jour))
    name = f"comite-{pas}-{jour}.csv"
    return csv_response(name, table.head(), table.lines(looked.view))


def _look(request: AuthRequest, target: Target) -> Looked:
    places = list(
        MeasuringPlace.objects.visible_to(request.user)
        .filter(organisation=target.organisation)
        .in_order()
    )
    for one in places:
        one.organisation = target.organisation
    place = _chosen(request, places)
    name = _name_of(place, request.user, target)
    pack = _frozen(target.meeting) or pack_of(
        target.organisation,
        target.period,
        places=places if place and place.is_whole else [place] if place else [],
        meeting=target.meeting,
        today=localdate(),
    )
    reader = reader_of(request.user, target, name, [one.pk for one in places])
    seen = part_of(pack, name, reader)
    return Looked(target, places, place, name, view_of(seen, name, now=_now(target)))


def _chosen(request: AuthRequest, places: list[MeasuringPlace]) -> MeasuringPlace | None:
    """The place that the address names, else the first; 404 for one not to be known of."""
    asked = request.GET.get("lieu", "")
    if not asked:
        return next(iter(places), None)
    for place in places:
        if str(place.pk) == asked:
            return place
    raise Http404


def _name_of(place: MeasuringPlace | None, user: User, target: Target) -> PlaceName:
    """The place in the words of a pack, while nothing was ever measured too."""
    if place is not None:
        name = "" if place.is_whole else place.name
        return PlaceName(place.pk, place.kind, place.site_id, name)
    if target.is_whole:
        return PlaceName(0, PlaceKind.WHOLE, None, "")
    site = next(iter(own_sites(user, target.organisation.pk)), None)
    return PlaceName(0, PlaceKind.SITE, site.pk if site else None, site.name if site else "")


def _frozen(meeting: CommitteeMeeting | None) -> CommitteePack | None:
    if meeting is None or not meeting.frozen:
        return None
    return from_json(CommitteePack, meeting.frozen)


def _now(target: Target) -> dict[str, DecisionLine] | None:
    """What became, since it was held, of the decisions that it took."""
    if not target.is_held:
        return None
    return {str(row.key): decision_line(row) for row in decisions_of(target.meeting)}


def _links(looked: Looked) -> dict[str, Any]:
    target, at = looked.target, looked.place
    kept = f"?lieu={at.pk}" if at is not None and at != looked.places[0] else ""
    before, after = target.period.after(-1), target.period.after(1)
    grains = {Grain.WEEK: _("Week"), Grain.MONTH: _("Month")}
    today = localdate()
    others = {
        grain: target.period
        if grain is target.period.grain
        else min(
            packs.last_closed(grain, target.period.after(1).end), packs.last_closed(grain, today)
        )
        for grain in grains
    }
    return {
        "before_url": packs.pack_url(target.organisation, before) + kept,
        "after_url": packs.pack_url(target.organisation, after) + kept
        if after.is_over(today)
        else "",
        "table_url": target.url("committee-table") + kept,
        "prepare_url": target.url("prepare-committee"),
        "decide_url": target.url("decide-committee"),
        "hold_url": target.url("hold-committee"),
        "place_options": [
            Option(place.name, f"?lieu={place.pk}", place == at) for place in looked.places
        ]
        if len(looked.places) > 1
        else [],
        "grain_options": [
            Option(
                label,
                packs.pack_url(target.organisation, others[grain]) + kept,
                grain is target.period.grain,
            )
            for grain, label in grains.items()
        ],
    }
