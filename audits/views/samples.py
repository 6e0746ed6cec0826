"""Samples of an audit: list, page, preparing and changing one."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import permissions
from audits.actions import sample as actions
from audits.actions.sample_fields import SampleFields, fields_of
from audits.forms.sample import SampleForm
from audits.forms.site_sample import SiteSampleForm
from audits.history import history_of
from audits.logic.sampling import SiteRule, site_size
from audits.models import Assessment, Audit, Sample
from audits.presenters import sample_size
from audits.presenters import samples as values
from audits.sample_enums import SampleState, SiteSampleRule
from audits.views.conflicts import differences, resend, resend_as_new
from audits.views.helpers import visible_audit
from audits.views.lists import page_of
from crcaudit.accounts.models import Site, User
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import EditConflictError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.formats import number as number_text
from crcaudit.core.http import render_page, require

SHOWN_UNITS = 12
RELATED = ("assessment__site", "created_by", "drawn_by", "concluded_by", "replaces")


@require_safe
def samples(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    rows = Sample.objects.visible_to(request.user).filter(audit=audit)
    page = page_of(
        request, rows.select_related("assessment__site").without_list().order_by("number")
    )
    for row in page:
        row.audit = audit
    context = {
        "audit": audit,
        "certification": audit.certification,
        "page": page,
        "lines": values.lines(list(page)),
        "can_draw": permissions.can_draw_sample(request.user, audit),
    }
    return render_page(request, "audits/samples.html", context)


@require_safe
def sample(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = visible_sample(request.user, key, number)
    return render_page(request, "audits/sample.html", page_context(request, row))


@require_http_methods(["GET", "POST"])
def add_sample(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_draw_sample(request.user, audit))
    rows = _requirements(audit)
    asked = request.GET.get("exigence", "")
    known = {"requirement": asked} if asked in {str(row.pk) for row in rows} else {}
    form = SampleForm(request.POST or None, audit=audit, rows=rows, initial=known)
    return _prepare(request, audit, form)


@require_http_methods(["GET", "POST"])
def add_site_sample(request: AuthRequest, key: UUID) -> HttpResponse:
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_draw_sample(request.user, audit))
    form = SiteSampleForm(request.POST or None, audit=audit, sites=_sites(audit))
    return _prepare(request, audit, form)


@require_http_methods(["GET", "POST"])
def edit_sample(request: AuthRequest, key: UUID, number: int) -> HttpResponse:
    row = visible_sample(request.user, key, number, with_list=True)
    require(allowed=permissions.can_draw_sample(request.user, row.audit))
    if not row.is_draft:
        return sample_unavailable(request)
    form = _edit_form(request, row)
    context = _form_context(row.audit, row, form)
    if form.is_valid():
        with refusals(form) as refused:
            saved = actions.edit_sample(
                sample=row,
                version=form.cleaned_data["version"] or 0,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("The sample is saved. Nothing is drawn yet."))
            return redirect(saved)
        if isinstance(refused.error, EditConflictError):
            context |= _conflict(form, refused.error)
    return form_page(request, "audits/sample_form.html", form, context)


@require_POST
def propose_size(request: AuthRequest, key: UUID) -> HttpResponse:
    """What margin and confidence ask for, while the form is filled in. Writes nothing."""
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_draw_sample(request.user, audit))
    form = SampleForm(request.POST, audit=audit, rows=())
    context = {"proposal": sample_size.proposal(form)}
    return render(request, "audits/_sample_size.html", context)


def visible_sample(user: User, key: UUID, number: int, *, with_list: bool = False) -> Sample:
    """A sample of a visible audit; 404 when the user may not know of it."""
    audit = visible_audit(user, key)
    rows = Sample.objects.visible_to(user).select_related(*RELATED)
    if not with_list:
        rows = rows.without_list().defer("population", "replaces__population")
    row = get_object_or_404(rows, audit=audit, number=number)
    row.audit = audit
    return row


def sample_unavailable(request: AuthRequest) -> HttpResponse:
    """The step that an old page or link leads to exists no longer."""
    return unavailable(request, _("This step is not available: see where the sample stands."))


def page_context(request: AuthRequest, row: Sample) -> dict[str, Any]:
    """Everything that the page of a sample shows."""
    counts = values.counted(row)
    items = page_of(request, row.items.order_by("rank"))
    may_draw = permissions.can_draw_sample(request.user, row.audit)
    recording = may_draw and row.state == SampleState.DRAWN and not row.is_of_sites
    return {
        "audit": row.audit,
        "sample": row,
        "figures": values.figures_of(row, counts),
        "page": items,
        "items": [(item, values.options(item)) for item in items],
        "first_units": row.units()[:SHOWN_UNITS] if row.is_draft else (),
        "is_counted": row.is_draft and not row.population,
        "replacements": row.replaced_by.order_by("number").defer("population"),
        "can_draw": may_draw and row.is_draft,
        "can_record": recording,
        "can_conclude": recording and not counts.pending,
        "can_take_up": may_draw and row.state == SampleState.CONCLUDED,
        "can_draw_again": may_draw and not row.is_draft,
        "history": history_of(actions.KIND, row.key)
        if permissions.sees_whole(request.user, row.audit)
        else (),
    }


def _prepare(request: AuthRequest, audit: Audit, form: SampleForm | SiteSampleForm) -> HttpResponse:
    if form.is_valid():
        with refusals(form):
            row = actions.prepare_sample(
                key=form.cleaned_data["key"] or uuid4(),
                audit=audit,
                fields=form.to_fields(),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(
                request, _("%s is prepared: check the list, then draw.") % row.reference
            )
            return redirect(row)
        resend_as_new(form)
    return form_page(request, "audits/sample_form.html", form, _form_context(audit, None, form))


def _edit_form(request: AuthRequest, row: Sample) -> SampleForm | SiteSampleForm:
    data = request.POST or None
    if row.is_of_sites:
        return SiteSampleForm(data, audit=row.audit, sites=_sites(row.audit), sample=row)
    return SampleForm(data, audit=row.audit, rows=_requirements(row.audit), sample=row)


def _conflict(form: SampleForm | SiteSampleForm, error: EditConflictError) -> dict[str, Any]:
    current: Sample = error.current
    resend(form, version=current.version)
    theirs, mine = _shown(fields_of(current)), _shown(form.to_fields())
    asked = {name: text for name, text in mine.items() if name in form.fields}
    return {
        "differences": differences(theirs, asked, form=form),
        "last_change": next(iter(history_of(actions.KIND, current.key)), None),
    }


def _shown(fields: SampleFields) -> dict[str, str]:
    """Values as people read them, by field of the forms."""
    return {
        "title": fields.title,
        "counted": fields.counted,
        "source": fields.source,
        "population_size": number_text(fields.population_size),
        "method": str(fields.method.label),
        "rule": str(fields.rule.label) if fields.rule else "",
        "size": number_text(fields.size),
        "target": "" if fields.target is None else number_text(fields.target, decimals=1),
    }


def _form_context(
    audit: Audit, row: Sample | None, form: SampleForm | SiteSampleForm
) -> dict[str, Any]:
    listing = reverse("audits:samples", args=[audit.key])
    cancel = row.get_absolute_url() if row else listing
    context = {"audit": audit, "sample": row, "differences": (), "cancel_url": cancel}
    if isinstance(form, SiteSampleForm):
        return context | {"is_of_sites": True} | _rule_table(len(form.sites))
    return context | {"proposal": sample_size.proposal(form) if form.is_bound else None}


def _rule_table(sites: int) -> dict[str, Any]:
    """Sites to visit by rule, for the sites of the file without and with a central function."""
    counts = [count for count in (sites, sites - 1) if count > 0]
    rows = [
        (SiteSampleRule(rule).label, [site_size(count, rule).size for count in counts])
        for rule in SiteRule
    ]
    return {"rule_counts": counts, "rule_rows": rows}


def _requirements(audit: Audit) -> list[Assessment]:
    return list(audit.assessments.select_related("site").order_by("position"))


def _sites(audit: Audit) -> list[Site]:
    return list(audit.certification.sites.open_on(localdate()).order_by("name"))
