"""The page of a decision: where it stands, and what it is about."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import CommitteeDecision, ControlLine, CorrectiveAction, InternalComplaint
from audits.presenters.committee import words
from audits.snapshots.committee.followup import decision_line
from crcaudit.accounts.models import User


@dataclass(frozen=True, slots=True)
class About:
    """What a decision is about. ``url`` is "" for what the reader may not know of."""

    kind: str
    text: str
    url: str


def state_of(row: CommitteeDecision, today: date) -> tuple[str, str]:
    """Shape and word of a decision as it stands."""
    return words.decision_state(decision_line(row), is_late=row.is_late(today))


def about_of(row: CommitteeDecision, user: User) -> About | None:
    """The object that it is about; None for none. One query at most."""
    if row.complaint is not None:
        return _complaint(row.complaint, user)
    if row.indicator is not None:
        return _indicator(row)
    if row.control_line is not None:
        return _line(row.control_line)
    return _action(row.action, user) if row.action is not None else None


def _complaint(complaint: InternalComplaint, user: User) -> About:
    seen = InternalComplaint.objects.visible_to(user).filter(pk=complaint.pk).exists()
    name = words.in_language(complaint.indicator.name_fr, complaint.indicator.name_en)
    url = complaint.get_absolute_url() if seen else ""
    return About(_("Internal complaint"), f"{complaint.reference} {name}", url)


def _indicator(row: CommitteeDecision) -> About:
    indicator = row.indicator
    if indicator is None:  # as the caller saw
        raise ValueError("This decision is about no indicator.")
    name = words.in_language(indicator.name_fr, indicator.name_en)
    url = reverse("audits:series", args=[row.meeting.organisation.key, indicator.pk])
    if row.place_id:
        url = f"{url}?lieu={row.place_id}"
    return About(_("Indicator"), f"{indicator.code} {name}", url)


def _line(line: ControlLine) -> About:
    """Every member reads a plan that is in force, or was."""
    text = f"{line.requirement.code} {line.control_point}"
    return About(_("Control"), text, line.get_absolute_url())


def _action(action: CorrectiveAction, user: User) -> About:
    seen = CorrectiveAction.objects.visible_to(user).filter(pk=action.pk).exists()
    url = action.get_absolute_url() if seen else ""
    return About(_("Corrective action"), str(action), url)
