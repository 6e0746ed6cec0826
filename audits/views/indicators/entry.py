"""Measures typed like a sheet."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits.actions.measurement import record_measures
from audits.actions.place import place_of
from audits.forms.indicators.entry import EntryForm
from audits.forms.indicators.fields import subjects_of, token_of
from audits.logic.periods import Grain, Period, last_periods, period_of
from audits.models import Measurement, MeasuringPlace
from audits.permissions import figures as rights
from audits.presenters.indicators import entry as presenter
from audits.presenters.indicators.scope import Scope
from audits.snapshots.figures import Followed, followed_at, grain_of
from audits.views.conflicts import resend
from audits.views.indicators.common import sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require

COLUMNS = 6


@require_http_methods(["GET", "POST"])
def enter_measures(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    sheet = _Sheet(request, scope)
    form = EntryForm(
        sent_by(request),
        followed=sheet.shown,
        periods=sheet.periods,
        known=sheet.known,
    )
    if form.is_valid():
        with refusals(form) as refused:
            count = record_measures(
                organisation=scope.organisation,
                entries=form.to_entries(place_of(scope.organisation, sheet.subject)),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _saved(count))
            return redirect(sheet.url())
        if isinstance(refused.error, EditConflictError):
            # Sent once more, what was typed replaces what is there now, which is shown.
            resend(form, **form.versions_of(refused.error.current))
    return form_page(request, "audits/enter_measures.html", form, sheet.context(form))


class _Sheet:
    """What the address asks for: a place, a grain, a stage, and the last period shown."""

    def __init__(self, request: AuthRequest, scope: Scope) -> None:
        self.request, self.scope = request, scope
        own = rights.own_sites(request.user, scope.organisation.pk)
        everything = rights.can_bring_figures(request.user, scope.organisation.pk)
        require(allowed=everything or bool(own))
        self.subjects = subjects_of(scope.organisation, only=None if everything else own)
        self.token = self._token()
        self.subject = self.subjects[self.token]
        self.place = self._place()
        today = localdate()
        followed = followed_at(scope.organisation, self.place, today=today) if self.place else []
        self.grain = self._grain(followed)
        of_grain = [one for one in followed if grain_of(one, today) == self.grain]
        self.stages = presenter.stages_of(of_grain)
        self.stage = self._stage()
        self.shown = [one for one in of_grain if one.indicator.journey_stage == self.stage]
        self.grains = presenter.grains_of(followed, today)
        self.periods = self._periods()
        self.known = self._known()

    def url(self, **changes: Any) -> str:
        """The same sheet, with something else."""
        kept: dict[str, Any] = {"lieu": self.token, "pas": self.grain, "etape": self.stage}
        kept["fin"] = self.periods[-1].start.isoformat()
        path = reverse("audits:enter-measures", args=[self.scope.organisation.key])
        return f"{path}?{urlencode(kept | changes)}"

    def context(self, form: EntryForm) -> dict[str, Any]:
        """What the page shows."""
        last, today = self.periods[-1], localdate()
        later = last.after(COLUMNS)
        return {
            "scope": self.scope,
            "lines": form.lines(),
            "periods": presenter.periods_of(self.periods),
            "place_options": [
                presenter.option(
                    presenter.name_of(subject), self.url(lieu=token), token == self.token
                )
                for token, subject in self.subjects.items()
            ],
            "grain_options": [
                presenter.option(label, self.url(pas=grain, etape="", fin=""), grain == self.grain)
                for grain, label in self.grains
            ],
            "stage_options": [
                presenter.option(label, self.url(etape=code), code == self.stage)
                for code, label in self.stages
            ],
            "earlier_url": self.url(fin=last.after(-COLUMNS).start.isoformat()),
            "later_url": self.url(fin=min(later, period_of(today, self.grain)).start.isoformat())
            if not last.end >= today
            else "",
            "cancel_url": reverse("audits:journey", args=[self.scope.organisation.key]),
        }

    def _token(self) -> str:
        asked = self.request.GET.get("lieu", "")
        if asked.isdecimal():  # the number of a place, as the reading screens have it
            place = next((p for p in self.scope.places if str(p.pk) == asked), None)
            asked = token_of(place) if place else asked
        if asked and asked not in self.subjects:
            raise Http404
        return asked or next(iter(self.subjects))

    def _place(self) -> MeasuringPlace | None:
        """The place as it is known; that of the whole when nothing was measured there yet."""
        by_token = {token_of(place): place for place in self.scope.places}
        return by_token.get(self.token) or next(iter(self.scope.places), None)

    def _grain(self, followed: list[Followed]) -> Grain:
        asked, today = self.request.GET.get("pas", ""), localdate()
        if asked in list(Grain):
            return Grain(asked)
        found = [grain_of(one, today) for one in followed]
        return Grain.MONTH if Grain.MONTH in found or not found else found[0]

    def _stage(self) -> str:
        asked = self.request.GET.get("etape", "")
        codes = [code for code, _label in self.stages]
        return asked if asked in codes else next(iter(codes), "")

    def _periods(self) -> list[Period]:
        today = localdate()
        asked = presenter.day_asked(self.request.GET.get("fin", ""))
        return last_periods(COLUMNS, grain=self.grain, today=min(asked or today, today))

    def _known(self) -> dict[Any, Measurement]:
        at = {token_of(place): place for place in self.scope.places}.get(self.token)
        if at is None:
            return {}
        rows = Measurement.objects.filter(
            place=at,
            indicator__in=[one.indicator.pk for one in self.shown],
            grain=self.grain,
            starts_on__range=(self.periods[0].start, self.periods[-1].start),
        )
        return {(row.indicator_id, row.starts_on): row for row in rows.order_by("starts_on")}


def _saved(count: int) -> str:
    if not count:
        return _("Nothing had changed.")
    text = ngettext("%(n)s measure is saved.", "%(n)s measures are saved.", count)
    return text % {"n": count}
