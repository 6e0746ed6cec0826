"""Internal controls on the page of a requirement: the last result, how it moves, what is next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from audits.control_enums import ControlState
from audits.models import Assessment, ControlOccurrence
from audits.snapshots.control_lines import LAST_RESULTS, Last, last_of
from crcaudit.accounts.models import User


@dataclass(frozen=True, slots=True)
class RequirementControls:
    """``last`` None while nothing was done, ``next`` None when nothing is planned."""

    last: Last | None
    next: ControlOccurrence | None
    late: ControlOccurrence | None


def controls_of(row: Assessment, user: User, *, today: date) -> RequirementControls | None:
    """Of one requirement, on its site when it is rated site by site: one query.

    None when the person sees no control of it.
    """
    rows = ControlOccurrence.objects.visible_to(user).filter(
        line__requirement=row.requirement_id,
        line__plan__certification=row.audit.certification_id,
    )
    if row.site_id is not None:
        rows = rows.filter(Q(site=row.site_id) | Q(site=None))
    newest, oldest = (
        Window(RowNumber(), partition_by=[F("state")], order_by=order)
        for order in (
            [F("due_date").desc(), F("done_at").desc(), F("pk").desc()],
            [F("due_date").asc(), F("pk").asc()],
        )
    )
    found = list(
        rows.annotate(newest=newest, oldest=oldest)
        .filter(
            Q(state=ControlState.DONE, newest__lte=LAST_RESULTS)
            | Q(state=ControlState.PLANNED, oldest=1)
        )
        .select_related("line", "site")
        .order_by("state", "newest")
    )
    if not found:
        return None
    done = [each for each in found if each.state == ControlState.DONE]
    planned = next((each for each in found if each.state == ControlState.PLANNED), None)
    is_late = planned is not None and planned.due_date < today
    return RequirementControls(
        last=last_of(done) if done else None,
        next=None if is_late else planned,
        late=planned if is_late else None,
    )
