"""Values of a workbook as people read them: codes, days and people in words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from audits.enums import ActionState
from audits.finding_rules import grades_of
from audits.models import Assessment, Audit, Finding
from audits.models.workbook import Kind
from audits.workbook.fields import Addition, Unit, Values
from audits.workbook.review import Review
from audits.workbook.words import Levels, grade_words
from crcaudit.accounts.models import User
from crcaudit.core.formats import date_text, exact

LABELS: Mapping[Unit, str | Promise] = {
    Unit.RATING: pgettext_lazy("column of the workbook", "Rating"),
    Unit.COMMENT: gettext_lazy("Comment"),
    Unit.GRADE: gettext_lazy("Grade"),
    Unit.TITLE: gettext_lazy("Title"),
    Unit.REQUIRED: gettext_lazy("Required"),
    Unit.FOUND: gettext_lazy("Found"),
    Unit.CONSEQUENCE: gettext_lazy("Consequence"),
    Unit.NEXT_STEP: gettext_lazy("Next step"),
    Unit.FOUND_DATE: gettext_lazy("Found on"),
    Unit.DESCRIPTION: gettext_lazy("Description"),
    Unit.OWNER: gettext_lazy("Owner"),
    Unit.DUE_DATE: gettext_lazy("Due date"),
    Unit.EFFORT_DAYS: gettext_lazy("Effort (days)"),
    Unit.STEP: gettext_lazy("State"),
}
# What is written in sentences, in which a change is shown word by word.
TEXTS = frozenset(
    {
        *(Unit.COMMENT, Unit.TITLE, Unit.REQUIRED, Unit.FOUND),
        *(Unit.CONSEQUENCE, Unit.NEXT_STEP, Unit.DESCRIPTION),
    }
)


def unit_label(unit: Unit) -> str:
    """What a part of a row is called."""
    return str(LABELS[unit])


class WorkbookWords:
    """The words of one import: one query each for grades, people and places, where it has some."""

    def __init__(self, audit: Audit, found: Review) -> None:
        self._language = get_language() or "fr"
        self._levels = Levels(audit.scale, self._language)
        values = [
            *(one for cell in found.cells for one in (cell.taken, cell.now, cell.brought)),
            *(item.values for item in found.additions),
        ]
        graded = any("grade" in one for one in values)
        self._grades = grade_words(grades_of(audit) if graded else (), self._language)
        self._people = _people({one["owner"] for one in values if "owner" in one})
        self._places = _places(found)

    def part(self, unit: Unit, values: Values) -> str:
        """A part of a row, "" when it is empty."""
        if unit is Unit.RATING:
            level = self._levels.word(values["level"]) or _("Not assessed")
            return f"{level}\n{values['na_reason']}".strip()
        if unit is Unit.STEP:
            state = str(ActionState(values["state"]).label)
            return f"{state}\n{values['outcome']}".strip()
        return self._value(unit, values[unit.lower()])

    def place(self, item: Addition) -> str:
        """The requirement of a new finding, the finding of a new action."""
        name = item.values["requirement" if item.kind is Kind.FINDING else "finding"]
        return self._places.get((item.kind, name), "")

    def _value(self, unit: Unit, value: str) -> str:
        if unit is Unit.GRADE:
            return self._grades.word(value)
        if unit in {Unit.FOUND_DATE, Unit.DUE_DATE}:
            return date_text(date.fromisoformat(value))
        if unit is Unit.OWNER:
            return self._people.get(value, value)
        if unit is Unit.EFFORT_DAYS and value:
            return exact(Decimal(value))
        return value


def _people(keys: set[str]) -> dict[str, str]:
    if not keys:
        return {}
    return {str(person.key): str(person) for person in User.objects.filter(key__in=keys)}


def _places(found: Review) -> dict[tuple[Kind, str], str]:
    """What new rows belong to, by their kind and the key by which they name it."""
    written = found.added(Kind.FINDING)
    requirements = {item.values["requirement"] for item in written}
    findings = {item.values["finding"] for item in found.added(Kind.ACTION)}
    places = {(Kind.ACTION, item.key): item.label for item in written}
    if requirements:
        rows = Assessment.objects.filter(pk__in=requirements).select_related("site")
        places |= {(Kind.FINDING, str(row.pk)): _with_site(row) for row in rows}
    if known := [key for key in findings if key.isdecimal()]:
        old = Finding.objects.filter(pk__in=known)
        places |= {(Kind.ACTION, str(row.pk)): row.reference for row in old}
    return places


def _with_site(row: Assessment) -> str:
    return f"{row.code}, {row.site.name}" if row.site else row.code
