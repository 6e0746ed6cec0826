"""Adding evidence to a requirement: files, a link, a note, or evidence that is there already.

The drop zone sends one file at a time and gets one line back; without script the same form sends
several, and each has its own result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audits import permissions
from audits.actions import evidence as actions
from audits.actions.evidence_links import link_evidence, require_open
from audits.enums import EvidenceKind
from audits.forms.evidence import ACCEPT, EvidenceForm, ExistingForm, new_statement
from audits.models import Assessment, Evidence
from audits.presenters import evidence as values
from audits.storage import Upload
from audits.views import lists
from audits.views.conflicts import resend_as_new
from audits.views.helpers import visible_assessment
from crcaudit.accounts.models import Site
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.files import FileRefusedError, display_name
from crcaudit.core.form_views import unavailable
from crcaudit.core.http import render_page, require
from crcaudit.core.text import clean_line

CONFLICT, INVALID = 409, 422
LINK, NOTE, EXISTING = "lien", "note", "existante"
WAYS = (LINK, NOTE, EXISTING)
KINDS = {LINK: EvidenceKind.LINK, NOTE: EvidenceKind.NOTE}
OFFERED = 30
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file; ``problem`` is "" when it is stored."""

    name: str
    evidence: Evidence | None
    problem: str
    status: int


@require_http_methods(["GET", "POST"])
def add_evidence(request: AuthRequest, key: UUID, pk: int) -> HttpResponse:
    assessment = visible_assessment(request.user, key, pk)
    require(allowed=permissions.brings_evidence(request.user, assessment))
    try:
        require_open(assessment.audit)
    except NotAvailableError as error:
        return unavailable(request, str(error))
    way = lists.choice(request, "type", WAYS)
    if way in KINDS:
        return _statement(request, assessment, way)
    if way == EXISTING:
        return _existing(request, assessment)
    if request.method == "POST":
        return _receive(request, assessment)
    return _page(request, assessment, way)


def _page(
    request: AuthRequest,
    assessment: Assessment,
    way: str,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "audit": assessment.audit,
        "way": way,
        "ways": [
            {"label": chip.label, "url": chip.url, "active": chip.active}
            for chip in (
                lists.chip(request, _("Files"), "type", None),
                lists.chip(request, _("Link"), "type", LINK),
                lists.chip(request, _("Note"), "type", NOTE),
                lists.chip(request, _("Existing evidence"), "type", EXISTING),
            )
        ],
        "accept": ACCEPT,
        "max_bytes": settings.EVIDENCE_MAX_BYTES,
        "cancel_url": assessment.get_absolute_url(),
        "results": (),
        "refused": (),
        "form": None,
        "q": "",
        "has_choices": True,
        "is_cut": False,
    }
    return render_page(request, "audits/evidence_add.html", context | more, status=status)


def _receive(request: AuthRequest, assessment: Assessment) -> HttpResponse:
    results = [_deposit(request, assessment, upload) for upload in request.FILES.getlist("files")]
    stored = [result.evidence for result in results if result.evidence is not None]
    refused = [result for result in results if result.problem]
    if not results:
        refused = [Result("", None, _("Choose at least one file."), INVALID)]
    status = refused[0].status if len(refused) == 1 else INVALID if refused else 200
    if request.htmx:
        lines = {"pieces": values.evidence_lines(stored), "refused": refused}
        return render(request, "audits/_evidence_results.html", lines, status=status)
    if refused:
        return _page(request, assessment, "", status=status, results=results, refused=refused)
    text = ngettext("%(n)s file is recorded.", "%(n)s files are recorded.", len(stored))
    messages.success(request, text % {"n": len(stored)})
    return redirect(assessment)


def _deposit(request: AuthRequest, assessment: Assessment, upload: Upload) -> Result:
    """One file: stored, or refused with its sentence. Each is a transaction of its own."""
    name = display_name(upload.name or "")
    try:
        evidence = actions.add_file(
            assessment=assessment, upload=upload, by=request.user, at=timezone.now()
        )
    except FileRefusedError as error:
        values.log_refusal(request.user, error)
        return Result(name, None, str(error.message), error.status)
    except UserError as error:
        return Result(name, None, str(error), CONFLICT)
    return Result(name, evidence, "", 200)


def _statement(request: AuthRequest, assessment: Assessment, way: str) -> HttpResponse:
    sites = list(Site.objects.filter(organisation=assessment.audit.organisation_id))
    form = new_statement(values.sent(request), kind=KINDS[way], sites=sites, today=localdate())
    if not form.is_bound:
        return _page(request, assessment, way, form=form)
    if not form.is_valid():
        return _page(request, assessment, way, form=form, status=INVALID)

    def save() -> None:
        actions.add_statement(
            key=form.cleaned_data["key"] or uuid4(),
            assessment=assessment,
            kind=KINDS[way],
            fields=form.to_fields(),
            by=request.user,
            at=timezone.now(),
        )

    return _save(request, assessment, way, form, save)


def _existing(request: AuthRequest, assessment: Assessment) -> HttpResponse:
    text = clean_line(request.GET.get("q", ""))[:LONGEST]
    choices, is_cut = _offered(request, assessment, text)
    form = ExistingForm(values.sent(request), choices=choices)
    more: dict[str, Any] = {"form": form, "q": text, "has_choices": bool(choices)}
    more["is_cut"] = is_cut
    if not form.is_bound:
        return _page(request, assessment, EXISTING, **more)
    if not form.is_valid():
        return _page(request, assessment, EXISTING, status=INVALID, **more)

    def save() -> None:
        for row in form.cleaned_data["evidence"]:
            link_evidence(
                evidence=row, assessments=[assessment], by=request.user, at=timezone.now()
            )

    return _save(request, assessment, EXISTING, form, save)


def _offered(
    request: AuthRequest, assessment: Assessment, text: str
) -> tuple[list[Evidence], bool]:
    """Evidence of the organisation not linked to the requirement yet, newest first.

    And whether there is more than is offered; never when a choice is sent, which any of it may be.
    """
    rows = Evidence.objects.visible_to(request.user).filter(
        organisation=assessment.audit.organisation_id, withdrawn_at=None
    )
    linked = assessment.links.filter(unlinked_at=None).values("evidence")
    rows = rows.exclude(pk__in=linked)
    if request.method == "GET" and text:
        rows = rows.filter(Q(title__icontains=text) | Q(versions__file_name__icontains=text))
    rows = rows.distinct().order_by("-created_at", "pk")
    if request.method == "POST":
        return list(rows), False
    found = list(rows[: OFFERED + 1])
    return found[:OFFERED], len(found) > OFFERED


def _save(
    request: AuthRequest,
    assessment: Assessment,
    way: str,
    form: EvidenceForm | ExistingForm,
    save: Callable[[], None],
) -> HttpResponse:
    try:
        save()
    except UserError as error:
        form.add_error(None, str(error))
        if isinstance(form, EvidenceForm):
            resend_as_new(form)
        return _page(request, assessment, way, form=form, status=CONFLICT)
    messages.success(request, _("The evidence is recorded."))
    return redirect(assessment)
