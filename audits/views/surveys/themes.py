"""The themes of the barometer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.actions.surveys.themes import set_themes
from audits.forms.surveys.barometer import ThemesForm
from audits.models import ServiceTheme
from audits.ready_themes import ready_themes
from audits.views.indicators.common import sent_by, whole_scope
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def barometer_themes(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    require(allowed=scope.can_bring)
    rows = list(ServiceTheme.objects.filter(organisation=scope.organisation))
    form = ThemesForm(sent_by(request), themes=rows)
    if form.is_valid():
        with refusals(form):
            set_themes(
                organisation=scope.organisation,
                themes=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The themes are saved."))
            return redirect("audits:barometer-themes", key)
    context = {
        "scope": scope,
        "has_themes": bool(rows),
        "cancel_url": reverse("audits:barometer", args=[key]),
    }
    return form_page(request, "audits/barometer_themes.html", form, context)


@require_POST
def take_ready_themes(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    require(allowed=scope.can_bring)
    if ServiceTheme.objects.filter(organisation=scope.organisation).exists():
        return unavailable(request, _("There are themes already: add to them instead."))
    set_themes(
        organisation=scope.organisation,
        themes=ready_themes(),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("The ready list is taken: make it yours."))
    return redirect("audits:barometer-themes", key)
