"""The form of a line of the internal control plan."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from crispy_forms.layout import Div, Fieldset
from django.db.models import Q
from django.utils.translation import gettext as _

from audits.actions.controls.fields import LineFields, fields_of
from audits.control_enums import (
    USUAL_METHODS,
    USUAL_ROLES,
    ControlFrequency,
    EscalationTarget,
)
from audits.control_people import doers_in, told_in
from audits.control_values import thresholds_of_values
from audits.forms.controls.line_fields import ControlLineFields
from audits.logic.control_result import in_order
from audits.models import ControlLine, ControlPlan, CorrectiveAction
from audits.snapshots.common import terms_of
from crcaudit.accounts.models import User
from crcaudit.core.forms import page_helper
from engagements.enums import TermKind
from engagements.models import Indicator

if TYPE_CHECKING:
    from django import forms

UNDATED = frozenset({ControlFrequency.DAILY, ControlFrequency.PER_EVENT})


class ControlLineForm(ControlLineFields):
    """One line, whole. ``line`` is None for a new one."""

    def __init__(
        self, *args: Any, plan: ControlPlan, line: ControlLine | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _initial(line)
        super().__init__(*args, **kwargs)
        self._offer(plan, line)
        self.helper = page_helper(*_layout())

    def _offer(self, plan: ControlPlan, line: ControlLine | None) -> None:
        """Only what is of the file and of its edition; a line keeps what it has."""
        file = plan.certification
        people, told = doers_in(file.organisation_id), told_in(file.organisation_id)
        actions = CorrectiveAction.objects.filter(finding__audit__certification=file)
        chosen = Q(pk=line.action_id) if line and line.action_id else Q(pk=None)
        offered = {
            "requirement": file.edition.requirements.order_by("position", "pk"),
            "sites": file.sites.order_by("name", "pk"),
            "indicator": Indicator.objects.order_by("code"),
            "responsible": _with(people, line.responsible_id if line else None),
            "substitute": _with(people, line.substitute_id if line else None),
            "escalate_to": _with(told, line.escalate_to_id if line else None),
            "action": (actions.pending() | actions.filter(chosen)).order_by("number"),
        }
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        terms = terms_of(file.edition, "fr")
        for name, kind, usual in (
            ("method", TermKind.CONTROL_METHOD, USUAL_METHODS),
            ("role", TermKind.ROLE, USUAL_ROLES),
        ):
            own = [(code, label) for (of, code), label in terms.items() if of == kind]
            field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
            field.choices = own or list(usual)

    def clean(self) -> dict[str, Any]:
        """Days of the frequency, thresholds and escalation hold together."""
        data = super().clean() or {}
        self._clean_day(data)
        self._clean_thresholds(data)
        is_person = data.get("escalation") == EscalationTarget.PERSON
        if is_person and not data.get("escalate_to"):
            self.add_error("escalate_to", _("Say to whom it is escalated."))
        if not is_person:
            data["escalate_to"] = None
        if data.get("escalation") == EscalationTarget.NOBODY:
            data["escalate_after"] = None
        elif "escalate_after" in data and data["escalate_after"] is None:
            self.add_error("escalate_after", _("Say after how many working days."))
        return data

    def _clean_day(self, data: dict[str, Any]) -> None:
        frequency = data.get("frequency")
        is_weekly = frequency == ControlFrequency.WEEKLY
        if is_weekly and "weekday" in data and data["weekday"] is None:
            self.add_error("weekday", _("Say on which day of the week."))
        if frequency and not is_weekly and frequency not in UNDATED and data.get("rank", 1) is None:
            self.add_error("rank", _("Say on which working day of the period."))
        if not is_weekly:
            data["weekday"] = None
        if is_weekly or frequency in UNDATED:
            data["rank"] = None

    def _clean_thresholds(self, data: dict[str, Any]) -> None:
        sign = data.get("sign", "")
        values = [data.get(name) for name in ("target", "alert", "nonconformity")]
        if not sign:
            if any(value is not None for value in values):
                self.add_error("sign", _("Say how the thresholds are compared."))
            return
        if values[0] is None:
            if "target" in data:
                self.add_error("target", _("Give the target, or choose “No figure”."))
            return
        limits = thresholds_of_values(sign, *values)
        if limits is not None and not in_order(limits):
            self.add_error(
                "alert",
                _("Each threshold is worse than the one before: target, alert, nonconformity."),
            )

    def to_fields(self) -> LineFields:
        """Valid values as the action takes them."""
        data = {name: self.cleaned_data[name] for name in self.cleaned_data}
        data.pop("key"), data.pop("version")
        data["sites"] = tuple(data["sites"])
        data["channels"] = tuple(data["channels"])
        return LineFields(**data)


def _with(rows: Any, kept: int | None) -> Any:
    """The members, and who is chosen already, even if no member any more."""
    if not kept or rows.filter(pk=kept).exists():
        return rows
    return (rows | User.objects.filter(pk=kept)).distinct()


def _initial(line: ControlLine | None) -> dict[str, Any]:
    if line is None:
        return {
            "key": uuid4(),
            "is_per_site": "1",
            "frequency": ControlFrequency.MONTHLY,
            "rank": 5,
            "escalation": EscalationTarget.DIRECTOR,
            "escalate_after": 10,
        }
    said = fields_of(line)
    values = {name: getattr(said, name) for name in LineFields.__dataclass_fields__}
    return values | {"version": line.version, "is_per_site": "1" if said.is_per_site else "0"}


def _layout() -> list[Any]:
    def row(*names: str) -> Div:
        return Div(*names, css_class="sheet-row")

    return [
        "key",
        "version",
        Fieldset(
            _("What is controlled"), "requirement", "control_point", row("method", "indicator")
        ),
        Fieldset(_("How"), "procedure", "population", row("sample", "sample_size")),
        Fieldset(_("Sites and channels"), "is_per_site", row("sites", "channels")),
        Fieldset(_("When"), row("frequency", "weekday"), row("rank", "window_days")),
        Fieldset(_("Who"), "role", row("responsible", "substitute")),
        Fieldset(_("What is kept"), "record", row("record_place", "retention_months")),
        Fieldset(
            _("Thresholds"),
            row("sign", "target"),
            row("alert", "nonconformity"),
            "threshold_note",
        ),
        Fieldset(
            _("If it does not comply, or is late"),
            "reaction",
            row("escalation", "escalate_to"),
            row("escalate_after", "action"),
        ),
    ]
