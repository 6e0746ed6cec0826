"""Findings: what is required, what was found, on which evidence."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import (
    FINDING_FLOW,
    OPEN_FINDING_STATES,
    OWN_AUDITS,
    AuditeePosition,
    Escalation,
    FindingState,
)
from audits.models.assessment import Assessment
from audits.models.audit import Audit
from audits.models.evidence import Evidence
from audits.models.lateness import owed_by
from audits.models.team import AuditTeamMember
from crcaudit.accounts.models import User
from engagements.models import FindingGrade

# The date that each step leaves behind, in the order of the steps.
STEPS = ("presented_at", "answered_at", "accepted_at", "proven_at", "closed_at")
_DATED = {
    FindingState.DRAFT: (),
    FindingState.PRESENTED: STEPS[:1],
    FindingState.ANSWERED: STEPS[:2],
    FindingState.ACCEPTED: STEPS[:3],
    FindingState.PROVEN: STEPS[:4],
}


def reference_of(number: int) -> str:
    """A number as printed: F-07."""
    return f"F-{number:02d}"


def _state_dated() -> Q:
    """Each state has the dates of the steps that led to it, and no later one.

    A closed finding may have skipped the answer and the proof: see `FINDING_FLOW`.
    """
    closed = Q(state=FindingState.CLOSED, presented_at__isnull=False, closed_at__isnull=False)
    allowed = closed & Q(closed_by__isnull=False)
    for state, dated in _DATED.items():
        dates = {f"{step}__isnull": step not in dated for step in STEPS}
        allowed |= Q(state=state, closed_by=None, **dates)
    return allowed


class FindingQuerySet(models.QuerySet["Finding"]):
    """Reads of findings."""

    def visible_to(self, user: User) -> Self:
        """Those on the assessments that the user sees; drafts for the audit team alone."""
        named = AuditTeamMember.objects.giving_access(user).values("audit")
        return self.filter(
            ~Q(state=FindingState.DRAFT) | Q(audit__in=named),
            assessment__in=Assessment.objects.visible_to(user),
        )

    def open(self) -> Self:
        """Presented, and not closed."""
        return self.filter(state__in=OPEN_FINDING_STATES)

    def shown_on_grid(self, user: User, audit: Audit) -> Self:
        """Open ones, and for the team of the audit its drafts."""
        if audit.kind in OWN_AUDITS:  # there, each is presented as it is written
            return self.open().filter(audit=audit)
        named = audit.team.giving_access(user).values("audit")
        drafts = Q(state=FindingState.DRAFT, audit__in=named)
        return self.filter(Q(state__in=OPEN_FINDING_STATES) | drafts, audit=audit)

    def presented(self) -> Self:
        """All but the drafts."""
        return self.exclude(state=FindingState.DRAFT)

    def unanswered(self) -> Self:
        """Open, and without the action that their grade asks for."""
        return self.open().filter(grade__needs_action=True, actions=None)

    def to_settle(self) -> Self:
        """Those the auditee owes something on: an answer to a third party, else an action."""
        owed = Q(state=FindingState.PRESENTED) & ~Q(audit__kind__in=OWN_AUDITS)
        return self.open().filter(owed | Q(actions=None), grade__needs_action=True).distinct()


class Finding(models.Model):
    """Result of comparing evidence with a requirement (ISO 19011:2026, audit finding).

    ``number`` gives the reference F-07 within the certification file. ``answer_due`` and
    ``due_date`` are the last days to answer and to bring proof, None when the grade sets no
    limit. ``grade`` is the present one; ``first_grade`` the one written by the auditor, None
    unless the scheme made it worse (``escalated_at``). ``recurs`` is the earlier finding of
    which this one is the return. ``page`` is the page of the evidence that it rests on.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="findings", verbose_name=_("audit")
    )
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="findings", verbose_name=_("assessment")
    )
    number = models.PositiveIntegerField(_("number"))
    grade = models.ForeignKey(
        FindingGrade, models.PROTECT, related_name="findings", verbose_name=_("grade")
    )
    first_grade = models.ForeignKey(
        FindingGrade,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("grade as written"),
    )
    escalated_at = models.DateTimeField(_("made worse on"), null=True, blank=True)
    escalation = models.CharField(
        _("why it was made worse"), choices=Escalation, max_length=8, blank=True
    )
    title = models.CharField(_("title"), max_length=200)
    required = models.TextField(_("required"))
    found = models.TextField(_("found"))
    consequence = models.TextField(_("consequence"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="findings", verbose_name=_("evidence")
    )
    page = models.PositiveIntegerField(_("page of the evidence"), null=True, blank=True)
    recurs = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=_("earlier finding"),
    )
    state = models.CharField(
        _("state"), choices=FindingState, default=FindingState.DRAFT, max_length=9
    )
    found_date = models.DateField(_("found on"))
    answer_due = models.DateField(_("answer due on"), null=True, blank=True)
    due_date = models.DateField(_("proof due on"), null=True, blank=True)
    created_at = models.DateTimeField(_("written on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    presented_at = models.DateTimeField(_("presented on"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("answer accepted on"), null=True, blank=True)
    proven_at = models.DateTimeField(_("proof brought on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closing_comment = models.TextField(_("what was verified"), blank=True)
    position = models.CharField(
        _("position of the auditee"), choices=AuditeePosition, max_length=8, blank=True
    )
    position_comment = models.TextField(_("reason of the position"), blank=True)
    position_at = models.DateTimeField(_("position given on"), null=True, blank=True)
    position_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("position given by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (
            models.CheckConstraint(
                name="finding_state_known", condition=Q(state__in=FindingState.values)
            ),
            models.CheckConstraint(name="finding_state_dated", condition=_state_dated()),
            models.CheckConstraint(
                name="finding_proof_after_answer",
                condition=Q(accepted_at=None, proven_at=None)
                | Q(accepted_at__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_escalated_iff_dated",
                condition=Q(escalated_at=None, first_grade=None, escalation="")
                | (
                    Q(escalated_at__isnull=False, first_grade__isnull=False)
                    & Q(escalation__in=Escalation.values)
                ),
            ),
            models.CheckConstraint(
                name="finding_position_iff_dated",
                condition=Q(position="", position_comment="", position_at=None, position_by=None)
                | (
                    Q(position__in=AuditeePosition.values)
                    & Q(position_at__isnull=False, position_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="finding_disagreement_has_reason",
                condition=Q(position__in=["", AuditeePosition.AGREED]) | ~Q(position_comment=""),
            ),
            models.CheckConstraint(
                name="finding_not_its_own_return", condition=Q(recurs=None) | ~Q(recurs=F("id"))
            ),
        )
        indexes = (models.Index(name="finding_of_audit", fields=["audit", "state"]),)

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        """Number as printed: F-07."""
        return reference_of(self.number)

    @property
    def is_draft(self) -> bool:
        """Whether only the audit team knows of it."""
        return self.state == FindingState.DRAFT

    @property
    def is_open(self) -> bool:
        """Presented, and not closed."""
        return self.state in OPEN_FINDING_STATES

    def get_absolute_url(self) -> str:
        """Page of the finding."""
        return reverse("audits:finding", args=[self.key])

    def owes_answer(self) -> bool:
        """Whether a third party waits for the answer; needs the grade and the audit loaded."""
        is_due = self.state == FindingState.PRESENTED and self.grade.needs_action
        return is_due and self.audit.kind not in OWN_AUDITS

    def next_due(self) -> date | None:
        """The day by which the auditee owes something, None when nothing is owed by a day."""
        return owed_by(state=self.state, answer_due=self.answer_due, due_date=self.due_date)

    def present(self, *, at: datetime, answer_due: date | None, due_date: date | None) -> None:
        """DRAFT -> PRESENTED: from here on the auditee knows of it, and time runs."""
        self._move(FindingState.PRESENTED, presented_at=at)
        self.answer_due, self.due_date = answer_due, due_date
        self.save(update_fields=["answer_due", "due_date"])

    def answer(self, *, at: datetime) -> None:
        """PRESENTED -> ANSWERED."""
        self._move(FindingState.ANSWERED, answered_at=at)

    def judge_answer(self, *, accepted: bool, at: datetime) -> None:
        """ANSWERED -> ACCEPTED, or back to PRESENTED when it is refused."""
        if accepted:
            self._move(FindingState.ACCEPTED, accepted_at=at)
        else:
            self._move(FindingState.PRESENTED, answered_at=None)

    def prove(self, *, at: datetime) -> None:
        """ACCEPTED -> PROVEN."""
        self._move(FindingState.PROVEN, proven_at=at)

    def refuse_proof(self) -> None:
        """PROVEN -> ACCEPTED: other proof is due."""
        self._move(FindingState.ACCEPTED, proven_at=None)

    def close(self, *, by: User, at: datetime, comment: str) -> None:
        """To CLOSED, from the states that `FINDING_FLOW` allows."""
        self._move(FindingState.CLOSED, closed_at=at, closed_by=by, closing_comment=comment)

    def reopen(self) -> None:
        """From CLOSED, back to the accepted answer, or to the presentation without one."""
        back = FindingState.ACCEPTED if self.accepted_at else FindingState.PRESENTED
        self._move(back, closed_at=None, closed_by=None, proven_at=None)

    def _move(self, target: FindingState, **values: object) -> None:
        """Change the state and the dates tied to it. Raises TransitionNotAllowedError."""
        FINDING_FLOW.check(source=self.state, target=target)
        for name, value in values.items():
            setattr(self, name, value)
        self.state = target
        self.save(update_fields=["state", *values])
