"""A wave as its page and the list show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from audits.figure_words import period_text
from audits.logic.surveys import (
    CUSTOMERS,
    EFFORT,
    FEEDS,
    PROMOTERS,
    RESPONSE,
    RESPONSE_STAFF,
    SCALES,
    WAVES,
    Feed,
    Kind,
    Question,
    together,
)
from audits.models import SurveyWave, WaveReturn
from audits.presenters.surveys.words import NAMES, FigureText, figure_of, figure_text
from audits.survey_enums import SHORT_KINDS, SurveyQuestion, WaveKind, WaveState
from crcaudit.core.formats import DASH, number, percent

SHAPES = {WaveState.DRAFT: "none", WaveState.CLOSED: "ok", WaveState.WITHDRAWN: "na"}


@dataclass(frozen=True, slots=True)
class ListLine:
    """One wave in the list."""

    wave: SurveyWave
    kind: str
    period: str
    channel: str
    shape: str


@dataclass(frozen=True, slots=True)
class PlaceColumn:
    """What one place said, or all of them together."""

    name: str
    invited: str
    answered: str
    figures: Sequence[FigureText]


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mark of a question: answers of each place, and of all with their share."""

    mark: int
    counts: Sequence[str]
    total: str
    share: str
    percent: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answers by mark."""

    label: str
    rows: Sequence[MarkRow]
    total: str


@dataclass(frozen=True, slots=True)
class WaveView:
    """``names`` are those of the figures of each column, in order."""

    columns: Sequence[PlaceColumn]
    names: Sequence[str]
    codes: Sequence[str]
    questions: Sequence[Answered]
    has_answers: bool


def list_line(wave: SurveyWave) -> ListLine:
    """A wave in words."""
    return ListLine(
        wave=wave,
        kind=str(SHORT_KINDS[WaveKind(wave.kind)]),
        period=period_text(wave.period),
        channel=wave.get_channel_display() if wave.channel else DASH,
        shape=SHAPES[WaveState(wave.state)],
    )


def wave_view(wave: SurveyWave, returns: Sequence[WaveReturn], *, whole: str) -> WaveView:
    """Figures of a wave at the places that the reader reads; ``whole`` names all of them."""
    feeds = feeds_of(wave)
    columns = [_column(row.place.name, [row], feeds) for row in returns]
    if len(returns) > 1:
        columns.append(_column(whole, returns, feeds))
    questions = [_answered(question, returns) for question in wave.questions]
    return WaveView(
        columns=columns,
        names=[str(NAMES[feed.code]) for feed in feeds],
        codes=list(_codes(wave, feeds)),
        questions=[one for one in questions if one.total != "0"],
        has_answers=any(row.answered for row in returns),
    )


def _codes(wave: SurveyWave, feeds: Sequence[Feed]) -> Iterator[str]:
    """Indicators that closing the wave writes."""
    kind = Kind(wave.kind)
    yield from (feed.code for feed in feeds if kind in feed.kinds)
    if kind in CUSTOMERS:
        yield WAVES


def feeds_of(wave: SurveyWave) -> list[Feed]:
    """What a wave tells, the response rate first."""
    kind = Kind(wave.kind)
    response = RESPONSE_STAFF if kind is Kind.STAFF else RESPONSE
    told = [
        feed
        for feed in FEEDS
        if feed.question in wave.questions and (kind in feed.kinds or feed in {PROMOTERS, EFFORT})
    ]
    return [response, *told]


def _column(name: str, rows: Sequence[WaveReturn], feeds: Sequence[Feed]) -> PlaceColumn:
    answers = together(row.answers for row in rows)
    invited = [row.invited for row in rows]
    answered = [row.answered for row in rows]
    return PlaceColumn(
        name=name,
        invited=_sum(invited),
        answered=_sum(answered),
        figures=[figure_text(figure_of(feed, answers), feed.code) for feed in feeds],
    )


def _sum(counts: Sequence[int | None]) -> str:
    """A sum, or a dash when one of them is not known."""
    known = [count for count in counts if count is not None]
    return number(sum(known)) if known and len(known) == len(counts) else DASH


def _answered(question: Question, rows: Sequence[WaveReturn]) -> Answered:
    of_places = [row.answers.counts.get(question, {}) for row in rows]
    totals = {mark: sum(one.get(mark, 0) for one in of_places) for mark in SCALES[question]}
    size = sum(totals.values())
    return Answered(
        label=str(SurveyQuestion(question).label),
        rows=[
            MarkRow(
                mark=mark,
                counts=[number(one[mark]) if mark in one else DASH for one in of_places],
                total=number(count),
                share=percent(Fraction(count, size), decimals=0) if size else DASH,
                percent=round(100 * count / size) if size else 0,
            )
            for mark, count in totals.items()
        ],
        total=number(size),
    )
