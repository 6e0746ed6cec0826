"""Providers on lines, criteria in columns; and the same for a spreadsheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from audits import figure_words as wording
from audits.logic.periods import Period
from audits.presenters.scorecard import words
from audits.presenters.scorecard.cards import CriterionView, criterion_view, grid_text, line_view
from audits.snapshots.provider_tree import Provider
from audits.snapshots.scorecard import Scorecards
from audits.snapshots.scorecard_values import CriterionValue, LineValue
from crcaudit.core.formats import number
from crcaudit.core.templatetags.crc import localized

SHOWN_UNDER = 2  # codes written in a cell; the others are counted


@dataclass(frozen=True, slots=True)
class ProviderCell:
    """One criterion of one provider."""

    view: CriterionView
    more: int
    url: str

    @property
    def under(self) -> Sequence[str]:
        """The codes that are written."""
        return self.view.under[:SHOWN_UNDER]


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider; ``is_empty`` when nothing of it could be judged."""

    provider: Provider
    url: str
    cells: Sequence[ProviderCell]
    is_empty: bool


def table_rows(
    providers: Sequence[Provider],
    scorecards: Scorecards,
    period: Period,
    *,
    is_branch: bool,
    url: Callable[[Provider], str],
) -> list[ProviderRow]:
    """A line for each provider, those under it below. No query."""
    rows = []
    for one in providers:
        card = scorecards.card(one, period, is_branch=is_branch)
        cells = [_cell(found, url(one)) for found in card.criteria]
        empty = all(found.share is None for found in card.criteria)
        rows.append(ProviderRow(one, url(one), cells, empty))
    return rows


def _cell(found: CriterionValue, url: str) -> ProviderCell:
    view = criterion_view(found)
    more = max(0, len(view.under) - SHOWN_UNDER)
    return ProviderCell(view, more, f"{url}#{found.criterion.lower()}")


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One indicator at several providers; the target is that of each."""

    code: str
    name: str
    cells: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class ComparedCriterion:
    """One criterion: where each provider stands on it, and the indicators that one of them has."""

    label: str
    heads: Sequence[CriterionView]
    lines: Sequence[ComparedLine]


def compared(
    providers: Sequence[Provider], scorecards: Scorecards, period: Period, *, is_branch: bool
) -> list[ComparedCriterion]:
    """The chosen providers side by side. No query."""
    cards = [scorecards.card(one, period, is_branch=is_branch) for one in providers]
    return [_compared(row) for row in zip(*(card.criteria for card in cards), strict=True)]


def _compared(row: Sequence[CriterionValue]) -> ComparedCriterion:
    lines = []
    for values in zip(*(one.lines for one in row), strict=True):
        views = [line_view(value) for value in values]
        if not any(view.has_figure for view in views):
            continue
        cells = [(view.shape, view.verdict, view.value, view.target) for view in views]
        lines.append(ComparedLine(views[0].code, views[0].name, cells))
    return ComparedCriterion(
        label=words.criterion_label(row[0].criterion),
        heads=[criterion_view(one) for one in row],
        lines=lines,
    )


def csv_head() -> list[str]:
    """Names of the columns of `csv_lines`."""
    return [
        *(_("Provider"), _("Level"), _("With its own providers"), _("Period"), _("Grid")),
        *(_("Criterion"), _("Standing"), _("Part of the weights at their target (%)")),
        *(_("Indicator"), _("Name"), _("Weight"), _("Critical"), _("Value"), _("Unit")),
        *(_("Size"), _("Low bound at 95 %"), _("High bound at 95 %"), _("Target")),
        *(_("Verdict"), _("Source")),
    ]


def csv_lines(
    providers: Sequence[Provider], scorecards: Scorecards, period: Period, *, is_branch: bool
) -> Iterator[list[str | int]]:
    """A line for each provider, criterion and indicator. No query."""
    for one in providers:
        card = scorecards.card(one, period, is_branch=is_branch)
        place: list[str | int] = [
            one.name,
            one.level,
            _yes(is_branch),
            wording.period_text(period),
            grid_text(card.grid),
        ]
        for found in card.criteria:
            share = _plain(None if found.share is None else found.share * 100)
            head = [words.criterion_label(found.criterion), words.held_text(found), share]
            for line in found.lines:
                yield [*place, *head, *_csv_line(line)]


def _csv_line(line: LineValue) -> list[str | int]:
    _shape, verdict = words.verdict_of(line)
    view = line_view(line)
    return [
        line.code,
        localized(line, "name"),
        line.weight,
        _yes(line.is_critical),
        _plain(line.value),
        line.unit,
        "" if line.size is None else line.size,
        _plain(line.low),
        _plain(line.high),
        view.target,
        verdict,
        view.source,
    ]


def _plain(value: Fraction | None) -> str:
    """A number as a spreadsheet of the language reads it, "" for none: missing is not zero."""
    return "" if value is None else number(value, decimals=2).replace("\u202f", "")


def _yes(value: object) -> str:
    return _("yes") if value else _("no")
