"""Requests for evidence of a side: one to answer and one to examine, on its first requirement."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.evidence_request import RequestFields, ask_evidence
from audits.actions.evidence_request_answer import RequestAnswerFields, answer_request


def add_requests(side) -> None:
    """Asked by the lead auditor of the third party's audit; in the own one by its manager."""
    at = timezone.now()
    for name, audit, by in (
        ("asked_request", "third", "lead"),
        ("answered_request", "third", "lead"),
        ("own_request", "own", "manager"),
    ):
        fields = RequestFields(
            assessments=(side.assessment(audit),),
            text="Relevé des appels",
            scope="Janvier à mars",
            due_date=localdate() + timedelta(days=7),
        )
        (side.things[name],) = ask_evidence(
            key=uuid4(),
            audit=side.audits[audit],
            requests=[fields],
            by=side.people[by],
            at=at,
        )
    answer_request(
        key=uuid4(),
        request=side.things["answered_request"],
        fields=RequestAnswerFields(text="Aucun appel sortant", has_nothing=True),
        by=side.people["contributor"],
        at=at,
    )
    side.things["answered_request"].refresh_from_db()
