"""A person's controls in the calendar that their agenda subscribes to."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from audits.builders.ics import Event
from audits.control_enums import ControlState
from audits.models import Certification, ControlOccurrence
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, organisations_with

BACK, AHEAD = timedelta(days=60), timedelta(days=366)
MOST = 1_000


def control_events(
    user: User, file: Certification | None, *, today: date, stamp: datetime, address: str
) -> Iterator[Event]:
    """What the person is to do, and did lately: requirement and control point; one query."""
    rows = ControlOccurrence.objects.filter(
        owner=user,
        line__plan__certification__organisation__in=organisations_with(user, *READERS),
        line__plan__certification__closed_at=None,
        due_date__gte=today - BACK,
        due_date__lte=today + AHEAD,
    ).exclude(state=ControlState.CANCELLED)
    if file is not None:
        rows = rows.filter(line__plan__certification=file)
    for row in rows.select_related("line__requirement", "site").order_by("due_date", "pk")[:MOST]:
        is_done = row.state == ControlState.DONE
        title = _("Control done: %(line)s") if is_done else _("Control to do: %(line)s")
        code, point = row.line.requirement.code, row.line.control_point
        yield Event(
            uid=f"control-{row.key}",
            title=title % {"line": f"{code} {point}"},
            start=row.due_date,
            end=row.due_date,
            stamp=stamp,
            sequence=row.version - 1,
            place=row.site.name if row.site is not None else "",
            url=address + row.get_absolute_url(),
        )
