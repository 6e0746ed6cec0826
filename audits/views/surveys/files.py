"""A file of answers sent for a wave."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.actions.measure_import import SameFileError
from audits.actions.surveys.files import receive_answers
from audits.forms.surveys.answer_columns import AnswersFileForm
from audits.survey_enums import WaveState
from audits.views.indicators.common import sent_by
from audits.views.surveys.waves import writable_wave
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.exceptions import UserError
from crcaudit.core.files import FileRefusedError
from crcaudit.core.form_views import form_page, unavailable


@require_http_methods(["GET", "POST"])
def wave_file(request: AuthRequest, key: UUID) -> HttpResponse:
    wave = writable_wave(request, key)
    if wave.state != WaveState.DRAFT:
        return unavailable(request, _("This wave takes no file any more: it is no longer a draft."))
    form = AnswersFileForm(sent_by(request), request.FILES or None)
    if form.is_valid():
        try:
            imported = receive_answers(
                wave=wave, upload=form.cleaned_data["file"], by=request.user, at=timezone.now()
            )
        except SameFileError as error:
            link = format_html(
                '{} <a href="{}">{}</a>', str(error), error.known.get_absolute_url(), error.known
            )
            form.add_error("file", link)
        except (FileRefusedError, UserError) as error:
            form.add_error("file", str(error.message))
        else:
            return redirect(imported)
    return form_page(request, "audits/wave_file.html", form, {"wave": wave})
