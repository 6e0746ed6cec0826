"""Vocabularies of reports and the flow of the job that makes one."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class ReportKind(TextChoices):
    """The documents."""

    DIAGNOSIS = "DIAGNOSIS", _("Initial diagnosis report")
    AUDIT = "AUDIT", _("Audit report")
    CONTROL_PLAN = "CONTROL_PLAN", _("Internal control plan")
    AUDIT_PLAN = "AUDIT_PLAN", _("Audit plan")
    COMMITTEE_PACK = "COMMITTEE_PACK", _("Operational committee pack")


# Made from what was frozen with the audit.
FROZEN_KINDS = frozenset({ReportKind.DIAGNOSIS, ReportKind.AUDIT})


class ReportState(TextChoices):
    """Life of the job; READY is for ever."""

    QUEUED = "QUEUED", _("Waiting")
    BUILDING = "BUILDING", _("Being made")
    READY = "READY", _("Ready")
    FAILED = "FAILED", _("Failed")
    CANCELLED = "CANCELLED", _("Cancelled")


REPORT_FLOW = Flow(
    "report",
    {
        ReportState.QUEUED: frozenset(
            {ReportState.BUILDING, ReportState.CANCELLED, ReportState.FAILED}
        ),
        ReportState.BUILDING: frozenset(
            {
                ReportState.READY,
                ReportState.FAILED,
                ReportState.CANCELLED,
                ReportState.QUEUED,
            }
        ),
        ReportState.FAILED: frozenset({ReportState.QUEUED}),
        ReportState.CANCELLED: frozenset({ReportState.QUEUED}),
    },
)
PENDING = (ReportState.QUEUED, ReportState.BUILDING)

TEMPLATE_VERSIONS = {
    ReportKind.DIAGNOSIS: "diagnosis_v1",
    ReportKind.AUDIT: "audit_v1",
    ReportKind.CONTROL_PLAN: "control_plan_v2",
    ReportKind.AUDIT_PLAN: "audit_plan_v1",
    ReportKind.COMMITTEE_PACK: "committee_pack_v1",
}
