"""The catalogue of indicators, brought up to date."""

from collections.abc import Mapping

from engagements.importers.values import Bilingual, CatalogueFile, IndicatorData
from engagements.models import Indicator, IndicatorInput, IndicatorTarget
from engagements.writing.common import both, holds, plain

INDICATOR_FIELDS = (
    "name_fr",
    "name_en",
    "definition_fr",
    "definition_en",
    "formula",
    "unit",
    "direction",
    "journey_stage",
    "dimension",
    "frequency",
    "channels",
    "data_source_fr",
    "data_source_en",
    "statistic",
    "confidence",
    "standard_link",
    "note_fr",
    "note_en",
    "parameters",
)


def write_indicators(file: CatalogueFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Create and update; codes created and codes changed, in the order of the file."""
    existing = {item.code: item for item in Indicator.objects.of_catalogue()}
    sources = {term.code: term.label for term in file.vocabularies.sources}
    new, changed = [], []
    for data in file.indicators:
        row = existing.get(data.code)
        if row is None:
            new.append(Indicator(code=data.code, **_indicator_fields(data)))
        elif not holds(row, _indicator_fields(data)):
            for name, value in _indicator_fields(data).items():
                setattr(row, name, value)
            changed.append(row)
    Indicator.objects.bulk_create(new)
    Indicator.objects.bulk_update(changed, INDICATOR_FIELDS)
    _write_details(file, {**existing, **{row.code: row for row in new}}, sources)
    return tuple(row.code for row in new), tuple(row.code for row in changed)


def _indicator_fields(data: IndicatorData) -> dict[str, object]:
    return {
        **both("name", data.name),
        **both("definition", data.definition),
        "formula": data.formula,
        "unit": data.unit,
        "direction": data.direction,
        "journey_stage": data.journey_stage,
        "dimension": data.dimension,
        "frequency": data.frequency,
        "channels": list(data.channels),
        **both("data_source", data.data_source),
        "statistic": data.statistic,
        "confidence": data.confidence,
        "standard_link": data.standard_link,
        **both("note", data.note),
        "parameters": [
            {
                "key": parameter.key,
                **both("label", parameter.label),
                "default": parameter.default,
                "choices": [
                    {"code": choice.code, **both("label", choice.label)}
                    for choice in parameter.choices
                ],
            }
            for parameter in data.parameters
        ],
    }


def _write_details(
    file: CatalogueFile, rows: Mapping[str, Indicator], sources: Mapping[str, Bilingual]
) -> None:
    """Inputs and usual targets of the indicators of the file, written anew."""
    named = [rows[data.code] for data in file.indicators]
    IndicatorInput.objects.filter(indicator__in=named).delete()
    IndicatorTarget.objects.filter(indicator__in=named).delete()
    IndicatorInput.objects.bulk_create(
        IndicatorInput(
            indicator=rows[data.code], key=item.key, position=position, **both("label", item.label)
        )
        for data in file.indicators
        for position, item in enumerate(data.inputs)
    )
    IndicatorTarget.objects.bulk_create(
        IndicatorTarget(
            indicator=rows[data.code],
            operator=target.op,
            value=target.value,
            unit=data.unit,
            **both("label", target.label),
            **both("source", sources[target.source]),
            confidence=target.confidence,
            is_default=target.is_default,
            parameters=plain(target.parameters),
        )
        for data in file.indicators
        for target in data.targets
    )
