"""Who may do what with findings and corrective actions. Pure on loaded objects."""

from audits.enums import (
    ACTION_FLOW,
    OWN_AUDITS,
    PENDING_ACTIONS,
    WRITABLE_FINDING_STATES,
    ActionState,
    FindingState,
    TeamRole,
)
from audits.models import Audit, CorrectiveAction, Finding
from audits.permissions.files import can_rate, manages, plans_actions, team_role
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role


def can_write_finding(user: User, audit: Audit) -> bool:
    """Who rates writes the findings."""
    return can_rate(user, audit)


def can_edit_finding(user: User, finding: Finding) -> bool:
    """Its author's side, until it is answered, while the audit is open."""
    return finding.state in WRITABLE_FINDING_STATES and can_rate(user, finding.audit)


def can_close_finding(user: User, finding: Finding) -> bool:
    """The lead auditor; in the organisation's own audits, the quality manager too."""
    return finding.is_open and is_file_open(finding) and judges(user, finding)


def can_reopen_finding(user: User, finding: Finding) -> bool:
    """Who may close may reopen."""
    return finding.state == FindingState.CLOSED and is_file_open(finding) and judges(user, finding)


def can_present_findings(user: User, audit: Audit) -> bool:
    """Show the drafts to the auditee: the lead auditor of a running audit."""
    return audit.is_open and team_role(user, audit) == TeamRole.LEAD


def can_discard_finding(user: User, finding: Finding) -> bool:
    """Throw a draft away: its author, and the lead auditor."""
    audit = finding.audit
    if not finding.is_draft or not can_rate(user, audit):
        return False
    return finding.created_by_id == user.pk or team_role(user, audit) == TeamRole.LEAD


def answers(user: User, finding: Finding) -> bool:
    """Takes position, answers and brings proof, whatever the state: the audited quality manager."""
    return not finding.is_draft and manages(user, finding.audit.organisation_id)


def can_take_position(user: User, finding: Finding) -> bool:
    """Whoever answers, and the lead auditor who notes it at the closing meeting."""
    sides = answers(user, finding) or judges(user, finding)
    return sides and finding.is_open and is_file_open(finding)


def can_answer(user: User, finding: Finding) -> bool:
    """While an answer is due: see `answers`."""
    is_due = finding.state == FindingState.PRESENTED and finding.grade.needs_action
    return is_due and is_file_open(finding) and answers(user, finding)


def can_bring_proof(user: User, finding: Finding) -> bool:
    """Once the answer was accepted: see `answers`."""
    is_due = finding.state == FindingState.ACCEPTED
    return is_due and is_file_open(finding) and answers(user, finding)


def can_judge_reply(user: User, finding: Finding) -> bool:
    """While an answer or a proof waits: who judges the finding."""
    waits = finding.state in {FindingState.ANSWERED, FindingState.PROVEN}
    return waits and is_file_open(finding) and judges(user, finding)


def can_plan_action(user: User, finding: Finding) -> bool:
    """Who plans actions, while the finding is open."""
    return finding.is_open and plans_actions(user, finding.audit)


def can_edit_action(user: User, action: CorrectiveAction) -> bool:
    """The quality manager, until the action is done or cancelled."""
    return (
        action.state in PENDING_ACTIONS
        and is_file_open(action.finding)
        and manages(user, action.organisation_id)
    )


def can_progress_action(user: User, action: CorrectiveAction) -> bool:
    """Start it, say it is done, cancel it: its owner or the quality manager."""
    if action.state == ActionState.VERIFIED:
        return False
    return action.owner_id == user.pk or manages(user, action.organisation_id)


def can_verify_action(user: User, action: CorrectiveAction) -> bool:
    """Somebody other than its owner: nobody judges their own work."""
    if action.state != ActionState.DONE or action.owner_id == user.pk:
        return False
    organisation = action.organisation_id
    return has_role(user, organisation, Role.QUALITY_MANAGER, Role.DIRECTOR) or team_role(
        user, action.finding.audit
    ) in {TeamRole.LEAD, TeamRole.AUDITOR}


def can_move_action(user: User, action: CorrectiveAction, to: ActionState) -> bool:
    """Verifying and sending back judge the work; everything else carries it on."""
    if to == ActionState.VERIFIED or action.state == ActionState.DONE:
        return can_verify_action(user, action)
    return can_progress_action(user, action)


def action_steps(user: User, action: CorrectiveAction) -> frozenset[ActionState]:
    """States to which the user may move the action now; none once its finding is closed."""
    if action.finding.state == FindingState.CLOSED or not is_file_open(action.finding):
        return frozenset()
    targets = map(ActionState, ACTION_FLOW.targets(action.state))
    return frozenset(to for to in targets if can_move_action(user, action, to))


def is_file_open(finding: Finding) -> bool:
    """Whether findings and actions of its certification file may still change."""
    return finding.audit.certification.closed_at is None


def judges(user: User, finding: Finding) -> bool:
    """Closes and reopens the finding, whatever its state: a role, not a right."""
    audit = finding.audit
    own = audit.kind in OWN_AUDITS and manages(user, audit.organisation_id)
    return own or team_role(user, audit) == TeamRole.LEAD
