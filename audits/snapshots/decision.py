"""Where a file stands with its certificate, as values that `audits.logic.decision` judges."""

from audits.enums import OPEN_FINDING_STATES, OWN_AUDITS
from audits.logic.decision import CertificateState
from audits.logic.readiness import OpenFinding
from audits.models import Certification, Finding


def state_of(certification: Certification) -> CertificateState:
    """After the last decision: one query."""
    last = certification.decisions.order_by("-number").values_list("target", flat=True).first()
    return CertificateState(last) if last else CertificateState.NONE


def open_findings(certification: Certification) -> list[OpenFinding]:
    """Open findings of every audit of the file by a third party: one query.

    A supplementary audit does not settle what an earlier one found: only closing it does.
    """
    rows = Finding.objects.filter(
        audit__certification=certification, state__in=OPEN_FINDING_STATES
    ).exclude(audit__kind__in=OWN_AUDITS)
    return [
        OpenFinding(row.reference, row.assessment.code, row.title, row.grade.severity)
        for row in rows.select_related("assessment", "grade").order_by("number")
    ]
