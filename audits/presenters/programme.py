"""An audit programme as it is read: what is planned, what was held, what is late."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy

from audits.enums import AuditState
from audits.models import AuditProgramme, ProgrammeLine
from crcaudit.accounts.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

HELD = ("ok", gettext_lazy("Held"))
UNDER_WAY = ("part", gettext_lazy("In progress"))
LATE = ("major", gettext_lazy("Late"))
PLANNED = ("none", gettext_lazy("Planned"))


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One audit planned, and where it stands."""

    line: ProgrammeLine
    shape: str
    state: str


def programmes_of(user: User) -> QuerySet[AuditProgramme]:
    """Those that the user may know of, newest period first, with how many audits were held."""
    held = Q(lines__audit__validated_at__isnull=False)
    return (
        AuditProgramme.objects.visible_to(user)
        .select_related("organisation")
        .annotate(planned=Count("lines"), held=Count("lines", filter=held))
        .order_by("-starts_on", "-pk")
    )


def lines_of(programme: AuditProgramme, *, today: date) -> list[PlannedLine]:
    """The audits of the programme in the order of time: 2 queries."""
    rows = (
        programme.lines.select_related("certification", "audit")
        .defer("audit__frozen", "audit__scale")
        .prefetch_related("sites")
        .order_by("planned_date", "pk")
    )
    return [_planned(row, today) for row in rows]


def _planned(line: ProgrammeLine, today: date) -> PlannedLine:
    shape, state = _standing(line, today)
    return PlannedLine(line, shape, str(state))


def _standing(line: ProgrammeLine, today: date) -> "tuple[str, StrPromise]":
    if line.audit is not None:
        return HELD if line.audit.state == AuditState.VALIDATED else UNDER_WAY
    return LATE if line.planned_date < today else PLANNED
