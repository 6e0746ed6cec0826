"""Models of certification files and audits."""

from audits.models.assessment import Assessment, SectionRollup, proven_on
from audits.models.audit import Audit, AuditSection, AuditTeamMember
from audits.models.calendar_feed import CalendarFeed
from audits.models.certification import Certification
from audits.models.corrective_action import CorrectiveAction
from audits.models.evidence import Evidence, EvidenceLink, EvidenceVersion
from audits.models.finding import Finding
from audits.models.plan import AuditPlan, MeetingAttendee, PlanSlot
from audits.models.programme import AuditProgramme, ProgrammeLine, ProgrammeRisk

__all__ = [
    "Assessment",
    "Audit",
    "AuditPlan",
    "AuditProgramme",
    "AuditSection",
    "AuditTeamMember",
    "CalendarFeed",
    "Certification",
    "CorrectiveAction",
    "Evidence",
    "EvidenceLink",
    "EvidenceVersion",
    "Finding",
    "MeetingAttendee",
    "PlanSlot",
    "ProgrammeLine",
    "ProgrammeRisk",
    "SectionRollup",
    "proven_on",
]
