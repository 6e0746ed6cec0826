"""Requests for evidence of the story: asked, answered, settled, asked again, cancelled."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from audits.actions.evidence_request import RequestFields, ask_evidence, cancel_request
from audits.actions.evidence_request_answer import (
    RequestAnswerFields,
    answer_request,
    judge_request_answer,
)
from audits.enums import Opinion
from audits.models import EvidenceRequest
from reports.management.demo import library
from reports.management.demo.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyData:
    """One answer; ``opinion`` is "" while it waits for the auditor."""

    day: int
    by: str
    text: str
    has_nothing: bool = False
    evidence: tuple[str, ...] = ()
    opinion: str = ""
    opinion_day: int = -1
    opinion_by: str = ""
    opinion_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestData:
    """One request. ``due`` counts calendar days from today, past when it is negative.

    ``site`` is the key of that of the requirements, "" where the audit is not held by site.
    """

    codes: tuple[str, ...]
    text: str
    site: str = ""
    scope: str = ""
    day: int
    due: int
    by: str
    answers: tuple[Mapping[str, Any], ...] = ()
    cancelled: Mapping[str, Any] | None = None


def schedule(scene: Scene) -> None:
    """Put every step in the agenda of the scene, each answer before its opinion."""
    rows = [(audit, row) for audit, own in library.load("requests").items() for row in own]
    for number, (audit, row) in enumerate(rows):
        _schedule(scene, number, audit, RequestData(**row))


def _schedule(scene: Scene, number: int, audit: str, data: RequestData) -> None:
    moments, key = scene.moments, uuid.uuid4()
    scene.agenda.add(moments.at(data.day, 18, number), partial(_ask, scene, audit, data, key))
    for one in data.answers:
        reply = ReplyData(**one)
        step = partial(_answer, scene, reply, key)
        scene.agenda.add(moments.at(reply.day, 19, number), step)
        if reply.opinion:
            judge = partial(_judge, scene, reply, key)
            scene.agenda.add(moments.at(reply.opinion_day, 19, 20 + number), judge)
    if data.cancelled is not None:
        cancel = partial(_cancel, scene, data.cancelled, key)
        scene.agenda.add(moments.at(data.cancelled["day"], 19, number), cancel)


def _ask(scene: Scene, name: str, data: RequestData, key: uuid.UUID, at: datetime) -> None:
    audit = scene.audits[name]
    rows = audit.assessments.filter(code__in=data.codes).order_by("position")
    if data.site:
        rows = rows.filter(site=scene.cast.sites[data.site])
    fields = RequestFields(
        assessments=tuple(rows),
        text=data.text,
        scope=data.scope,
        due_date=scene.moments.date_in(data.due),
    )
    by = scene.cast.people[data.by]
    ask_evidence(key=key, audit=audit, requests=[fields], by=by, at=at)


def _answer(scene: Scene, data: ReplyData, key: uuid.UUID, at: datetime) -> None:
    pieces = tuple(scene.evidence[name] for name in data.evidence)
    answer_request(
        key=uuid.uuid4(),
        request=EvidenceRequest.objects.get(key=key),
        fields=RequestAnswerFields(text=data.text, has_nothing=data.has_nothing, evidence=pieces),
        by=scene.cast.people[data.by],
        at=at,
    )


def _judge(scene: Scene, data: ReplyData, key: uuid.UUID, at: datetime) -> None:
    row = EvidenceRequest.objects.get(key=key)
    judge_request_answer(
        request=row,
        version=row.version,
        opinion=Opinion(data.opinion),
        reason=data.opinion_reason,
        by=scene.cast.people[data.opinion_by],
        at=at,
    )


def _cancel(scene: Scene, data: Mapping[str, Any], key: uuid.UUID, at: datetime) -> None:
    cancel_request(
        request=EvidenceRequest.objects.get(key=key),
        reason=data["reason"],
        by=scene.cast.people[data["by"]],
        at=at,
    )
