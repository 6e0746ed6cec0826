"""Plans and programmes of a side: an opening meeting in each plan, one line in each programme."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from audits.actions import meeting as meetings
from audits.actions import plan as plans
from audits.actions import programme as programmes
from audits.actions import programme_lines
from audits.cycle_enums import AuditMethod, ProgrammeState, SlotKind
from audits.enums import AuditKind
from crcaudit.core.workdays import PARIS


def add_plans(side) -> None:
    """The audits under way have a plan; the one that is rated site by site has none yet."""
    start = datetime(2026, 3, 2, 9, tzinfo=PARIS)
    for audit in filter(lambda row: row.is_open, side.audits.values()):
        by, at = audit.started_by, timezone.now()
        slot = plans.add_slot(
            key=uuid4(),
            audit=audit,
            fields=plans.SlotFields(
                kind=SlotKind.OPENING,
                starts_at=start,
                ends_at=start + timedelta(minutes=30),
                title="Réunion d'ouverture",
                method=AuditMethod.ON_SITE,
                site=side.site,
                people_met="Direction",
                topics="Le plan",
                auditors=tuple(audit.team.all()),
            ),
            by=by,
            at=at,
        )
        meetings.record_meeting(
            slot=slot,
            version=1,
            fields=meetings.MeetingFields(None, "Salle à confirmer", (("Direction", "Camille"),)),
            by=by,
            at=at,
        )
        texts = plans.PlanFields(
            *("Critères", "Périmètre", "Français", "Interne", "Visioconférence", "Téléphone"),
            "Badges à l'accueil",
        )
        plans.save_plan(audit=audit, version=audit.plan.version, fields=texts, by=by, at=at)


def add_programmes(side) -> None:
    """One that is being written, and one that the direction approved."""
    by, at = side.people["manager"], timezone.now()
    for name in ("programme", "approved"):
        row = programmes.write_programme(
            key=uuid4(),
            organisation=side.organisation,
            fields=programmes.ProgrammeFields(
                title="Programme",
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 12, 31),
                objectives="Tenir",
                resources="Deux auditeurs",
                risks=(("Absence", "Un suppléant"),),
            ),
            by=by,
            at=at,
        )
        programme_lines.add_line(
            programme=row,
            fields=programme_lines.LineFields(
                side.file, AuditKind.INITIAL, date(2026, 3, 2), lead="Cabinet"
            ),
            by=by,
            at=at,
        )
        if name == "approved":
            row = programmes.move_programme(
                programme=row, to=ProgrammeState.APPROVED, by=side.people["director"], at=at
            )
        side.things[name] = row
