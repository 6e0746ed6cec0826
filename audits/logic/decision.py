"""What a certification body may decide, when, and what it makes of the certificate.

Sources: domain document, 3.2 (decision by the body: grant, grant with follow-up, extra audit,
refuse; suspension and withdrawal), 4.1 (ISO/IEC 17065: whoever evaluates does not decide) and 5.5
(no decision in favour while a major nonconformity is open).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from audits.logic.readiness import OpenFinding


class CertificateState(StrEnum):
    """Where a file stands with its certificate, after the last decision."""

    NONE = "NONE"
    CERTIFIED = "CERTIFIED"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"


class DecisionKind(StrEnum):
    """What is decided: the first four about an audit, the others about the certificate."""

    GRANTED = "GRANTED"
    GRANTED_WITH_FOLLOW_UP = "GRANTED_WITH_FOLLOW_UP"
    SUPPLEMENTARY_AUDIT = "SUPPLEMENTARY_AUDIT"
    REFUSED = "REFUSED"
    SUSPENDED = "SUSPENDED"
    RESTORED = "RESTORED"
    WITHDRAWN = "WITHDRAWN"


class CertificateStatus(StrEnum):
    """How a certificate reads on a day; stored nowhere, as time passes without anybody."""

    TO_COME = "TO_COME"
    IN_FORCE = "IN_FORCE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"


GRANTS = frozenset({DecisionKind.GRANTED, DecisionKind.GRANTED_WITH_FOLLOW_UP})
ON_AUDIT = (
    DecisionKind.GRANTED,
    DecisionKind.GRANTED_WITH_FOLLOW_UP,
    DecisionKind.SUPPLEMENTARY_AUDIT,
    DecisionKind.REFUSED,
)
ON_CERTIFICATE = (DecisionKind.SUSPENDED, DecisionKind.RESTORED, DecisionKind.WITHDRAWN)

_NONE, _CERTIFIED, _SUSPENDED, _WITHDRAWN = CertificateState
# What may follow what: (state before, decision) to the state after. A pair that is not here is
# refused, by the database too. A suspended certificate is restored before it is maintained; not
# maintaining one does not end it: the body suspends or withdraws it, and says so. Nothing follows
# a withdrawal: another certificate is another file.
DECISION_FLOW: Mapping[tuple[CertificateState, DecisionKind], CertificateState] = {
    (_NONE, DecisionKind.GRANTED): _CERTIFIED,
    (_NONE, DecisionKind.GRANTED_WITH_FOLLOW_UP): _CERTIFIED,
    (_NONE, DecisionKind.SUPPLEMENTARY_AUDIT): _NONE,
    (_NONE, DecisionKind.REFUSED): _NONE,
    (_CERTIFIED, DecisionKind.GRANTED): _CERTIFIED,
    (_CERTIFIED, DecisionKind.GRANTED_WITH_FOLLOW_UP): _CERTIFIED,
    (_CERTIFIED, DecisionKind.SUPPLEMENTARY_AUDIT): _CERTIFIED,
    (_CERTIFIED, DecisionKind.REFUSED): _CERTIFIED,
    (_CERTIFIED, DecisionKind.SUSPENDED): _SUSPENDED,
    (_CERTIFIED, DecisionKind.WITHDRAWN): _WITHDRAWN,
    (_SUSPENDED, DecisionKind.SUPPLEMENTARY_AUDIT): _SUSPENDED,
    (_SUSPENDED, DecisionKind.REFUSED): _SUSPENDED,
    (_SUSPENDED, DecisionKind.RESTORED): _CERTIFIED,
    (_SUSPENDED, DecisionKind.WITHDRAWN): _WITHDRAWN,
}


class AuditedFor(StrEnum):
    """Kinds of audits of third parties. Equal to values of `audits.enums.AuditKind`."""

    INITIAL = "INITIAL"
    SURVEILLANCE = "SURVEILLANCE"
    RENEWAL = "RENEWAL"
    SUPPLEMENTARY = "SUPPLEMENTARY"


def decisions_on_audit(state: CertificateState, kind: AuditedFor) -> tuple[DecisionKind, ...]:
    """What may be decided on a concluded audit: without certificate, nothing is maintained."""
    needs_certificate = kind == AuditedFor.SURVEILLANCE and state == CertificateState.NONE
    return tuple(
        decision
        for decision in ON_AUDIT
        if (state, decision) in DECISION_FLOW and not (needs_certificate and decision in GRANTS)
    )


def decisions_on_certificate(state: CertificateState) -> tuple[DecisionKind, ...]:
    """What may be decided on the certificate itself."""
    return tuple(one for one in ON_CERTIFICATE if (state, one) in DECISION_FLOW)


def makes_certificate(state: CertificateState, kind: AuditedFor, decision: DecisionKind) -> bool:
    """Whether the decision writes a new certificate, and does not keep the one that exists.

    The initial and the renewal audit do; a supplementary one does where there is none yet.
    """
    if decision not in GRANTS:
        return False
    first = kind == AuditedFor.SUPPLEMENTARY and state == CertificateState.NONE
    return first or kind in {AuditedFor.INITIAL, AuditedFor.RENEWAL}


def blocking(findings: Iterable[OpenFinding]) -> tuple[OpenFinding, ...]:
    """Open findings that keep a body from granting: the major ones (domain document, 5.5)."""
    return tuple(one for one in findings if one.severity == "major")


def status_on(
    day: date,
    *,
    valid_from: date,
    expires_on: date,
    state: CertificateState,
    is_latest: bool,
) -> CertificateStatus:
    """How a certificate reads on a day.

    ``state`` is that of its file after the decisions in effect on that day; ``is_latest`` whether
    no later certificate has begun by then.
    """
    if not is_latest:
        return CertificateStatus.REPLACED
    if state == CertificateState.WITHDRAWN:
        return CertificateStatus.WITHDRAWN
    if day < valid_from:
        return CertificateStatus.TO_COME
    if day > expires_on:
        return CertificateStatus.EXPIRED
    suspended = state == CertificateState.SUSPENDED
    return CertificateStatus.SUSPENDED if suspended else CertificateStatus.IN_FORCE
