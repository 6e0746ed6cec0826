"""A certificate and what was decided about it, as screens show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy

from audits.logic.decision import CertificateState, CertificateStatus, status_on
from audits.models import AuditConclusion, Certificate, Certification, Decision
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import User
from crcaudit.accounts.permissions import organisations_with

STATUSES = {
    CertificateStatus.IN_FORCE: ("ok", gettext_lazy("In force")),
    CertificateStatus.TO_COME: ("none", gettext_lazy("Not yet valid")),
    CertificateStatus.SUSPENDED: ("minor", gettext_lazy("Suspended")),
    CertificateStatus.EXPIRED: ("major", gettext_lazy("Expired")),
    CertificateStatus.WITHDRAWN: ("major", gettext_lazy("Withdrawn")),
    CertificateStatus.REPLACED: ("na", gettext_lazy("Replaced")),
}

# What a list of decisions never reads of the audits decided on.
DECIDED = ("conclusion__audit__frozen", "conclusion__audit__scale")


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate with how it reads on a day."""

    certificate: Certificate
    code: CertificateStatus
    shape: str
    status: str


def decisions_of(certification: Certification) -> list[Decision]:
    """What was decided, newest first: one query."""
    related = ("decided_by", "conclusion__audit")
    rows = certification.decisions.select_related(*related).defer(*DECIDED)
    return list(rows.order_by("-number"))


def certificate_lines(
    certificates: Sequence[Certificate], decisions: Iterable[Decision], *, today: date
) -> list[CertificateLine]:
    """Certificates of one file, the latest first, each with its status on the day."""
    state = state_on(decisions, today)
    begun = [row for row in certificates if row.valid_from <= today]
    current = begun[-1:] or list(certificates[:1])
    lines = []
    for row in reversed(certificates):
        status = status_on(
            today,
            valid_from=row.valid_from,
            expires_on=row.expires_on,
            state=state,
            is_latest=row in current or row.valid_from > today,
        )
        shape, words = STATUSES[status]
        lines.append(CertificateLine(row, status, shape, str(words)))
    return lines


def standing_lines(
    certificates: Sequence[Certificate], decisions: Iterable[Decision], *, today: date
) -> list[CertificateLine]:
    """Those of `certificate_lines` that no later certificate replaced."""
    lines = certificate_lines(certificates, decisions, today=today)
    return [line for line in lines if line.code != CertificateStatus.REPLACED]


def standing_certificates(certification: Certification, *, today: date) -> list[CertificateLine]:
    """Certificates of the file that count today or later: two queries, no reason, no name."""
    decisions = certification.decisions.only("number", "target", "effective_on")
    rows = certification.certificates.order_by("valid_from", "pk")
    return standing_lines(list(rows), decisions, today=today)


def state_on(decisions: Iterable[Decision], day: date) -> CertificateState:
    """After the decisions in effect on the day; a later one counts over an earlier one."""
    effective = [row for row in decisions if row.effective_on <= day]
    last = max(effective, key=lambda row: row.number, default=None)
    return CertificateState(last.target) if last else CertificateState.NONE


def waiting_for(user: User) -> list[AuditConclusion]:
    """Concluded audits on which the person has to decide, oldest first: one query."""
    bodies = organisations_with(user, Role.DECISION_MAKER)
    if not bodies:
        return []
    rows = AuditConclusion.objects.standing().filter(
        audit__certification__body__in=bodies, decisions=None
    )
    rows = rows.select_related("audit__organisation").defer("audit__frozen", "audit__scale")
    return list(rows.order_by("concluded_at", "pk"))
