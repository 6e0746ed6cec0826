"""The certification body decides on a concluded audit, or on the certificate itself."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits import decision_notices as notices
from audits.actions.closing import locked_file
from audits.decision_enums import CertificateState, DecisionKind
from audits.logic import decision as rules
from audits.logic.cycle import term_of
from audits.models import Audit, AuditConclusion, Certificate, Certification, Decision
from audits.permissions.decisions import is_involved
from audits.snapshots.decision import open_findings, state_of
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError

KIND = "certification"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFields:
    """What is decided, why, and from when. ``conditions``: of a grant with follow-up only."""

    kind: DecisionKind
    reason: str
    conditions: str = ""
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFields:
    """What a new certificate needs. ``expires_on``: only where the scheme states no duration."""

    number: str
    consult: str
    expires_on: date | None = None


@transaction.atomic
def decide_on_audit(
    *,
    audit: Audit,
    fields: DecisionFields,
    certificate: CertificateFields | None = None,
    by: User,
    at: datetime,
) -> Decision:
    """Decide on a concluded audit, once; a grant may write a certificate. Tell both sides.

    Raises:
        NotAvailableError: when it is not concluded, is decided on already, the state of the
            certificate does not have this decision, or a major nonconformity is open.
        UserError: when the person is or was of the audit team, or something is missing.
    """
    certification = _locked(audit.certification_id, by)
    conclusion = _undecided(audit)
    state = state_of(certification)
    kind = rules.AuditedFor(audit.kind)
    decided = rules.DecisionKind(fields.kind)
    if decided not in rules.decisions_on_audit(state, kind):
        raise NotAvailableError(_not_there(state))
    makes = rules.makes_certificate(state, kind, decided)
    _require_grantable(certification, fields, decided, makes=makes)
    if fields.effective_on < localdate(conclusion.concluded_at):
        raise UserError(_("The decision cannot take effect before the audit was concluded."))
    if makes and certificate is None:
        raise UserError(_("Say the number of the certificate, and how to consult the referential."))
    row = _write(certification, fields, conclusion=conclusion, by=by, at=at)
    if makes and certificate is not None:
        _write_certificate(row, certificate, at=at)
    notices.decided(row, by=by, at=at)
    return row


@transaction.atomic
def decide_on_certificate(
    *, certification: Certification, fields: DecisionFields, by: User, at: datetime
) -> Decision:
    """Suspend, restore or withdraw the certificate, and tell both sides.

    Raises:
        NotAvailableError: when the state of the certificate does not have this decision, or the
            certificate expired.
        UserError: when the person is or was of an audit team of the file.
    """
    certification = _locked(certification.pk, by)
    state = state_of(certification)
    if rules.DecisionKind(fields.kind) not in rules.decisions_on_certificate(state):
        raise NotAvailableError(_not_there(state))
    latest = certification.certificates.order_by("valid_from", "pk").last()
    if latest is not None and fields.effective_on > latest.expires_on:
        raise NotAvailableError(_("The certificate has expired by then: nothing is left of it."))
    row = _write(certification, fields, conclusion=None, by=by, at=at)
    notices.decided(row, by=by, at=at)
    return row


def _locked(pk: int, by: User) -> Certification:
    """The file as it is now; refuses whoever is involved in what is decided."""
    certification = locked_file(pk, "body", "edition__referential__scheme")
    if certification.body is None:
        raise NotAvailableError(_("This step is not available: the file names no body."))
    if is_involved(by, certification):
        raise UserError(
            _("Who is or was named on an audit of this file, or is of the organisation, decides "
              "nothing about it.")
        )  # fmt: skip
    return certification


def _undecided(audit: Audit) -> AuditConclusion:
    rows = AuditConclusion.objects.standing().filter(audit=audit).select_related("audit")
    conclusion = rows.first()
    if conclusion is None:
        raise NotAvailableError(_("This step is not available: the audit is not concluded."))
    if conclusion.decisions.exists():
        raise NotAvailableError(_("This step is not available: the audit is decided on already."))
    return conclusion


def _require_grantable(
    certification: Certification,
    fields: DecisionFields,
    decided: rules.DecisionKind,
    *,
    makes: bool,
) -> None:
    """A grant is not given over an open major, nor does one keep what expired."""
    if decided not in rules.GRANTS:
        return
    majors = rules.blocking(open_findings(certification))
    if majors:
        names = ", ".join(f"{one.reference} {one.title}" for one in majors)
        raise NotAvailableError(
            _("Nothing is granted while a major nonconformity is open: %(names)s.")
            % {"names": names}
        )
    if decided == rules.DecisionKind.GRANTED_WITH_FOLLOW_UP and not fields.conditions:
        raise UserError(_("Say what the follow-up asks for."))
    latest = certification.certificates.order_by("valid_from", "pk").last()
    if not makes and latest is not None and fields.effective_on > latest.expires_on:
        raise NotAvailableError(_("The certificate has expired by then: nothing is left of it."))


def _not_there(state: CertificateState | rules.CertificateState) -> str:
    return _("This step is not available: the certificate of the file is “%(state)s”.") % {
        "state": CertificateState(state).label
    }


def _write(
    certification: Certification,
    fields: DecisionFields,
    *,
    conclusion: AuditConclusion | None,
    by: User,
    at: datetime,
) -> Decision:
    source = state_of(certification)
    follow_up = fields.kind == DecisionKind.GRANTED_WITH_FOLLOW_UP
    row = Decision.objects.create(
        certification=certification,
        conclusion=conclusion,
        number=certification.decisions.count() + 1,
        kind=fields.kind,
        reason=fields.reason,
        conditions=fields.conditions if follow_up else "",
        source=source,
        target=rules.DECISION_FLOW[source, rules.DecisionKind(fields.kind)],
        effective_on=fields.effective_on,
        decided_at=at,
        decided_by=by,
    )
    after: dict[str, Any] = {"decision": row.kind, "effective_on": row.effective_on.isoformat()}
    if conclusion is not None:
        after["audit"] = conclusion.audit.reference
    change = journal.Change(
        "certification.decided",
        KIND,
        certification.key,
        certification.reference,
        before={"certificate": row.source},
        after={**after, "certificate": row.target},
        reason=row.reason,
    )
    stream = journal.organisation_stream(certification.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
    return row


def _write_certificate(row: Decision, fields: CertificateFields, *, at: datetime) -> None:
    file, body = row.certification, row.certification.body
    if body is None:  # asked by `_locked`
        return
    if Certificate.objects.filter(body=body, number=fields.number).exists():
        raise UserError(_("This number is that of another certificate."))
    years = file.edition.referential.scheme.validity_years
    expires = term_of(row.effective_on, years) or fields.expires_on
    if expires is None or expires < row.effective_on:
        raise UserError(_("Say the last day of validity, after the first one."))
    Certificate.objects.create(
        certification=file,
        decision=row,
        body=body,
        number=fields.number,
        holder=file.organisation.name,
        body_name=body.name,
        referential_fr=file.edition.title_fr,
        referential_en=file.edition.title_en,
        edition_version=file.edition.version,
        consult=fields.consult,
        scope=file.scope,
        sites=list(file.sites.order_by("name", "pk").values_list("name", flat=True)),
        channels=list(file.channels),
        granted_on=localdate(at),
        valid_from=row.effective_on,
        expires_on=expires,
    )
