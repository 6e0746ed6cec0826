"""Fields that forms of surveys share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.logic.number_text import COMMA, POINT, number_from

MOST = 9_999_999


class CountField(forms.Field):
    """A number of people, typed or pasted, with or without spaces; None when it is empty."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Enter a whole number of answers, such as 120."),
        "large": _("Enter a smaller number: ten million answers are not one wave."),
    }

    def to_python(self, value: Any) -> int | None:
        """The count."""
        text = str(value or "").strip() if value != 0 else "0"
        if not text:
            return None
        found = number_from(text, COMMA)
        if found is None:
            found = number_from(text, POINT)
        if found is None or found < 0 or found != found.to_integral_value():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if found > MOST:
            raise ValidationError(self.error_messages["large"], code="large")
        return int(found)
