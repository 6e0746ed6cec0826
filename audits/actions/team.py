"""Who is named on an audit, for how long, and their declaration of independence."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audits import notifications
from audits.actions.closing import require_open_file
from audits.enums import AuditKind, TeamRole
from audits.independence import independence_problem
from audits.models import Audit, AuditTeamMember, FormerTeamMember
from crcaudit.accounts.actions.account import PersonFields, find_or_open
from crcaudit.accounts.enums import AccountState
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError


def invite_to_team(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    audit: Audit,
    person: PersonFields,
    role: TeamRole,
    opens_on: date | None,
    closes_on: date | None,
    by: User,
    at: datetime,
    address: str,
) -> tuple[AuditTeamMember, bool]:
    """Name whoever has this address, with a new account where there is none, and tell them.

    Nothing tells the caller which of the two it was. Also whether the message could be sent.
    ``address`` is that of the site.

    Raises:
        NotAvailableError: as `set_team_member`, or when the account is closed.
    """
    with transaction.atomic():
        account = open_account_of(person, by=by, at=at)
        member = set_team_member(
            audit=audit,
            user=account,
            role=role,
            opens_on=opens_on,
            closes_on=closes_on,
            by=by,
            at=at,
        )
    return member, notifications.send_naming(member, address=address, by=by)


def tell_lead(*, audit: Audit, by: User, address: str) -> bool:
    """Tell the lead auditor of an audit that has just started, unless they started it.

    False when the message could not be sent.
    """
    rows = audit.team.leading().select_related("user", "audit__organisation")
    lead = rows.exclude(user=by).first()
    return lead is None or notifications.send_naming(lead, address=address, by=by)


@transaction.atomic
def set_team_member(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    audit: Audit,
    user: User,
    role: TeamRole,
    opens_on: date | None = None,
    closes_on: date | None = None,
    by: User,
    at: datetime,
) -> AuditTeamMember:
    """Name a person on the audit, or change their role and the days of their access.

    What the person declared stays: it is about them and the organisation. Of a validated audit
    only the days change: its findings are answered and closed after it.

    Raises:
        NotAvailableError: when the file is closed, the audit is validated, already has another
            lead, or the person is not independent of the organisation.
    """
    audit = locked_for_team(audit)
    require_open_file(audit.certification)
    if not audit.is_open and not audit.team.present().filter(user=user, role=role).exists():
        raise NotAvailableError(_("This audit is validated: its team no longer changes."))
    require_independent(audit, user, role)
    if role == TeamRole.LEAD and audit.team.leading().exclude(user=user).exists():
        raise NotAvailableError(
            _("The audit already has a lead auditor: change that person's role first.")
        )
    values = {"role": role, "opens_on": opens_on, "closes_on": closes_on}
    member, _created = AuditTeamMember.objects.update_or_create(
        audit=audit,
        user=user,
        left_at=None,
        defaults=values,
        create_defaults=values | {"named_at": at},
    )
    record(audit, "audit.team_named", after=named_json(member), by=by, at=at)
    return member


@transaction.atomic
def declare_independence(*, member: AuditTeamMember, links: str, at: datetime) -> AuditTeamMember:
    """Keep that the person named declares their independence: the audit opens to them.

    ``links`` is what could be thought to bear on their judgement, "" for nothing. A declaration
    is made once; a second one, such as a double click, changes nothing.
    """
    rows = AuditTeamMember.objects.select_for_update(of=("self",))
    member = rows.select_related("audit__organisation", "user").get(pk=member.pk)
    if member.declared_at is None:
        member.declare(links=links, at=at)
        after = {"declared_links": links} if links else {}
        action = "audit.independence_declared"
        record(member.audit, action, after=after, by=member.user, at=at)
    return member


@transaction.atomic
def remove_team_member(*, member: AuditTeamMember, by: User, at: datetime) -> None:
    """Take a person off the audit: access ends with this transaction, validated audit or not.

    That they were named is kept, with what they declared: they decide nothing about the file. A
    validated audit keeps the row itself, as its plan names who held which session.

    Raises:
        NotAvailableError: when they are no longer on the team.
    """
    audit, person = locked_for_team(member.audit), member.user
    row = audit.team.present().filter(pk=member.pk).first()
    if row is None:
        raise NotAvailableError(_("%s is no longer on the team.") % person)
    before = {str(person.key): str(row.role)}
    record(audit, "audit.team_removed", before=before, by=by, at=at)
    if not audit.is_open:
        row.leave(at=at)
        return
    FormerTeamMember.objects.create(
        audit=audit,
        user=person,
        role=row.role,
        declared_at=row.declared_at,
        declared_links=row.declared_links,
        number=row.pk,
        removed_at=at,
        removed_by=by,
    )
    row.delete()


def open_account_of(person: PersonFields, *, by: User, at: datetime) -> User:
    """The account of whoever has this address, a new one where there is none.

    Raises:
        NotAvailableError: when it is closed.
    """
    account, _is_new = find_or_open(person=person, by=by, at=at)
    if account.state == AccountState.CLOSED:
        raise NotAvailableError(
            _("The account of this person is closed: an administrator can open it again.")
        )
    return account


def require_independent(audit: Audit, user: User, role: TeamRole) -> None:
    """Raises NotAvailableError when the person may not have this role on the audit."""
    problem = independence_problem(
        AuditKind(audit.kind),
        organisation_id=audit.organisation_id,
        user=user,
        role=role,
        certification=audit.certification,
    )
    if problem:
        raise NotAvailableError(problem)


def locked_for_team(audit: Audit) -> Audit:
    """The audit as it is now, held until the end of the transaction: whose team changes."""
    rows = Audit.objects.select_for_update(of=("self",)).defer("frozen", "scale")
    return rows.select_related("organisation", "certification").get(pk=audit.pk)


def named_json(member: AuditTeamMember) -> dict[str, str]:
    """The role of the person and the days of their access, as the journal keeps them."""
    days = {"opens_on": member.opens_on, "closes_on": member.closes_on}
    told = {name: day.isoformat() for name, day in days.items() if day}
    return {str(member.user.key): str(member.role)} | told


def record(  # noqa: PLR0913 -- keyword-only, one line each
    audit: Audit,
    action: str,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    by: User,
    at: datetime,
) -> None:
    """One row of the journal about the team of the audit."""
    change = journal.Change(
        action, "audit", audit.key, audit.reference, before=before or {}, after=after or {}
    )
    journal.record(change, stream=journal.organisation_stream(audit.organisation.key), by=by, at=at)
