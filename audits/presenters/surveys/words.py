"""Figures of surveys in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audits import figure_words as wording
from audits.logic.indicators import Figure, figure, stand
from audits.logic.surveys import (
    EFFORT,
    PROMOTERS,
    RESPONSE,
    RESPONSE_STAFF,
    SATISFACTION_COLD,
    SATISFACTION_HOT,
    SATISFACTION_STAFF,
    WAVES,
    Answers,
    Feed,
    part_of,
)
from audits.models import MeasuringPlace, Target
from crcaudit.accounts.models import Organisation
from crcaudit.core.formats import number
from engagements.models import Indicator

UNITS: Mapping[str, str] = {PROMOTERS.code: "points", EFFORT.code: "/7", WAVES: ""}
PERCENT = "%"
NAMES: Mapping[str, str | Promise] = {
    SATISFACTION_HOT.code: pgettext_lazy("survey", "Satisfaction, hot"),
    SATISFACTION_COLD.code: pgettext_lazy("survey", "Satisfaction, cold"),
    SATISFACTION_STAFF.code: pgettext_lazy("survey", "Employee satisfaction"),
    PROMOTERS.code: pgettext_lazy("survey", "NPS"),
    EFFORT.code: pgettext_lazy("survey", "Effort (7 is the least)"),
    RESPONSE.code: pgettext_lazy("survey", "Response rate, customers"),
    RESPONSE_STAFF.code: pgettext_lazy("survey", "Response rate, employees"),
    WAVES: gettext_lazy("Customer waves over 12 months"),
}


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure as printed under its name; "" where there is none."""

    value: str
    size: str
    interval: str
    label: str

    @property
    def has_value(self) -> bool:
        """Whether there is something to print."""
        return self.value != wording.NOTHING


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure against its target."""

    shape: str
    text: str
    target: str
    needed: str


def figure_of(feed: Feed, answers: Answers) -> Figure | None:
    """The figure of an indicator; None when it was not asked."""
    part = part_of(feed, answers)
    return None if part is None else figure(feed.definition, part)


def unit_of(code: str) -> str:
    """Unit of an indicator that waves feed."""
    return UNITS.get(code, PERCENT)


def figure_text(found: Figure | None, code: str) -> FigureText:
    """Value, size and interval; a rate that is counted to the last one says of how many."""
    if found is None or found.value is None:
        return FigureText(wording.NOTHING, "", "", str(NAMES[code]))
    is_rate = code in {RESPONSE.code, RESPONSE_STAFF.code}
    size = _("of %(n)s asked") % {"n": number(found.size)} if is_rate and found.size else ""
    return FigureText(
        value=wording.value_text(found.value, unit_of(code)),
        size=size or wording.size_text(found),
        interval=wording.interval_text(found, unit_of(code)),
        label=str(NAMES[code]),
    )


def verdict_of(found: Figure | None, target: Target | None, code: str) -> Verdict:
    """Whether the target in force is met, proven, missed or not proven."""
    terms = target.terms if target else None
    standing = stand(found, terms) if found is not None and terms is not None else None
    shape, text = wording.verdict_of(standing, has_target=terms is not None)
    needed = ""
    if standing is not None and standing.deciding_size is not None:
        needed = _("%(n)s answers would decide") % {"n": number(standing.deciding_size)}
        if standing.deciding_size > _MOST_NEEDED:
            needed = _("too near the target for a sample to decide")
    return Verdict(shape, text, wording.target_text(target, unit_of(code)), needed)


def series_urls(organisation: Organisation, place: MeasuringPlace) -> dict[str, str]:
    """The address of the series of each indicator that waves feed, by code. One query."""
    rows = Indicator.objects.of_catalogue().filter(code__in=NAMES)
    return {
        code: f"{reverse('audits:series', args=[organisation.key, pk])}?lieu={place.pk}"
        for code, pk in rows.values_list("code", "pk")
    }


_MOST_NEEDED = 20_000
