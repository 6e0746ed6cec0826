"""Steps that the views of control plans share: the file, its plans, what the reader sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.control_enums import PlanState
from audits.models import Certification, ControlOccurrence, ControlPlan
from audits.permissions import controls as rights
from audits.presenters.controls import figures
from audits.presenters.controls.panel import RELATED
from audits.snapshots.common import Labels, terms_of
from audits.views import lists
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Site, User
from crcaudit.accounts.permissions import READERS, has_role
from crcaudit.accounts.requests import AuthRequest
from crcaudit.core.forms import is_row_number

if TYPE_CHECKING:
    from django.db.models import QuerySet

YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address keeps of the controls: of one site, of one person; None for all."""

    site: Site | None
    person: User | None
    sites: Sequence[Site]
    people: Sequence[User]

    def keep(self, rows: "QuerySet[ControlOccurrence]") -> "QuerySet[ControlOccurrence]":
        """The rows that the filters keep."""
        if self.site is not None:
            rows = rows.filter(site=self.site)
        return rows.filter(owner=self.person) if self.person is not None else rows


def plan_file(user: User, key: UUID) -> Certification:
    """A file whose internal control plan the person may know of; else 404."""
    rows = Certification.objects.with_plan_for(user).select_related(
        "organisation", "edition__referential"
    )
    return get_object_or_404(rows, key=key)


def plan_in_force(file: Certification) -> ControlPlan | None:
    """The approved version, None before the first one."""
    rows = ControlPlan.objects.in_force().filter(certification=file)
    plan = rows.select_related("approved_by").first()
    if plan is not None:
        plan.certification = file
    return plan


def draft_of(file: Certification) -> ControlPlan | None:
    """The version that is being written, None when there is none."""
    rows = ControlPlan.objects.filter(certification=file, state=PlanState.DRAFT)
    plan = rows.select_related("submitted_by", "created_by").first()
    if plan is not None:
        plan.certification = file
    return plan


def controls_of(user: User, file: Certification) -> "QuerySet[ControlOccurrence]":
    """Controls of the file that the person sees."""
    rows = ControlOccurrence.objects.filter(line__plan__certification=file)
    is_part = has_role(user, file.organisation_id, *READERS) and not sees_all(user, file)
    return rows.visible_to(user) if is_part else rows


def sees_all(user: User, file: Certification) -> bool:
    """Every control of the file, of a file whose plan is visible: all but those who do them."""
    whole = (Role.QUALITY_MANAGER, Role.DIRECTOR)
    is_whole = has_role(user, file.organisation_id, *whole)
    return is_whole or not has_role(user, file.organisation_id, *READERS)


def visible_control(user: User, key: UUID) -> ControlOccurrence:
    """A control with what its page shows of it; else 404."""
    rows = ControlOccurrence.objects.visible_to(user).select_related(*RELATED)
    return get_object_or_404(rows, key=key)


def terms(file: Certification) -> Labels:
    """The vocabularies of the edition in the active language."""
    return terms_of(file.edition, get_language() or "fr")


def month_asked(request: AuthRequest, *, today: date) -> date:
    """The first day of the month ``mois``, such as 2026-03, of this month when none is asked for.

    Raises:
        BadRequest: for anything else.
    """
    text = request.GET.get("mois", "")
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadRequest("mois") from error
    if found.year not in YEARS:
        raise BadRequest("mois")
    return found


def filters_of(
    request: AuthRequest, rows: "QuerySet[ControlOccurrence]", file: Certification
) -> Filters:
    """Filters ``site`` and ``personne`` of the address, and what they may be: two queries.

    Raises:
        BadRequest: for values that no link of ours carries.
    """
    sites = list(file.sites.order_by("name", "pk"))
    people = list(
        User.objects.filter(pk__in=rows.exclude(owner=None).order_by().values("owner")).order_by(
            "last_name", "first_name", "email"
        )
    )
    text = request.GET.get("site", "")
    if text and not is_row_number(text):
        raise BadRequest("site")
    site = next((row for row in sites if str(row.pk) == text), None)
    key = lists.chosen_key(request, "personne")
    person = next((row for row in people if row.key == key), None)
    if (text and site is None) or (key and person is None):
        raise BadRequest("site" if text and site is None else "personne")
    return Filters(site, person, sites, people)


def page_context(
    request: AuthRequest,
    file: Certification,
    rows: "QuerySet[ControlOccurrence]",
    *,
    view: str,
    title: str,
) -> dict[str, Any]:
    """What the head of each screen of the plan shows. ``view`` is the URL name of the screen."""
    user, today = request.user, localdate()
    plan, draft = plan_in_force(file), None
    if rights.sees_draft(user, file):
        draft = draft_of(file)
    tabs = (
        ("control-lines", _("Lines")),
        ("control-month", _("Month")),
        ("control-people", _("By person")),
        ("control-results", _("Results")),
    )
    whole = (Role.QUALITY_MANAGER, Role.DIRECTOR)
    return {
        "file": file,
        "plan": plan,
        "draft": draft,
        "title": title,
        "today": today,
        "figures": figures.standing(rows, today=today) if plan else figures.Figures(),
        "sees_all": sees_all(user, file),
        "views": [
            {
                "label": label,
                "url": reverse(f"audits:{name}", args=[file.key]),
                "active": name == view,
            }
            for name, label in tabs
        ],
        "feed_key": uuid4(),
        "can_write": rights.writes_control_plan(user, file),
        "can_ask_pdf": plan is not None and has_role(user, file.organisation_id, *whole),
        "is_doer": has_role(user, file.organisation_id, *READERS),
        "can_plan_event": plan is not None and rights.plans_events(user, file),
    }
