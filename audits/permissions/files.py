"""Who may do what in certification files, audits and evidence. Pure on loaded objects.

Existence is decided before, by ``visible_to``. The audit team is read once per request and
audit through `team_role`.
"""

from audits.enums import (
    OWN_AUDITS,
    AuditState,
    TeamRole,
)
from audits.models import (
    Assessment,
    Audit,
    AuditTeamMember,
    Certification,
    Evidence,
    Scenario,
)
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import (
    READERS,
    has_role,
    memberships_of,
    organisations_with,
)


def team_role(user: User, audit: Audit) -> TeamRole | None:
    """Role that the audit team gives the user today, None for none. Read once per request."""
    cache: dict[int, TeamRole | None] = user.__dict__.setdefault("_team_roles", {})
    if audit.pk not in cache:
        row = audit.team.giving_access(user).values_list("role", flat=True).first()
        cache[audit.pk] = TeamRole(row) if row else None
    return cache[audit.pk]


def manages(user: User, organisation_id: int) -> bool:
    """Quality manager of the organisation."""
    return has_role(user, organisation_id, Role.QUALITY_MANAGER)


def can_open_certification(user: User) -> bool:
    """A quality manager of some organisation."""
    return any(row.role == Role.QUALITY_MANAGER for row in memberships_of(user))


def can_edit_certification(user: User, certification: Certification) -> bool:
    """The quality manager, while the file is open."""
    return certification.closed_at is None and manages(user, certification.organisation_id)


def can_close_certification(user: User, certification: Certification) -> bool:
    """The quality manager, while the file is open."""
    return can_edit_certification(user, certification)


def can_reopen_certification(user: User, certification: Certification) -> bool:
    """The quality manager, once it is closed."""
    return certification.closed_at is not None and manages(user, certification.organisation_id)


def can_see_dashboard(user: User, certification: Certification) -> bool:
    """The whole picture: managers and directors, and whoever is on an audit team of the file."""
    organisation = certification.organisation_id
    if has_role(user, organisation, Role.QUALITY_MANAGER, Role.DIRECTOR):
        return True
    teams = AuditTeamMember.objects.giving_access(user)
    return teams.filter(audit__certification=certification).exists()


def keeps_scenarios(user: User, certification: Certification) -> bool:
    """Saves what was supposed: quality manager and director, while the file is open.

    An auditor may try, and keeps nothing: a what-if is the auditee's.
    """
    own = has_role(user, certification.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR)
    return certification.closed_at is None and own


def owns_scenario(user: User, scenario: Scenario) -> bool:
    """Changes and deletes it: whoever saved it, while they may save any."""
    return scenario.created_by_id == user.pk and keeps_scenarios(user, scenario.certification)


def can_prepare(user: User, certification: Certification) -> bool:
    """See what is left to do: members of the organisation. An auditor has no part in it."""
    return has_role(user, certification.organisation_id, *READERS)


def can_remind(user: User, certification: Certification) -> bool:
    """Send somebody what waits for them: the quality manager, while the file is open."""
    return can_edit_certification(user, certification)


def can_start_audit(user: User, certification: Certification) -> bool:
    """The quality manager, while the file is open."""
    return can_edit_certification(user, certification)


def works_on(user: User, audit: Audit) -> bool:
    """Rates and writes the findings, whatever the state of the audit: a role, not a right.

    The quality manager in the organisation's own audits; the lead auditor and auditors
    where they are named. An observer only reads.
    """
    if audit.kind in OWN_AUDITS and manages(user, audit.organisation_id):
        return True
    return team_role(user, audit) in {TeamRole.LEAD, TeamRole.AUDITOR}


def can_rate(user: User, audit: Audit) -> bool:
    """Rate and comment any requirement of a running audit: see `works_on`."""
    return audit.state == AuditState.IN_PROGRESS and works_on(user, audit)


def plans_actions(user: User, audit: Audit) -> bool:
    """Corrects what the audit found: the quality manager, while the file is open."""
    return can_edit_certification(user, audit.certification)


def brings_workbook(user: User, audit: Audit) -> bool:
    """Fills in a workbook and brings it back, whatever the state of the audit: a role.

    Who rates; the quality manager, for the actions; contributors, for the comments of what is
    given to them (see `can_comment`) and their own actions.
    """
    own = has_role(user, audit.organisation_id, Role.QUALITY_MANAGER, Role.CONTRIBUTOR)
    return own or works_on(user, audit)


def can_bring_workbook(user: User, audit: Audit) -> bool:
    """While the audit is open; for the actions alone, which go on after it, who plans them."""
    return brings_workbook(user, audit) if audit.is_open else plans_actions(user, audit)


def can_set_access(user: User, audit: Audit) -> bool:
    """Change the days of somebody named on the audit, validated or not: see `can_start_audit`."""
    return can_start_audit(user, audit.certification)


def can_assign(user: User, audit: Audit) -> bool:
    """Give a requirement to a contributor: the quality manager of a running audit."""
    return audit.is_open and manages(user, audit.organisation_id)


