"""The form of an opening or a closing meeting."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.meeting import MeetingFields
from audits.forms.plan import HourField, moment_of
from audits.models import PlanSlot
from crcaudit.core.forms import CleanCharField, CleanTextField, DayField, VersionField

LEAST_ROWS, SPARE_ROWS, MOST_ROWS = 8, 4, 60
FUNCTION_LIMIT = 120


class MeetingForm(forms.Form):
    """When a meeting was held, who came, and what was said; a sheet of rows as on paper."""

    submit_label = gettext_lazy("Save the meeting")

    version = VersionField()
    held_day = DayField(label=gettext_lazy("Held on"), required=False)
    held_time = HourField(label=gettext_lazy("At"), required=False)
    notes = CleanTextField(
        label=gettext_lazy("Notes"),
        required=False,
        help_text=gettext_lazy(
            "Changes of the plan, what was presented, disagreements, what was agreed."
        ),
    )

    def __init__(self, *args: Any, slot: PlanSlot, **kwargs: Any) -> None:
        known = [(row.function, row.name) for row in slot.attendees.order_by("position")]
        count = min(MOST_ROWS, max(LEAST_ROWS, len(known) + SPARE_ROWS))
        held = localtime(slot.held_at) if slot.held_at else None
        initial: dict[str, Any] = {
            "version": slot.version,
            "held_day": held.date() if held else None,
            "held_time": held.time() if held else None,
            "notes": slot.notes,
        }
        for n, (function, name) in enumerate(known):
            initial |= {f"function_{n}": function, f"name_{n}": name}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.rows = range(count)
        for n in self.rows:
            words = {"n": n + 1}
            self.fields[f"function_{n}"] = CleanCharField(
                label=_("Function %(n)s") % words, required=False, limit=FUNCTION_LIMIT
            )
            self.fields[f"name_{n}"] = CleanCharField(
                label=_("Name %(n)s") % words, required=False, limit=FUNCTION_LIMIT
            )

    @property
    def sheet(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of the attendance sheet."""
        return [(self[f"function_{n}"], self[f"name_{n}"]) for n in self.rows]

    def clean(self) -> dict[str, Any]:
        """An hour needs its day, a name its function."""
        data = super().clean() or {}
        if data.get("held_time") and not data.get("held_day"):
            self.add_error("held_day", _("Say on which day it was held."))
        if data.get("held_day") and not data.get("held_time"):
            self.add_error("held_time", _("Say at what time it was held."))
        for n in self.rows:
            if data.get(f"name_{n}") and not data.get(f"function_{n}"):
                self.add_error(f"function_{n}", _("Say which function this person has."))
        return data

    def to_fields(self) -> MeetingFields:
        """Valid values as the action takes them; empty rows are left out."""
        data = self.cleaned_data
        rows = ((data[f"function_{n}"], data[f"name_{n}"]) for n in self.rows)
        held = moment_of(data["held_day"], data["held_time"]) if data["held_day"] else None
        return MeetingFields(held, data["notes"], tuple(row for row in rows if any(row)))
