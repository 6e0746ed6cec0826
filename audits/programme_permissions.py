"""Who may do what in audit programmes. Existence is decided before, by ``visible_to``."""

from audits.cycle_enums import PROGRAMME_FLOW, ProgrammeState
from audits.models import AuditProgramme
from audits.permissions import manages
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import has_role


def can_write_programme(user: User, programme: AuditProgramme) -> bool:
    """The quality manager, while it is a draft."""
    return programme.state == ProgrammeState.DRAFT and manages(user, programme.organisation_id)


def can_join_audits(user: User, programme: AuditProgramme) -> bool:
    """The quality manager, until it is closed: what was held is said of what was planned."""
    return programme.state != ProgrammeState.CLOSED and manages(user, programme.organisation_id)


def takes_step(user: User, programme: AuditProgramme, to: ProgrammeState) -> bool:
    """Whose step it is, whatever the state: the direction approves, the quality manager revises.

    Both close.
    """
    is_director = has_role(user, programme.organisation_id, Role.DIRECTOR)
    if to == ProgrammeState.APPROVED:
        return is_director
    is_manager = manages(user, programme.organisation_id)
    return is_manager if to == ProgrammeState.DRAFT else is_manager or is_director


def can_move_programme(user: User, programme: AuditProgramme, to: ProgrammeState) -> bool:
    """Whose step it is, from a state that has it."""
    return to in PROGRAMME_FLOW.targets(programme.state) and takes_step(user, programme, to)
