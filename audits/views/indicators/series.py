"""One indicator over time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits.presenters.indicators import series as presenter
from audits.presenters.indicators.behind import behind
from audits.presenters.indicators.targets import set_line
from audits.snapshots.figures import grain_of
from audits.views.indicators.common import requested_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page
from engagements.models import Indicator

DEFAULT_LENGTH = 24


@require_safe
def series(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    scope = requested_scope(request, key)
    rows = Indicator.objects.offered_to(scope.organisation).prefetch_related("inputs")
    indicator = get_object_or_404(rows, pk=pk)
    context = {"scope": scope, "here": "", "indicator": indicator}
    if scope.place is None:
        return render_page(request, "audits/series.html", context | {"series": None})
    followed = presenter.followed_of(indicator, scope.place)
    today = localdate()
    chosen = presenter.period_asked(request.GET.get("periode", ""), grain_of(followed, today))
    length = request.GET.get("duree", "")
    found = presenter.series_of(
        followed,
        scope,
        path=request.path,
        length=int(length) if length in map(str, presenter.LENGTHS) else DEFAULT_LENGTH,
        chosen=chosen,
        today=today,
    )
    context |= {
        "series": found,
        "lines": [
            set_line(row, indicator) for row in (*reversed(followed.own), *reversed(followed.whole))
        ],
        "chosen": next((row for row in found.rows if row.is_open), None),
        "behind": behind(chosen, indicator, scope, user=request.user) if chosen else [],
        "place_options": scope.options(request.path),
    }
    return render_page(request, "audits/series.html", context)
