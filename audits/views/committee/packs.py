"""The list of packs of an organisation."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.logic.periods import Grain, Period, period_of
from audits.presenters.committee import packs as presenter
from audits.presenters.indicators.entry import day_asked
from audits.presenters.indicators.scope import Option
from audits.views.committee.common import members_organisation
from crcaudit.accounts.models import Organisation
from crcaudit.accounts.permissions import READERS, organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.forms import FIRST_DAY
from crcaudit.core.http import render_page


@require_safe
def committees(request: AuthRequest) -> HttpResponse:
    """Straight to the packs of the one organisation that most people are members of."""
    rows = Organisation.objects.filter(pk__in=organisations_with(request.user, *READERS))
    found = list(rows.order_by("name", "pk"))
    if len(found) == 1:
        return redirect("audits:committee-packs", found[0].key)
    context = {"organisations": found}
    return render_page(request, "audits/committee_organisations.html", context)


@require_safe
def packs(request: AuthRequest, key: UUID) -> HttpResponse:
    organisation = members_organisation(request.user, key)
    today = localdate()
    asked = presenter.GRAINS.get(request.GET.get("pas", ""))
    grain = asked or presenter.usual_grain(organisation)
    latest = presenter.last_closed(grain, today)
    last = _last(request, latest)
    context = {
        "organisation": organisation,
        "lines": presenter.packs_of(organisation, request.user, last=last, today=today),
        "latest": presenter.pack_url(organisation, latest),
        "to_do": presenter.to_do_of(organisation, request.user, today=today),
        "grains": _grains(grain),
        **_turns(grain, last, latest),
    }
    return render_page(request, "audits/committee_packs.html", context)


def _last(request: AuthRequest, latest: Period) -> Period:
    """The last pack of the page: the one asked for, never one that is not over."""
    day = day_asked(request.GET.get("fin", ""))
    if day is None or day < FIRST_DAY.replace(year=FIRST_DAY.year + 2):
        return latest
    return min(period_of(day, latest.grain), latest)


def _grains(current: Grain) -> list[Option]:
    labels = {Grain.WEEK: _("By week"), Grain.MONTH: _("By month")}
    return [
        Option(labels[grain], f"?pas={slug}", grain is current)
        for slug, grain in presenter.GRAINS.items()
    ]


def _turns(grain: Grain, last: Period, latest: Period) -> dict[str, Any]:
    slug = next(slug for slug, one in presenter.GRAINS.items() if one is grain)
    earlier = last.after(-presenter.SHOWN).start.isoformat()
    later = min(last.after(presenter.SHOWN), latest).start.isoformat()
    return {
        "earlier_url": f"?pas={slug}&fin={earlier}",
        "later_url": f"?pas={slug}&fin={later}" if last < latest else "",
    }
