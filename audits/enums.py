"""Vocabularies and flows of audits."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from crcaudit.core.flow import Flow


class CertificationState(TextChoices):
    """Life of a certification file."""

    OPEN = "OPEN", _("Open")
    CLOSED = "CLOSED", _("Closed")


CERTIFICATION_FLOW = Flow(
    "certification file",
    {
        CertificationState.OPEN: frozenset({CertificationState.CLOSED}),
        CertificationState.CLOSED: frozenset({CertificationState.OPEN}),
    },
)


class Channel(TextChoices):
    """Ways in which customers reach the centre."""

    PHONE = "PHONE", _("Telephone")
    EMAIL = "EMAIL", _("E-mail and web form")
    LETTER = "LETTER", _("Letter")
    CHAT = "CHAT", _("Chat")
    SOCIAL = "SOCIAL", _("Social networks")
    SHOP = "SHOP", _("Point of sale")


class AuditKind(TextChoices):
    """Why an audit is held. Only the diagnosis is the baseline of the gap."""

    DIAGNOSIS = "DIAGNOSIS", _("Initial diagnosis")
    INTERNAL = "INTERNAL", _("Internal audit")
    MOCK = "MOCK", _("Mock audit")
    INITIAL = "INITIAL", _("Initial audit")
    SURVEILLANCE = "SURVEILLANCE", _("Surveillance audit")
    RENEWAL = "RENEWAL", _("Renewal audit")
    SUPPLEMENTARY = "SUPPLEMENTARY", _("Supplementary audit")


REFERENCE_PREFIX = {
    AuditKind.DIAGNOSIS: "DI",
    AuditKind.INTERNAL: "AI",
    AuditKind.MOCK: "AB",
    AuditKind.INITIAL: "AC",
    AuditKind.SURVEILLANCE: "AS",
    AuditKind.RENEWAL: "AR",
    AuditKind.SUPPLEMENTARY: "AX",
}
# Held by the organisation itself: its quality manager rates and writes the findings.
OWN_AUDITS = frozenset({AuditKind.DIAGNOSIS, AuditKind.INTERNAL, AuditKind.MOCK})


class AuditState(TextChoices):
    """Life of an audit. A validated one is frozen; see `AUDIT_FLOW` for the way back."""

    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    VALIDATED = "VALIDATED", _("Validated")


AUDIT_FLOW = Flow(
    "audit",
    {
        AuditState.IN_PROGRESS: frozenset({AuditState.VALIDATED}),
        # Never a diagnosis, nor after a decision or an issued report: `reports.actions.reopening`.
        AuditState.VALIDATED: frozenset({AuditState.IN_PROGRESS}),
    },
)


class TeamRole(TextChoices):
    """Who does what in an audit; an observer only reads."""

    LEAD = "LEAD", _("Lead auditor")
    AUDITOR = "AUDITOR", _("Auditor")
    OBSERVER = "OBSERVER", _("Observer")


class SectionLevel(TextChoices):
    """The two levels above the requirement."""

    DOMAIN = "DOMAIN", _("Domain")
    ENGAGEMENT = "ENGAGEMENT", _("Engagement")


class AssessmentStatus(TextChoices):
    """Whether a requirement was rated. Equal to the values of `audits.logic.gap.Rating`."""

    NOT_ASSESSED = "NOT_ASSESSED", _("Not assessed")
    RATED = "RATED", _("Rated")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable")


class EvidenceKind(TextChoices):
    """What a piece of evidence is."""

    FILE = "FILE", _("File")
    LINK = "LINK", _("Link")
    NOTE = "NOTE", _("Note")


class Confidentiality(TextChoices):
    """Who may read a piece of evidence or a report, as printed on it."""

    PUBLIC = "PUBLIC", _("Public")
    INTERNAL = "INTERNAL", _("Internal")
    RESTRICTED = "RESTRICTED", _("Restricted distribution")
    CONFIDENTIAL = "CONFIDENTIAL", _("Confidential")


class ReviewVerdict(TextChoices):
    """What an auditor says of a piece of evidence, on one requirement of one audit."""

    ACCEPTED = "ACCEPTED", _("Accepted")
    TO_COMPLETE = "TO_COMPLETE", _("To complete")
    REJECTED = "REJECTED", _("Rejected")


class Need(TextChoices):
    """What is left to do before an audit, in the order in which it is settled."""

    UNRATED = "UNRATED", _("To rate")
    UNPROVEN = "UNPROVEN", _("Without evidence")
    EXPIRED = "EXPIRED", _("Expired evidence")
    EXPIRING = "EXPIRING", _("Evidence that expires before the audit")
    REQUESTED = "REQUESTED", _("Evidence asked for")
    ANSWER_OWED = "ANSWER_OWED", _("Finding to answer")
    UNANSWERED = "UNANSWERED", _("Finding without action")
    LATE = "LATE", _("Action late")
    DUE = "DUE", _("Action to finish")


class FindingState(TextChoices):
    """Life of a finding (domain.md 5.4). A draft is the audit team's own affair.

    What is overdue passes with time and is stored nowhere; an escalation changes the grade.
    """

    DRAFT = "DRAFT", _("Draft")
    PRESENTED = "PRESENTED", _("Presented")
    ANSWERED = "ANSWERED", _("Answered")
    ACCEPTED = "ACCEPTED", _("Answer accepted")
    PROVEN = "PROVEN", _("Proof brought")
    CLOSED = "CLOSED", _("Closed")


# Presented and not settled: what counts in a verdict, blocks, and is followed up.
OPEN_FINDING_STATES = frozenset(
    {
        FindingState.PRESENTED,
        FindingState.ANSWERED,
        FindingState.ACCEPTED,
        FindingState.PROVEN,
    }
)
# A finding changes until the auditee answers it.
WRITABLE_FINDING_STATES = frozenset({FindingState.DRAFT, FindingState.PRESENTED})
FINDING_FLOW = Flow(
    "finding",
    {
        FindingState.DRAFT: frozenset({FindingState.PRESENTED}),
        # Straight to closed: a grade that asks for no answer, or the organisation's own audit.
        FindingState.PRESENTED: frozenset({FindingState.ANSWERED, FindingState.CLOSED}),
        # Back to presented: the answer is refused, and another one is due.
        FindingState.ANSWERED: frozenset({FindingState.ACCEPTED, FindingState.PRESENTED}),
        # Straight to closed: verified on the spot, at the next audit.
        FindingState.ACCEPTED: frozenset({FindingState.PROVEN, FindingState.CLOSED}),
        FindingState.PROVEN: frozenset({FindingState.CLOSED, FindingState.ACCEPTED}),
        FindingState.CLOSED: frozenset({FindingState.PRESENTED, FindingState.ACCEPTED}),
    },
)


class AuditeePosition(TextChoices):
    """What the audited organisation says of a finding; a disagreement is kept with its reason."""

    AGREED = "AGREED", _("Agreed")
    RESERVED = "RESERVED", _("Agreed with reservations")
    DISPUTED = "DISPUTED", _("Disputed")


class CauseMethod(TextChoices):
    """How the cause of a gap was looked for."""

    FIVE_WHYS = "FIVE_WHYS", _("5 whys")
    ISHIKAWA = "ISHIKAWA", _("Ishikawa")
    OTHER = "OTHER", _("Other method")


class CauseFamily(TextChoices):
    """The branches of an Ishikawa diagram, in the usual order of the 5 M, and management."""

    METHOD = "METHOD", _("Methods")
    PEOPLE = "PEOPLE", _("People")
    TOOLS = "TOOLS", _("Tools")
    MATERIAL = "MATERIAL", _("Information and inputs")
    ENVIRONMENT = "ENVIRONMENT", _("Environment")
    MANAGEMENT = "MANAGEMENT", _("Management")


class Opinion(TextChoices):
    """What the auditor says of an answer or of a proof; a refusal says what is missing."""

    ACCEPTED = "ACCEPTED", _("Accepted")
    REFUSED = "REFUSED", _("Refused")


class Escalation(TextChoices):
    """Why a minor nonconformity became major: rules of the scheme (domain.md 5.5)."""

    OVERDUE = "OVERDUE", _("not closed in time")


class ActionState(TextChoices):
    """Life of a corrective action."""

    PLANNED = "PLANNED", _("To do")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    DONE = "DONE", _("Done, to be verified")
    VERIFIED = "VERIFIED", _("Verified effective")
    CANCELLED = "CANCELLED", _("Cancelled")


# Still to be done.
PENDING_ACTIONS = (ActionState.PLANNED, ActionState.IN_PROGRESS)
ACTION_FLOW = Flow(
    "corrective action",
    {
        ActionState.PLANNED: frozenset(
            {ActionState.IN_PROGRESS, ActionState.DONE, ActionState.CANCELLED}
        ),
        ActionState.IN_PROGRESS: frozenset({ActionState.DONE, ActionState.CANCELLED}),
        ActionState.DONE: frozenset({ActionState.VERIFIED, ActionState.IN_PROGRESS}),
        ActionState.CANCELLED: frozenset({ActionState.PLANNED}),
    },
)
