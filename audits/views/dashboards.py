"""Home by role, and where a certification file stands."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from audits import permissions
from audits.models import Certification
from audits.permissions.sharing import reads_for_a_client
from audits.presenters import alert_tasks, endings, preparation, sharing, team_tasks, turns
from audits.presenters import dashboard as dashboards
from audits.presenters import home as homes
from audits.presenters.committee.tasks import committee_tasks_of
from audits.presenters.controls import home as control_tasks
from audits.presenters.listening.tasks import listening_tasks_of
from audits.views import lists
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import memberships_of
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.http import render_page, require

FILES_SHOWN = 6
PROVIDERS_SHOWN = 10


@require_safe
def home(request: AuthRequest) -> HttpResponse:
    today = localdate()
    roles = {row.role for row in memberships_of(request.user)}
    files = Certification.objects.visible_to(request.user).select_related(
        "organisation", "edition__referential"
    )
    sees_whole = bool(roles & {Role.QUALITY_MANAGER, Role.DIRECTOR})
    shown = list(files.order_by("-opened_at", "pk")[:FILES_SHOWN]) if sees_whole else []
    left = preparation.left_to_do(shown, request.user, today=today) if shown else Counter[int]()
    context = {
        "today": today,
        "files": [(dashboards.overview(file, today=today), left[file.pk]) for file in shown],
        "tasks": homes.in_order(_tasks_of(request.user, today=today), today=today),
        "audits": homes.open_audits(request.user),
        "providers": [
            (row, lists.due(row.standing.next_day, today=today, is_open=True))
            for row in providers_of(request.user, today=today)
        ],
        "open_alerts": alert_tasks.open_count(request.user),
        "can_open": permissions.can_open_certification(request.user),
        "is_client": Role.CLIENT in roles,
        "decides": Role.DECISION_MAKER in roles,
        "decided": endings.decided_for(request.user, today=today),
    }
    return render_page(request, "audits/home.html", context)


def _tasks_of(user: User, *, today: date) -> Iterator[homes.Task]:
    yield from homes.declarations_due(user)
    yield from turns.requests_of(user, today=today)
    yield from team_tasks.team_tasks_of(user, today=today)
    yield from endings.endings_of(user, today=today)
    yield from turns.turns_of(user, today=today)
    yield from listening_tasks_of(user, today=today)
    yield from alert_tasks.alert_tasks_of(user, today=today)
    yield from committee_tasks_of(user, today=today)
    yield from homes.tasks_of(user, today=today)
    yield from control_tasks.controls_of(user, today=today)
    yield from control_tasks.plans_to_approve(user)
    yield from homes.unanswered(user, today=today)


def providers_of(user: User, *, today: date) -> list[sharing.Provider]:
    """Files shared with the person; no query for who reads none for their organisation."""
    if not reads_for_a_client(user):
        return []
    return sharing.providers(sharing.shares_of(user)[:PROVIDERS_SHOWN], today=today)


@require_safe
def dashboard(request: AuthRequest, key: UUID) -> HttpResponse:
    rows = Certification.objects.visible_to(request.user).select_related("edition")
    rows = rows.only(
        "key", "organisation", "title", "target_date", "edition__title_fr", "edition__title_en"
    )
    certification = get_object_or_404(rows, key=key)
    require(allowed=permissions.can_see_dashboard(request.user, certification))
    context = {
        "overview": dashboards.overview(certification, today=localdate()),
        "certification": certification,
        "can_prepare": permissions.can_prepare(request.user, certification),
    }
    return render_page(request, "audits/dashboard.html", context)
