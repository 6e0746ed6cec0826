"""What people say of a piece of evidence, and how the journal keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.enums import Confidentiality
from audits.models import Evidence, EvidenceVersion
from crcaudit.accounts.models import Site

_COLUMNS = ("title", "fact_date", "valid_until", "confidentiality", "url", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFields:
    """The form. ``url`` belongs to a link, ``note`` to a note; "" for other kinds."""

    title: str
    fact_date: date | None = None
    valid_until: date | None = None
    confidentiality: str = Confidentiality.INTERNAL
    sites: tuple[Site, ...] = ()
    url: str = ""
    note: str = ""


def fields_of(evidence: Evidence) -> EvidenceFields:
    """The present values, sites by name."""
    return EvidenceFields(
        sites=tuple(evidence.sites.order_by("name", "pk")),
        **{name: getattr(evidence, name) for name in _COLUMNS},
    )


def columns(fields: EvidenceFields) -> dict[str, Any]:
    """Values by column; sites are not a column."""
    return {name: getattr(fields, name) for name in _COLUMNS}


def as_json(fields: EvidenceFields) -> dict[str, Any]:
    """Values as the journal keeps them: dates in ISO, sites by name."""
    names = sorted(site.name for site in fields.sites)
    return dates_as_json(columns(fields)) | {"sites": names}


def dates_as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, dates in ISO, choices as plain text."""
    return {name: _plain(value) for name, value in values.items()}


def file_as_json(version: EvidenceVersion) -> dict[str, Any]:
    """What identifies a deposited file."""
    return {
        "version": version.number,
        "file_name": version.file_name,
        "media_type": version.media_type,
        "size": version.size,
        "sha256": version.sha256,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
