"""Who may do what with reports. Pure on loaded objects; existence is decided before.

Screens, actions and the worker ask the same predicates: a right that was withdrawn while a job
waited is found when it starts.
"""

from audits.models import Audit, Certification, CommitteeMeeting
from audits.models.sharing import CLIENT_READERS
from audits.permissions import can_ask_report, manages, sees_whole, team_role
from audits.permissions.committee import reads_whole_committee
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import READERS, has_role, organisations_with
from reports.enums import ReportState
from reports.models import Report

_ASKERS = (Role.QUALITY_MANAGER, Role.DIRECTOR)


def can_request_audit_report(user: User, audit: Audit) -> bool:
    """Who may ask for documents of the audit: the grid, which offers it, asks the same."""
    return can_ask_report(user, audit)


def can_request_control_plan(user: User, certification: Certification) -> bool:
    """The quality manager and the director of the organisation."""
    return has_role(user, certification.organisation_id, *_ASKERS)


def can_request_pack(user: User, meeting: CommitteeMeeting) -> bool:
    """Who reads the whole committee: the quality manager and the director."""
    return reads_whole_committee(user, meeting.organisation_id)


def can_request_again(user: User, report: Report) -> bool:
    """Whether the user may ask for this very document; asked again when its making starts."""
    if report.meeting is not None:
        return can_request_pack(user, report.meeting)
    if report.audit is not None:
        return can_request_audit_report(user, report.audit)
    return report.certification is not None and can_request_control_plan(user, report.certification)


def may_manage(user: User, report: Report) -> bool:
    """Cancel it or start it again: who asked for it, and the quality manager."""
    return report.requested_by_id == user.pk or manages(user, report.organisation_id)


def can_cancel(user: User, report: Report) -> bool:
    """Who may manage it, while it is not finished."""
    return report.is_pending and may_manage(user, report)


def can_retry(user: User, report: Report) -> bool:
    """Who may manage it, when it failed or was cancelled."""
    stopped = report.state in {ReportState.FAILED, ReportState.CANCELLED}
    return stopped and may_manage(user, report)


def can_download(report: Report) -> bool:
    """Whoever may see it, once it is ready."""
    return report.state == ReportState.READY


def may_issue(user: User, report: Report) -> bool:
    """A director of the organisation."""
    return has_role(user, report.organisation_id, Role.DIRECTOR)


def can_issue(user: User, report: Report) -> bool:
    """A director who did not ask for it: two people answer for what leaves the house."""
    return (
        report.state == ReportState.READY
        and not report.is_draft
        and report.issued_at is None
        and report.requested_by_id != user.pk
        and may_issue(user, report)
    )


def sees_people(user: User, report: Report) -> bool:
    """Reads who asked for it, issued it and took it away: not who reads it through a share."""
    if lists_people(user, report):
        return True
    return report.audit is not None and team_role(user, report.audit) is not None


def lists_people(user: User, report: Report) -> bool:
    """As `sees_people` from what is loaded, in a list: no query a row."""
    return has_role(user, report.organisation_id, *READERS) or not organisations_with(
        user, *CLIENT_READERS
    )


def can_export_workbook(user: User, audit: Audit) -> bool:
    """Who sees the whole audit."""
    return sees_whole(user, audit)
