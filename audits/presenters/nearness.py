"""How far away a day is, in the words of all lists."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.logic.deadlines import days_left


def days_text(due: date, today: date) -> str:
    """How far the day is: "6 days late", "today", "tomorrow" or "in 12 days"."""
    days = days_left(today, due)
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
