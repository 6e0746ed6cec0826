"""A file of figures as its page shows it: what it would write, what stands in its way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audits.figure_words import period_text
from audits.importers.answers import PlaceAnswers
from audits.importers.proposal import Proposal
from audits.measure_enums import ImportKind
from audits.models import MeasureImport, MeasuringPlace
from audits.presenters.contacts.imports import contact_lines
from audits.presenters.indicators.lines import ProposedLine
from audits.survey_enums import SurveyQuestion
from crcaudit.core.formats import DASH, date_text, number
from crcaudit.core.templatetags.crc import localized
from engagements.models import Indicator

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class AnswersLine:
    """Answers that a file would give to one place of a wave."""

    place: str
    answered: str
    questions: str


@dataclass(frozen=True, slots=True)
class ImportView:
    """``percent`` is how far the reading is, None when nothing is known of it.

    ``unknown`` is how many reasons of a file of contacts are in no list.
    """

    lines: Sequence[ProposedLine]
    problems: Sequence[dict[str, Any]]
    more_problems: int
    unplaced: Sequence[tuple[str, str]]
    left_out: int
    total: int
    percent: int | None
    facts: Sequence[tuple[str, str]]
    answers: Sequence[AnswersLine]
    unknown: int = 0


def import_view(imported: MeasureImport) -> ImportView:
    """What the page says. Two queries when it proposes measures."""
    is_answers = imported.kind == ImportKind.ANSWERS
    is_contacts = imported.kind == ImportKind.VOLUMES
    kept = imported.proposed
    answers = [PlaceAnswers.from_json(one) for one in kept] if is_answers else []
    measures = [] if is_answers or is_contacts else [Proposal.from_json(one) for one in kept]
    unplaced: dict[str, int] = imported.facts.get("unplaced", {})
    left_out = imported.problem_count + sum(unplaced.values())
    percent = None
    if imported.total:
        percent = min(100, 100 * imported.done // imported.total)
    return ImportView(
        lines=contact_lines(imported) if is_contacts else _lines(imported, measures),
        problems=imported.problems[:MOST_SHOWN],
        more_problems=max(0, imported.problem_count - MOST_SHOWN),
        unplaced=[(site, number(count)) for site, count in unplaced.items()],
        left_out=left_out,
        total=sum(one.answered for one in answers) if is_answers else len(kept),
        percent=percent,
        facts=_facts(imported),
        answers=_answers(imported, answers),
        unknown=len(imported.facts.get("unknown_reasons", {})),
    )


def _answers(imported: MeasureImport, found: Sequence[PlaceAnswers]) -> list[AnswersLine]:
    if not found:
        return []
    places = MeasuringPlace.objects.filter(organisation=imported.organisation)
    names = {place.pk: place.name for place in places.in_order()}
    return [
        AnswersLine(
            place=names.get(one.place, ""),
            answered=number(one.answered),
            questions=" · ".join(
                f"{SurveyQuestion(question).label} ({number(sum(counts.values()))})"
                for question, counts in one.counts.items()
            ),
        )
        for one in found
    ]


def _lines(imported: MeasureImport, proposals: Sequence[Proposal]) -> list[ProposedLine]:
    if not proposals:
        return []
    counts = Counter(proposal.indicator for proposal in proposals)
    rows = Indicator.objects.offered_to(imported.organisation).filter(code__in=counts)
    names = {row.code: localized(row, "name") for row in rows}
    places = MeasuringPlace.objects.filter(organisation=imported.organisation)
    place_names = {place.pk: place.name for place in places.in_order()}
    return [_line(code, counts[code], names, place_names, proposals) for code in sorted(counts)]


def _line(
    code: str,
    count: int,
    names: dict[str, str],
    places: dict[int, str],
    proposals: Sequence[Proposal],
) -> ProposedLine:
    own = [proposal for proposal in proposals if proposal.indicator == code]
    periods = [proposal.period for proposal in own]
    named = {proposal.place for proposal in own}
    return ProposedLine(
        code=code,
        name=names.get(code, ""),
        count=number(count),
        first=period_text(min(periods)),
        last=period_text(max(periods)),
        places=", ".join(name for pk, name in places.items() if pk in named),
    )


def _facts(imported: MeasureImport) -> list[tuple[str, str]]:
    facts = imported.facts
    found = [(_("Rows"), number(imported.row_count))]
    if "offered" in facts:
        found.append((_("Calls counted"), number(facts["offered"])))
        found.append((_("of which answered"), number(facts["answered"])))
    if count := len(facts.get("contacts", [])) or facts.get("contacts_written", 0):
        found.append((_("Counts by reason and channel"), number(count)))
    if unknown := facts.get("unknown_channels"):
        words = ", ".join(f"{text} ({number(count)})" for text, count in unknown.items())
        found.append((_("Channels not recognised, counted as telephone"), words))
    if facts.get("first_day"):
        days = (date_text(date.fromisoformat(facts[name])) for name in ("first_day", "last_day"))
        found.append((_("Days"), f" {DASH} ".join(days)))
    return found
