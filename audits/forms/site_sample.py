"""The form that chooses the sites an audit visits."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.actions.sample_fields import SampleFields
from audits.enums import AuditKind
from audits.logic.sampling import MAX_SIZE, SiteRule, Unit, least_at_random, site_size
from audits.models import Audit, Sample
from audits.sample_enums import SampleMethod, SampleSubject, SiteSampleRule
from crcaudit.accounts.models import Site
from crcaudit.core.formats import number
from crcaudit.core.forms import VersionField, page_helper

RULES = {
    AuditKind.SURVEILLANCE: SiteSampleRule.SURVEILLANCE,
    AuditKind.RENEWAL: SiteSampleRule.RENEWAL,
}


class SiteSampleForm(forms.Form):
    """The rule, the central function, and what the auditor chooses before the draw.

    ``sites`` are those of the certification file, in the order of the draw: by name.
    """

    submit_label = gettext_lazy("Save, then draw")

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = VersionField(required=False)
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=SiteSampleRule.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("n is the number of sites with the same activity, rounded up."),
        error_messages={
            "required": gettext_lazy("Choose the rule."),
            "invalid_choice": gettext_lazy("Choose a rule of the list."),
        },
    )
    central = forms.ChoiceField(
        label=gettext_lazy("Central function"),
        required=False,
        help_text=gettext_lazy("Visited every time, beside the sites that are drawn."),
        error_messages={"invalid_choice": gettext_lazy("Choose a site of the file.")},
    )
    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Sites chosen by the auditor"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Such as a new site, or one with complaints. At least a quarter of the sample is drawn."
        ),
        error_messages={
            "invalid_choice": gettext_lazy("Choose sites of the file."),
            "invalid_list": gettext_lazy("Choose sites of the file."),
        },
    )
    size = forms.IntegerField(
        label=gettext_lazy("Sites to visit"),
        required=False,
        min_value=1,
        max_value=MAX_SIZE,
        help_text=gettext_lazy("Leave empty to take the number of the rule; more may be visited."),
        error_messages={"invalid": gettext_lazy("Enter a whole number.")},
    )

    def __init__(
        self,
        *args: Any,
        audit: Audit,
        sites: Sequence[Site],
        sample: Sample | None = None,
        **kwargs: Any,
    ) -> None:
        self.audit, self.sites = audit, {str(site.pk): site for site in sites}
        kwargs["initial"] = self._initial(sample)
        super().__init__(*args, **kwargs)
        named = [(key, site.name) for key, site in self.sites.items()]
        elsewhere = ("", _("None of these sites"))
        self.fields["central"].choices = [elsewhere, *named]  # type: ignore[attr-defined]
        self.fields["chosen"].choices = named  # type: ignore[attr-defined]
        self.helper = page_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        """As many sites as the rule asks for, a quarter of them drawn."""
        data = super().clean() or self.cleaned_data
        if self.errors.keys() - {"size"}:
            return data
        places = self.drawn_from()
        if not places:
            self.add_error("central", _("No other site of the file is left to draw."))
            return data
        asked = site_size(len(places), SiteRule(data["rule"])).size
        if "size" not in self.errors:
            data["size"] = data["size"] or asked
            self._check_size(data["size"], asked=asked, whole=len(places))
        if not self.errors:
            self._check_chosen(data)
        return data

    def drawn_from(self) -> list[str]:
        """Keys of the sites that may be drawn: all but the central function."""
        return [key for key in self.sites if key != self.cleaned_data.get("central")]

    def to_fields(self) -> SampleFields:
        """Valid values as the action takes them."""
        data, keys = self.cleaned_data, self.drawn_from()
        file = self.audit.certification
        central = self.sites.get(data["central"])
        return SampleFields(
            subject=SampleSubject.SITES,
            title=_("Sites to visit"),
            counted="",
            source=_("Sites of the certification file %(reference)s.")
            % {"reference": file.reference},
            units=tuple(Unit(self.sites[key].name) for key in keys),
            population_size=len(keys),
            method=SampleMethod.SIMPLE,
            size=data["size"],
            rule=SiteSampleRule(data["rule"]),
            chosen=tuple(keys.index(key) + 1 for key in keys if key in data["chosen"]),
            central=central.name if central else "",
        )

    def _check_size(self, size: int, *, asked: int, whole: int) -> None:
        if size > whole:
            sentence = _("The population has %(n)s units: no more can be drawn.")
            self.add_error("size", sentence % {"n": number(whole)})
        elif size < asked:
            sentence = ngettext(
                "The rule asks for at least %(n)s site.",
                "The rule asks for at least %(n)s sites.",
                asked,
            )
            self.add_error("size", sentence % {"n": number(asked)})

    def _check_chosen(self, data: dict[str, Any]) -> None:
        if data["central"] and data["central"] in data["chosen"]:
            self.add_error(
                "chosen", _("The central function is visited anyway: leave it out of the choice.")
            )
            return
        at_random = least_at_random(data["size"])
        if data["size"] - len(data["chosen"]) < at_random:
            sentence = ngettext(
                "At least %(n)s site is drawn at random: choose fewer, or visit more.",
                "At least %(n)s sites are drawn at random: choose fewer, or visit more.",
                at_random,
            )
            self.add_error("chosen", sentence % {"n": number(at_random)})

    def _initial(self, sample: Sample | None) -> dict[str, Any]:
        if sample is None:
            rule = RULES.get(AuditKind(self.audit.kind), SiteSampleRule.INITIAL)
            return {"key": uuid.uuid4(), "rule": rule}
        keys = {site.name: key for key, site in self.sites.items()}
        units = sample.units()
        picked = (keys.get(units[place - 1].label) for place in sample.chosen)
        return {
            "version": sample.version,
            "rule": sample.rule,
            "central": keys.get(sample.central, ""),
            "chosen": [key for key in picked if key],
            "size": sample.size,
        }
