"""What the measures of a requirement propose as its rating, and what was made of it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.assessment import Assessment
from audits.proposal_enums import ProposalChoice, ProposalOutcome
from crcaudit.accounts.models import User

_OPEN = Q(choice="", reason="", chosen_at=None, chosen_by=None)
_CHOSEN = Q(choice__in=ProposalChoice.values, chosen_at__isnull=False, chosen_by__isnull=False)


class VerdictProposal(models.Model):
    """The proposal for one requirement of one audit, as it was when somebody chose, or at the end.

    ``rule`` names the version of `audits.logic.result_verdict`; ``level`` is a code of the audit's
    scale, "" when nothing is proposed. ``day`` is the one that closed periods are counted from.
    ``figures`` are the indicators: code, period, inputs, value, size, interval, target, verdict,
    key and version of each measure behind, as `audits.snapshots.requirement_figures` writes them.
    A rating that departs from a proposal has its ``reason``. Frozen with the audit.
    """

    assessment = models.OneToOneField(
        Assessment, models.PROTECT, related_name="proposal", verbose_name=_("assessment")
    )
    rule = models.CharField(_("rule"), max_length=10)
    level = models.CharField(_("proposed level"), max_length=8, blank=True)
    outcome = models.CharField(_("what the measures say"), choices=ProposalOutcome, max_length=10)
    day = models.DateField(_("closed periods before"))
    figures = models.JSONField(_("figures"), default=list)
    kept_at = models.DateTimeField(_("kept on"))
    choice = models.CharField(_("choice"), choices=ProposalChoice, max_length=8, blank=True)
    reason = models.TextField(_("reason of the departure"), blank=True)
    chosen_at = models.DateTimeField(_("chosen on"), null=True, blank=True)
    chosen_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chosen by"),
    )

    class Meta:
        verbose_name = _("proposed rating")
        verbose_name_plural = _("proposed ratings")
        constraints = (
            models.CheckConstraint(
                name="proposal_outcome_known", condition=Q(outcome__in=ProposalOutcome.values)
            ),
            models.CheckConstraint(name="proposal_chosen_iff_dated", condition=_OPEN | _CHOSEN),
            models.CheckConstraint(
                name="proposal_departure_has_reason",
                condition=(Q(choice=ProposalChoice.DEPARTED) & ~Q(reason=""))
                | (~Q(choice=ProposalChoice.DEPARTED) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="proposal_choice_of_a_level", condition=Q(choice="") | ~Q(level="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.level}"

    def choose(self, choice: ProposalChoice, *, reason: str, by: User, at: datetime) -> None:
        """Keep what was made of it, with the reason of a departure."""
        self.choice, self.reason, self.chosen_by, self.chosen_at = choice, reason, by, at
        self.save(update_fields=["choice", "reason", "chosen_by", "chosen_at"])