def can_comment(user: User, assessment: Assessment) -> bool:
    """Who may rate, and the contributor it was given to."""
    audit = assessment.audit
    return can_rate(user, audit) or (
        audit.is_open
        and assessment.assigned_to_id == user.pk
        and has_role(user, audit.organisation_id, Role.CONTRIBUTOR)
    )


def can_validate_audit(user: User, audit: Audit) -> bool:
    """Own audits: the quality manager, and whoever leads it. Others are concluded."""
    if not audit.is_open or not audit.is_own:
        return False
    return manages(user, audit.organisation_id) or team_role(user, audit) == TeamRole.LEAD


def concludes(user: User, audit: Audit) -> bool:
    """Concludes it, whatever its state: the lead auditor of a third party's audit."""
    return not audit.is_own and team_role(user, audit) == TeamRole.LEAD


def can_conclude_audit(user: User, audit: Audit) -> bool:
    """While it is in progress: see `concludes`."""
    return audit.is_open and concludes(user, audit)


def reopens(user: User, audit: Audit) -> bool:
    """Takes a freezing back, whatever the state: who concludes; in own audits the manager.

    Never a diagnosis: every later audit is compared with it.
    """
    if audit.is_own:
        return not audit.is_diagnosis and manages(user, audit.organisation_id)
    return concludes(user, audit)


def can_reopen_audit(user: User, audit: Audit) -> bool:
    """Once it is frozen: see `reopens`. What was issued or decided is asked by the action."""
    return not audit.is_open and reopens(user, audit)


def brings_evidence(user: User, assessment: Assessment) -> bool:
    """Whose task it is to prove the requirement, whatever the state of the audit.

    The quality manager; contributors and site managers for what is theirs. An auditor reviews
    evidence, and brings none.
    """
    organisation = assessment.audit.organisation_id
    if manages(user, organisation):
        return True
    if assessment.assigned_to_id == user.pk and has_role(user, organisation, Role.CONTRIBUTOR):
        return True
    return any(
        row.role == Role.SITE_MANAGER
        and row.organisation_id == organisation
        and assessment.site_id in {None, row.site_id}
        for row in memberships_of(user)
    )


def can_add_evidence(user: User, assessment: Assessment) -> bool:
    """Bring, link and unlink evidence while the audit is open: see `brings_evidence`."""
    return assessment.audit.is_open and brings_evidence(user, assessment)


def can_edit_evidence(user: User, evidence: Evidence) -> bool:
    """Its keepers, until it is withdrawn: see `keeps_evidence`."""
    return evidence.withdrawn_at is None and keeps_evidence(user, evidence)


def keeps_evidence(user: User, evidence: Evidence) -> bool:
    """Edit, withdraw and put back: the quality manager, and who added it.

    The latter while contributor or site manager.
    """
    organisation = evidence.organisation_id
    own = evidence.created_by_id == user.pk
    return manages(user, organisation) or (
        own and has_role(user, organisation, Role.CONTRIBUTOR, Role.SITE_MANAGER)
    )


def sees_whole(user: User, audit: Audit) -> bool:
    """Reads every requirement of the audit: manager, director, everybody named on it.

    And whoever decides on the certificate, who sees it only once it is concluded.
    """
    if has_role(user, audit.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR):
        return True
    return team_role(user, audit) is not None or is_of_body(user, audit)


def is_of_body(user: User, audit: Audit) -> bool:
    """Decision maker of the body of the file. Nobody else pays for reading the file."""
    bodies = organisations_with(user, Role.DECISION_MAKER)
    return bool(bodies) and audit.certification.body_id in bodies


def can_see_review(user: User, audit: Audit) -> bool:
    """The evidence of the audit one after the other, with what the auditors said of it."""
    return sees_whole(user, audit)


def can_review(user: User, audit: Audit) -> bool:
    """Give a verdict on evidence: who rates."""
    return can_rate(user, audit)


def answers_for(user: User, audit: Audit) -> bool:
    """The quality manager and the director of the audited organisation, and the lead auditor."""
    if has_role(user, audit.organisation_id, Role.QUALITY_MANAGER, Role.DIRECTOR):
        return True
    return team_role(user, audit) == TeamRole.LEAD


def sees_declared_links(user: User, audit: Audit) -> bool:
    """Reads what auditors declared: see `answers_for`."""
    return answers_for(user, audit)


def can_ask_report(user: User, audit: Audit) -> bool:
    """See `answers_for`."""
    return answers_for(user, audit)


def can_draw_sample(user: User, audit: Audit) -> bool:
    """Who rates draws the samples, and records what was found on their units."""
    return can_rate(user, audit)


def can_write_plan(user: User, audit: Audit) -> bool:
    """The lead auditor of a running audit; in the organisation's own, the quality manager too."""
    if not audit.is_open:
        return False
    own = audit.kind in OWN_AUDITS and manages(user, audit.organisation_id)
    return own or team_role(user, audit) == TeamRole.LEAD
