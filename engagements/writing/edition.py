"""One edition and everything under it, a few queries whatever its size."""

from collections.abc import Iterable, Iterator, Mapping

from engagements.enums import TermKind
from engagements.importers.values import (
    Bilingual,
    EngagementData,
    InternalControlData,
    ReferentialFile,
    RequirementData,
    Term,
)
from engagements.models import (
    ControlPoint,
    Domain,
    Edition,
    EditionTerm,
    Engagement,
    Indicator,
    Referential,
    Requirement,
    RequirementIndicator,
)
from engagements.writing.common import both, plain


def write_edition(
    file: ReferentialFile, referential: Referential, indicators: Mapping[str, Indicator]
) -> Edition:
    """A new draft edition with everything under it. ``indicators`` by code, all there."""
    edition = Edition.objects.create(
        referential=referential,
        version=file.version,
        **both("title", file.title),
        **both("notice", _paragraphs([file.notice, file.status_note])),
        **both("scope", _paragraphs([*file.scope, *file.customers])),
        is_reconstruction=file.is_reconstruction,
        content_hash=file.sha256,
    )
    EditionTerm.objects.bulk_create(_terms(edition, file))
    domains = _write_domains(edition, file)
    engagements = _write_engagements(edition, file, domains)
    requirements = _write_requirements(edition, file, engagements)
    ControlPoint.objects.bulk_create(
        _control_point(requirements[item.code], item.internal_control)
        for item in file.requirements
        if item.internal_control
    )
    RequirementIndicator.objects.bulk_create(
        row
        for item in file.requirements
        for row in _requirement_indicators(requirements[item.code], item, indicators)
    )
    return edition


def _paragraphs(texts: Iterable[Bilingual]) -> Bilingual:
    kept = [text for text in texts if text.fr or text.en]
    return Bilingual("\n".join(t.fr for t in kept), "\n".join(t.en for t in kept))


def _terms(edition: Edition, file: ReferentialFile) -> Iterator[EditionTerm]:
    words = file.vocabularies
    kinds: tuple[tuple[TermKind, tuple[Term, ...]], ...] = (
        (TermKind.CRITICALITY, words.criticalities),
        (TermKind.CONTROL_METHOD, words.control_methods),
        (TermKind.FREQUENCY, words.frequencies),
        (TermKind.ROLE, words.roles),
        (TermKind.JOURNEY_STAGE, words.journey_stages),
        (TermKind.SOURCE, words.sources),
        (TermKind.CONFIDENCE, words.confidence),
    )
    for kind, terms in kinds:
        for position, term in enumerate(terms):
            yield EditionTerm(
                edition=edition,
                kind=kind,
                code=term.code,
                position=position,
                **both("label", term.label),
            )


def _write_domains(edition: Edition, file: ReferentialFile) -> dict[str, Domain]:
    rows = [
        Domain(edition=edition, code=item.code, position=position, **both("title", item.title))
        for position, item in enumerate(file.domains, start=1)
    ]
    return {row.code: row for row in Domain.objects.bulk_create(rows)}


def _write_engagements(
    edition: Edition, file: ReferentialFile, domains: Mapping[str, Domain]
) -> dict[str, Engagement]:
    parents = [(domain.code, item) for domain in file.domains for item in domain.engagements]
    rows = [
        _engagement(edition, domains[parent], item, position)
        for position, (parent, item) in enumerate(parents, start=1)
    ]
    return {row.code: row for row in Engagement.objects.bulk_create(rows)}


def _engagement(
    edition: Edition, domain: Domain, item: EngagementData, position: int
) -> Engagement:
    return Engagement(
        edition=edition,
        domain=domain,
        code=item.code,
        position=position,
        **both("text", item.text),
        **both("summary", item.summary),
        **both("external_control", item.external_control),
        source=item.source,
        numbering_confidence=item.numbering_confidence,
        content_confidence=item.content_confidence,
    )


def _write_requirements(
    edition: Edition, file: ReferentialFile, engagements: Mapping[str, Engagement]
) -> dict[str, Requirement]:
    parents = [(parent.code, item) for parent in file.engagements for item in parent.requirements]
    rows = [
        _requirement(edition, engagements[parent], item, position)
        for position, (parent, item) in enumerate(parents, start=1)
    ]
    return {row.code: row for row in Requirement.objects.bulk_create(rows)}


def _requirement(
    edition: Edition, engagement: Engagement, item: RequirementData, position: int
) -> Requirement:
    return Requirement(
        edition=edition,
        engagement=engagement,
        code=item.code,
        position=position,
        **both("text", item.text),
        criticality=item.criticality,
        weight=item.weight,
        journey_stage=item.journey_stage,
        control_methods=list(item.control_methods),
        **both("control_method", item.control_method),
        expected_evidence_fr=[line.fr for line in item.expected_evidence],
        expected_evidence_en=[line.en for line in item.expected_evidence],
        basis=item.source or item.confidence,
    )


def _control_point(requirement: Requirement, line: InternalControlData) -> ControlPoint:
    return ControlPoint(
        edition=requirement.edition,
        requirement=requirement,
        frequency=line.frequency,
        responsible=line.responsible,
        **both("sample", line.sample),
        **both("record", line.record),
        **both("alert_threshold", line.alert_threshold),
        **both("action_if_breach", line.action_if_breach),
    )


def _requirement_indicators(
    requirement: Requirement, item: RequirementData, indicators: Mapping[str, Indicator]
) -> Iterator[RequirementIndicator]:
    """The stated target first, then suggestions, which have neither operator nor value."""
    target = item.indicator
    if target is not None:
        yield RequirementIndicator(
            edition=requirement.edition,
            requirement=requirement,
            indicator=indicators[target.code],
            operator=target.op,
            value=target.value,
            unit=indicators[target.code].unit,
            source=target.source,
            parameters=plain(target.parameters),
        )
    suggested = [code for code in item.suggested_indicators if not target or code != target.code]
    for position, code in enumerate(suggested, start=1):
        yield RequirementIndicator(
            edition=requirement.edition,
            requirement=requirement,
            indicator=indicators[code],
            unit=indicators[code].unit,
            position=position,
        )
