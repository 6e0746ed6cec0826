"""A referential file (form ``referential/1``) -> frozen values, or every problem it has.

The form is described at the top of ``fixtures/referentials/sfr-2004.yaml`` and in ADR 0005.
Nothing is written here, and nothing is raised whatever the bytes.
"""

from collections.abc import Collection
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.fingerprint import fingerprint
from engagements.importers.problems import Problems
from engagements.importers.reading import read_tree
from engagements.importers.scheme_block import read_scheme
from engagements.importers.section import Known, Section
from engagements.importers.values import (
    AnnexArea,
    AnnexData,
    Bilingual,
    DomainData,
    EngagementData,
    InternalControlData,
    Parsed,
    ReferentialFile,
    RequirementData,
    SchemeData,
    TargetData,
    Vocabularies,
)
from engagements.importers.vocabulary import Codes, known, read_texts, read_vocabulary

SCHEMA = "referential/1"


def parse_referential(
    content: bytes | str, *, indicators: Collection[str] | None = None
) -> Parsed[ReferentialFile]:
    """Read a referential file.

    Args:
        content: the file as it came, of any size and any content.
        indicators: codes of the catalogue; None leaves the references unchecked.

    Returns:
        The values, or None with every problem, in the order of the file.
    """
    problems = Problems()
    tree = read_tree(content, problems)
    value = _file(tree, problems, indicators) if tree is not None else None
    return Parsed(None if problems else value, problems.listed())


@dataclass(frozen=True, slots=True)
class _Context:
    """What the fields of a file may refer to, and the codes already taken."""

    criticalities: Known
    control_methods: Known
    frequencies: Known
    roles: Known
    journey_stages: Known
    confidence: Known
    sources: Known
    indicators: Known
    codes: Codes


def _file(
    tree: yaml.Node, problems: Problems, indicators: Collection[str] | None
) -> ReferentialFile | None:
    root = Section(tree, "", problems)
    if root.choice("schema", (SCHEMA,)) != SCHEMA:
        return None
    words = _vocabularies(root)
    value = _contents(root, read_scheme(root), words, _context(words, indicators))
    root.close()
    return None if problems else fingerprint(value)


def _contents(
    root: Section, scheme: SchemeData, words: Vocabularies, context: _Context
) -> ReferentialFile:
    return ReferentialFile(
        sha256="",
        code=root.code("code", limits.MAX_TERM_CODE),
        version=root.text("version", limits.MAX_VERSION),
        title=root.pair("title", limits.MAX_TITLE),
        notice=root.pair("notice", limits.MAX_TEXT),
        is_reconstruction=root.flag("is_reconstruction", required=False),
        status_note=root.pair("status_note", limits.MAX_TEXT, required=False),
        scheme=scheme,
        scope=read_texts(root, "scope"),
        customers=read_texts(root, "customers"),
        vocabularies=words,
        unaudited=read_vocabulary(root, "unaudited"),
        annexes=_annexes(root, context),
        domains=_domains(root, context),
    )


def _vocabularies(root: Section) -> Vocabularies:
    return Vocabularies(
        criticalities=read_vocabulary(root, "criticalities", limits.CRITICALITIES),
        control_methods=read_vocabulary(root, "control_methods"),
        frequencies=read_vocabulary(root, "frequencies", limits.FREQUENCIES),
        roles=read_vocabulary(root, "roles"),
        journey_stages=read_vocabulary(root, "journey_stages"),
        confidence=read_vocabulary(root, "confidence_scale"),
        sources=read_vocabulary(root, "sources"),
    )


def _context(words: Vocabularies, indicators: Collection[str] | None) -> _Context:
    catalogue = None if indicators is None else frozenset(indicators)
    return _Context(
        criticalities=known("criticalities", words.criticalities),
        control_methods=known("control_methods", words.control_methods),
        frequencies=known("frequencies", words.frequencies),
        roles=known("roles", words.roles),
        journey_stages=known("journey_stages", words.journey_stages),
        confidence=known("confidence_scale", words.confidence),
        sources=known("sources", words.sources),
        indicators=Known("", catalogue),
        codes=Codes(),
    )


def _annexes(root: Section, context: _Context) -> tuple[AnnexData, ...]:
    found = []
    for item in root.sections("annexes", required=False):
        code, title = item.code(), item.pair("title", limits.MAX_TITLE)
        areas = tuple(_area(area, context) for area in item.sections("areas", required=False))
        found.append(AnnexData(code, title, areas))
        item.close()
    return tuple(found)


