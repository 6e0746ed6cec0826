"""The record of a control: a file that becomes a piece of evidence of the organisation."""

from datetime import datetime

from django.utils.translation import gettext as _

from audits import storage
from audits.actions.controls.journal import record_control
from audits.actions.controls.results import locked_control
from audits.actions.evidence import MAX_TITLE, append_version, kept
from audits.actions.evidence_fields import EvidenceFields, columns
from audits.control_enums import ControlState
from audits.enums import EvidenceKind
from audits.models import ControlOccurrence, Evidence
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import NotAvailableError
from crcaudit.core.files import Received
from crcaudit.core.numbering import next_number


def add_record(
    *, occurrence: ControlOccurrence, upload: storage.Upload, by: User, at: datetime
) -> Evidence:
    """One file becomes one piece of evidence, joined to the control.

    The same bytes sent again give the evidence that is there already.

    Raises:
        FileRefusedError: see `crcaudit.core.files`.
        NotAvailableError: when the control was cancelled, or the file is closed.
        UserError: when there is no room left, or the server could not write the file.
    """
    with storage.received(upload) as received:
        return _add(occurrence, received, by=by, at=at)


def _add(occurrence: ControlOccurrence, received: Received, *, by: User, at: datetime) -> Evidence:
    seen = received.inspected
    known = _same_file(occurrence, seen.sha256)
    if known is not None:
        return known
    organisation = occurrence.line.plan.certification.organisation
    with kept(received, organisation) as path:
        row = locked_control(occurrence)
        if row.state == ControlState.CANCELLED:
            raise NotAvailableError(_("This control was cancelled: no record is added to it."))
        title = seen.display_name.rpartition(".")[0][:MAX_TITLE]
        fields = EvidenceFields(title=title, fact_date=row.done_on)
        evidence = Evidence.objects.create(
            organisation=organisation,
            number=next_number(f"evidence:{organisation.key}"),
            kind=EvidenceKind.FILE,
            created_at=at,
            created_by=by,
            **columns(fields),
        )
        if row.site is not None:
            evidence.sites.add(row.site)
        append_version(evidence, seen, path, number=1, by=by, at=at)
        row.evidence.add(evidence)
        told = {"evidence": evidence.reference, "file_name": seen.display_name}
        record_control("control.record_added", row, after=told, by=by, at=at)
    return evidence


def _same_file(occurrence: ControlOccurrence, sha256: str) -> Evidence | None:
    """Evidence of the control of which a file has these bytes."""
    rows = occurrence.evidence.filter(withdrawn_at=None, versions__sha256=sha256)
    return rows.first()
