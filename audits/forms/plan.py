"""Forms of the audit plan and of its slots."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models.functions import Coalesce
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.plan import PlanFields, SlotFields
from audits.cycle_enums import AuditMethod, SlotKind
from audits.models import Audit, AuditPlan, AuditSection, AuditTeamMember, PlanSlot
from crcaudit.accounts.models import Site
from crcaudit.core.forms import (
    CleanCharField,
    CleanTextField,
    DayField,
    RowsField,
    VersionField,
    page_helper,
)
from crcaudit.core.templatetags.crc import localized

SHORT = 2_000


class HourField(forms.TimeField):
    """An hour of the day, as the browser's own picker sends it or typed 9:30 or 9h30."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    input_formats = ("%H:%M", "%H:%M:%S", "%Hh%M", "%Hh")
    default_error_messages = {"invalid": gettext_lazy("Enter an hour, such as 9:30.")}


class SectionsField(RowsField):
    """Parts of the referential, as the audit copied them."""

    def label_from_instance(self, obj: AuditSection) -> str:
        """Code and title in the active language."""
        return f"{obj.code} {localized(obj, 'title')}"


class AuditorsField(RowsField):
    """People of the audit team."""

    def label_from_instance(self, obj: AuditTeamMember) -> str:
        """Name and role."""
        return f"{obj.user}, {obj.get_role_display()}"


class PlanForm(forms.Form):
    """What the plan says of the whole audit."""

    submit_label = gettext_lazy("Save the plan")

    version = VersionField(required=False)
    scope = CleanTextField(
        label=gettext_lazy("Scope of this audit"),
        required=False,
        limit=SHORT,
        help_text=gettext_lazy("Sites, activities and channels that this audit covers."),
    )
    criteria = CleanTextField(
        label=gettext_lazy("Criteria"),
        required=False,
        limit=SHORT,
        help_text=gettext_lazy("What is audited against: referential, own procedures, contracts."),
    )
    language = CleanCharField(
        label=gettext_lazy("Language of the audit and of its report"), required=False, limit=100
    )
    confidentiality = CleanTextField(
        label=gettext_lazy("Confidentiality"), required=False, limit=SHORT, rows=2
    )
    remote_means = CleanTextField(
        label=gettext_lazy("Means of the remote audit"),
        required=False,
        limit=SHORT,
        rows=2,
        help_text=gettext_lazy("Video, screen sharing, access to calls: what was tried before."),
    )
    fallback = CleanTextField(
        label=gettext_lazy("If these means fail"), required=False, limit=SHORT, rows=2
    )
    logistics = CleanTextField(
        label=gettext_lazy("Logistics"),
        required=False,
        limit=SHORT,
        help_text=gettext_lazy("Access to the sites, rooms, workstations for listening, meals."),
    )

    def __init__(self, *args: Any, plan: AuditPlan | None, **kwargs: Any) -> None:
        names = [*PlanFields.__dataclass_fields__, "version"]
        initial = {name: getattr(plan, name) for name in names} if plan else {}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.helper = page_helper(*self.fields)

    def to_fields(self) -> PlanFields:
        """Valid values as the action takes them."""
        return PlanFields(**{n: self.cleaned_data[n] for n in PlanFields.__dataclass_fields__})


