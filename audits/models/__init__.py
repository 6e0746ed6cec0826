"""Models of certification files and audits."""

from audits.models.alert import AlertRule, AlertRulePerson
from audits.models.assessment import Assessment, SectionRollup, proven_on
from audits.models.audit import Audit
from audits.models.barometer import Barometer, SectorMark, ServiceTheme, ThemeCount
from audits.models.calendar_feed import CalendarFeed
from audits.models.calibration import CalibrationRound
from audits.models.certification import Certification
from audits.models.committee import CommitteeMeeting
from audits.models.committee_decision import CommitteeDecision
from audits.models.complaint_parts import (
    ComplaintAction,
    ComplaintComment,
    ComplaintEscalation,
)
from audits.models.conclusion import AuditConclusion
from audits.models.contact_reason import ContactReason, ReasonFeedback
from audits.models.contact_volume import ContactCost, ContactVolume
from audits.models.control_line import ControlLine
from audits.models.control_occurrence import ControlOccurrence, ControlReminder
from audits.models.control_plan import ControlPlan
from audits.models.corrective_action import CorrectiveAction
from audits.models.decision import Certificate, Decision
from audits.models.evidence import Evidence, EvidenceLink, EvidenceVersion
from audits.models.evidence_request import EvidenceRequest, EvidenceRequestAnswer
from audits.models.finding import Finding
from audits.models.finding_reply import FindingAnswer, FindingProof
from audits.models.former_member import FormerTeamMember
from audits.models.internal_complaint import InternalComplaint
from audits.models.listening import ListeningMark, ListeningPlan, ListeningSession
from audits.models.listening_grid import ListeningCriterion, ListeningGrid
from audits.models.measure_import import ColumnMapping, MeasureImport
from audits.models.measurement import Measurement, PeriodResult, SetAsideCount
from audits.models.mystery import MysteryCampaign, MysteryContact, MysteryScenario
from audits.models.place import MeasuringPlace
from audits.models.plan import AuditPlan, MeetingAttendee, PlanSlot
from audits.models.programme import AuditProgramme, ProgrammeLine, ProgrammeRisk
from audits.models.provider_review import AskedItem, ProviderReview
from audits.models.review import EvidenceReview
from audits.models.sample import Sample
from audits.models.sample_item import SampleItem
from audits.models.scenario import Scenario
from audits.models.scorecard import ScorecardGrid, ScorecardLine
from audits.models.section import AuditSection
from audits.models.sharing import FileShare, Subcontractor
from audits.models.survey import AnswerCount, SurveyWave, WaveReturn
from audits.models.target import Target
from audits.models.team import AuditTeamMember
from audits.models.verdict_proposal import VerdictProposal
from audits.models.workbook import WorkbookImport

__all__ = [
    "AlertRule",
    "AlertRulePerson",
    "AnswerCount",
    "AskedItem",
    "Assessment",
    "Audit",
    "AuditConclusion",
    "AuditPlan",
    "AuditProgramme",
    "AuditSection",
    "AuditTeamMember",
    "Barometer",
    "CalendarFeed",
    "CalibrationRound",
    "Certificate",
    "Certification",
    "ColumnMapping",
    "CommitteeDecision",
    "CommitteeMeeting",
    "ComplaintAction",
    "ComplaintComment",
    "ComplaintEscalation",
    "ContactCost",
    "ContactReason",
    "ContactVolume",
    "ControlLine",
    "ControlOccurrence",
    "ControlPlan",
    "ControlReminder",
    "CorrectiveAction",
    "Decision",
    "Evidence",
    "EvidenceLink",
    "EvidenceRequest",
    "EvidenceRequestAnswer",
    "EvidenceReview",
    "EvidenceVersion",
    "FileShare",
    "Finding",
    "FindingAnswer",
    "FindingProof",
    "FormerTeamMember",
    "InternalComplaint",
    "ListeningCriterion",
    "ListeningGrid",
    "ListeningMark",
    "ListeningPlan",
    "ListeningSession",
    "MeasureImport",
    "Measurement",
    "MeasuringPlace",
    "MeetingAttendee",
    "MysteryCampaign",
    "MysteryContact",
    "MysteryScenario",
    "PeriodResult",
    "PlanSlot",
    "ProgrammeLine",
    "ProgrammeRisk",
    "ProviderReview",
    "ReasonFeedback",
    "Sample",
    "SampleItem",
    "Scenario",
    "ScorecardGrid",
    "ScorecardLine",
    "SectionRollup",
    "SectorMark",
    "ServiceTheme",
    "SetAsideCount",
    "Subcontractor",
    "SurveyWave",
    "Target",
    "ThemeCount",
    "VerdictProposal",
    "WaveReturn",
    "WorkbookImport",
    "proven_on",
]
