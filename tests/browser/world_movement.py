"""A centre whose second audit is nearly there, and one whose audit is filled in off line."""

from datetime import datetime, timedelta
from uuid import uuid4

from audits.actions.corrective_action import ActionFields, plan_action
from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.enums import AuditKind
from audits.models import Certification
from crcaudit.accounts.models import User
from engagements.enums import Severity
from tests.browser.world_steps import begin, rate, rows_of


def followed(file: Certification, by: User, at: datetime) -> dict[str, str]:
    """A diagnosis with gaps, then an audit in which two requirements are left to close.

    The first of the two has a minor finding with one action; the second nothing.
    """
    then = begin(file, AuditKind.DIAGNOSIS, by, at, start=at.date() - timedelta(days=90))
    now = begin(file, AuditKind.INTERNAL, by, at)
    for place, row in enumerate(rows_of(then)):
        rate(row, "NC" if place in {1, 4} else "P" if place % 4 == 0 else "C", by, at)
    gaps = [row for row in rows_of(now) if row.criticality != "critical"][:2]
    for row in rows_of(now):
        rate(row, {gaps[0].pk: "NC", gaps[1].pk: "P"}.get(row.pk, "C"), by, at)
    finding = add_finding(
        key=uuid4(),
        assessment=gaps[0],
        fields=FindingFields(
            grade=file.edition.referential.scheme.grades.get(severity=Severity.MINOR),
            title="Horaires absents du répondeur",
            required="Des horaires annoncés sur le répondeur.",
            found="Le répondeur du samedi ne dit pas les horaires.",
            found_date=at.date(),
        ),
        by=by,
        at=at,
    )
    fields = ActionFields(
        title="Réenregistrer le répondeur",
        owner=by,
        due_date=at.date() + timedelta(days=20),
        effort_days=None,
    )
    plan_action(key=uuid4(), finding=finding, fields=fields, by=by, at=at)
    return {"followed": str(file.key), "gap": gaps[1].code, "closing": gaps[0].code}


def taken_away(file: Certification, by: User, at: datetime) -> dict[str, object]:
    """A running diagnosis, and its requirements in the order of the grid."""
    audit = begin(file, AuditKind.DIAGNOSIS, by, at)
    return {"offline": str(audit.key), "offline_rows": [row.pk for row in rows_of(audit)]}
