"""What a form says of a sample, as columns and as the journal keeps it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from audits.logic.sampling import Counted, Unit, fingerprint
from audits.models import Assessment, Sample
from audits.sample_enums import SampleMethod, SampleSubject, SiteSampleRule


@dataclass(frozen=True, slots=True)
class SampleFields:
    """What is drawn, from what and how. See `audits.models.Sample` for units and absence.

    ``units`` is empty when the population is only known by its number. ``rule`` is None but for
    sites.
    """

    subject: SampleSubject
    title: str
    counted: str
    source: str
    units: tuple[Unit, ...]
    population_size: int
    method: SampleMethod
    size: int
    assessment: Assessment | None = None
    rule: SiteSampleRule | None = None
    confidence: int | None = None
    margin: int | None = None
    target: Decimal | None = None
    chosen: tuple[int, ...] = ()
    central: str = ""


def columns(fields: SampleFields) -> dict[str, Any]:
    """Values of the columns."""
    return {
        "subject": fields.subject,
        "assessment": fields.assessment,
        "title": fields.title,
        "counted": fields.counted,
        "source": fields.source,
        "population": [[unit.label, unit.stratum] for unit in fields.units],
        "population_size": fields.population_size,
        "method": fields.method,
        "rule": fields.rule or "",
        "confidence": fields.confidence,
        "margin": fields.margin,
        "target": fields.target,
        "size": fields.size,
        "chosen": list(fields.chosen),
        "central": fields.central,
    }


def fields_of(sample: Sample) -> SampleFields:
    """The fields of a sample as they are; needs its list."""
    return SampleFields(
        subject=SampleSubject(sample.subject),
        title=sample.title,
        counted=sample.counted,
        source=sample.source,
        units=tuple(sample.units()) if sample.population else (),
        population_size=sample.population_size,
        method=SampleMethod(sample.method),
        size=sample.size,
        assessment=sample.assessment,
        rule=SiteSampleRule(sample.rule) if sample.rule else None,
        confidence=sample.confidence,
        margin=sample.margin,
        target=sample.target,
        chosen=tuple(sample.chosen),
        central=sample.central,
    )


def as_json(fields: SampleFields) -> dict[str, Any]:
    """For the journal: of the list, its size and its hash only."""
    units = fields.units or Counted(fields.population_size)
    return {
        "title": fields.title,
        "requirement": fields.assessment.code if fields.assessment else "",
        "counted": fields.counted,
        "source": fields.source,
        "population_size": fields.population_size,
        "population_hash": fingerprint(units),
        "method": str(fields.method),
        "rule": str(fields.rule or ""),
        "confidence": fields.confidence,
        "margin": fields.margin,
        "target": None if fields.target is None else f"{fields.target:.1f}",
        "size": fields.size,
        "chosen": list(fields.chosen),
        "central": fields.central,
    }
