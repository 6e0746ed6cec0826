"""Screens of reports: the register, asking for one, following it, taking it away."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.enums import TeamRole
from audits.models import Audit, AuditTeamMember, Certification, CommitteeMeeting
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import organisations_with
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.http import require, writes_on_get
from reports import actions, forms, history, orders, permissions, storage
from reports.enums import ReportKind, ReportState
from reports.models import Report, ReportQuerySet
from reports.views import links

PER_PAGE = 25
WHOLE = ("organisation", "certification__organisation")
OFFERED = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def report_list(request: AuthRequest) -> HttpResponse:
    files = Certification.objects.filter(
        pk__in=Report.objects.visible_to(request.user).values("certification")
    )
    form = forms.FilterForm(request.GET, files=list(files.order_by("reference", "pk")))
    rows = form.keep(Report.objects.visible_to(request.user).for_screens())
    page = Paginator(rows.order_by("-requested_at", "-pk"), PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": shown,
        "nameless": [row.pk for row in shown if not permissions.lists_people(request.user, row)],
        "is_filtered": any(form.cleaned_data.values()),
        "audits": _audits_to_report(request.user)[:OFFERED],
        "plans": _plans_to_report(request.user)[:OFFERED],
    }
    return render(request, "reports/list.html", context)


def _audits_to_report(user: User) -> QuerySet[Audit]:
    asks = Q(organisation__in=organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR))
    teams = AuditTeamMember.objects.giving_access(user).filter(role=TeamRole.LEAD)
    leads = Q(pk__in=teams.values("audit"))
    rows = Audit.objects.visible_to(user).filter(asks | leads)
    return (
        rows.select_related("certification").defer("frozen", "scale").order_by("-start_date", "-pk")
    )


def _plans_to_report(user: User) -> QuerySet[Certification]:
    asked = organisations_with(user, Role.QUALITY_MANAGER, Role.DIRECTOR)
    return Certification.objects.filter(organisation__in=asked).order_by("-opened_at", "-pk")


@dataclass(frozen=True, slots=True)
class Target:
    """What a report is asked about: an audit, a file for its control plan, or a committee."""

    kind: ReportKind
    certification: Certification | None
    audit: Audit | None
    is_allowed: bool
    meeting: CommitteeMeeting | None = None

    @property
    def is_draft(self) -> bool:
        """Whether the document will say that it is a draft."""
        if self.meeting is not None:
            return not self.meeting.is_held
        is_plan = self.kind == ReportKind.AUDIT_PLAN
        return self.audit is not None and self.audit.is_open and not is_plan


@require_http_methods(["GET", "POST"])
def request_report(request: AuthRequest, key: UUID) -> HttpResponse:
    return request_page(request, _target(request.user, key))


def request_page(request: AuthRequest, target: Target) -> HttpResponse:
    """The page on which a document is asked for, and what its form leads to."""
    require(allowed=target.is_allowed)
    form = forms.RequestForm(request.POST or None, initial={"language": request.user.language})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if form.is_valid():
        try:
            return _order(request, target, form.cleaned_data["language"])
        except UserError as error:
            form.add_error(None, str(error))
            if isinstance(error, actions.QuotaError):
                status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"form": form, "target": target, "revisions": _revisions(request.user, target)}
    return render(request, "reports/request.html", context, status=status)


def _target(user: User, key: UUID) -> Target:
    edition = "certification__edition__referential__scheme"
    audits = Audit.objects.visible_to(user).select_related(*WHOLE, edition)
    audit = audits.filter(key=key).first()
    if audit is not None:
        kind = ReportKind.DIAGNOSIS if audit.is_diagnosis else ReportKind.AUDIT
        allowed = permissions.can_request_audit_report(user, audit)
        return Target(kind, audit.certification, audit, allowed)
    files = Certification.objects.visible_to(user).select_related("organisation")
    certification = get_object_or_404(files, key=key)
    allowed = permissions.can_request_control_plan(user, certification)
    return Target(ReportKind.CONTROL_PLAN, certification, None, allowed)


def _order(request: AuthRequest, target: Target, language: str) -> HttpResponse:
    at = timezone.now()
    report = _ordered(target, language, by=request.user, at=at)
    if report.requested_at != at:
        text = (
            _("This report exists already with the same data: here it is.")
            if report.state == ReportState.READY
            else _("This report is already being made: here it is.")
        )
        messages.info(request, text)
    return redirect(report)


def _ordered(target: Target, language: str, *, by: User, at: datetime) -> Report:
    if target.meeting is not None:
        return orders.order_pack(meeting=target.meeting, language=language, by=by, at=at)
    certification = target.certification
    if certification is None:
        raise ValueError("A document is of a file, or of a meeting.")
    return orders.order_report(
        kind=target.kind,
        certification=certification,
        audit=target.audit,
        language=language,
        by=by,
        at=at,
    )


def _revisions(user: User, target: Target) -> ReportQuerySet:
    rows = (
        Report.objects.visible_to(user)
        .for_screens()
        .filter(
            certification=target.certification,
            audit=target.audit,
            meeting=target.meeting,
            kind=target.kind,
        )
    )
    return rows.order_by("-requested_at", "-pk")[:PER_PAGE]


@require_safe
def report(request: AuthRequest, key: UUID) -> HttpResponse:
    return _page(request, _find(request.user, key))


def _page(request: AuthRequest, found: Report, *, status: int = HTTPStatus.OK) -> HttpResponse:
    visible = Report.objects.visible_to(request.user).for_screens()
    sees_people = permissions.sees_people(request.user, found)
    context = _progress_context(request.user, found) | {
        "can_download": permissions.can_download(found),
        "can_issue": permissions.can_issue(request.user, found),
        "can_revise": permissions.can_request_again(request.user, found),
        "request_url": links.request_url(found),
        "meeting_url": links.meeting_url(found),
        "sees_file": found.certification is not None
        and Certification.objects.visible_to(request.user)
        .filter(pk=found.certification.pk)
        .exists(),
        "revisions": history.revisions_of(found, visible),
        "sees_people": sees_people,
        "events": history.events_of(found) if sees_people else (),
    }
    return render(request, "reports/report.html", context, status=status)


def _refused(request: AuthRequest, found: Report, message: str) -> HttpResponse:
    """409: the page as it is now, with the reason above."""
    messages.error(request, message)
    return _page(request, _find(request.user, found.key), status=HTTPStatus.CONFLICT)


@require_safe
def progress(request: AuthRequest, key: UUID) -> HttpResponse:
    found = _find(request.user, key)
    if not request.htmx:
        return redirect(found)
    response = render(request, "reports/_progress.html", _progress_context(request.user, found))
    if not found.is_pending:
        response.headers["HX-Refresh"] = "true"
    return response


def _progress_context(user: User, found: Report) -> dict[str, object]:
    return {
        "report": found,
        "ahead": _jobs_ahead(found),
        "can_cancel": permissions.can_cancel(user, found),
        "can_retry": permissions.can_retry(user, found),
    }


def _jobs_ahead(found: Report) -> int:
    if found.state != ReportState.QUEUED:
        return 0
    return Report.objects.ahead_of(found).count()


@writes_on_get
@require_safe
def download(request: AuthRequest, key: UUID) -> HttpResponseBase:
    found = _find(request.user, key)
    if not permissions.can_download(found):
        message = _("This report is not finished: it cannot be downloaded yet.")
        return _refused(request, found, message)
    if not actions.record_download(report=found, by=request.user, at=timezone.now()):
        message = _(
            "Fingerprint does not match: the file is no longer the one that was finished. "
            "It is not sent; ask for a new revision and tell the person who runs the server."
        )
        return _refused(request, found, message)
    return FileResponse(
        storage.full_path(found.file_path).open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/pdf",
    )


@require_POST
def cancel(request: AuthRequest, key: UUID) -> HttpResponse:
    found = _find(request.user, key)
    require(allowed=permissions.may_manage(request.user, found))
    try:
        actions.cancel_report(report_id=found.pk, by=request.user, at=timezone.now())
    except NotAvailableError as error:
        return _refused(request, found, str(error))
    messages.success(request, _("The making of this report is cancelled."))
    return redirect(found)


@require_POST
def retry(request: AuthRequest, key: UUID) -> HttpResponse:
    found = _find(request.user, key)
    require(allowed=permissions.may_manage(request.user, found))
    try:
        orders.order_retry(report_id=found.pk, by=request.user, at=timezone.now())
    except NotAvailableError as error:
        return _refused(request, found, str(error))
    return redirect(found)


@require_POST
def issue(request: AuthRequest, key: UUID) -> HttpResponse:
    found = _find(request.user, key)
    require(allowed=permissions.may_issue(request.user, found))
    try:
        actions.issue_report(report_id=found.pk, by=request.user, at=timezone.now())
    except NotAvailableError as error:
        return _refused(request, found, str(error))
    messages.success(request, _("The report is issued."))
    return redirect(found)


@writes_on_get
@require_safe
def audit_workbook(request: AuthRequest, key: UUID) -> HttpResponse:
    whole = ("organisation", "certification__edition__referential__scheme")
    audits = Audit.objects.visible_to(request.user).select_related(*whole)
    audit = get_object_or_404(audits, key=key)
    require(allowed=permissions.can_export_workbook(request.user, audit))
    content = actions.export_workbook(
        audit=audit, language=request.user.language, by=request.user, at=timezone.now()
    )
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{audit.reference}.xlsx"'
    return response


def _find(user: User, key: UUID) -> Report:
    return get_object_or_404(Report.objects.visible_to(user).for_screens(), key=key)
