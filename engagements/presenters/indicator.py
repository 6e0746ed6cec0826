"""The catalogue of indicators and the sheet of one indicator."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crcaudit.accounts.models import User
from crcaudit.core.templatetags.crc import localized
from engagements import words
from engagements.enums import Dimension
from engagements.logic.search import matches
from engagements.models import Edition, Indicator, IndicatorTarget, RequirementIndicator
from engagements.presenters.common import Filter, asked


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator of the catalogue with its default target as printed, "" without any."""

    indicator: Indicator
    target: str
    frequency: str
    stage: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The indicators kept by a filter, and the filter itself."""

    lines: tuple[IndicatorLine, ...]
    dimensions: tuple[Filter, ...]
    stages: tuple[Filter, ...]
    query: str
    dimension: str
    total: int


def indicator_catalogue(data: QueryDict) -> Catalogue:
    """Search in code, name and definition, by dimension and journey stage. Two queries."""
    targets = IndicatorTarget.objects.filter(is_default=True)
    rows = list(
        Indicator.objects.of_catalogue()
        .prefetch_related(Prefetch("targets", targets, to_attr="defaults"))
        .order_by("code")
    )
    query = asked(data.get("q", ""))
    dimension, stage = (
        _one_of(data, "dimension", Dimension.values),
        _one_of(data, "stage", words.STAGES),
    )
    found = [row for row in rows if _mentions(row, query)]
    in_stage = [row for row in found if stage in ("", row.journey_stage)]
    kept = [row for row in in_stage if dimension in ("", row.dimension)]
    return Catalogue(
        lines=tuple(map(_indicator_line, kept)),
        dimensions=_dimension_filters(in_stage, dimension),
        stages=tuple(
            Filter(code, str(label), 0, code == stage) for code, label in words.STAGES.items()
        ),
        query=query,
        dimension=dimension,
        total=len(rows),
    )


def _one_of(data: QueryDict, name: str, known: Collection[str]) -> str:
    """What the address asks for, "" when it is not among the known values."""
    value = data.get(name, "")
    return value if value in known else ""


def _mentions(row: Indicator, query: str) -> bool:
    return matches(query, row.code, localized(row, "name"), localized(row, "definition"))


def _indicator_line(row: Indicator) -> IndicatorLine:
    defaults: list[IndicatorTarget] = row.defaults  # type: ignore[attr-defined]
    return IndicatorLine(
        row,
        words.target_text(defaults[0]) if defaults else "",
        words.word(words.FREQUENCIES, row.frequency),
        words.word(words.STAGES, row.journey_stage),
    )


def _dimension_filters(rows: Iterable[Indicator], chosen: str) -> tuple[Filter, ...]:
    counts = Counter(row.dimension for row in rows)
    chips = [Filter("", _("All"), counts.total(), not chosen)]
    chips += [
        Filter(value, str(label), counts[value], chosen == value)
        for value, label in Dimension.choices
    ]
    return tuple(chips)


@dataclass(frozen=True, slots=True)
class UsualTarget:
    """A target of the catalogue with where it comes from."""

    target: IndicatorTarget
    text: str
    settings: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter of the measure with its usual value, worded."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class IndicatorSheet:
    """One indicator, its usual targets, and the requirements it measures."""

    indicator: Indicator
    unit: str
    stage: str
    frequency: str
    channels: tuple[str, ...]
    confidence: str
    parameters: tuple[Setting, ...]
    targets: tuple[UsualTarget, ...]
    uses: tuple[RequirementIndicator, ...]


def indicator_sheet(indicator: Indicator, user: User) -> IndicatorSheet:
    """The sheet of an indicator; ``uses`` are in editions the user may see. Three queries."""
    uses = (
        RequirementIndicator.objects.filter(
            indicator=indicator, edition__in=Edition.objects.visible_to(user)
        )
        .select_related("requirement", "edition__referential")
        .order_by("edition__referential__code", "edition", "requirement__position")
    )
    targets = indicator.targets.order_by("-is_default", "pk")
    return IndicatorSheet(
        indicator=indicator,
        unit=words.unit_label(indicator.unit),
        stage=words.word(words.STAGES, indicator.journey_stage),
        frequency=words.word(words.FREQUENCIES, indicator.frequency),
        channels=tuple(words.word(words.CHANNELS, code) for code in indicator.channels),
        confidence=words.word(words.CONFIDENCE, indicator.confidence),
        parameters=tuple(map(_setting, indicator.parameters)),
        targets=tuple(map(_usual_target, targets)),
        uses=tuple(uses),
    )


def _usual_target(row: IndicatorTarget) -> UsualTarget:
    return UsualTarget(
        row,
        words.target_text(row),
        words.parameters_text(row.parameters),
        words.word(words.CONFIDENCE, row.confidence),
    )


def _setting(parameter: Mapping[str, Any]) -> Setting:
    """One item of `Indicator.parameters`; a choice is shown by its label."""
    labels = {choice["code"]: choice[_label_key()] for choice in parameter["choices"]}
    default = parameter["default"]
    return Setting(parameter[_label_key()], labels.get(default, default))


def _label_key() -> str:
    """Key of a label stored in JSON, in the active language."""
    return "label_en" if (get_language() or "fr").startswith("en") else "label_fr"
