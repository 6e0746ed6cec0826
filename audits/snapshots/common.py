"""Pieces that both snapshots share: localised columns, vocabularies, targets."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.core.cache import cache

from audits.enums import Channel
from audits.models import CorrectiveAction
from audits.snapshots.values import ActionView
from crcaudit.core.formats import number
from engagements.enums import EditionState, Operator
from engagements.models import Edition, EditionTerm, Indicator, RequirementIndicator
from engagements.words import unit_label

ONE_DAY = 86_400  # seconds

Labels = dict[tuple[str, str], str]


def in_language(row: Any, name: str, language: str) -> Any:
    """Column ``name`` of a row in the language, the other one when it is empty."""
    other = "en" if language == "fr" else "fr"
    return getattr(row, f"{name}_{language}") or getattr(row, f"{name}_{other}")


def in_mapping(row: Mapping[str, Any], name: str, language: str) -> str:
    """The same of a mapping, such as a level of a frozen scale."""
    other = "en" if language.startswith("fr") else "fr"
    return str(row[f"{name}_{language[:2]}"] or row[f"{name}_{other}"])


def edition_labels(edition_id: int, language: str) -> Labels:
    """Label of each (vocabulary, code) of an edition."""
    rows = EditionTerm.objects.filter(edition=edition_id)
    return {(row.kind, row.code): in_language(row, "label", language) for row in rows}


def terms_of(edition: Edition, language: str) -> Labels:
    """The same, kept for a day once the edition is published: it never changes then."""
    if edition.state == EditionState.DRAFT:
        return edition_labels(edition.pk, language)
    name = f"edition-terms:{edition.pk}:{edition.content_hash}:{language}"
    found: Labels | None = cache.get(name)
    if found is None:
        found = edition_labels(edition.pk, language)
        cache.set(name, found, ONE_DAY)
    return found


def channel_labels(codes: list[str]) -> tuple[str, ...]:
    """Labels of channels in the active language, in the order of the vocabulary."""
    return tuple(str(channel.label) for channel in Channel if channel.value in codes)


def target_text(row: RequirementIndicator, language: str) -> str:
    """A target as printed, such as "≥ 85 %"; "" when the edition states none."""
    if not row.operator or row.value is None:
        return ""
    sign = Operator(row.operator).label
    decimals = max(0, -int(row.value.normalize().as_tuple().exponent))
    value = number(Fraction(row.value), decimals=decimals, language=language)
    return f"{sign} {value} {unit_label(row.unit)}".strip()


def indicators_of(edition_id: int) -> dict[int, list[RequirementIndicator]]:
    """Indicators of each requirement of an edition, by id of the requirement."""
    found: dict[int, list[RequirementIndicator]] = defaultdict(list)
    rows = RequirementIndicator.objects.filter(edition=edition_id)
    for row in rows.select_related("indicator").order_by("requirement", "position"):
        found[row.requirement_id].append(row)
    return found


def indicator_text(rows: list[RequirementIndicator], language: str) -> str:
    """Codes and targets of a requirement's indicators on one line; "" without any."""
    parts = (f"{row.indicator.code} {target_text(row, language)}".strip() for row in rows)
    return ", ".join(parts)


def action_view(row: CorrectiveAction, *, finding: str) -> ActionView:
    """One corrective action in the active language."""
    return ActionView(
        reference=row.reference,
        title=row.title,
        owner=str(row.owner),
        due_date=row.due_date,
        effort_days=None if row.effort_days is None else Fraction(row.effort_days),
        state=row.state,
        state_label=row.get_state_display(),
        finding=finding,
    )


def formula_text(indicator: Indicator, language: str) -> str:
    """The formula with the wording of its inputs after it."""
    inputs = ", ".join(
        f"{row.key} = {in_language(row, 'label', language)}" for row in indicator.inputs.all()
    )
    return f"{indicator.formula} ({inputs})" if inputs else indicator.formula
