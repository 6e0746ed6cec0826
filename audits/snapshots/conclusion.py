"""What an audit under way still lacks, as the counts that `audits.logic.conclusion` judges."""

from django.db.models import Count, Q

from audits.cycle_enums import SlotKind
from audits.enums import AssessmentStatus, FindingState
from audits.logic.conclusion import Facts
from audits.models import Audit, EvidenceLink, PlanSlot
from audits.sample_enums import SampleState, SampleSubject


def conclusion_facts(audit: Audit) -> Facts:
    """The counts, in five queries."""
    rated = audit.assessments.aggregate(
        left=Count("pk", filter=Q(status=AssessmentStatus.NOT_ASSESSED)),
        rated=Count("pk", filter=Q(status=AssessmentStatus.RATED)),
    )
    drafts = Q(state=FindingState.DRAFT)
    silent = ~drafts & Q(position="", grade__needs_action=True)
    findings = audit.findings.aggregate(
        drafts=Count("pk", filter=drafts), silent=Count("pk", filter=silent)
    )
    pieces = EvidenceLink.objects.filter(
        assessment__audit=audit, unlinked_at=None, evidence__withdrawn_at=None
    )
    # A sample that was drawn again stays as it is: its successor is concluded.
    samples = audit.samples.filter(subject=SampleSubject.UNITS, replaced_by=None)
    samples = samples.exclude(state=SampleState.CONCLUDED)
    held = PlanSlot.objects.filter(plan__audit=audit, kind=SlotKind.CLOSING, held_at__isnull=False)
    return Facts(
        rated=rated["rated"],
        not_examined=rated["left"],
        drafts=findings["drafts"],
        not_reviewed=pieces.filter(review="").count(),
        without_position=findings["silent"],
        open_samples=samples.count(),
        closing_meetings=held.count(),
    )
