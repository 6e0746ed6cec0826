"""What measures propose as a rating: kept when somebody chooses, and with the audit at its end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.logic.result_verdict import V1, Proposal
from audits.models import Assessment, Audit, VerdictProposal
from audits.proposal_enums import ProposalChoice
from audits.snapshots.kept_figures import kept_figures
from audits.snapshots.requirement_figures import (
    Measured,
    audit_day,
    measured_of,
    proposal_of,
)
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import UserError
from engagements.models import RequirementIndicator

KIND = "assessment"
RETAINED, DEPARTED = "assessment.proposal_retained", "assessment.proposal_departed"
_BATCH = 200


class DepartureNeededError(UserError):
    """The rating departs from what the measures propose, and nobody said why.

    ``level`` is the one proposed.
    """

    def __init__(self, message: str, level: str) -> None:
        super().__init__(message)
        self.level = level


@dataclass(frozen=True, slots=True)
class Offer:
    """What is proposed for one requirement, with the figures that say so."""

    proposal: Proposal
    measured: Sequence[Measured]
    day: date

    @property
    def level(self) -> str:
        """Code of the level, "" when nothing is proposed."""
        return self.proposal.level


def of_result() -> Exists:
    """Whether the edition states a target for an indicator of the requirement of an assessment."""
    rows = RequirementIndicator.objects.filter(requirement=OuterRef("requirement"))
    return Exists(rows.exclude(operator=""))


def offers_for(audit: Audit, rows: Iterable[Assessment], *, at: datetime) -> Mapping[int, Offer]:
    """What is proposed for these requirements, by number; those of means are not in it.

    5 queries whatever the numbers, 1 when none is measured.
    """
    day = audit_day(audit, localdate(at))
    found = {}
    for pk, measured in measured_of(audit, list(rows), day=day).items():
        proposal = proposal_of(audit, measured)
        if proposal is not None:
            found[pk] = Offer(proposal, measured, day)
    return found


def offer_for(row: Assessment, *, at: datetime) -> Offer | None:
    """What is proposed for one requirement, None when it is of means: no query when that is known.

    ``row.is_of_result`` says so when the row was read with `of_result`.
    """
    is_of_result: bool | None = getattr(row, "is_of_result", None)
    if is_of_result is False:
        return None
    return offers_for(row.audit, [row], at=at).get(row.pk)


def require_reason(offer: Offer | None, *, level: str, reason: str) -> None:
    """A rating other than the one proposed says why. Taking a rating back needs no reason.

    Raises DepartureNeededError.
    """
    if offer is None or not offer.level or level in {"", offer.level} or reason:
        return
    raise DepartureNeededError(
        _("The measures propose another rating. Say why you depart from it: the reason is kept."),
        offer.level,
    )


def keep_choice(
    row: Assessment, offer: Offer | None, *, reason: str, by: User, at: datetime
) -> None:
    """What was made of a proposal by the rating that ``row`` has now, with its journal row.

    Runs in the transaction of the rating, of which `require_reason` was asked.
    """
    if offer is None or not offer.level:
        return
    if not row.level:
        forget_choice(row)
        return
    is_retained = row.level == offer.level
    choice = ProposalChoice.RETAINED if is_retained else ProposalChoice.DEPARTED
    said = "" if is_retained else reason
    kept = VerdictProposal.objects.filter(assessment=row).first() or VerdictProposal(assessment=row)
    for name, value in _columns(row.audit, offer, at=at).items():
        setattr(kept, name, value)
    kept.choice, kept.reason, kept.chosen_by, kept.chosen_at = choice, said, by, at
    kept.save()
    change = journal.Change(
        RETAINED if is_retained else DEPARTED,
        KIND,
        row.pk,
        row.code,
        after={"proposed": offer.level, "given": row.level, "rule": V1, "figures": kept.figures},
        reason=said,
    )
    journal.record(
        change, stream=journal.organisation_stream(row.audit.organisation.key), by=by, at=at
    )


def forget_choice(row: Assessment) -> None:
    """The rating was taken back: nothing was made of the proposal any more."""
    VerdictProposal.objects.filter(assessment=row).exclude(choice="").delete()


def freeze_proposals(audit: Audit, *, at: datetime) -> None:
    """Keep what is proposed for every requirement of result, as the audit ends.

    What somebody chose from stays as it was then: its figures are those that were seen.
    """
    chosen = VerdictProposal.objects.filter(assessment__audit=audit)
    chosen.filter(choice="").delete()
    known = set(chosen.values_list("assessment", flat=True))
    rows = [row for row in audit.assessments.order_by("position") if row.pk not in known]
    offers = offers_for(audit, rows, at=at)
    figures = _figures(audit, offers)
    VerdictProposal.objects.bulk_create(
        [
            VerdictProposal(
                assessment_id=pk, **_values(offer, at=at), figures=figures[pk], choice="", reason=""
            )
            for pk, offer in offers.items()
        ],
        batch_size=_BATCH,
    )


def _figures(audit: Audit, offers: Mapping[int, Offer]) -> Mapping[int, list[dict[str, Any]]]:
    """Figures of many requirements, read at once."""
    order = [(pk, one) for pk, offer in offers.items() for one in offer.measured]
    kept = kept_figures(audit, [one for _pk, one in order])
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for (pk, _one), figure in zip(order, kept, strict=True):
        found[pk].append(figure)
    return found


def _columns(audit: Audit, offer: Offer, *, at: datetime) -> dict[str, Any]:
    return {**_values(offer, at=at), "figures": kept_figures(audit, offer.measured)}


def _values(offer: Offer, *, at: datetime) -> dict[str, Any]:
    return {
        "rule": V1,
        "level": offer.level,
        "outcome": str(offer.proposal.outcome),
        "day": offer.day,
        "kept_at": at,
    }
