"""Sixty pieces for the certification audit: deposited, reviewed, renewed, withdrawn."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from audits.actions.evidence import add_file, add_statement, add_version, edit_evidence
from audits.actions.evidence_fields import EvidenceFields
from audits.actions.evidence_withdrawal import withdraw_evidence
from audits.actions.review import ReviewFields, review_evidence
from audits.enums import Confidentiality, EvidenceKind, ReviewVerdict
from audits.models import Assessment, EvidenceLink
from audits.storage import Upload
from reports.management.demo import library
from reports.management.demo.files import Content, make_file
from reports.management.demo.scene import Scene

# Site visited, day on which its evidence is reviewed, and by whom.
REVIEWS = {"lyon": (-14, "evaluateur"), "massy": (-3, "evaluatrice")}
_WITHDRAWN = -12


def schedule(scene: Scene, day: int, audit: str) -> None:
    """Deposit on the first two days, then what became of each piece."""
    moments, agenda = scene.moments, scene.agenda
    for number, data in enumerate(library.load("landline_evidence")["evidence"]):
        at = moments.at(day + number // 40, 13, number % 40 * 4)
        agenda.add(at, partial(_deposit, scene, audit, data))
        reviewed, by = REVIEWS[data["site"]]
        if "review" in data:
            step = partial(_review, scene, data, by)
            agenda.add(moments.at(reviewed, 15, number), step)
        for version in data.get("versions", ()):
            agenda.add(moments.at(version["day"], 14), partial(_renew, scene, data, version))
        if "withdrawn" in data:
            agenda.add(moments.at(_WITHDRAWN, 12, number), partial(_withdraw, scene, data))


def _deposit(scene: Scene, audit: str, data: Mapping[str, Any], at: datetime) -> None:
    site = scene.cast.sites[data["site"]]
    rows = scene.audits[audit].assessments.select_related("audit__organisation")
    row = rows.get(code=data["code"], site=site)
    by = scene.cast.people[data.get("by", "qualite")]
    fields = EvidenceFields(
        title=data["title"],
        fact_date=localdate(at) - timedelta(days=data["fact"]),
        valid_until=scene.moments.date_in(data["until"]) if "until" in data else None,
        confidentiality=data.get("confidentiality", Confidentiality.INTERNAL),
        sites=(site,),
        url=data.get("url", ""),
        note=data.get("note", ""),
    )
    if "file" not in data:
        scene.evidence[data["key"]] = add_statement(
            key=uuid.uuid4(),
            assessment=row,
            kind=EvidenceKind(data["kind"]),
            fields=fields,
            by=by,
            at=at,
        )
        return
    _add_file(scene, row, data, fields, at)


def _add_file(
    scene: Scene, row: Assessment, data: Mapping[str, Any], fields: EvidenceFields, at: datetime
) -> None:
    by = scene.cast.people[data.get("by", "qualite")]
    piece = add_file(assessment=row, upload=_upload(data, data.get("rows", []), at), by=by, at=at)
    scene.stored.extend(piece.versions.values_list("path", flat=True))
    scene.evidence[data["key"]] = edit_evidence(
        evidence=piece, version=piece.version, fields=fields, by=by, at=at
    )


def _renew(scene: Scene, data: Mapping[str, Any], version: Mapping[str, Any], at: datetime) -> None:
    added = add_version(
        evidence=scene.evidence[data["key"]],
        upload=_upload(data, version["rows"], at),
        fact_date=localdate(at) - timedelta(days=version["fact"]),
        valid_until=None,
        by=scene.cast.people[data.get("by", "qualite")],
        at=at,
    )
    scene.stored.append(added.path)


def _withdraw(scene: Scene, data: Mapping[str, Any], at: datetime) -> None:
    piece, by = scene.evidence[data["key"]], scene.cast.people["qualite"]
    withdraw_evidence(evidence=piece, reason=data["withdrawn"], by=by, at=at)


def _review(scene: Scene, data: Mapping[str, Any], by: str, at: datetime) -> None:
    link = EvidenceLink.objects.get(evidence=scene.evidence[data["key"]], unlinked_at=None)
    fields = ReviewFields(
        seen=link.reviews, verdict=ReviewVerdict(data["review"]), reason=data.get("reason", "")
    )
    review_evidence(link=link, fields=fields, by=scene.cast.people[by], at=at)


def _upload(data: Mapping[str, Any], rows: list[list[Any]], at: datetime) -> Upload:
    content = Content(
        title=data["title"],
        heading=data.get("heading", ""),
        day=localdate(at) - timedelta(days=data["fact"]),
        paragraphs=tuple(data.get("text", ())),
        columns=tuple(data.get("columns", ())),
        rows=tuple(tuple(row) for row in rows),
    )
    return ContentFile(make_file(data["file"], content), name=data["file"])
