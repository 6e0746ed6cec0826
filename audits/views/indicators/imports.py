"""Files of figures: deposit, columns, progress, confirmation, and the way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import storage
from audits.actions import measure_import as actions
from audits.actions import measure_import_writing as writing
from audits.actions.place import place_of
from audits.actions.surveys.answers_file import take_answers
from audits.forms.contacts.columns import VolumeColumnsForm
from audits.forms.indicators.call_columns import CallColumnsForm
from audits.forms.indicators.deposit import DepositForm
from audits.forms.indicators.fields import token_of
from audits.forms.indicators.measure_columns import MeasureColumnsForm
from audits.forms.surveys.answer_columns import AnswerColumnsForm
from audits.measure_enums import ImportKind, MeasureImportState
from audits.models import ContactReason, MeasureImport, MeasuringPlace, SurveyWave
from audits.orders import order_reading
from audits.permissions import figures as rights
from audits.presenters.indicators import imports as presenter
from audits.presenters.indicators.scope import Scope
from audits.views.indicators.common import sent_by, whole_scope
from audits.views.lists import page_of
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.files import FileRefusedError
from crcaudit.core.form_views import form_page, refusals, unavailable
from crcaudit.core.http import require
from engagements.logic.search import fold
from engagements.models import Indicator

ColumnsForm = CallColumnsForm | MeasureColumnsForm | AnswerColumnsForm | VolumeColumnsForm


@require_http_methods(["GET", "POST"])
def measure_imports(request: AuthRequest, key: UUID) -> HttpResponse:
    scope = whole_scope(request, key)
    require(allowed=scope.can_bring)
    form = DepositForm(sent_by(request), request.FILES or None)
    if form.is_valid():
        try:
            imported = actions.receive_file(
                organisation=scope.organisation,
                kind=ImportKind(form.cleaned_data["kind"]),
                upload=form.cleaned_data["file"],
                by=request.user,
                at=timezone.now(),
            )
        except actions.SameFileError as error:
            link = format_html(
                '{} <a href="{}">{}</a>', str(error), error.known.get_absolute_url(), error.known
            )
            form.add_error("file", link)
        except (FileRefusedError, UserError) as error:
            form.add_error("file", str(error.message))
        else:
            return redirect(imported)
    rows = MeasureImport.objects.visible_to(request.user).filter(organisation=scope.organisation)
    rows = rows.select_related("received_by", "applied_by").order_by("-received_at", "-pk")
    context = _context(scope) | {"here": "imports", "page": page_of(request, rows)}
    return form_page(request, "audits/measure_imports.html", form, context)


@require_safe
def measure_import(request: AuthRequest, key: UUID) -> HttpResponse:
    imported = _visible(request, key)
    return _page(request, imported, _form(imported))


@require_POST
def name_columns(request: AuthRequest, key: UUID) -> HttpResponse:
    imported = _writable(request, key)
    form = _form(imported, request.POST)
    if form.is_valid():
        with refusals(form):
            _order(imported, form, request)
            return redirect(imported)
    return _page(request, imported, form)


@require_POST
def apply_import(request: AuthRequest, key: UUID) -> HttpResponse:
    imported = _writable(request, key)
    without = request.POST.get("without_faulty") == "on"
    now = timezone.now()
    try:
        if imported.kind == ImportKind.ANSWERS:
            take_answers(imported=imported, without_unplaced=without, by=request.user, at=now)
            messages.success(request, _("The answers are taken and the file is erased."))
            return redirect(_wave_of(imported) or imported)
        imported = writing.apply_import(
            imported=imported, without_faulty=without, by=request.user, at=now
        )
    except UserError as error:
        return unavailable(request, str(error))
    text = ngettext("%(n)s measure is written.", "%(n)s measures are written.", imported.written)
    if imported.kind == ImportKind.VOLUMES:
        text = ngettext(
            "%(n)s count of contacts is written.",
            "%(n)s counts of contacts are written.",
            imported.written,
        )
    messages.success(request, text % {"n": imported.written})
    return redirect(imported)


@require_POST
def undo_import(request: AuthRequest, key: UUID) -> HttpResponse:
    imported = _writable(request, key)
    try:
        writing.undo_import(imported=imported, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The file is taken back: every measure is as it was before."))
    return redirect(imported)


@require_POST
def abandon_import(request: AuthRequest, key: UUID) -> HttpResponse:
    imported = _writable(request, key)
    try:
        actions.abandon_import(imported=imported, by=request.user, at=timezone.now())
    except UserError as error:
        return unavailable(request, str(error))
    messages.success(request, _("The file is given up and erased."))
    return redirect("audits:measure-imports", imported.organisation.key)


@require_safe
def source_file(request: AuthRequest, key: UUID) -> HttpResponse | FileResponse:
    imported = _writable(request, key)
    try:
        stream = storage.open_file(imported.file_path) if imported.file_path else None
    except FileNotFoundError:
        stream = None
    if stream is None:
        raise Http404
    return FileResponse(
        stream,
        as_attachment=True,
        filename=imported.file_name,
        content_type="application/octet-stream",
    )


def _page(request: AuthRequest, imported: MeasureImport, form: ColumnsForm) -> HttpResponse:
    can_bring = rights.can_bring_figures(request.user, imported.organisation_id)
    context = {
        "imported": imported,
        "organisation": imported.organisation,
        "can_bring": can_bring,
        "view": presenter.import_view(imported),
        "is_calls": imported.kind == ImportKind.CALLS,
        "is_answers": imported.kind == ImportKind.ANSWERS,
        "wave": _wave_of(imported) if imported.kind == ImportKind.ANSWERS and can_bring else None,
        "is_contacts": imported.kind == ImportKind.VOLUMES,
        "names_columns": can_bring and imported.state in _NAMING,
    }
    return form_page(request, "audits/measure_import.html", form, context)


_NAMING = (
    MeasureImportState.RECEIVED,
    MeasureImportState.READ,
    MeasureImportState.FAILED,
)


def _form(imported: MeasureImport, data: Any = None) -> ColumnsForm:
    places = MeasuringPlace.objects.filter(organisation=imported.organisation)
    tokens = {place.pk: token_of(place) for place in places}
    if imported.kind == ImportKind.ANSWERS:
        wave = _wave_of(imported)
        return AnswerColumnsForm(data, imported=imported, wave=wave, place_tokens=tokens)
    if imported.kind != ImportKind.MEASURES:
        own = ContactReason.objects.filter(organisation=imported.organisation).in_order()
        form = CallColumnsForm if imported.kind == ImportKind.CALLS else VolumeColumnsForm
        return form(data, imported=imported, reasons=list(own), place_tokens=tokens)
    rows = Indicator.objects.offered_to(imported.organisation).prefetch_related("inputs")
    indicators = list(rows.order_by("code"))
    return MeasureColumnsForm(data, imported=imported, indicators=indicators, place_tokens=tokens)


@transaction.atomic
def _order(imported: MeasureImport, form: ColumnsForm, request: AuthRequest) -> None:
    """The places are made first: the reader knows them by their numbers."""
    places = {
        (value if imported.kind == ImportKind.CALLS else fold(value)): place_of(
            imported.organisation, subject
        ).pk
        for value, subject in form.places.chosen().items()
    }
    whole = place_of(imported.organisation, form.places.of_file()).pk
    order_reading(
        imported=imported,
        mapping=form.to_mapping(places, whole),
        by=request.user,
        at=timezone.now(),
    )


def _wave_of(imported: MeasureImport) -> SurveyWave | None:
    """The wave that a file of answers was sent for; None for another one."""
    return SurveyWave.objects.filter(file=imported).first()


def _visible(request: AuthRequest, key: UUID) -> MeasureImport:
    rows = MeasureImport.objects.visible_to(request.user).select_related(
        "organisation", "received_by", "applied_by"
    )
    return get_object_or_404(rows, key=key)


def _writable(request: AuthRequest, key: UUID) -> MeasureImport:
    imported = _visible(request, key)
    require(allowed=rights.can_bring_figures(request.user, imported.organisation_id))
    return imported


def _context(scope: Scope) -> dict[str, Any]:
    return {"scope": scope}
