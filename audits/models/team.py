"""The team of an audit. Apart from the audit, whose reads ask it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.enums import TeamRole
from audits.models.access import not_over, opened_by_team
from crcaudit.accounts.models import User

if TYPE_CHECKING:
    from audits.models.audit import Audit


class AuditTeamMemberQuerySet(models.QuerySet["AuditTeamMember"]):
    """Reads of audit teams."""

    def present(self) -> Self:
        """Without those who left."""
        return self.filter(left_at=None)

    def leading(self) -> Self:
        """Whoever leads the audit: one at most on each."""
        return self.present().filter(role=TeamRole.LEAD)

    def of(self, audit: "Audit") -> Self:
        """The team of the audit; once it is frozen, as it was on that day."""
        if audit.validated_at is None:
            return self.present().filter(audit=audit)
        named = Q(named_at=None) | Q(named_at__lte=audit.validated_at)
        stayed = Q(left_at=None) | Q(left_at__gt=audit.validated_at)
        return self.filter(named, stayed, audit=audit)

    def not_over(self) -> Self:
        """Those whose access lasts, or is still to begin."""
        return self.filter(not_over())

    def named_not_over(self, user: User) -> Self:
        """Where the person is named, from before their first day until their last one."""
        return self.not_over().filter(user=user)

    def giving_access(self, user: User) -> Self:
        """Within the days of access, once independence is declared: nothing opens before."""
        return self.filter(opened_by_team(user))


class AuditTeamMember(models.Model):
    """A person named on an audit.

    ``named_at`` is None for those named before it was kept. ``left_at`` is None for who is on the
    team; who leaves the team of a frozen audit keeps the row, which nothing changes any more.
    ``opens_on`` and ``closes_on`` are the first and the last day of their access; None for no
    limit on that side. ``declared_links`` is what the person declared that could be thought to
    bear on their judgement, "" when nothing does; nothing is open to them before ``declared_at``.
    """

    audit = models.ForeignKey(
        "audits.Audit", models.CASCADE, related_name="team", verbose_name=_("audit")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="audit_roles", verbose_name=_("user")
    )
    role = models.CharField(_("role"), choices=TeamRole, max_length=10)
    opens_on = models.DateField(_("access from"), null=True, blank=True)
    closes_on = models.DateField(_("access until"), null=True, blank=True)
    declared_at = models.DateTimeField(_("independence declared on"), null=True, blank=True)
    declared_links = models.TextField(_("declared links"), blank=True)
    named_at = models.DateTimeField(_("named on"), null=True, blank=True)
    left_at = models.DateTimeField(_("left the team on"), null=True, blank=True)

    objects = AuditTeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit team member")
        verbose_name_plural = _("audit team members")
        constraints = (
            models.UniqueConstraint(
                name="team_member_unique", fields=["audit", "user"], condition=Q(left_at=None)
            ),
            models.UniqueConstraint(
                name="team_one_lead",
                fields=["audit"],
                condition=Q(role=TeamRole.LEAD, left_at=None),
            ),
            models.CheckConstraint(name="team_role_known", condition=Q(role__in=TeamRole.values)),
            models.CheckConstraint(
                name="team_days_in_order",
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
            ),
            models.CheckConstraint(
                name="team_links_declared_once_dated",
                condition=Q(declared_at__isnull=False) | Q(declared_links=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} - {self.get_role_display()}"

    def has_begun(self, today: date) -> bool:
        """Whether the first day of their access has come."""
        return self.opens_on is None or self.opens_on <= today

    def declare(self, *, links: str, at: datetime) -> None:
        """Keep what the person declared, once: it then says what was known on that day."""
        self.declared_at, self.declared_links = at, links
        self.save(update_fields=["declared_at", "declared_links"])

    def leave(self, *, at: datetime) -> None:
        """Nothing is open from here on; the frozen audit keeps who was on its team."""
        self.left_at = at
        self.save(update_fields=["left_at"])
