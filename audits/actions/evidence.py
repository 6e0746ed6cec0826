"""Depositing evidence, adding versions to it, changing what is said of it.

Nothing is ever taken away: a version comes after the others, and a file that cannot be kept
whole leaves neither row nor file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import storage
from audits.actions.evidence_fields import (
    EvidenceFields,
    as_json,
    columns,
    dates_as_json,
    fields_of,
    file_as_json,
)
from audits.actions.evidence_links import (
    attach,
    linked_change,
    refresh,
    renew,
    require_open,
    same_file,
)
from audits.actions.once import require_same_form
from audits.enums import EvidenceKind
from audits.models import Assessment, Evidence, EvidenceVersion
from crcaudit.accounts.models import Organisation, User
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.files import Inspected, Received
from crcaudit.core.numbering import next_number

KIND, READ_KIND = "evidence", "evidence_read"
ADDED, EDITED, VERSIONED, READ = (
    "evidence.added",
    "evidence.edited",
    "evidence.version_added",
    "evidence.read",
)
# How a file was read: kept, shown by our viewer, one of the two, or drawn again for the page.
DOWNLOADED, VIEWED, VIEWED_OR_SAVED, PREVIEWED = "download", "view", "view_or_save", "preview"
MAX_TITLE = 200
CHANGED = gettext_lazy("Somebody changed this evidence meanwhile. Nothing was overwritten.")


def add_file(*, assessment: Assessment, upload: storage.Upload, by: User, at: datetime) -> Evidence:
    """One file becomes one piece of evidence of the requirement, titled after its name.

    The same bytes sent again for the same requirement give the evidence that is there already.

    Raises:
        FileRefusedError: see `crcaudit.core.files`.
        NotAvailableError: when the audit is validated.
        UserError: when there is no room left, or the server could not write the file.
    """
    require_open(assessment.audit)
    with storage.received(upload) as received:
        return add_received(assessment=assessment, received=received, by=by, at=at)


def add_received(*, assessment: Assessment, received: Received, by: User, at: datetime) -> Evidence:
    """As `add_file`, of what passed the gate. Who takes it back removes the file too."""
    seen = received.inspected
    known = same_file(assessment, seen.sha256)
    if known is not None:
        return known
    title = seen.display_name.rpartition(".")[0][:MAX_TITLE]
    sites = (assessment.site,) if assessment.site is not None else ()
    fields = EvidenceFields(title=title, sites=sites)
    with kept(received, assessment.audit.organisation) as path:
        evidence = _create(assessment, EvidenceKind.FILE, fields, key=uuid4(), by=by, at=at)
        version = append_version(evidence, seen, path, number=1, by=by, at=at)
        _record_added(evidence, assessment, file_as_json(version), by=by, at=at)
    return evidence


@transaction.atomic
def add_statement(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    assessment: Assessment,
    kind: EvidenceKind,
    fields: EvidenceFields,
    by: User,
    at: datetime,
) -> Evidence:
    """A link or a note as evidence. ``key`` is drawn when the form is shown.

    Raises:
        NotAvailableError: when the audit is validated, or the form was already sent with
            other contents.
    """
    sent = as_json(fields)
    known = Evidence.objects.filter(key=key).first()
    if known is not None:
        require_same_form(kind=KIND, key=key, action=ADDED, sent=sent, by=by)
        return known
    evidence = _create(assessment, kind, fields, key=key, by=by, at=at)
    _record_added(evidence, assessment, sent, by=by, at=at)
    return evidence


def add_version(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    evidence: Evidence,
    upload: storage.Upload,
    fact_date: date | None,
    valid_until: date | None,
    by: User,
    at: datetime,
) -> EvidenceVersion:
    """A newer file of the same evidence, with its dates. The earlier ones stay as they are.

    Raises:
        FileRefusedError: see `crcaudit.core.files`.
        NotAvailableError: when the evidence is not a file, or was withdrawn.
        UserError: when the file is the current one, there is no room left, or the server
            could not write it.
    """
    _require_file(evidence)
    with (
        storage.received(upload) as received,
        kept(received, evidence.organisation) as path,
    ):
        evidence = _locked(evidence.pk)
        _require_file(evidence)
        last = evidence.versions.order_by("number").last()
        if last is not None and last.sha256 == received.inspected.sha256:
            raise UserError(_("This file is the same as the current version: nothing was added."))
        number = last.number + 1 if last is not None else 1
        version = append_version(evidence, received.inspected, path, number=number, by=by, at=at)
        before = {"fact_date": evidence.fact_date, "valid_until": evidence.valid_until}
        after = {"fact_date": fact_date, "valid_until": valid_until}
        Evidence.objects.filter(pk=evidence.pk).update(**after, version=F("version") + 1)
        renew(evidence)
        told = dates_as_json(after) | file_as_json(version)
        _record(evidence, VERSIONED, before=dates_as_json(before), after=told, by=by, at=at)
    return version


@transaction.atomic
def edit_evidence(
    *, evidence: Evidence, version: int, fields: EvidenceFields, by: User, at: datetime
) -> Evidence:
    """Change what is said of the evidence; its files stay. Returns the row as saved.

    Raises:
        EditConflictError: when somebody changed it since ``version``.
        NotAvailableError: when it was withdrawn.
    """
    evidence = _locked(evidence.pk)
    _require_present(evidence)
    old, new = as_json(fields_of(evidence)), as_json(fields)
    if old == new:
        return evidence
    changed = Evidence.objects.filter(pk=evidence.pk, version=version).update(
        **columns(fields), version=F("version") + 1
    )
    if not changed:
        raise EditConflictError(CHANGED, evidence)
    names = [name for name in new if old[name] != new[name]]
    if "sites" in names:
        evidence.sites.set(fields.sites)
    if "valid_until" in names:
        refresh(evidence)
    before, after = ({name: row[name] for name in names} for row in (old, new))
    _record(evidence, EDITED, before=before, after=after, by=by, at=at)
    return _locked(evidence.pk)


@transaction.atomic
def record_read(*, version: EvidenceVersion, how: str, by: User, at: datetime) -> None:
    """Trace that somebody was given the content. ``how`` is one of the four words above."""
    evidence = version.evidence
    after = {"version": version.number, "how": how}
    change = journal.Change(READ, READ_KIND, evidence.key, str(evidence), after=after)
    stream = journal.organisation_stream(evidence.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)


@contextmanager
def kept(received: Received, organisation: Organisation) -> Iterator[str]:
    """The file in its place and a transaction for its rows: both stay, or neither."""
    _require_room(organisation, received.inspected.size)
    with storage.placed(received.path, organisation.key) as path, transaction.atomic():
        yield path


def _create(  # noqa: PLR0913 -- keyword-only, one line each
    assessment: Assessment,
    kind: EvidenceKind,
    fields: EvidenceFields,
    *,
    key: UUID,
    by: User,
    at: datetime,
) -> Evidence:
    organisation = assessment.audit.organisation
    evidence = Evidence.objects.create(
        key=key,
        organisation=organisation,
        number=next_number(f"evidence:{organisation.key}"),
        kind=kind,
        created_at=at,
        created_by=by,
        **columns(fields),
    )
    evidence.sites.set(fields.sites)
    attach(evidence, [assessment], by=by, at=at)
    return evidence


def append_version(  # noqa: PLR0913 -- keyword-only, one line each
    evidence: Evidence, seen: Inspected, path: str, *, number: int, by: User, at: datetime
) -> EvidenceVersion:
    """One more file of the evidence, which lies at ``path``."""
    return EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        path=path,
        file_name=seen.display_name,
        media_type=seen.media_type,
        size=seen.size,
        sha256=seen.sha256,
        pages=seen.page_count,
        preview=seen.preview or "",
        scanned_at=at if seen.is_scanned else None,
        uploaded_at=at,
        uploaded_by=by,
    )


def _require_room(organisation: Organisation, size: int) -> None:
    rows = EvidenceVersion.objects.filter(evidence__organisation=organisation)
    used = rows.aggregate(total=Sum("size"))["total"] or 0
    if used + size > settings.ORGANISATION_QUOTA_BYTES:
        raise UserError(
            _(
                "There is no room left for the files of this organisation: "
                "ask the person who runs the server for more."
            )
        )


def _require_present(evidence: Evidence) -> None:
    if evidence.withdrawn_at is not None:
        raise NotAvailableError(_("This evidence was withdrawn: it no longer changes."))


def _require_file(evidence: Evidence) -> None:
    _require_present(evidence)
    if evidence.kind != EvidenceKind.FILE:
        raise NotAvailableError(
            _("Only a file has versions: edit this evidence, or add the file as a new one.")
        )


def _locked(pk: int) -> Evidence:
    rows = Evidence.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=pk)


def _record_added(
    evidence: Evidence,
    assessment: Assessment,
    told: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> None:
    """One row for the deposit, one for the link to the requirement."""
    change = journal.Change(ADDED, KIND, evidence.key, str(evidence), after=told)
    stream = journal.organisation_stream(evidence.organisation.key)
    journal.record_many([change, linked_change(evidence, assessment)], stream=stream, by=by, at=at)


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    evidence: Evidence,
    action: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(action, KIND, evidence.key, str(evidence), before=before, after=after)
    stream = journal.organisation_stream(evidence.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
