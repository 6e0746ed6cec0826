"""The evidence of an audit as frozen values: the links, the version judged, the printed line."""

import dataclasses

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.models import Audit, Evidence, EvidenceLink, EvidenceVersion
from audits.snapshots.values import EvidenceView
from crcaudit.core.formats import date_text, short_hash


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """The file that was judged, as far as documents print it; ``size`` in bytes."""

    number: int
    file_name: str
    media_type: str
    size: int
    sha256: str


def links_of(audit: Audit) -> list[EvidenceLink]:
    """Active links of the audit, each with the version judged: pinned, else the newest.

    Without withdrawn evidence: a snapshot is of an audit under way, or of one that is being
    validated. ``file`` on each link maps the names of `Version` to its columns, None without
    a file.
    """
    newest = (
        EvidenceVersion.objects.filter(evidence=OuterRef("evidence"))
        .order_by("-number")
        .values("pk")[:1]
    )
    columns = {field.name: field.name for field in dataclasses.fields(Version)}
    judged = EvidenceVersion.objects.filter(pk=OuterRef("judged"))
    rows = EvidenceLink.objects.filter(
        assessment__audit=audit, unlinked_at=None, evidence__withdrawn_at=None
    )
    rows = rows.annotate(judged=Coalesce("pinned", Subquery(newest)))
    rows = rows.annotate(file=Subquery(judged.values(columns=JSONObject(**columns))))
    return list(rows.select_related("evidence").order_by("evidence__number", "pk"))


def versions_of(links: list[EvidenceLink]) -> dict[int, Version]:
    """The version judged of each piece, by id of the evidence: the newest, were there two."""
    files = [
        (link.evidence_id, Version(**link.file))  # type: ignore[attr-defined]
        for link in links
        if link.file  # type: ignore[attr-defined]
    ]
    return dict(sorted(files, key=lambda row: row[1].number))


def evidence_view(row: Evidence, version: Version | None, codes: tuple[str, ...]) -> EvidenceView:
    """One piece in the version judged; a link or a note has none, and says where it is."""
    return EvidenceView(
        key=str(row.key),
        reference=row.reference,
        title=row.title,
        file_name=version.file_name if version else row.url,
        media_type=version.media_type if version else "",
        size=version.size if version else 0,
        sha256=version.sha256 if version else "",
        version=version.number if version else 0,
        fact_date=row.fact_date,
        valid_until=row.valid_until,
        confidentiality=row.get_confidentiality_display(),
        requirements=codes,
    )


def evidence_line(row: Evidence, version: Version | None) -> str:
    """Evidence as a finding cites it: reference, title, fingerprint of the file.

    What an auditor cited stays cited when it is withdrawn, and says so.
    """
    if row.withdrawn_at is not None:
        day = date_text(localdate(row.withdrawn_at))
        return _("%(evidence)s, withdrawn on %(day)s") % {"evidence": row, "day": day}
    mark = f", {short_hash(version.sha256)}" if version else ""
    return f"{row}{mark}"
