"""The auditor's review of evidence: a verdict, and in the same stroke a rating and a finding."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.actions import assessment as rating
from audits.actions.evidence_links import require_open
from audits.actions.finding import add_finding
from audits.actions.finding_fields import FindingFields
from audits.actions.rollup import refresh_evidence
from audits.enums import EvidenceKind, ReviewVerdict
from audits.models import EvidenceLink, EvidenceReview, Finding
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

# The journal keeps reviews with the requirement, as it does links.
KIND = "assessment"
REVIEWED = "evidence.reviewed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFields:
    """What the auditor says of a piece. ``seen`` is how many reviews it had when they read it."""

    seen: int
    verdict: ReviewVerdict
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingFields:
    """A level given beside the review; ``version`` is that of the assessment."""

    version: int
    level: str
    na_reason: str = ""
    departure: str = ""


@transaction.atomic
def review_evidence(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    link: EvidenceLink,
    fields: ReviewFields,
    rated: RatingFields | None = None,
    finding: tuple[UUID, FindingFields] | None = None,
    by: User,
    at: datetime,
) -> tuple[EvidenceReview, Finding | None]:
    """Keep a verdict with, when given, the rating and the finding: all of it, or nothing.

    ``finding`` is its key, drawn when the form was shown, and what it says.

    Raises:
        EditConflictError: when the piece was reviewed, or the requirement rated, meanwhile.
        NotAvailableError: when the audit is validated, or the piece withdrawn or unlinked.
        UserError: when a refusal has no reason, or as `rate` and `add_finding`.
    """
    rows = EvidenceLink.objects.select_for_update(of=("self",))
    link = rows.select_related("evidence__organisation", "assessment__audit__organisation").get(
        pk=link.pk
    )
    require_open(link.assessment.audit)
    if link.unlinked_at is not None or link.evidence.withdrawn_at is not None:
        raise NotAvailableError(_("This evidence was withdrawn from the requirement meanwhile."))
    if link.reviews != fields.seen:
        raise EditConflictError(
            _("Somebody reviewed this evidence meanwhile. Nothing was overwritten."), link
        )
    if fields.verdict != ReviewVerdict.ACCEPTED and not fields.reason:
        raise UserError(_("Say what is missing: the audited organisation completes it from that."))
    review = _keep(link, fields, by=by, at=at)
    if rated is not None and rated.level != link.assessment.level:
        rating.rate(
            assessment=link.assessment,
            version=rated.version,
            level=rated.level,
            na_reason=rated.na_reason,
            departure=rated.departure,
            by=by,
            at=at,
        )
    written = None
    if finding is not None:
        key, said = finding
        written = add_finding(key=key, assessment=link.assessment, fields=said, by=by, at=at)
    return review, written


def _keep(link: EvidenceLink, fields: ReviewFields, *, by: User, at: datetime) -> EvidenceReview:
    before = link.review
    link.review, link.reviews = fields.verdict, link.reviews + 1
    link.save(update_fields=["review", "reviews"])
    is_file = link.evidence.kind == EvidenceKind.FILE
    review = EvidenceReview.objects.create(
        link=link,
        version=link.evidence.versions.order_by("-number").first() if is_file else None,
        number=link.reviews,
        verdict=fields.verdict,
        reason=fields.reason,
        reviewed_at=at,
        reviewed_by=by,
    )
    if ReviewVerdict.REJECTED in {before, fields.verdict}:  # a rejected piece proves nothing
        refresh_evidence([link.assessment_id])
    change = journal.Change(
        REVIEWED,
        KIND,
        link.assessment_id,
        link.assessment.code,
        before={"review": before},
        after={"evidence": link.evidence.reference, "review": fields.verdict},
        reason=fields.reason,
    )
    stream = journal.organisation_stream(link.evidence.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
    return review
