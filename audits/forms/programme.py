"""Forms of audit programmes."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.programme import ProgrammeFields, fields_of
from audits.actions.programme_lines import LineFields
from audits.cycle_enums import ProgrammeState
from audits.enums import AuditKind
from audits.forms.certification import SitesField
from audits.models import Audit, AuditProgramme, Certification, ProgrammeLine
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import organisations_with
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    VersionField,
    page_helper,
)

LEAST_ROWS, SPARE_ROWS, MOST_ROWS = 4, 2, 40
RISK_LIMIT = 300


class ProgrammeForm(forms.Form):
    """Period, objectives, means and risks. ``programme`` is None for a new one."""

    submit_label = gettext_lazy("Save the programme")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        error_messages={"invalid_choice": gettext_lazy("Choose an organisation of yours.")},
    )
    title = CleanCharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Such as “Audits of 2027”."),
        error_messages={"required": gettext_lazy("Give the programme a title.")},
    )
    starts_on = DayField(label=gettext_lazy("Begins on"))
    ends_on = DayField(label=gettext_lazy("Ends on"))
    objectives = CleanTextField(
        label=gettext_lazy("Objectives"),
        error_messages={"required": gettext_lazy("Say what the programme is for.")},
    )
    resources = CleanTextField(
        label=gettext_lazy("Resources"),
        required=False,
        help_text=gettext_lazy("Auditors and their competence, days, budget, travel."),
    )

    def __init__(
        self, *args: Any, user: User, programme: AuditProgramme | None = None, **kwargs: Any
    ) -> None:
        fields = fields_of(programme) if programme else None
        known = list(fields.risks) if fields else []
        kwargs["initial"] = _initial(programme, fields)
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=organisations_with(user, Role.QUALITY_MANAGER))
        if programme is not None:
            del self.fields["organisation"]
        else:
            choice: forms.ModelChoiceField = self.fields["organisation"]  # type: ignore[type-arg,assignment]
            choice.queryset = own.order_by("name", "pk")
            choice.initial = own.order_by("name", "pk").first()
        self.rows = range(min(MOST_ROWS, max(LEAST_ROWS, len(known) + SPARE_ROWS)))
        for n in self.rows:
            words = {"n": n + 1}
            self.fields[f"risk_{n}"] = CleanCharField(
                label=_("Risk %(n)s") % words, required=False, limit=RISK_LIMIT
            )
            self.fields[f"treatment_{n}"] = CleanCharField(
                label=_("Treatment %(n)s") % words, required=False, limit=RISK_LIMIT
            )
        self.before_risks = [name for name in self.base_fields if name in self.fields]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Those above the risks, as they are shown."""
        return [self[name] for name in self.before_risks if not self[name].is_hidden]

    @property
    def sheet(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of the risks."""
        return [(self[f"risk_{n}"], self[f"treatment_{n}"]) for n in self.rows]

    def clean(self) -> dict[str, Any]:
        """A period has its days in order, a treatment its risk."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The period ends before it starts: give a later day."))
        for n in self.rows:
            if data.get(f"treatment_{n}") and not data.get(f"risk_{n}"):
                self.add_error(f"risk_{n}", _("Say which risk is treated."))
        return data

    def to_fields(self) -> ProgrammeFields:
        """Valid values as the action takes them; empty rows are left out."""
        data = self.cleaned_data
        rows = ((data[f"risk_{n}"], data[f"treatment_{n}"]) for n in self.rows)
        names = ("title", "starts_on", "ends_on", "objectives", "resources")
        return ProgrammeFields(
            risks=tuple(row for row in rows if row[0]), **{name: data[name] for name in names}
        )


class LineForm(forms.Form):
    """One audit of the programme. ``line`` is None for a new one."""

    submit_label = gettext_lazy("Save the audit")

    certification = forms.ModelChoiceField(
        label=gettext_lazy("Certification file"),
        queryset=Certification.objects.none(),
        empty_label=gettext_lazy("Choose a file"),
        error_messages={
            "required": gettext_lazy("Choose a certification file."),
            "invalid_choice": gettext_lazy("Choose a certification file of the organisation."),
        },
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of audit"), choices=AuditKind.choices)
    planned_date = DayField(
        label=gettext_lazy("Planned on"),
        help_text=gettext_lazy("The first day, or the first of the month while no day is set."),
        error_messages={"required": gettext_lazy("Say on which day.")},
    )
    lead = CleanCharField(
        label=gettext_lazy("Lead auditor"),
        required=False,
        limit=120,
        help_text=gettext_lazy("Name or firm, as far as it is known."),
    )
    sites = SitesField(
        label=gettext_lazy("Sites"),
        queryset=Site.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose sites of the organisation."),
            "invalid_list": gettext_lazy("Choose sites of the organisation."),
        },
    )

    def __init__(
        self,
        *args: Any,
        programme: AuditProgramme,
        line: ProgrammeLine | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _line_initial(programme, line)
        super().__init__(*args, **kwargs)
        files = Certification.objects.filter(organisation=programme.organisation, closed_at=None)
        if line is not None:
            files = files | Certification.objects.filter(pk=line.certification_id)
        self.fields["certification"].queryset = files.order_by("reference", "pk")  # type: ignore[attr-defined]
        sites = programme.organisation.sites.order_by("name", "pk")
        self.fields["sites"].queryset = sites  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> LineFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return LineFields(
            certification=data["certification"],
            kind=AuditKind(data["kind"]),
            planned_date=data["planned_date"],
            lead=data["lead"],
            sites=tuple(data["sites"]),
        )


class JoinAuditForm(forms.Form):
    """The audit that was held for a line of the programme."""

    submit_label = gettext_lazy("Save")

    audit = forms.ModelChoiceField(
        label=gettext_lazy("Audit"),
        queryset=Audit.objects.none(),
        required=False,
        empty_label=gettext_lazy("None yet"),
        error_messages={"invalid_choice": gettext_lazy("Choose an audit of the list.")},
    )

    def __init__(self, *args: Any, line: ProgrammeLine, **kwargs: Any) -> None:
        kwargs["initial"] = {"audit": line.audit_id}
        super().__init__(*args, **kwargs)
        rows = Audit.objects.filter(certification=line.certification_id, kind=line.kind)
        free = rows.filter(programme_line=None) | rows.filter(programme_line=line)
        self.fields["audit"].queryset = (  # type: ignore[attr-defined]
            free.defer("frozen", "scale").order_by("start_date", "pk")
        )
        self.helper = page_helper("audit")


class MoveProgrammeForm(forms.Form):
    """A step of the programme, from a button."""

    to = forms.ChoiceField(choices=ProgrammeState.choices)


def _initial(programme: AuditProgramme | None, fields: ProgrammeFields | None) -> dict[str, Any]:
    if programme is None or fields is None:
        return {"key": uuid4()}
    names = ("title", "starts_on", "ends_on", "objectives", "resources")
    initial: dict[str, Any] = {name: getattr(fields, name) for name in names}
    initial["version"] = programme.version
    for n, (risk, treatment) in enumerate(fields.risks):
        initial |= {f"risk_{n}": risk, f"treatment_{n}": treatment}
    return initial


def _line_initial(programme: AuditProgramme, line: ProgrammeLine | None) -> dict[str, Any]:
    if line is None:
        return {"kind": AuditKind.INTERNAL, "planned_date": programme.starts_on}
    names = ("certification", "kind", "planned_date", "lead")
    sites = list(line.sites.values_list("pk", flat=True))
    return {name: getattr(line, name) for name in names} | {"sites": sites}
