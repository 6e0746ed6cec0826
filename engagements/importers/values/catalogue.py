"""What a catalogue of indicators says."""

from dataclasses import dataclass
from decimal import Decimal

from engagements.importers.values.common import Bilingual, Parameter, Term


@dataclass(frozen=True, slots=True)
class InputData:
    """One figure that a formula needs."""

    key: str
    label: Bilingual


@dataclass(frozen=True, slots=True)
class ParameterData:
    """A setting of an indicator. ``choices`` is empty for a whole number."""

    key: str
    label: Bilingual
    default: str
    choices: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class CatalogueTargetData:
    """A usual target of an indicator, with where it comes from."""

    op: str
    value: Decimal
    label: Bilingual
    source: str
    confidence: str
    is_default: bool
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class IndicatorData:
    """One indicator of the catalogue; every code refers to a vocabulary of the file."""

    code: str
    name: Bilingual
    definition: Bilingual
    formula: str
    inputs: tuple[InputData, ...]
    parameters: tuple[ParameterData, ...]
    unit: str
    direction: str
    statistic: str
    dimension: str
    journey_stage: str
    frequency: str
    channels: tuple[str, ...]
    data_source: Bilingual
    confidence: str
    standard_link: str
    note: Bilingual
    targets: tuple[CatalogueTargetData, ...]


@dataclass(frozen=True, slots=True)
class CatalogueVocabularies:
    """The words the catalogue refers to, each in the order of the file."""

    units: tuple[Term, ...]
    directions: tuple[Term, ...]
    statistics: tuple[Term, ...]
    dimensions: tuple[Term, ...]
    journey_stages: tuple[Term, ...]
    frequencies: tuple[Term, ...]
    channels: tuple[Term, ...]
    confidence: tuple[Term, ...]
    sources: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A catalogue of indicators. ``sha256`` as in `ReferentialFile`."""

    sha256: str
    code: str
    version: str
    title: Bilingual
    notice: Bilingual
    vocabularies: CatalogueVocabularies
    indicators: tuple[IndicatorData, ...]
