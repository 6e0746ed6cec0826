"""Fields for pasted lists: a population, and references chosen in it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.logic.population import (
    MAX_LABEL,
    MAX_STRATUM,
    ListProblem,
    PopulationError,
    read_population,
)
from audits.logic.sampling import MAX_LISTED, Unit
from crcaudit.core.formats import number
from crcaudit.core.text import clean_text

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_SENTENCES: "dict[ListProblem, StrPromise]" = {
    ListProblem.TOO_LONG: _(
        "A reference has at most %(label)s characters and a stratum %(stratum)s. Lines: %(lines)s."
    ),
    ListProblem.NAMELESS: _("Every line begins with a reference. Lines: %(lines)s."),
    ListProblem.TWICE: _(
        "Each reference is in the list once: a unit that is there twice would have two chances. "
        "Lines: %(lines)s."
    ),
}
_TOO_MANY = _(
    "The list has %(count)s lines: the limit is %(limit)s. Give the number of units instead, or "
    "cut the period."
)


class PopulationField(forms.Field):
    """A pasted list; gives its units, none when nothing was sent."""

    widget = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})

    def to_python(self, value: Any) -> tuple[Unit, ...]:
        """The units in their order, every problem of the list said with its first lines."""
        text = clean_text(str(value or ""))
        if not text.strip():
            return ()
        try:
            return read_population(text)
        except PopulationError as error:
            raise ValidationError(_sentence(error), code=error.problem) from error


class ReferencesField(forms.Field):
    """References, one per line; gives the distinct ones in their order."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def to_python(self, value: Any) -> tuple[str, ...]:
        """Lines without their ends, empty ones left out."""
        lines = (line.strip() for line in clean_text(str(value or "")).split("\n"))
        return tuple(dict.fromkeys(line for line in lines if line))


def _sentence(error: PopulationError) -> str:
    if error.problem == ListProblem.TOO_MANY:
        return str(_TOO_MANY % {"count": number(error.count), "limit": number(MAX_LISTED)})
    lines = ", ".join(number(line) for line in error.lines)
    values = {
        "label": MAX_LABEL,
        "stratum": MAX_STRATUM,
        "lines": f"{lines}…" if error.count > len(error.lines) else lines,
    }
    return str(_SENTENCES[error.problem] % values)
