"""The cycle of certification of a file, on one page."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits.forms.calendar_feed import SubscribeForm
from audits.models import Audit
from audits.presenters import cycle as presenter
from audits.views import lists
from audits.views.preparation import own_file
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page


@require_safe
def cycle(request: AuthRequest, key: UUID) -> HttpResponse:
    file = own_file(request.user, key)
    today = localdate()
    rows = Audit.objects.visible_to(request.user).filter(certification=file)
    audits = list(rows.defer("frozen", "scale").order_by("start_date", "pk"))
    start, term = presenter.cycle_days([file]).get(file.pk, presenter.NO_DAYS)
    found, is_planned = presenter.file_cycle(file, audits, start=start, term=term, today=today)
    lines = presenter.lines_of(found, audits)
    since, until = presenter.period_of(found, today=today)
    upcoming = found.upcoming
    context = {
        "certification": file,
        "scheme": file.edition.referential.scheme,
        "cycle": found,
        "is_planned": is_planned,
        "lines": [
            (line, lists.due(line.step.latest, today=today, is_open=line.shape not in {"ok", "na"}))
            for line in lines
        ],
        "drawing": presenter.drawing_of(lines, today=today),
        "others": presenter.other_audits(found, audits),
        "upcoming": next((line for line in lines if line.step == upcoming), None),
        "next_due": lists.due(
            upcoming.latest if upcoming else None, today=today, is_open=file.closed_at is None
        ),
        "since": since,
        "until": until,
        "due_counts": presenter.due_counts(file, request.user, until=until),
        "form": SubscribeForm(action=reverse("audits:subscribe-file", args=[file.key])),
    }
    return render_page(request, "audits/cycle.html", context)
