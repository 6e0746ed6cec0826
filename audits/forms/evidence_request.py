"""Forms of requests for evidence: asking, answering, cancelling, a list from a file."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.evidence_request import RequestFields
from audits.actions.evidence_request_answer import RequestAnswerFields
from audits.forms.evidence import ACCEPT, EvidenceField, RequirementsField
from audits.importers.evidence_requests import MAX_BYTES
from audits.models import Assessment, Evidence
from crcaudit.core.formats import filesize
from crcaudit.core.forms import (
    MAX_REASON,
    CleanTextField,
    DayField,
    ReasonField,
    ReasonForm,
    is_row_number,
    page_helper,
)

MOST = 100  # choices that come back with a form


class AskForm(forms.Form):
    """What is asked, on which period or sample, for which requirements, by when."""

    submit_label = gettext_lazy("Send the request")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = CleanTextField(
        label=gettext_lazy("What is asked"),
        rows=3,
        help_text=gettext_lazy("One piece of evidence for each request. Name no person."),
        error_messages={"required": gettext_lazy("Say what is asked.")},
    )
    scope = CleanTextField(
        label=gettext_lazy("Period or sample"),
        required=False,
        rows=2,
        limit=MAX_REASON,
        help_text=gettext_lazy("Which months, which site, how many files."),
    )
    due_date = DayField(
        label=gettext_lazy("Due date"),
        error_messages={"required": gettext_lazy("Give the day by which it is due.")},
    )
    requirements = RequirementsField(
        label=gettext_lazy("Requirements"),
        queryset=Assessment.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose at least one requirement."),
            "invalid_choice": gettext_lazy("Choose requirements of the list."),
            "invalid_list": gettext_lazy("Choose requirements of the list."),
        },
    )

    def __init__(
        self,
        *args: Any,
        choices: QuerySet[Assessment],
        chosen: Sequence[int],
        today: date,
        **kwargs: Any,
    ) -> None:
        self.today = today
        kwargs["initial"] = {"key": uuid.uuid4(), "requirements": list(chosen)}
        super().__init__(*args, **kwargs)
        rows: RequirementsField = self.fields["requirements"]  # type: ignore[assignment]
        rows.queryset = choices
        self.helper = page_helper("key", "text", "scope", "due_date", "requirements")

    def clean_due_date(self) -> date:
        """A day that has not passed."""
        day: date = self.cleaned_data["due_date"]
        if day < self.today:
            raise forms.ValidationError(
                _("This day has passed: give a day from today on."), code="past"
            )
        return day

    def to_fields(self) -> RequestFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return RequestFields(
            assessments=tuple(data["requirements"]),
            text=data["text"],
            scope=data["scope"],
            due_date=data["due_date"],
        )


class FilesInput(forms.FileInput):
    """Several files at once, dropped on the field or chosen."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All of them; a form that was not sent as one with files has none."""
        del data
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Any number of files, as a list in the order sent; the gate says what is wrong with each."""

    widget = FilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every file that was sent, empty ones included."""
        del initial
        sent = data if isinstance(data, (list, tuple)) else [data]
        return [upload for upload in sent if upload]


class AnswerRequestForm(forms.Form):
    """A sentence with its evidence, or why there is none."""

    submit_label = gettext_lazy("Send the answer")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = CleanTextField(
        label=gettext_lazy("Answer"),
        rows=3,
        help_text=gettext_lazy("What the evidence shows and where to look; or why there is none."),
        error_messages={"required": gettext_lazy("Write a sentence for the auditor.")},
    )
    uploads = FilesField(
        label=gettext_lazy("New files"),
        required=False,
        help_text=gettext_lazy(
            "Drop them on the field or choose them. They become evidence of the requirements "
            "named in the request."
        ),
    )
    has_nothing = forms.BooleanField(
        label=gettext_lazy("Nothing to provide: the answer says why"), required=False
    )
    evidence = EvidenceField(
        label=gettext_lazy("Evidence that is there already"),
        queryset=Evidence.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose evidence of the list."),
            "invalid_list": gettext_lazy("Choose evidence of the list."),
        },
    )

    def __init__(self, *args: Any, choices: QuerySet[Evidence], **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.rows: EvidenceField = self.fields["evidence"]  # type: ignore[assignment]
        self.choices = self.rows.queryset = choices

    def offer(self, choices: QuerySet[Evidence], *, most: int) -> bool:
        """Show the first choices, and those that were made; whether there are more."""
        first = list(choices.values_list("pk", flat=True)[: most + 1])
        made = [int(n) for n in self["evidence"].value() or () if is_row_number(str(n))]
        known = list(self.choices.filter(pk__in=made[:MOST]).values_list("pk", flat=True))
        shown_keys = list(dict.fromkeys([*first[:most], *known]))
        places = (When(pk=pk, then=place) for place, pk in enumerate(shown_keys))
        offered = Evidence.objects.filter(pk__in=shown_keys)
        self.rows.queryset = offered.order_by(Case(*places, default=len(shown_keys)))
        shown = ["evidence"] if first else []
        self.helper = page_helper("key", "text", "uploads", *shown, "has_nothing")
        return len(first) > most

    def clean(self) -> dict[str, Any]:
        """Evidence, or none to provide: one of the two."""
        data = super().clean() or {}
        has_pieces = bool(data.get("uploads") or data.get("evidence"))
        if has_pieces and data.get("has_nothing"):
            self.add_error(
                "has_nothing",
                _("Either there is nothing to provide, or there is evidence: keep one of the two."),
            )
        elif not has_pieces and not data.get("has_nothing") and "evidence" not in self.errors:
            self.add_error(
                "uploads",
                _(
                    "Choose or add at least one piece of evidence, "
                    "or say that there is none to provide."
                ),
            )
        return data

    def to_fields(self) -> RequestAnswerFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return RequestAnswerFields(
            text=data["text"],
            has_nothing=data["has_nothing"],
            evidence=tuple(data["evidence"]),
            uploads=tuple(data["uploads"]),
        )


class CancelRequestForm(ReasonForm):
    """Why a request is taken back."""

    submit_label = gettext_lazy("Cancel the request")

    reason = ReasonField(asked=gettext_lazy("Say why the request is cancelled."))


class ImportRequestsForm(forms.Form):
    """A list of requests as CSV; what was checked comes back as text, to be confirmed."""

    submit_label = gettext_lazy("Check the list")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    content = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=MAX_BYTES, strip=False
    )
    file = forms.FileField(
        label=gettext_lazy("List of requests"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
        max_length=None,
        allow_empty_file=True,
        required=False,
        help_text=gettext_lazy(
            "CSV, with a first row: code; request; due date. A fourth column, period or sample, "
            "is read when it is there. Several codes in one cell are separated by spaces."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("file")

    def clean_file(self) -> Any:
        """Not larger than a list can be."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("A list is not larger than %(size)s: split it.") % {"size": filesize(MAX_BYTES)},
                code="too_large",
            )
        return file

    def clean(self) -> dict[str, Any]:
        """A file to check, or a list that was checked."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("content") and "file" not in self.errors:
            self.add_error("file", _("Choose the list to import."))
        return data
