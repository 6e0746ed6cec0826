"""Contacts and costs typed like a sheet."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.actions.contacts.costs import record_costs
from audits.actions.contacts.volumes import record_volumes
from audits.actions.place import place_of
from audits.contact_enums import VolumeGrain
from audits.enums import Channel
from audits.figure_words import period_text
from audits.forms.contacts.sheets import CostSheetForm, VolumeSheetForm
from audits.forms.indicators.fields import subjects_of, token_of
from audits.logic.periods import Grain, Period, last_periods, period_of
from audits.models import ContactCost, ContactReason, ContactVolume, MeasuringPlace
from audits.permissions import figures as rights
from audits.presenters.indicators.entry import day_asked, name_of, option
from audits.views.conflicts import resend
from audits.views.contacts.common import saved_text
from audits.views.indicators.common import sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.forms import FIRST_DAY
from crcaudit.core.http import require

COLUMNS = 6


@require_http_methods(["GET", "POST"])
def enter_volumes(request: AuthRequest, key: UUID) -> HttpResponse:
    sheet = _Sheet(request, key, "audits:enter-volumes")
    grain = Grain.WEEK if request.GET.get("pas") == Grain.WEEK else Grain.MONTH
    period = sheet.period(grain)
    known = _known_volumes(sheet.place, period)
    form = VolumeSheetForm(sent_by(request), reasons=_offered(sheet, known), known=known)
    here = {"pas": grain, "fin": period.start.isoformat()}
    if form.is_valid():
        with refusals(form) as refused:
            saved = record_volumes(
                organisation=sheet.organisation,
                entries=form.to_entries(place_of(sheet.organisation, sheet.subject), period),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, saved_text(saved))
            return redirect(sheet.url(**here))
        if isinstance(refused.error, EditConflictError):
            resend(form, **form.show_conflicts(refused.error.current))
    heads = [str(label) for label in Channel.labels]
    context = sheet.context(period, **here) | {
        "lines": _rows(form, heads),
        "period": period_text(period),
        "heads": heads,
        "grain_options": [
            option(str(VolumeGrain(one).label), sheet.url(pas=one, fin=here["fin"]), one == grain)
            for one in (Grain.MONTH, Grain.WEEK)
        ],
        "has_list": len(form.reasons) > 1,
        "can_list": rights.can_list_reasons(request.user, sheet.organisation.pk),
        "cancel_url": reverse("audits:contact-reasons", args=[key]),
    }
    return form_page(request, "audits/enter_volumes.html", form, context)


@require_http_methods(["GET", "POST"])
def enter_costs(request: AuthRequest, key: UUID) -> HttpResponse:
    sheet = _Sheet(request, key, "audits:enter-costs")
    require(allowed=rights.can_enter_costs(request.user, sheet.organisation.pk))
    asked = request.GET.get("canal", "")
    channel = asked if asked in Channel.values else ""
    last = sheet.period(Grain.MONTH)
    months = [last.after(-n) for n in range(COLUMNS - 1, -1, -1)]
    form = CostSheetForm(
        sent_by(request), months=months, known=_known_costs(sheet.place, months, channel)
    )
    here = {"canal": channel, "fin": last.start.isoformat()}
    if form.is_valid():
        with refusals(form) as refused:
            saved = record_costs(
                organisation=sheet.organisation,
                entries=form.to_entries(place_of(sheet.organisation, sheet.subject), channel),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, saved_text(saved))
            return redirect(sheet.url(**here))
        if isinstance(refused.error, EditConflictError):
            resend(form, **form.show_conflicts(refused.error.current))
    heads = [period_text(month, short=True) for month in months]
    context = sheet.context(last, **here) | {
        "lines": _rows(form, heads),
        "heads": heads,
        "channel_options": [
            option(str(label), sheet.url(canal=code, fin=here["fin"]), code == channel)
            for code, label in (("", _("All channels together")), *Channel.choices)
        ],
        "cancel_url": reverse("audits:contact-channels", args=[key]),
    }
    return form_page(request, "audits/enter_costs.html", form, context)


class _Sheet:
    """What the address asks for: a place that the user types figures of, and a period."""

    def __init__(self, request: AuthRequest, key: UUID, name: str) -> None:
        self.request, self.name = request, name
        self.scope = whole_scope(request, key)
        self.organisation = self.scope.organisation
        own = rights.own_sites(request.user, self.organisation.pk)
        everything = rights.can_bring_figures(request.user, self.organisation.pk)
        require(allowed=everything or bool(own))
        self.subjects = subjects_of(self.organisation, only=None if everything else own)
        self.by_token = {token_of(place): place for place in self.scope.places}
        self.token = self._token()
        self.subject = self.subjects[self.token]
        self.place = self.by_token.get(self.token)

    def period(self, grain: Grain) -> Period:
        """The period asked for, the last one that is over without one; none still to come."""
        day, today = day_asked(self.request.GET.get("fin", "")), localdate()
        if day is None:
            return last_periods(2, grain=grain, today=today)[0]
        return min(period_of(max(day, FIRST_DAY), grain), period_of(today, grain))

    def url(self, **changes: Any) -> str:
        """The same sheet, with something else."""
        path = reverse(self.name, args=[self.organisation.key])
        return f"{path}?{urlencode({'lieu': self.token} | changes)}"

    def context(self, period: Period, **here: Any) -> dict[str, Any]:
        """What both sheets show."""
        running = period_of(localdate(), period.grain)
        earlier = max(period.after(-1).start, FIRST_DAY).isoformat()
        later = period.after(1)
        return {
            "scope": self.scope,
            "place_options": [
                option(name_of(subject), self.url(**here | {"lieu": token}), token == self.token)
                for token, subject in self.subjects.items()
            ],
            "earlier_url": self.url(**here | {"fin": earlier}),
            "later_url": self.url(**here | {"fin": later.start.isoformat()})
            if later <= running
            else "",
        }

    def _token(self) -> str:
        asked = self.request.GET.get("lieu", "")
        if asked.isdecimal():  # the number of a place, as the reading screens have it
            place = next((p for p in self.scope.places if str(p.pk) == asked), None)
            asked = token_of(place) if place else asked
        if asked and asked not in self.subjects:
            raise Http404
        return asked or self._first()

    def _first(self) -> str:
        """The first site rather than the whole: contacts are counted where they are handled."""
        tokens = list(self.subjects)
        return next((token for token in tokens if token.startswith("site-")), tokens[0])


def _rows(form: VolumeSheetForm | CostSheetForm, heads: list[str]) -> list[Any]:
    """Each row of the sheet, its cells beside the headings that they are under."""
    return [(line, list(zip(heads, line.cells, strict=True))) for line in form.lines()]


def _offered(sheet: _Sheet, known: dict[Any, ContactVolume]) -> list[ContactReason]:
    """Reasons in use, and those that something was counted of here, in the order of the list.

    A family that holds reasons is offered only when something was counted of it as a whole.
    """
    counted = {reason for reason, _channel in known if reason is not None}
    rows = ContactReason.objects.filter(organisation=sheet.organisation).in_order()
    rows = rows.filter(Q(is_active=True) | Q(pk__in=counted))
    found = list(rows)
    families = {row.parent_id for row in found}
    return [row for row in found if row.pk not in families or row.pk in counted]


def _known_volumes(place: MeasuringPlace | None, period: Period) -> dict[Any, ContactVolume]:
    if place is None:
        return {}
    rows = ContactVolume.objects.filter(place=place, grain=period.grain, starts_on=period.start)
    return {(row.reason_id, row.channel): row for row in rows}


def _known_costs(
    place: MeasuringPlace | None, months: list[Period], channel: str
) -> dict[Any, ContactCost]:
    if place is None:
        return {}
    rows = ContactCost.objects.filter(
        place=place, channel=channel, starts_on__in=[month.start for month in months]
    )
    return {(row.kind, row.starts_on): row for row in rows}
