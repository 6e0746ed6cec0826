"""What may stand in a finding and in an action.

Asked alike by the forms, by the actions and by a workbook that came back.
"""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits.enums import ActionState
from audits.models import Assessment, Audit
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS
from engagements.enums import Criticality, Severity
from engagements.models import FindingGrade

MAX_CONSEQUENCE = 2_000  # characters, and as many for the next step


def grades_of(audit: Audit) -> list[FindingGrade]:
    """Grades of the scheme that the audit is held under, in its order."""
    return list(
        FindingGrade.objects.filter(
            scheme__referentials__editions=audit.certification.edition_id
        ).order_by("position", "pk")
    )


def grade_problem(assessment: Assessment, grade: FindingGrade) -> str:
    """Why the grade cannot be given, "" when it can. Source: domain.md 5.5, critical list."""
    is_critical = assessment.criticality == Criticality.CRITICAL
    if is_critical and grade.severity == Severity.MINOR and assessment.audit.critical_is_major:
        return _(
            "This requirement is critical: a nonconformity on it is always major. "
            "Choose the major grade, or a grade that is not a nonconformity."
        )
    return ""


def found_date_problem(day: date, *, today: date) -> str:
    """Why nothing can have been found on that day, "" when it can."""
    if day > today:
        return _("This day has not come yet: give the day on which it was found.")
    return ""


def due_date_problem(day: date, *, found: date, kept: date | None) -> str:
    """Why an action cannot be due on that day, "" when it can.

    ``found`` is the day of the finding; ``kept`` the present due date, None for a new action.
    """
    if day < found and day != kept:
        return _("The due date comes before the day of the finding: choose a later one.")
    return ""


def owners_in(organisation_id: int) -> QuerySet[User]:
    """Who may be in charge of an action: the members of the organisation, each once, by name."""
    members = User.objects.filter(
        memberships__organisation=organisation_id,
        memberships__is_active=True,
        memberships__role__in=READERS,
    )
    return members.distinct().order_by("last_name", "first_name", "email")


def owner_text(person: User) -> str:
    """A member to choose: the name, with the address to tell two namesakes apart."""
    name = person.get_full_name()
    return f"{name} ({person.email})" if name else person.email


def needs_text(source: ActionState, to: ActionState) -> bool:
    """Whether the step of an action must be explained: verifying, sending back, cancelling."""
    return to in {ActionState.VERIFIED, ActionState.CANCELLED} or source == ActionState.DONE
