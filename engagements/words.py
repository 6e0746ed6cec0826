"""Wordings of the codes that the catalogue of indicators uses, and targets as printed.

An edition brings its own vocabularies; the catalogue belongs to no edition, so its words are
here. A code that is not known is shown as it is.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crcaudit.core.formats import NO_BREAK, exact
from engagements.enums import Operator
from engagements.models import IndicatorTarget, RequirementIndicator

Words = Mapping[str, str | Promise]

# After a number. What is not listed is the same in every language: %, s, h, €, /100.
UNITS: Final[Words] = {
    "working_days": _("working days"),
    "points": _("points"),
    "per_100": "/100",
    "per_7": "/7",
    "per_5": "/5",
    "per_1000": "‰",
    "per_100000": _("per 100,000"),
    "per_million_hours": _("per million hours"),
    "contacts_per_hour": _("contacts per hour"),
    "hours": "h",
    "months": _("months"),
    "agents": _("agents"),
    "euro": "€",
    "count": "",
}
STAGES: Final[Words] = {
    "access": _("Access and price"),
    "pickup": _("Pick-up"),
    "handling": _("Handling"),
    "closing": _("Closing"),
    "complaint": _("Complaints"),
    "appeal": _("Appeals and ombudsman"),
    "satisfaction": _("Satisfaction"),
    "billing": _("Billing"),
    "continuity": _("Service continuity"),
    "workforce": _("Workforce"),
    "steering": _("Steering and internal control"),
}
FREQUENCIES: Final[Words] = {
    "daily": _("Daily"),
    "weekly": _("Weekly"),
    "monthly": _("Monthly"),
    "quarterly": _("Quarterly"),
    "semiannual": _("Twice a year"),
    "annual": _("Yearly"),
    "per_event": _("Per event"),
    "per_audit": _("Per audit"),
}
CHANNELS: Final[Words] = {
    "phone": _("telephone"),
    "email": _("e-mail"),
    "web": _("web form and customer area"),
    "chat": pgettext_lazy("channel", "chat"),
    "social": _("social media"),
    "letter": pgettext_lazy("channel", "letter"),
    "all": _("all channels"),
}
CONFIDENCE: Final[Words] = {
    "stated": _("stated in a public document that is quoted"),
    "public": _("found in a public source"),
    "memory": _("usual practice, to be confirmed before any official use"),
    "proposal": _("sensible default, to be adjusted by the organisation"),
    "inferred": _("number or title inferred, to be checked against the standard"),
}
PARAMETERS: Final[Words] = {
    "threshold_s": _("threshold %(value)s s"),
    "deadline_working_days": _("deadline %(value)s working days"),
    "short_abandon_s": _("short abandons under %(value)s s"),
    "technical_delay_h": _("technical delay %(value)s h"),
    "window_days": _("window of %(value)s days"),
}


def word(words: Words, code: str) -> str:
    """Wording of a code in the active language; the code itself when it is not known."""
    return str(words.get(code, code))


def unit_label(unit: str) -> str:
    """What is printed after a number, in the active language; may be empty."""
    return word(UNITS, unit)


def target_text(row: RequirementIndicator | IndicatorTarget) -> str:
    """A target as printed, such as "≥ 85 %"; "" when the row states none."""
    if not row.operator or row.value is None:
        return ""
    return terms_text(row.operator, row.value, row.unit)


def terms_text(operator: str, value: Decimal, unit: str) -> str:
    """What a value is compared with, as printed: "≥ 85 %"."""
    parts = (Operator(operator).label, exact(value), unit_label(unit))
    return NO_BREAK.join(part for part in parts if part)


def parameters_text(parameters: Mapping[str, object]) -> str:
    """Settings of a target: "threshold 15 s"; "" without any."""
    return ", ".join(
        str(PARAMETERS[key]) % {"value": value} if key in PARAMETERS else f"{key} = {value}"
        for key, value in parameters.items()
    )
