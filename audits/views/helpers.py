"""Steps that the views of audits share: fetching what the user may know of."""

from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.shortcuts import get_object_or_404

from audits.actions.verdict_proposal import of_result
from audits.enums import TeamRole
from audits.models import Assessment, Audit, AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import memberships_of

RELATED = ("organisation", "certification__edition__referential")


def visible_audit(user: User, key: UUID) -> Audit:
    """The audit with what every screen of it shows, in one query; 404 when not visible.

    A quality manager is seldom on a team: only for the others does the role on it come along,
    so that no predicate asks again.
    """
    rows = Audit.objects.visible_to(user).defer("frozen").select_related(*RELATED)
    rows = rows.annotate(
        previous_reference=F("previous__reference"), previous_key=F("previous__key")
    )
    if _is_manager(user):
        return get_object_or_404(rows, key=key)
    audit = get_object_or_404(rows.annotate(my_role=_role_on(user, "pk")), key=key)
    _remember_role(user, audit, audit.my_role)  # type: ignore[attr-defined]
    return audit


def visible_assessment(user: User, key: UUID, pk: int, *related: str) -> Assessment:
    """One requirement of a visible audit, ready for predicates and actions; else 404.

    ``related`` names what else the screen shows, loaded in the same query.
    """
    rows = (
        Assessment.objects.visible_to(user)
        .select_related("audit__organisation", "section", "site", *related)
        .defer("audit__frozen")
        .annotate(is_of_result=of_result())
    )
    if _is_manager(user):
        return get_object_or_404(rows, audit__key=key, pk=pk)
    found = get_object_or_404(rows.annotate(my_role=_role_on(user, "audit")), audit__key=key, pk=pk)
    _remember_role(user, found.audit, found.my_role)  # type: ignore[attr-defined]
    return found


def _role_on(user: User, audit: str) -> Subquery:
    """Role that the team gives the user today; ``audit`` leads from the row to its audit."""
    rows = AuditTeamMember.objects.giving_access(user).filter(audit=OuterRef(audit))
    return Subquery(rows.values("role")[:1])


def _is_manager(user: User) -> bool:
    return any(row.role == Role.QUALITY_MANAGER for row in memberships_of(user))


def _remember_role(user: User, audit: Audit, role: str | None) -> None:
    cache = user.__dict__.setdefault("_team_roles", {})
    cache[audit.pk] = TeamRole(role) if role else None
