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
from audits.actions.evidence_links import link_evidence
from audits.actions.evidence_withdrawal import withdraw_evidence
from audits.actions.review import ReviewFields, review_evidence
from audits.enums import Confidentiality, EvidenceKind, ReviewVerdict
from audits.models import Assessment, EvidenceLink
from audits.storage import Upload
from reports.management.demo import library
from reports.management.demo.files import Content, make_file
from reports.management.demo.scene import Scene


def schedule(scene: Scene, audit: str) -> None:
    """Deposit before the visit of the site, then what became of each piece."""
    moments, agenda = scene.moments, scene.agenda
    told = library.load("landline_evidence")
    for number, data in enumerate(told["evidence"]):
        site = told["sites"][data["site"]]
        at = moments.at(data.get("day", site["deposited"]), 13, 2 * number)
        agenda.add(at, partial(_deposit, scene, audit, data))
        if "review" in data:
            at = moments.at(data.get("reviewed", site["reviewed"]), 15, number)
            agenda.add(at, partial(_review, scene, data, site["by"]))
        for version in data.get("versions", ()):
            agenda.add(moments.at(version["day"], 14), partial(_renew, scene, data, version))
        if "withdrawn" in data:
            step = partial(_withdraw, scene, data)
            agenda.add(moments.at(data["withdrawn"]["day"], 12, number), step)


def _deposit(scene: Scene, audit: str, data: Mapping[str, Any], at: datetime) -> None:
    rows = scene.audits[audit].assessments.select_related("audit__organisation")
    row = rows.get(code=data["code"], site=scene.cast.sites[data["site"]])
    _add(scene, row, data, at)
    also = [
        other
        for site, codes in data.get("also", {}).items()
        for other in rows.filter(code__in=codes, site=scene.cast.sites[site])
    ]
    if also:
        by = scene.cast.people[data.get("by", "qualite")]
        link_evidence(evidence=scene.evidence[data["key"]], assessments=also, by=by, at=at)


def _add(scene: Scene, row: Assessment, data: Mapping[str, Any], at: datetime) -> None:
    by, sites = scene.cast.people[data.get("by", "qualite")], [data["site"], *data.get("also", ())]
    fields = EvidenceFields(
        title=data["title"],
        fact_date=localdate(at) - timedelta(days=data["fact"]),
        valid_until=scene.moments.date_in(data["until"]) if "until" in data else None,
        confidentiality=data.get("confidentiality", Confidentiality.INTERNAL),
        sites=tuple(scene.cast.sites[key] for key in dict.fromkeys(sites)),
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
    withdraw_evidence(evidence=piece, reason=data["withdrawn"]["reason"], by=by, at=at)


def _review(scene: Scene, data: Mapping[str, Any], by: str, at: datetime) -> None:
    links = EvidenceLink.objects.filter(
        evidence=scene.evidence[data["key"]],
        assessment__code__in=[data["code"], *data.get("also", {}).get(data["site"], ())],
        assessment__site=scene.cast.sites[data["site"]],
        unlinked_at=None,
    )
    for link in links.order_by("pk"):
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
