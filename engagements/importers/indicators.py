"""A catalogue of indicators (form ``indicators/1``) -> frozen values, or every problem.

The form is described at the top of ``fixtures/indicators.yaml``. Nothing is written here, and
nothing is raised whatever the bytes.
"""

from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

from engagements.importers import limits
from engagements.importers.fingerprint import fingerprint
from engagements.importers.problems import Problems, shown
from engagements.importers.reading import read_tree
from engagements.importers.section import Known, Section
from engagements.importers.values import (
    CatalogueFile,
    CatalogueTargetData,
    CatalogueVocabularies,
    IndicatorData,
    InputData,
    ParameterData,
    Parsed,
)
from engagements.importers.vocabulary import Codes, known, read_vocabulary
from engagements.logic import formula as formulas

SCHEMA = "indicators/1"


def parse_catalogue(content: bytes | str) -> Parsed[CatalogueFile]:
    """Read a catalogue; the value is None as soon as there is one problem."""
    problems = Problems()
    tree = read_tree(content, problems)
    value = _file(tree, problems) if tree is not None else None
    return Parsed(None if problems else value, problems.listed())


@dataclass(frozen=True, slots=True)
class _Context:
    """What the fields of an indicator may refer to."""

    units: Known
    directions: Known
    statistics: Known
    dimensions: Known
    journey_stages: Known
    frequencies: Known
    channels: Known
    confidence: Known
    sources: Known


def _file(tree: yaml.Node, problems: Problems) -> CatalogueFile | None:
    root = Section(tree, "", problems)
    if root.choice("schema", (SCHEMA,)) != SCHEMA:
        return None
    words = _vocabularies(root)
    context, codes = _context(words), Codes()
    value = CatalogueFile(
        sha256="",
        code=root.code("code", limits.MAX_TERM_CODE),
        version=root.text("version", limits.MAX_VERSION),
        title=root.pair("title", limits.MAX_TITLE),
        notice=root.pair("notice", limits.MAX_TEXT),
        vocabularies=words,
        indicators=tuple(_indicator(item, context, codes) for item in root.sections("indicators")),
    )
    root.close()
    return None if problems else fingerprint(value)


def _vocabularies(root: Section) -> CatalogueVocabularies:
    return CatalogueVocabularies(
        units=read_vocabulary(root, "units"),
        directions=read_vocabulary(root, "directions", limits.DIRECTIONS),
        statistics=read_vocabulary(root, "statistics", limits.STATISTICS),
        dimensions=read_vocabulary(root, "dimensions", limits.DIMENSIONS),
        journey_stages=read_vocabulary(root, "journey_stages"),
        frequencies=read_vocabulary(root, "frequencies", limits.FREQUENCIES),
        channels=read_vocabulary(root, "channels"),
        confidence=read_vocabulary(root, "confidence_scale"),
        sources=read_vocabulary(root, "sources"),
    )


def _context(words: CatalogueVocabularies) -> _Context:
    return _Context(
        units=known("units", words.units),
        directions=known("directions", words.directions),
        statistics=known("statistics", words.statistics),
        dimensions=known("dimensions", words.dimensions),
        journey_stages=known("journey_stages", words.journey_stages),
        frequencies=known("frequencies", words.frequencies),
        channels=known("channels", words.channels),
        confidence=known("confidence_scale", words.confidence),
        sources=known("sources", words.sources),
    )


def _indicator(item: Section, context: _Context, codes: Codes) -> IndicatorData:
    code = item.code()
    codes.claim(item, code)
    inputs, parameters = _inputs(item), _parameters(item)
    indicator = IndicatorData(
        code=code,
        name=item.pair("name", limits.MAX_NAME),
        definition=item.pair("definition", limits.MAX_TEXT),
        formula=_formula(item, inputs),
        inputs=inputs,
        parameters=parameters,
        unit=item.term("unit", context.units),
        direction=item.term("direction", context.directions),
        statistic=item.term("statistic", context.statistics),
        dimension=item.term("dimension", context.dimensions),
        journey_stage=item.term("journey_stage", context.journey_stages),
        frequency=item.term("frequency", context.frequencies),
        channels=item.terms("channels", context.channels),
        data_source=item.pair("data_source", limits.MAX_NAME, required=False),
        confidence=item.term("confidence", context.confidence, required=False),
        standard_link=item.text("standard_link", limits.MAX_NAME, required=False),
        note=item.pair("note", limits.MAX_TEXT, required=False),
        targets=_targets(item, parameters, context),
    )
    item.close()
    return indicator


def _inputs(item: Section) -> tuple[InputData, ...]:
    codes, found = Codes(), []
    for block in item.sections("inputs"):
        key = block.code("key", limits.MAX_TERM_CODE)
        codes.claim(block, key, "key")
        found.append(InputData(key, block.pair("label", limits.MAX_NAME)))
        block.close()
    return tuple(found)


def _parameters(item: Section) -> tuple[ParameterData, ...]:
    codes, found = Codes(), []
    for block in item.sections("parameters", required=False):
        key = block.code("key", limits.MAX_TERM_CODE)
        codes.claim(block, key, "key")
        label = block.pair("label", limits.MAX_NAME)
        choices = read_vocabulary(block, "choices")
        if choices:
            default = block.term("default", known("choices", choices))
        else:
            default = str(block.whole("default", 0, limits.MAX_PARAMETER))
        found.append(ParameterData(key, label, default, choices))
        block.close()
    return tuple(found)


def _formula(item: Section, inputs: tuple[InputData, ...]) -> str:
    text = item.text("formula", limits.MAX_FORMULA)
    if not text:
        return ""
    try:
        used = formulas.names(text)
    except formulas.FormulaError as error:
        message = _("The formula cannot be read from character %(position)d on.")
        item.note(message % {"position": error.position}, "formula")
        return ""
    declared = {given.key for given in inputs}
    for key in sorted(used - declared):
        message = _('The formula uses "%(key)s", which is not among the inputs.')
        item.note(message % {"key": shown(key)}, "formula")
    for key in sorted(declared - used - {""}):
        message = _('The input "%(key)s" is not used by the formula: remove it.')
        item.note(message % {"key": shown(key)}, "inputs")
    return text


def _targets(
    item: Section, parameters: tuple[ParameterData, ...], context: _Context
) -> tuple[CatalogueTargetData, ...]:
    keys = frozenset(parameter.key for parameter in parameters)
    targets = tuple(
        _target(block, keys, context) for block in item.sections("targets", required=False)
    )
    if sum(target.is_default for target in targets) > 1:
        item.note(_("Only one target can be the default one."), "targets")
    return targets


def _target(block: Section, keys: frozenset[str], context: _Context) -> CatalogueTargetData:
    target = CatalogueTargetData(
        op=block.choice("op", limits.OPERATORS),
        value=block.number("value"),
        label=block.pair("label", limits.MAX_TITLE),
        source=block.term("source", context.sources),
        confidence=block.term("confidence", context.confidence, required=False),
        is_default=block.flag("default"),
        parameters=block.parameters("parameters", keys),
    )
    block.close()
    return target