class SlotForm(forms.Form):
    """One slot of the plan, on one day. ``slot`` is None for a new one."""

    submit_label = gettext_lazy("Save the slot")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of slot"), choices=SlotKind.choices)
    title = CleanCharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What will be audited, in one line."),
        error_messages={"required": gettext_lazy("Give the slot a title.")},
    )
    day = DayField(
        label=gettext_lazy("Day"), error_messages={"required": gettext_lazy("Say on which day.")}
    )
    starts = HourField(
        label=gettext_lazy("From"),
        error_messages={"required": gettext_lazy("Say at what time it starts.")},
    )
    ends = HourField(
        label=gettext_lazy("Until"),
        error_messages={"required": gettext_lazy("Say at what time it ends.")},
    )
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=AuditMethod.choices)
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("No site"),
        error_messages={"invalid_choice": gettext_lazy("Choose a site of the file.")},
    )
    auditors = AuditorsField(
        label=gettext_lazy("Auditors"),
        queryset=AuditTeamMember.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose people of the audit team."),
            "invalid_list": gettext_lazy("Choose people of the audit team."),
        },
    )
    people_met = CleanCharField(
        label=gettext_lazy("Functions met"),
        required=False,
        limit=300,
        help_text=gettext_lazy("By function, such as “floor manager, two advisers”: no names."),
    )
    topics = CleanTextField(label=gettext_lazy("Topics"), required=False, limit=SHORT, rows=3)
    sections = SectionsField(
        label=gettext_lazy("Parts of the referential"),
        queryset=AuditSection.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("Choose parts of this audit's referential."),
            "invalid_list": gettext_lazy("Choose parts of this audit's referential."),
        },
    )

    def __init__(
        self, *args: Any, audit: Audit, slot: PlanSlot | None = None, **kwargs: Any
    ) -> None:
        self.slot = slot
        kwargs["initial"] = _initial(audit, slot)
        super().__init__(*args, **kwargs)
        sites = audit.certification.sites.all()
        if slot is not None and slot.site_id:
            sites = sites | Site.objects.filter(pk=slot.site_id)
        self._offer("site", sites.distinct().order_by("name", "pk"))
        team = audit.team.present()
        if slot is not None:
            team = (team | audit.team.filter(slots=slot)).distinct()
        self._offer("auditors", team.select_related("user").order_by("pk"))
        # Each domain, then its engagements.
        place = Coalesce("parent__position", "position")
        self._offer("sections", audit.sections.order_by(place, "level", "position", "pk"))
        self.helper = page_helper(*self.fields)

    def _offer(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A slot ends after it starts, on the clock of Paris."""
        data = super().clean() or {}
        if not {"day", "starts", "ends"} <= data.keys():
            return data
        data["starts_at"] = moment_of(data["day"], data["starts"])
        data["ends_at"] = moment_of(data["day"], data["ends"])
        if data["ends_at"] <= data["starts_at"]:
            self.add_error("ends", _("The slot ends before it starts: give a later hour."))
        return data

    def to_fields(self) -> SlotFields:
        """Valid values as the action takes them."""
        data = self.cleaned_data
        return SlotFields(
            kind=SlotKind(data["kind"]),
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            title=data["title"],
            method=AuditMethod(data["method"]),
            site=data["site"],
            people_met=data["people_met"],
            topics=data["topics"],
            sections=tuple(data["sections"]),
            auditors=tuple(data["auditors"]),
        )


def moment_of(day: date, hour: time) -> datetime:
    """A moment of Paris, in UTC: moments then compare right in the night when clocks change."""
    return datetime.combine(day, hour, tzinfo=get_current_timezone()).astimezone(UTC)


def _initial(audit: Audit, slot: PlanSlot | None) -> dict[str, Any]:
    """The slot as it is; a new one begins where the last one ends."""
    if slot is not None:
        start, end = localtime(slot.starts_at), localtime(slot.ends_at)
        names = ("version", "kind", "title", "method", "site", "people_met", "topics")
        return {name: getattr(slot, name) for name in names} | {
            "day": start.date(),
            "starts": start.time(),
            "ends": end.time(),
            "sections": list(slot.sections.values_list("pk", flat=True)),
            "auditors": list(slot.auditors.values_list("pk", flat=True)),
        }
    last = PlanSlot.objects.filter(plan__audit=audit).order_by("ends_at", "pk").last()
    after = localtime(last.ends_at) if last else None
    return {
        "key": uuid4(),
        "kind": SlotKind.SESSION if last else SlotKind.OPENING,
        "title": "" if last else str(SlotKind.OPENING.label),
        "method": last.method if last else AuditMethod.ON_SITE,
        "site": last.site_id if last else None,
        "day": after.date() if after else audit.start_date,
        "starts": after.time() if after else time(9),
    }
