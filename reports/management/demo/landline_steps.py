"""What became of a finding of the second file, step by step, in the words of the fixture."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils.timezone import localdate

from audits.actions import finding as finding_actions
from audits.actions import finding_steps as steps
from audits.enums import AuditeePosition, CauseMethod, Opinion
from audits.models import EvidenceLink, Finding
from crcaudit.accounts.models import User
from reports.management.demo.scene import Scene

Step = Callable[[Finding, Mapping[str, Any], User, datetime], object]


def schedule(scene: Scene, data: Mapping[str, Any]) -> None:
    """Put each step of a finding in the agenda, in the afternoon of its day."""
    for number, step in enumerate(data.get("life", ())):
        at = scene.moments.at(step["day"], 16, number)
        scene.agenda.add(at, partial(_do, scene, data["key"], step))


def _do(scene: Scene, key: str, step: Mapping[str, Any], at: datetime) -> None:
    row = Finding.objects.get(pk=scene.findings[key].pk)
    STEPS[step["do"]](row, step, scene.cast.people[step.get("by", "qualite")], at)


def _position(row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    position = AuditeePosition(step["position"])
    comment = step.get("comment", "")
    steps.take_position(finding=row, position=position, comment=comment, by=by, at=at)


def _answer(row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    fields = steps.AnswerFields(
        correction=step["correction"],
        corrected_on=localdate(at) - timedelta(days=1),
        extent=step["extent"],
        cause_method=CauseMethod(step["method"]),
        cause_steps=step["steps"],
        root_cause=step["root"],
    )
    steps.answer_finding(key=uuid.uuid4(), finding=row, fields=fields, by=by, at=at)


def _judge(opinion: Opinion, row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    steps.judge_answer(
        finding=row, version=row.version, opinion=opinion, reason=step["reason"], by=by, at=at
    )


def _proof(row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    links = EvidenceLink.objects.filter(
        assessment=row.assessment, unlinked_at=None, evidence__withdrawn_at=None
    )
    pieces = [link.evidence for link in links.select_related("evidence").order_by("pk")]
    steps.bring_proof(
        key=uuid.uuid4(),
        finding=row,
        statement=step["statement"],
        evidence=pieces,
        by=by,
        at=at,
    )


def _close(row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    finding_actions.close_finding(
        finding=row, version=row.version, comment=step["comment"], by=by, at=at
    )


def _refuse_proof(row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    steps.refuse_proof(finding=row, version=row.version, reason=step["reason"], by=by, at=at)


def _discard(row: Finding, _step: Mapping[str, Any], by: User, at: datetime) -> None:
    finding_actions.discard_finding(finding=row, by=by, at=at)


def _reopen(row: Finding, step: Mapping[str, Any], by: User, at: datetime) -> None:
    finding_actions.reopen_finding(
        finding=row, version=row.version, reason=step["comment"], by=by, at=at
    )


STEPS: Mapping[str, Step] = {
    "position": _position,
    "answer": _answer,
    "accept": partial(_judge, Opinion.ACCEPTED),
    "refuse": partial(_judge, Opinion.REFUSED),
    "proof": _proof,
    "refuse_proof": _refuse_proof,
    "discard": _discard,
    "close": _close,
    "reopen": _reopen,
}
