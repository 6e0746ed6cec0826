"""What a referential file says."""

from dataclasses import dataclass
from decimal import Decimal

from engagements.importers.values.common import Bilingual, Parameter, Term


@dataclass(frozen=True, slots=True)
class LevelNames:
    """How the scheme calls one domain, one engagement, one requirement."""

    domain: Bilingual
    engagement: Bilingual
    requirement: Bilingual


@dataclass(frozen=True, slots=True)
class ScaleLevelData:
    """One level of the rating scale. ``points`` (0 to 100) is None when not applicable."""

    code: str
    letter: str
    label: Bilingual
    points: int | None
    is_conform: bool
    shape: str


@dataclass(frozen=True, slots=True)
class GradeData:
    """One grade of finding and the answer it calls for.

    ``answer_days`` and ``evidence_days`` are counted from the notice of the finding, in working
    days when ``working_days``, else in calendar days; None when nothing is expected.
    """

    code: str
    label: Bilingual
    short: Bilingual
    meaning: Bilingual
    severity: str
    shape: str
    blocks: bool
    needs_action: bool
    answer_days: int | None
    evidence_days: int | None
    working_days: bool


@dataclass(frozen=True, slots=True)
class ThresholdsData:
    """What certification asks for: two scores in percent, and a number of open minors."""

    global_score: int
    domain_score: int
    open_minors: int


@dataclass(frozen=True, slots=True)
class EscalationData:
    """When a minor nonconformity weighs more; ``minors_per_major`` is None when never by number."""

    minor_becomes_major: bool = False
    minors_per_major: int | None = None
    critical_is_major: bool = True


@dataclass(frozen=True, slots=True)
class CycleData:
    """Durations of the cycle of a certificate; each is None where the scheme does not state it.

    Follow-ups come every ``surveillance_months``, ``surveillance_count`` times; one may be held
    from ``window_months`` before its day on, the renewal from ``renewal_lead_months`` before the
    term on. An audit is announced ``notice_days`` before.
    """

    surveillance_months: int | None = None
    surveillance_count: int | None = None
    window_months: int | None = None
    renewal_lead_months: int | None = None
    notice_days: int | None = None


@dataclass(frozen=True, slots=True)
class SchemeData:
    """The certification scheme. ``validity_years`` is None when it delivers no certificate."""

    code: str
    name: Bilingual
    certification_body: str
    validity_years: int | None
    surveillance: Bilingual
    cycle: CycleData
    levels: LevelNames
    gap_rule: str
    thresholds: ThresholdsData
    scale: tuple[ScaleLevelData, ...]
    grades: tuple[GradeData, ...]
    escalation: EscalationData = EscalationData()


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """The words the rest of the file refers to, each in the order of the file."""

    criticalities: tuple[Term, ...]
    control_methods: tuple[Term, ...]
    frequencies: tuple[Term, ...]
    roles: tuple[Term, ...]
    journey_stages: tuple[Term, ...]
    confidence: tuple[Term, ...]
    sources: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class TargetData:
    """The target of a requirement, in the unit of the indicator it names."""

    code: str
    op: str
    value: Decimal
    source: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class InternalControlData:
    """The internal control line of one requirement; ``responsible`` is a role code."""

    frequency: str
    responsible: str
    sample: Bilingual
    record: Bilingual
    alert_threshold: Bilingual
    action_if_breach: Bilingual


@dataclass(frozen=True, slots=True)
class RequirementData:
    """The smallest thing that is assessed.

    ``journey_stage``, ``source`` and ``confidence`` are "" when absent; ``weight`` is 1 to 10.
    """

    code: str
    text: Bilingual
    criticality: str
    weight: int
    journey_stage: str
    source: str
    confidence: str
    control_methods: tuple[str, ...]
    control_method: Bilingual
    expected_evidence: tuple[Bilingual, ...]
    internal_control: InternalControlData | None
    indicator: TargetData | None
    suggested_indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EngagementData:
    """A promise to the end customer, or a clause of a standard."""

    code: str
    text: Bilingual
    summary: Bilingual
    external_control: Bilingual
    source: str
    numbering_confidence: str
    content_confidence: str
    requirements: tuple[RequirementData, ...]


@dataclass(frozen=True, slots=True)
class DomainData:
    """A group of engagements, or a chapter of a standard."""

    code: str
    title: Bilingual
    summary: Bilingual
    numbering_confidence: str
    content_confidence: str
    engagements: tuple[EngagementData, ...]


@dataclass(frozen=True, slots=True)
class AnnexArea:
    """One area of an annex and the indicators of the catalogue that fall in it."""

    title: Bilingual
    note: Bilingual
    confidence: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnnexData:
    """An informative part of a standard, kept for reference and never assessed."""

    code: str
    title: Bilingual
    areas: tuple[AnnexArea, ...]


@dataclass(frozen=True, slots=True)
class ReferentialFile:
    """One edition of one referential, with the scheme it belongs to.

    ``is_reconstruction``: the requirements are not the original ones, and every screen says so.
    ``sha256`` is the fingerprint of the content: it ignores comments, order of keys and layout.
    """

    sha256: str
    code: str
    version: str
    title: Bilingual
    notice: Bilingual
    is_reconstruction: bool
    status_note: Bilingual
    scheme: SchemeData
    scope: tuple[Bilingual, ...]
    customers: tuple[Bilingual, ...]
    vocabularies: Vocabularies
    unaudited: tuple[Term, ...]
    annexes: tuple[AnnexData, ...]
    domains: tuple[DomainData, ...]

    @property
    def engagements(self) -> tuple[EngagementData, ...]:
        """All engagements, in the order of the file."""
        return tuple(item for domain in self.domains for item in domain.engagements)

    @property
    def requirements(self) -> tuple[RequirementData, ...]:
        """All requirements, in the order of the file."""
        return tuple(item for engagement in self.engagements for item in engagement.requirements)
