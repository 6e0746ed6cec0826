"""What followed the ratings: evidence reviewed, positions taken, findings answered and judged."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from audits.actions import finding_steps as steps
from audits.actions.review import ReviewFields, review_evidence
from audits.enums import AuditeePosition, CauseMethod, Opinion, ReviewVerdict
from audits.models import EvidenceLink, Finding
from reports.management.demo import library
from reports.management.demo.scene import Scene

AUDIT = "internal_audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewData:
    """What an auditor said of one piece of evidence, for one requirement."""

    code: str
    evidence: str
    verdict: str
    day: int
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerData:
    """Position and answer of the auditee; ``opinion`` is "" while it waits for the auditor.

    ``corrected_ago`` counts calendar days before the answer.
    """

    finding: str
    position: str
    position_comment: str = ""
    day: int
    by: str
    correction: str
    corrected_ago: int
    extent: str
    cause_method: str
    cause_steps: Any
    root_cause: str
    opinion: str = ""
    opinion_day: int = -1
    opinion_by: str = ""
    opinion_reason: str = ""


def reviews() -> tuple[ReviewData, ...]:
    """Reviews of evidence in the internal audit."""
    return tuple(ReviewData(**row) for row in library.load("followup")["reviews"])


def answers() -> tuple[AnswerData, ...]:
    """Answers to findings of the internal audit."""
    return tuple(AnswerData(**row) for row in library.load("followup")["answers"])


def schedule(scene: Scene) -> None:
    """Put every step in the agenda of the scene, in the afternoon, after the ratings of the day."""
    moments = scene.moments
    for number, review in enumerate(reviews()):
        at = moments.at(review.day, 18, 4 * number)
        scene.agenda.add(at, partial(_review, scene, review))
    for answer in answers():
        scene.agenda.add(moments.at(answer.day, 17, 5), partial(_answer, scene, answer))
        if answer.opinion:
            at = moments.at(answer.opinion_day, 17, 45)
            scene.agenda.add(at, partial(_judge, scene, answer))


def _review(scene: Scene, data: ReviewData, at: datetime) -> None:
    link = EvidenceLink.objects.get(
        evidence=scene.evidence[data.evidence],
        assessment__audit=scene.audits[AUDIT],
        assessment__code=data.code,
        unlinked_at=None,
    )
    fields = ReviewFields(
        seen=link.reviews, verdict=ReviewVerdict(data.verdict), reason=data.reason
    )
    review_evidence(link=link, fields=fields, by=scene.cast.people[data.by], at=at)


def _answer(scene: Scene, data: AnswerData, at: datetime) -> None:
    by, finding = scene.cast.people[data.by], scene.findings[data.finding]
    steps.take_position(
        finding=finding,
        position=AuditeePosition(data.position),
        comment=data.position_comment,
        by=by,
        at=at,
    )
    fields = steps.AnswerFields(
        correction=data.correction,
        corrected_on=localdate(at) - timedelta(days=data.corrected_ago),
        extent=data.extent,
        cause_method=CauseMethod(data.cause_method),
        cause_steps=data.cause_steps,
        root_cause=data.root_cause,
    )
    steps.answer_finding(key=uuid.uuid4(), finding=finding, fields=fields, by=by, at=at)


def _judge(scene: Scene, data: AnswerData, at: datetime) -> None:
    row = Finding.objects.get(pk=scene.findings[data.finding].pk)
    steps.judge_answer(
        finding=row,
        version=row.version,
        opinion=Opinion(data.opinion),
        reason=data.opinion_reason,
        by=scene.cast.people[data.opinion_by],
        at=at,
    )
