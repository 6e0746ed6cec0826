"""Rules of alerts: the list, written, changed, taken away."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.actions import alert_rule as actions
from audits.forms.alert import RuleForm, followed_by
from audits.history import history_of
from audits.logic.alerts import USUAL_DAYS, USUAL_HELD, USUAL_MISSED
from audits.models import AlertRule, MeasuringPlace
from audits.permissions import alerts as rights
from audits.presenters.alert_rules import rule_lines
from audits.presenters.evidence import sent
from audits.views.conflicts import resend_as_new, start_again
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.forms import is_row_number
from crcaudit.core.http import render_page, require
from crcaudit.core.text import clean_line


@require_safe
def alert_rules(request: AuthRequest, key: UUID) -> HttpResponse:
    organisation = _organisation(request.user, key)
    rows = AlertRule.objects.filter(organisation=organisation)
    context = {
        "organisation": organisation,
        "lines": rule_lines(rows),
        "usual": {"missed": USUAL_MISSED, "days": USUAL_DAYS, "held": USUAL_HELD},
        "can_write": rights.writes_rules(request.user, organisation.pk),
    }
    return render_page(request, "audits/alert_rules.html", context)


@require_http_methods(["GET", "POST"])
def write_rule(request: AuthRequest, key: UUID) -> HttpResponse:
    organisation = _organisation(request.user, key)
    require(allowed=rights.writes_rules(request.user, organisation.pk))
    form = RuleForm(
        sent(request), organisation=organisation, initial=_initial(request, organisation)
    )
    if form.is_valid():
        data = form.cleaned_data
        with refusals(form):
            actions.write_rule(
                key=data["key"] or uuid4(),
                organisation=organisation,
                indicator=data["indicator"],
                place=data["place"],
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The rule is written: it counts from now on."))
            return redirect(_address(organisation))
        resend_as_new(form)
    context = {"organisation": organisation, "rule": None, "cancel_url": _address(organisation)}
    return form_page(request, "audits/alert_rule.html", form, context)


@require_http_methods(["GET", "POST"])
def alert_rule(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _rule(request.user, key)
    require(allowed=rights.writes_rules(request.user, row.organisation_id))
    form = RuleForm(sent(request), organisation=row.organisation, rule=row)
    if form.is_valid():
        with refusals(form) as refused:
            actions.edit_rule(
                rule=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The rule is saved: it counts from now on."))
            return redirect(_address(row.organisation))
        start_again(form, refused.error)
    (line,) = rule_lines(AlertRule.objects.filter(pk=row.pk))
    context = {
        "organisation": row.organisation,
        "rule": row,
        "line": line,
        "cancel_url": _address(row.organisation),
        "history": history_of(actions.KIND, row.key),
    }
    return form_page(request, "audits/alert_rule.html", form, context)


@require_POST
def remove_rule(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _rule(request.user, key)
    require(allowed=rights.writes_rules(request.user, row.organisation_id))
    actions.remove_rule(rule=row, by=request.user, at=timezone.now())
    messages.success(request, _("The rule is taken away."))
    return redirect(_address(row.organisation))


def _organisation(user: User, key: UUID) -> Organisation:
    """Of which the user reads the rules; else 404."""
    numbers = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
    return get_object_or_404(Organisation, pk__in=numbers, key=key)


def _rule(user: User, key: UUID) -> AlertRule:
    return get_object_or_404(
        AlertRule.objects.visible_to(user).select_related("organisation"), key=key
    )


def _initial(request: AuthRequest, organisation: Organisation) -> dict[str, object]:
    """The indicator and the place from which the form was reached."""
    code, number = clean_line(request.GET.get("indicateur", "")), request.GET.get("lieu", "")
    places = MeasuringPlace.objects.filter(organisation=organisation)
    place = places.filter(pk=int(number)).first() if is_row_number(number) else None
    return {"indicator": followed_by(organisation).filter(code=code).first(), "place": place}


def _address(organisation: Organisation) -> str:
    return reverse("audits:alert-rules", args=[organisation.key])
