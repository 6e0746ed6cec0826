"""One provider: its criteria, their indicators, twelve months, and its reviews."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from audits.presenters.scorecard import provider as presenter
from audits.presenters.scorecard.reviews import reviews_of
from audits.snapshots.scorecard import Scorecards
from audits.views.scorecard.common import Asked
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@require_safe
def provider_scorecard(request: AuthRequest, key: UUID, provider: UUID) -> HttpResponse:
    asked = Asked(request, key)
    found = asked.provider(provider)
    periods = presenter.needed_periods(asked.period, asked.today)
    scorecards = Scorecards(asked.organisation, [found], periods)
    context = asked.context() | {
        "provider": found,
        "view": presenter.provider_view(
            found, scorecards, asked.period, is_branch=asked.is_branch, today=asked.today
        ),
        "below": [(one, asked.to("provider-scorecard", one.token)) for one in found.below],
        "back_url": asked.to("scorecard"),
        "grid_url": asked.to("scorecard-grid"),
        "prepare_url": "",
        "reviews": (),
        "asked": (),
    }
    if asked.reads_own:
        lines, items = reviews_of(found.tokens, asked.organisation.pk, today=asked.today)
        context |= {"reviews": lines, "asked": items}
    if asked.writes and asked.period.is_over(asked.today):
        context["prepare_url"] = asked.to("prepare-provider-review", found.token)
    if not found.below:
        context["branch_options"] = ()
    return render_page(request, "audits/provider_scorecard.html", context)
