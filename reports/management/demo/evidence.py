"""Evidence of the story: deposited with its first requirement, linked to the others."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from audits.actions.evidence import add_file, add_version, edit_evidence
from audits.actions.evidence_fields import EvidenceFields
from audits.actions.evidence_links import link_evidence
from audits.models import Assessment
from audits.storage import Upload
from crcaudit.accounts.models import User
from reports.management.demo.files import Content, make_file
from reports.management.demo.library import EvidenceData, Row, VersionData
from reports.management.demo.moments import last_day_of_previous_month
from reports.management.demo.scene import Scene

MONTH = "mois"


@dataclass(frozen=True, slots=True)
class Deposit:
    """The circumstances of a deposit: the requirement, who brings it, the words of the audit."""

    assessment: Assessment
    by: User
    words: dict[str, str]
    at: datetime


def bring(scene: Scene, data: EvidenceData, deposit: Deposit) -> None:
    """Deposit the piece, or link it when it is there already."""
    known = scene.evidence.get(data.key)
    if known is None:
        _deposit(scene, data, deposit)
        return
    rows = [deposit.assessment]
    link_evidence(evidence=known, assessments=rows, by=deposit.by, at=deposit.at)


def renew(scene: Scene, data: EvidenceData, version: VersionData, at: datetime) -> None:
    """Deposit a newer file of a piece."""
    fact = localdate(at) - timedelta(days=version.fact)
    added = add_version(
        evidence=scene.evidence[data.key],
        upload=_upload(data.file, data, title=data.title, day=fact, rows=version.rows),
        fact_date=fact,
        valid_until=_valid_until(scene, version.valid_until),
        by=scene.cast.people[version.by],
        at=at,
    )
    scene.stored.append(added.path)


def _deposit(scene: Scene, data: EvidenceData, deposit: Deposit) -> None:
    fact = _fact_date(data.fact, deposit)
    title = data.title.format(**deposit.words)
    name = data.file.format(**deposit.words)
    by = scene.cast.people[data.by] if data.by else deposit.by
    evidence = add_file(
        assessment=deposit.assessment,
        upload=_upload(name, data, title=title, day=fact, rows=data.rows),
        by=by,
        at=deposit.at,
    )
    scene.stored.extend(evidence.versions.values_list("path", flat=True))
    fields = EvidenceFields(
        title=title,
        fact_date=fact,
        valid_until=_valid_until(scene, data.valid_until),
        confidentiality=data.confidentiality,
    )
    scene.evidence[data.key] = edit_evidence(
        evidence=evidence, version=evidence.version, fields=fields, by=by, at=deposit.at
    )


def _upload(
    name: str, data: EvidenceData, *, title: str, day: date, rows: tuple[Row, ...]
) -> Upload:
    content = Content(
        title=title,
        heading=data.heading,
        day=day,
        paragraphs=data.paragraphs,
        columns=data.columns,
        rows=rows,
    )
    return ContentFile(make_file(name, content), name=name)


def _fact_date(fact: str | int, deposit: Deposit) -> date:
    if fact == MONTH:
        return last_day_of_previous_month(deposit.assessment.audit.start_date)
    return localdate(deposit.at) - timedelta(days=int(fact))


def _valid_until(scene: Scene, days: int | None) -> date | None:
    return None if days is None else scene.moments.date_in(days)
