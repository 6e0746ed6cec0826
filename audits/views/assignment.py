"""Giving several requirements of an audit to one person."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import assignment as actions
from audits.forms.assignment import AssignManyForm
from audits.models import Assessment, Audit, AuditSection
from audits.views import lists
from audits.views.helpers import visible_audit
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.form_views import form_page, refusals
from crcaudit.core.http import require


@require_http_methods(["GET", "POST"])
def assign_many(request: AuthRequest, key: UUID) -> HttpResponse:
    """All requirements of the audit, or those of the domain or engagement asked for, ticked."""
    audit = visible_audit(request.user, key)
    require(allowed=permissions.can_assign(request.user, audit))
    form = AssignManyForm(request.POST or None, audit=audit)
    if form.is_valid():
        with refusals(form):
            count = actions.assign(
                audit=audit,
                rows=[row.pk for row in form.cleaned_data["rows"]],
                to=form.cleaned_data["to"],
                due=form.cleaned_data["due"],
                by=request.user,
                at=timezone.now(),
            )
            told = ngettext("%(n)s requirement assigned.", "%(n)s requirements assigned.", count)
            messages.success(request, told % {"n": count})
            return redirect(audit)
    sections = list(audit.sections.order_by("parent__position", "position"))
    code = lists.choice(request, "partie", {section.code for section in sections})
    rows = list(_rows(audit, sections, code))
    context = {
        "audit": audit,
        "certification": audit.certification,
        "domains": [section for section in sections if section.parent_id is None],
        "chosen": code,
        "groups": _groups(sections, rows),
        "ticked": _ticked(form, rows if code else ()),
        "cancel_url": audit.get_absolute_url(),
    }
    return form_page(request, "audits/assign_many.html", form, context)


def _rows(audit: Audit, sections: Iterable[AuditSection], code: str) -> Iterable[Assessment]:
    rows = audit.assessments.select_related("site", "assigned_to").order_by("position")
    if not code:
        return rows
    inside = {section.pk for section in sections if section.code == code}
    inside |= {section.pk for section in sections if section.parent_id in inside}
    return rows.filter(section__in=inside)


def _groups(
    sections: Iterable[AuditSection], rows: Iterable[Assessment]
) -> list[tuple[AuditSection, list[Assessment]]]:
    """Requirements by engagement, in the order of the grid."""
    found: dict[int, list[Assessment]] = {section.pk: [] for section in sections}
    for row in rows:
        found[row.section_id].append(row)
    return [(section, found[section.pk]) for section in sections if found[section.pk]]


def _ticked(form: AssignManyForm, rows: Iterable[Assessment]) -> set[str]:
    """Boxes as they were sent, else those of the part that was asked for."""
    if form.is_bound:
        return {str(value) for value in form["rows"].value() or ()}
    return {str(row.pk) for row in rows}
