"""Internal control plans, their lines and their controls."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.controls import lines, plan
from audits.actions.controls.fields import LineFields
from audits.control_enums import ControlFrequency, EscalationTarget
from audits.models import Certification, ControlLine, ControlOccurrence, ControlPlan
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Membership, User
from crcaudit.core.workdays import PARIS
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.factories.audits import CertificationFactory


def controlled_file(*, sites: int = 1, **fields) -> Certification:
    """An open file with sites, a quality manager who opened it and a director."""
    manager = MembershipFactory(role=Role.QUALITY_MANAGER)
    MembershipFactory(organisation=manager.organisation, role=Role.DIRECTOR)
    file = CertificationFactory(organisation=manager.organisation, opened_by=manager.user, **fields)
    file.sites.set(SiteFactory.create_batch(sites, organisation=manager.organisation))
    return file


def person_with(file: Certification, role: Role) -> User:
    """The first member of the organisation with the role."""
    rows = Membership.objects.filter(organisation=file.organisation, role=role)
    return rows.order_by("pk").first().user


def line_fields(file: Certification, **changes) -> LineFields:
    """A monthly control of the first requirement, for the whole, target 100, alert 98, 90."""
    usual = {
        "requirement": file.edition.requirements.order_by("position").first(),
        "control_point": "Prix écrit sur tous les supports",
        "method": "doc_review",
        "is_per_site": False,
        "frequency": ControlFrequency.MONTHLY,
        "rank": 5,
        "role": "quality_manager",
        "responsible": file.opened_by,
        "record": "Liste de contrôle",
        "sign": ">=",
        "target": Decimal(100),
        "alert": Decimal(98),
        "nonconformity": Decimal(90),
        "reaction": "Corriger le support",
        "escalation": EscalationTarget.DIRECTOR,
        "escalate_after": 5,
    }
    return LineFields(**usual | changes)


def draft_plan(file: Certification, *rows: LineFields, at: datetime | None = None) -> ControlPlan:
    """A draft with these lines alone; one usual line without any."""
    at = at or timezone.now()
    by = file.opened_by
    draft = plan.begin_plan(key=uuid4(), certification=file, reason="Premier plan", by=by, at=at)
    draft.lines.all().delete()
    for row in rows or (line_fields(file),):
        lines.add_line(key=uuid4(), plan=draft, fields=row, by=by, at=at)
    draft.refresh_from_db()
    return draft


def approve(draft: ControlPlan, *, starts_on: date | None = None, at: datetime | None = None):
    """The draft submitted by who opened the file and approved by the director."""
    at = at or timezone.now()
    file = draft.certification
    draft.refresh_from_db()
    draft = plan.submit_plan(plan=draft, version=draft.version, by=file.opened_by, at=at)
    return plan.approve_plan(
        plan=draft,
        version=draft.version,
        starts_on=starts_on or localdate(at),
        by=person_with(file, Role.DIRECTOR),
        at=at,
    )


def plan_in_force(file: Certification, *rows: LineFields, at: datetime | None = None):
    """The first version, approved at a moment: now without one."""
    return approve(draft_plan(file, *rows, at=at), at=at)


def moment(day: date, hour: int = 9) -> datetime:
    """An hour of a day, in Paris."""
    return datetime.combine(day, time(hour), tzinfo=PARIS)


def days_ago(days: int) -> datetime:
    """A moment some calendar days ago."""
    return moment(localdate() - timedelta(days=days))


def first_control(file: Certification) -> ControlOccurrence:
    """The first control of the file, with everything that actions read."""
    rows = ControlOccurrence.objects.filter(line__plan__certification=file)
    related = rows.select_related(
        "line__requirement", "line__plan__certification__organisation", "site", "owner"
    )
    return related.order_by("due_date", "pk").first()


def only_line(plan_row: ControlPlan) -> ControlLine:
    """The line of a plan that has one."""
    return plan_row.lines.select_related("requirement", "plan__certification").get()
