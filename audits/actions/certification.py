"""Opening and editing certification files."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.audit import start_audit
from audits.actions.body import require_body, require_other_body
from audits.actions.closing import locked_file, require_open_file
from audits.actions.once import require_same_form
from audits.enums import AuditKind, AuditState
from audits.models import Audit, Certification
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.numbering import next_number
from engagements.enums import EditionState
from engagements.models import Edition

KIND = "certification"
OPENED, EDITED = "certification.opened", "certification.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationFields:
    """What people fill in. ``channels`` are codes of `audits.enums.Channel`."""

    title: str
    scope: str
    subcontractors: str = ""
    channels: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    target_date: date | None = None
    body: Organisation | None = None


@transaction.atomic
def open_certification(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    organisation: Organisation,
    edition: Edition,
    fields: CertificationFields,
    by: User,
    at: datetime,
) -> Certification:
    """A new file CERT-<year>-<nn>. ``key`` is drawn when the form is shown.

    The same form sent twice gives the same file.

    Raises:
        NotAvailableError: when the form was already sent with other contents, or the edition
            is not published.
        UserError: when a site belongs to another organisation, or is closed; when the body is
            no certification body.
    """
    # Locked, so that the same form sent twice at once is seen the second time.
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _require_sites(organisation, fields, at=at)
    require_body(fields.body)
    if edition.state != EditionState.PUBLISHED:
        raise NotAvailableError(_("This edition is not published: choose a published one."))
    sent = {"organisation": organisation.name, "edition": str(edition)} | as_json(fields)
    known = Certification.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=OPENED, sent=sent, by=by)
        return known
    year = localdate(at).year
    number = next_number(f"certification:{organisation.key}:{year}")
    certification = Certification.objects.create(
        key=key,
        reference=f"CERT-{year}-{number:02d}",
        organisation=organisation,
        edition=edition,
        opened_at=at,
        opened_by=by,
        **_columns(fields),
    )
    certification.sites.set(fields.sites)
    _record(certification, OPENED, before={}, after=sent, by=by, at=at)
    return certification


@transaction.atomic
def edit_certification(
    *, certification: Certification, seen: str, fields: CertificationFields, by: User, at: datetime
) -> Certification:
    """Change the file. ``seen`` is the `fingerprint` of what the person was shown.

    Audits under way keep the sites that they started with.

    Raises:
        EditConflictError: when somebody changed it meanwhile.
        NotAvailableError: when the file is closed.
        UserError: when a site belongs to another organisation, or a new one is closed; as
            `audits.actions.body.require_other_body`.
    """
    certification = locked_file(certification.pk, "body")
    require_open_file(certification)
    _require_sites(certification.organisation, fields, at=at, kept=certification)
    require_other_body(certification, fields.body)
    old, new = as_json(fields_of(certification)), as_json(fields)
    if old == new:
        return certification
    if _digest(old) != seen:
        raise EditConflictError(
            _("Somebody changed this file meanwhile. Nothing was overwritten."), certification
        )
    for name, value in _columns(fields).items():
        setattr(certification, name, value)
    certification.save(update_fields=list(_columns(fields)))
    certification.sites.set(fields.sites)
    changed = [name for name in new if old[name] != new[name]]
    before, after = ({name: row[name] for name in changed} for row in (old, new))
    _record(certification, EDITED, before=before, after=after, by=by, at=at)
    return certification


@transaction.atomic
def start_next_audit(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    certification: Certification,
    kind: AuditKind,
    is_per_site: bool,
    objectives: str,
    start_date: date,
    end_date: date | None,
    lead: User | None,
    previous: Audit | None = None,
    by: User,
    at: datetime,
) -> tuple[Audit, bool]:
    """Start an audit; the same form sent twice gives the same audit, and False the second time.

    Raises:
        NotAvailableError: when an audit of this kind with this first day is under way, and as
            `audits.actions.audit.start_audit`.
    """
    # Locked, so that the same form sent twice at once is seen the second time.
    certification = locked_file(certification.pk, "edition__referential__scheme")
    same = certification.audits.filter(
        kind=kind, start_date=start_date, state=AuditState.IN_PROGRESS
    ).first()
    if same is None:
        audit = start_audit(
            certification=certification,
            kind=kind,
            is_per_site=is_per_site,
            objectives=objectives,
            start_date=start_date,
            end_date=end_date,
            lead=lead,
            previous=previous,
            by=by,
            at=at,
        )
        return audit, True
    sent = (is_per_site, objectives, end_date, previous, by)
    if sent == (
        same.is_per_site,
        same.objectives,
        same.end_date,
        same.previous,
        same.started_by,
    ):
        return same, False
    raise NotAvailableError(
        _("The audit %(reference)s of this kind, with the same first day, is already under way.")
        % {"reference": same.reference}
    )


def fields_of(certification: Certification) -> CertificationFields:
    """The present values, sites in order of name."""
    return CertificationFields(
        title=certification.title,
        scope=certification.scope,
        subcontractors=certification.subcontractors,
        channels=tuple(certification.channels),
        sites=tuple(certification.sites.order_by("name", "pk")),
        target_date=certification.target_date,
        body=certification.body,
    )


def fingerprint(fields: CertificationFields) -> str:
    """Digest by which an edit says what it started from."""
    return _digest(as_json(fields))


def as_json(fields: CertificationFields) -> dict[str, Any]:
    """Values as the journal keeps them: sites by name, the date in ISO."""
    return {
        "title": fields.title,
        "scope": fields.scope,
        "subcontractors": fields.subcontractors,
        "channels": sorted(fields.channels),
        "sites": sorted(site.name for site in fields.sites),
        "target_date": fields.target_date.isoformat() if fields.target_date else "",
        "body": fields.body.name if fields.body else "",
    }


def _columns(fields: CertificationFields) -> dict[str, Any]:
    return {
        "title": fields.title,
        "scope": fields.scope,
        "subcontractors": fields.subcontractors,
        "channels": list(fields.channels),
        "target_date": fields.target_date,
        "body": fields.body,
    }


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _require_sites(
    organisation: Organisation,
    fields: CertificationFields,
    *,
    at: datetime,
    kept: Certification | None = None,
) -> None:
    """A site that closed since the file took it stays in it; no other closed one comes in."""
    if not fields.sites:
        raise UserError(_("Choose at least one site."))
    if any(site.organisation_id != organisation.pk for site in fields.sites):
        raise UserError(_("Choose sites of the organisation of the file only."))
    closed = [site for site in fields.sites if site.is_closed_on(localdate(at))]
    if not closed:
        return
    known = set(kept.sites.values_list("pk", flat=True)) if kept else set()
    new = [site.name for site in closed if site.pk not in known]
    if new:
        message = _("Closed sites cannot come into a file: %(names)s.")
        raise UserError(message % {"names": ", ".join(new)})


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    row: Certification,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(action, KIND, row.key, row.reference, before=before, after=after)
    stream = journal.organisation_stream(row.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
