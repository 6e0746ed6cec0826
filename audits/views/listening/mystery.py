"""Mystery contacts: campaigns, scenarios, and what each contact gave."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import listening_permissions as rights
from audits.actions.listening import mystery as actions
from audits.actions.listening import scenarios as scenario_actions
from audits.forms.listening.mystery import CampaignForm, ContactForm, MissForm, ScenarioForm
from audits.listening_enums import ContactState
from audits.models import MysteryCampaign, MysteryContact, MysteryScenario
from audits.permissions import manages
from audits.presenters.listening import mystery as presenter
from audits.views.conflicts import resend, resend_as_new
from audits.views.listening.common import criteria_of, managed_organisation, page
from audits.views.lists import page_of
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import render_page, require


@require_safe
def mystery(request: AuthRequest) -> HttpResponse:
    context = page(
        "mystery",
        page=page_of(request, presenter.campaigns_of(request.user)),
        today=localdate(),
        can_plan=rights.manages_listening(request.user),
        can_read_scenarios=rights.sees_scenarios(request.user),
    )
    return render_page(request, "audits/mystery.html", context)


@require_safe
def mystery_campaign(request: AuthRequest, key: UUID) -> HttpResponse:
    rows = MysteryCampaign.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("organisation", "planned_by"), key=key)
    contacts = presenter.contacts_of(row, request.user)
    sees_whole = has_role(request.user, row.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)
    context = page(
        "mystery",
        campaign=row,
        lines=presenter.lines_of(contacts, today=localdate()),
        found=presenter.found_in(contacts),
        sees_whole=sees_whole,
        is_manager=manages(request.user, row.organisation_id),
    )
    return render_page(request, "audits/mystery_campaign.html", context)


@require_http_methods(["GET", "POST"])
def plan_campaign(request: AuthRequest) -> HttpResponse:
    require(allowed=rights.manages_listening(request.user))
    organisation, others = managed_organisation(request, request.user)
    form = CampaignForm(request.POST or None, organisation=organisation)
    if form.is_valid():
        with refusals(form):
            row = actions.plan_campaign(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=organisation,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The plan is drawn: each tester sees their contacts."))
            return redirect(row)
        resend_as_new(form)
    context = page("mystery", cancel_url="..", organisation=organisation, organisations=others)
    return form_page(request, "audits/mystery_campaign_form.html", form, context)


@require_safe
def mystery_scenarios(request: AuthRequest) -> HttpResponse:
    rows = MysteryScenario.objects.visible_to(request.user).select_related("grid", "organisation")
    rows = rows.annotate(planned=Count("contacts")).order_by("-is_active", "channel", "title", "pk")
    can_write = rights.manages_listening(request.user)
    context = page("mystery", page=page_of(request, rows), can_write=can_write)
    return render_page(request, "audits/mystery_scenarios.html", context)


@require_http_methods(["GET", "POST"])
def write_mystery_scenario(request: AuthRequest) -> HttpResponse:
    require(allowed=rights.manages_listening(request.user))
    organisation, others = managed_organisation(request, request.user)
    form = ScenarioForm(request.POST or None, organisation=organisation)
    if form.is_valid():
        with refusals(form):
            scenario_actions.write_scenario(
                key=form.cleaned_data["key"] or uuid4(),
                organisation=organisation,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The scenario is saved."))
            return redirect("audits:mystery-scenarios")
        resend_as_new(form)
    context = page("mystery", scenario=None, cancel_url="..", organisations=others)
    return form_page(request, "audits/mystery_scenario_form.html", form, context)


@require_http_methods(["GET", "POST"])
def edit_mystery_scenario(request: AuthRequest, key: UUID) -> HttpResponse:
    rows = MysteryScenario.objects.visible_to(request.user).select_related("organisation", "grid")
    row = get_object_or_404(rows, key=key)
    require(allowed=manages(request.user, row.organisation_id))
    form = ScenarioForm(request.POST or None, organisation=row.organisation, scenario=row)
    if form.is_valid():
        with refusals(form) as refused:
            scenario_actions.edit_scenario(
                scenario=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The scenario is saved."))
            return redirect("audits:mystery-scenarios")
        if isinstance(refused.error, EditConflictError):
            resend(form, version=refused.error.current.version)
    context = page("mystery", scenario=row, cancel_url="..")
    return form_page(request, "audits/mystery_scenario_form.html", form, context)


@require_http_methods(["GET", "POST"])
def record_contact(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _contact(request.user, key)
    require(allowed=rights.makes_contact(request.user, row))
    if row.state != ContactState.PLANNED:
        return _settled(request)
    criteria = criteria_of(row.scenario.grid)
    form = ContactForm(request.POST or None, contact=row, criteria=criteria)
    if form.is_valid():
        with refusals(form):
            actions.record_contact(contact=row, **form.given(), by=request.user, at=timezone.now())
            messages.success(request, _("The contact is saved."))
            return redirect(row.campaign)
    context = _contact_context(row) | {"grid": row.scenario.grid}
    return form_page(request, "audits/mystery_contact.html", form, context)


@require_http_methods(["GET", "POST"])
def miss_contact(request: AuthRequest, key: UUID) -> HttpResponse:
    row = _contact(request.user, key)
    require(allowed=rights.makes_contact(request.user, row))
    if row.state != ContactState.PLANNED:
        return _settled(request)
    form = MissForm(request.POST or None)
    if form.is_valid():
        with refusals(form):
            actions.miss_contact(
                contact=row,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("It is kept that this contact was missed."))
            return redirect(row.campaign)
    return form_page(request, "audits/mystery_miss.html", form, _contact_context(row))


def _contact(user: User, key: UUID) -> MysteryContact:
    rows = MysteryContact.objects.visible_to(user)
    rows = rows.select_related("campaign__organisation", "scenario__grid", "site", "tester")
    return get_object_or_404(rows, key=key)


def _contact_context(row: MysteryContact) -> dict[str, Any]:
    return page("mystery", contact=row, cancel_url=row.campaign.get_absolute_url())


def _settled(request: AuthRequest) -> HttpResponse:
    return unavailable(request, _("This contact is settled already: nothing was changed."))
