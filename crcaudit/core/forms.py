"""Form fields of every form: cleaned text with a limit that is said, days within reason."""

from datetime import date
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crcaudit.core.formats import number
from crcaudit.core.text import MAX_TEXT, clean_line, clean_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)
MAX_VERSION = 2**31 - 1
MAX_REASON = 2_000
MAX_LINE = 200
KEY_DIGITS = 19  # one more overflows a 64-bit key


class CleanTextField(forms.CharField):
    """Several lines of text, at most ``limit`` characters after cleaning.

    The browser is told the limit through ``data-crc-limit`` and not through ``maxlength``,
    which would cut a long paste without a word.
    """

    widget: type[forms.Widget] = forms.Textarea

    def __init__(self, *, limit: int = MAX_TEXT, rows: int = 4, **kwargs: Any) -> None:
        self.limit = limit
        self.rows = rows
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The cleaned text, "" when nothing was sent."""
        text = clean_text(str(value)) if value not in self.empty_values else ""
        return text.strip() if self.strip else text

    def validate(self, value: str) -> None:
        """Refuse what is missing or too long, saying by how much."""
        super().validate(value)
        over = len(value) - self.limit
        if over > 0:
            raise ValidationError(_too_long(over, self.limit), code="max_length")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Height of the box, and the limit that the counter shows."""
        attrs = super().widget_attrs(widget)
        if isinstance(widget, forms.Textarea):
            attrs |= {"rows": self.rows, "data-crc-limit": self.limit}
        return attrs


class ReasonField(CleanTextField):
    """Why something is done: what its readers will ask first. ``asked`` is said of an empty one."""

    def __init__(self, *, asked: "StrPromise", limit: int = MAX_REASON, **kwargs: Any) -> None:
        errors = {"required": asked}
        super().__init__(label=_("Reason"), limit=limit, error_messages=errors, **kwargs)


class CleanCharField(CleanTextField):
    """One line of text: a pasted newline becomes a space."""

    widget = forms.TextInput

    def __init__(self, *, limit: int = MAX_LINE, **kwargs: Any) -> None:
        super().__init__(limit=limit, **kwargs)

    def to_python(self, value: Any) -> str:
        """The cleaned line, "" when nothing was sent."""
        return clean_line(str(value)) if value not in self.empty_values else ""


class DayInput(forms.DateInput):
    """The browser's own date picker; its value is ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between 2000 and 2099, so that no time limit counted from it can overflow.

    Read as the date picker sends it, or typed day first, whatever the language.
    """

    widget = DayInput
    input_formats = ("%Y-%m-%d", "%d/%m/%Y")
    default_error_messages = {
        "invalid": _("Enter a date, such as 31/12/2026."),
        "out_of_range": _("Enter a date between 2000 and 2099."),
    }

    def validate(self, value: date | None) -> None:
        """Refuse a slip of the keyboard such as the year 0206."""
        super().validate(value)
        if value is not None and not FIRST_DAY <= value <= LAST_DAY:
            raise ValidationError(self.error_messages["out_of_range"], code="out_of_range")


class VersionField(forms.IntegerField):
    """The version of a row that a form started from: what an edit must not overwrite unseen."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": _("This form is incomplete: reload the page and send it again."),
        "invalid": _("This form is incomplete: reload the page and send it again."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_VERSION, **kwargs)


class ReasonForm(forms.Form):
    """A step that only asks why. A subclass has ``submit_label`` and a ``ReasonField``, reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = page_helper("reason")


def is_row_number(text: str) -> bool:
    """Whether some row could have it as its number: databases fail on a larger one."""
    return text.isascii() and text.isdecimal() and len(text) < KEY_DIGITS


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Several rows as checkboxes; a number that no row can have is refused like any other."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """The chosen rows as a queryset."""
        numbers = [str(item) for item in value or ()] if isinstance(value, (list, tuple)) else []
        if not all(map(is_row_number, numbers)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


def page_helper(*fields: str | LayoutObject) -> FormHelper:
    """Layout of a form that is a page: summary of errors, fields, buttons.

    The button reads ``form.submit_label``; a ``cancel_url`` in the context of the page adds the
    way out. The browser's own checks are off: our sentences say what to do.
    """
    helper = FormHelper()
    helper.template = "components/_form.html"
    helper.attrs = {"novalidate": "", "data-crc-guard": ""}
    helper.layout = Layout(*fields)
    return helper


def _too_long(over: int, limit: int) -> str:
    return ngettext(
        "This text is %(over)s character too long: the limit is %(limit)s. "
        "Shorten it; nothing of it was lost.",
        "This text is %(over)s characters too long: the limit is %(limit)s. "
        "Shorten it; nothing of it was lost.",
        over,
    ) % {"over": number(over), "limit": number(limit)}
