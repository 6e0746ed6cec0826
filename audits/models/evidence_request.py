"""Requests for evidence: what the auditor asks for, and what the auditee answers."""

import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.enums import AuditState
from audits.models.assessment import Assessment
from audits.models.audit import Audit
from audits.models.evidence import Evidence
from audits.models.finding_reply import Reply
from audits.request_enums import OPEN_REQUEST_STATES, REQUEST_FLOW, RequestState
from crcaudit.accounts.models import User

# The dates of each state beside that of the asking; the others are empty.
_DATED = {
    RequestState.ASKED: (),
    RequestState.ANSWERED: ("answered",),
    RequestState.SETTLED: ("answered", "settled"),
    RequestState.CANCELLED: ("cancelled",),
}


def _state_dated() -> Q:
    """Each state has date and author of the steps that led to it, and of no other one."""
    allowed = Q()
    for state, dated in _DATED.items():
        steps = {
            f"{step}_{what}__isnull": step not in dated
            for step in ("answered", "settled", "cancelled")
            for what in ("at", "by")
        }
        allowed |= Q(state=state, **steps)
    return allowed


class EvidenceRequestQuerySet(models.QuerySet["EvidenceRequest"]):
    """Reads of requests for evidence."""

    def visible_to(self, user: User) -> Self:
        """Those that concern at least one requirement that the user sees."""
        concerned = EvidenceRequest.assessments.through.objects.filter(
            evidencerequest=OuterRef("pk"), assessment__in=Assessment.objects.visible_to(user)
        )
        return self.filter(Exists(concerned))

    def under_way(self) -> Self:
        """Of running audits: once an audit is validated, nobody owes an answer any more."""
        return self.filter(audit__state=AuditState.IN_PROGRESS)

    def owed(self) -> Self:
        """An answer is due, in a running audit."""
        return self.under_way().filter(state=RequestState.ASKED)

    def open(self) -> Self:
        """Asked or answered, and neither settled nor cancelled."""
        return self.filter(state__in=OPEN_REQUEST_STATES)


class EvidenceRequest(models.Model):
    """A piece of evidence that the auditor asks the auditee for, by a day.

    ``number`` gives the reference D-03 within the audit. ``scope`` is the period or the sample
    that the evidence must cover, "" for none in particular. What is asked never changes: a
    request that was wrong is cancelled with its reason, and another one follows.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    audit = models.ForeignKey(
        Audit, models.PROTECT, related_name="requests", verbose_name=_("audit")
    )
    number = models.PositiveIntegerField(_("number"))
    assessments = models.ManyToManyField(
        Assessment, related_name="requests", verbose_name=_("requirements")
    )
    text = models.TextField(_("what is asked"))
    scope = models.TextField(_("period or sample"), blank=True)
    due_date = models.DateField(_("due date"))
    state = models.CharField(
        _("state"), choices=RequestState, default=RequestState.ASKED, max_length=9
    )
    asked_at = models.DateTimeField(_("asked on"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    settled_at = models.DateTimeField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    cancel_reason = models.TextField(_("reason for cancelling"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = EvidenceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for evidence")
        verbose_name_plural = _("requests for evidence")
        constraints = (
            models.UniqueConstraint(name="request_number_unique", fields=["audit", "number"]),
            models.CheckConstraint(
                name="request_state_known", condition=Q(state__in=RequestState.values)
            ),
            models.CheckConstraint(name="request_state_dated", condition=_state_dated()),
            models.CheckConstraint(
                name="request_cancelled_iff_reason",
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
            ),
        )
        indexes = (models.Index(name="request_of_audit", fields=["audit", "state", "due_date"]),)

    def __str__(self) -> str:
        return f"{self.reference} {self.text}"

    @property
    def reference(self) -> str:
        """Number as printed: D-03."""
        return f"D-{self.number:02d}"

    @property
    def is_open(self) -> bool:
        """Neither settled nor cancelled."""
        return self.state in OPEN_REQUEST_STATES

    def is_late(self, today: date) -> bool:
        """Whether an answer is due since a day that has passed, in a running audit."""
        return self.state == RequestState.ASKED and self.due_date < today and self.audit.is_open

    def get_absolute_url(self) -> str:
        """Page of the request."""
        return reverse("audits:evidence-request", args=[self.key])

    def answer(self, *, by: User, at: datetime) -> None:
        """ASKED -> ANSWERED."""
        self._move(RequestState.ANSWERED, answered_at=at, answered_by=by)

    def settle(self, *, by: User, at: datetime) -> None:
        """ANSWERED -> SETTLED, for good."""
        self._move(RequestState.SETTLED, settled_at=at, settled_by=by)

    def ask_again(self) -> None:
        """ANSWERED -> ASKED: something is missing, which the answer keeps."""
        self._move(RequestState.ASKED, answered_at=None, answered_by=None)

    def cancel(self, *, by: User, at: datetime, reason: str) -> None:
        """ASKED -> CANCELLED, for good."""
        self._move(RequestState.CANCELLED, cancelled_at=at, cancelled_by=by, cancel_reason=reason)

    def _move(self, target: RequestState, **values: object) -> None:
        """Change the state and what is tied to it. Raises TransitionNotAllowedError."""
        REQUEST_FLOW.check(source=self.state, target=target)
        for name, value in values.items():
            setattr(self, name, value)
        self.state = target
        self.version += 1
        self.save(update_fields=["state", "version", *values])


class EvidenceRequestAnswer(Reply):
    """What the auditee answers: a sentence and its evidence, or why there is none to provide."""

    request = models.ForeignKey(
        EvidenceRequest, models.PROTECT, related_name="answers", verbose_name=_("request")
    )
    text = models.TextField(_("answer"))
    has_nothing = models.BooleanField(_("nothing to provide"), default=False)
    evidence = models.ManyToManyField(
        Evidence, blank=True, related_name="request_answers", verbose_name=_("evidence")
    )

    class Meta(Reply.Meta):
        verbose_name = _("answer to a request")
        verbose_name_plural = _("answers to requests")
        constraints = (  # type: ignore[assignment]  # more than the base has
            *Reply.Meta.constraints,
            models.UniqueConstraint(name="%(class)s_number_unique", fields=["request", "number"]),
            models.CheckConstraint(name="%(class)s_says_something", condition=~Q(text="")),
        )

    def __str__(self) -> str:
        return f"{self.request_id} answer {self.number}"
