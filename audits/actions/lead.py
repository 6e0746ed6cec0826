"""Another lead auditor for an audit that is concluded, while findings are still to be judged.

Nothing of the audit changes: whoever was on its team keeps the row of that day, and the person
named gets one of their own.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audits import notifications
from audits.actions.closing import require_open_file
from audits.actions.team import (
    locked_for_team,
    named_json,
    open_account_of,
    record,
    require_independent,
)
from audits.enums import TeamRole
from audits.models import Audit, AuditTeamMember
from crcaudit.accounts.actions.account import PersonFields
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError


def replacement_obstacle(audit: Audit) -> str:
    """Why no lead auditor is named after the end of the audit, "" when one may be."""
    if audit.is_open:
        return _("This audit is in progress: its lead auditor is named on the page of the team.")
    if audit.is_own:
        return _(
            "The findings of an audit that the organisation holds itself are judged by its quality "
            "manager: no lead auditor is needed once it is validated."
        )
    if not audit.findings.open().exists():
        return _("Every finding of this audit is closed: nothing is left to judge.")
    return ""


def replace_lead(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    audit: Audit,
    person: PersonFields,
    opens_on: date | None,
    closes_on: date | None,
    by: User,
    at: datetime,
    address: str,
) -> tuple[AuditTeamMember, bool]:
    """Name who judges the findings from now on, and tell them; the lead until now has no access.

    As `actions.team.invite_to_team`: also whether the message could be sent. The same form sent
    twice names the person once.

    Raises:
        NotAvailableError: see `replacement_obstacle`; when the file is closed, the person leads
            the audit already, is not independent, or has an account that is closed.
    """
    with transaction.atomic():
        audit = locked_for_team(audit)
        require_open_file(audit.certification)
        if problem := replacement_obstacle(audit):
            raise NotAvailableError(problem)
        account = open_account_of(person, by=by, at=at)
        lead = audit.team.leading().select_related("user").first()
        if lead is not None and lead.user_id == account.pk:
            is_after = not audit.team.of(audit).filter(pk=lead.pk).exists()
            if is_after and (lead.opens_on, lead.closes_on) == (opens_on, closes_on):
                return lead, True
            raise NotAvailableError(
                _("%s leads this audit already: change the days of their access.") % account
            )
        require_independent(audit, account, TeamRole.LEAD)
        member = _succeed(lead, audit, account, opens_on=opens_on, closes_on=closes_on, at=at)
        before = {str(lead.user.key): str(lead.role)} if lead else {}
        told = named_json(member)
        record(audit, "audit.lead_replaced", before=before, after=told, by=by, at=at)
    return member, notifications.send_naming(member, address=address, by=by)


def _succeed(  # noqa: PLR0913 -- keyword-only, one line each
    lead: AuditTeamMember | None,
    audit: Audit,
    account: User,
    *,
    opens_on: date | None,
    closes_on: date | None,
    at: datetime,
) -> AuditTeamMember:
    """The row of the new lead. Somebody of the team declared independence on this audit before."""
    own = audit.team.present().filter(user=account).first()
    for row in filter(None, (lead, own)):
        row.leave(at=at)
    return AuditTeamMember.objects.create(
        audit=audit,
        user=account,
        role=TeamRole.LEAD,
        opens_on=opens_on,
        closes_on=closes_on,
        declared_at=own.declared_at if own else None,
        declared_links=own.declared_links if own else "",
        named_at=at,
    )