def _area(item: Section, context: _Context) -> AnnexArea:
    area = AnnexArea(
        title=item.pair("title", limits.MAX_TITLE),
        note=item.pair("note", limits.MAX_TEXT, required=False),
        confidence=item.term("confidence", context.confidence, required=False),
        indicators=item.terms("indicators", context.indicators, required=False),
    )
    item.close()
    return area


def _domains(root: Section, context: _Context) -> tuple[DomainData, ...]:
    return tuple(_domain(item, context) for item in root.sections("domains"))


def _domain(item: Section, context: _Context) -> DomainData:
    code = item.code()
    context.codes.claim(item, code)
    children = item.sections("engagements")
    # A chapter without clauses: its only engagement stands for the chapter and bears its code.
    shared = code if len(children) == 1 else ""
    domain = DomainData(
        code=code,
        title=item.pair("title", limits.MAX_TITLE),
        summary=item.pair("summary", limits.MAX_TEXT, required=False),
        numbering_confidence=_confidence(item, "numbering_confidence", context),
        content_confidence=_confidence(item, "content_confidence", context),
        engagements=tuple(_engagement(child, context, shared) for child in children),
    )
    item.close()
    return domain


def _confidence(item: Section, key: str, context: _Context) -> str:
    return item.term(key, context.confidence, required=False)


def _engagement(item: Section, context: _Context, shared: str) -> EngagementData:
    code = item.code()
    if code != shared:
        context.codes.claim(item, code)
    children = item.sections("requirements")
    engagement = EngagementData(
        code=code,
        text=item.pair("text", limits.MAX_WORDING),
        summary=item.pair("summary", limits.MAX_TEXT, required=False),
        external_control=item.pair("external_control", limits.MAX_TEXT, required=False),
        source=item.term("source", context.sources, required=False),
        numbering_confidence=_confidence(item, "numbering_confidence", context),
        content_confidence=_confidence(item, "content_confidence", context),
        requirements=tuple(_requirement(child, context) for child in children),
    )
    item.close()
    return engagement


def _requirement(item: Section, context: _Context) -> RequirementData:
    code = item.code()
    context.codes.claim(item, code)
    requirement = RequirementData(
        code=code,
        text=item.pair("text", limits.MAX_TEXT),
        criticality=item.term("criticality", context.criticalities),
        weight=item.whole("weight", 1, limits.MAX_WEIGHT),
        journey_stage=item.term("journey_stage", context.journey_stages, required=False),
        source=item.term("source", context.sources, required=False),
        confidence=_confidence(item, "confidence", context),
        control_methods=item.terms("control_methods", context.control_methods),
        control_method=item.pair("control_method", limits.MAX_TEXT, required=False),
        expected_evidence=_evidence(item),
        internal_control=_internal_control(
            item.section("internal_control", required=False), context
        ),
        indicator=_target(item.section("indicator", required=False), context),
        suggested_indicators=item.terms("suggested_indicators", context.indicators, required=False),
    )
    item.close()
    return requirement


def _evidence(item: Section) -> tuple[Bilingual, ...]:
    french = item.texts("expected_evidence_fr", limits.MAX_WORDING)
    english = item.texts("expected_evidence_en", limits.MAX_WORDING)
    if french and english and len(french) != len(english):
        message = _("There are %(fr)d lines in French and %(en)d in English: give as many.")
        values = {"fr": len(french), "en": len(english)}
        item.note(message % values, "expected_evidence_en")
    if len(french) > limits.MAX_EVIDENCE:
        message = _("At most %(limit)d lines are allowed here.")
        item.note(message % {"limit": limits.MAX_EVIDENCE}, "expected_evidence_fr")
    return tuple(Bilingual(*pair) for pair in zip(french, english, strict=False))


def _internal_control(item: Section | None, context: _Context) -> InternalControlData | None:
    if item is None:
        return None
    line = InternalControlData(
        frequency=item.term("frequency", context.frequencies),
        responsible=item.term("responsible", context.roles),
        sample=item.pair("sample", limits.MAX_TEXT),
        record=item.pair("record", limits.MAX_TEXT),
        alert_threshold=item.pair("alert_threshold", limits.MAX_TEXT),
        action_if_breach=item.pair("action_if_breach", limits.MAX_TEXT),
    )
    item.close()
    return line


def _target(item: Section | None, context: _Context) -> TargetData | None:
    if item is None:
        return None
    target = TargetData(
        code=item.term("code", context.indicators),
        op=item.choice("op", limits.OPERATORS),
        value=item.number("value"),
        source=item.term("source", context.sources, required=False),
        parameters=item.parameters("parameters"),
    )
    item.close()
    return target
