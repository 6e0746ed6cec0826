"""What closed waves say, written as measures of the indicators that they feed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.logic.indicators import Part
from audits.logic.periods import Grain, Period, period_of
from audits.logic.surveys import (
    CUSTOMERS,
    FEEDS,
    SATISFIED_FROM,
    SCALES,
    WAVES,
    Feed,
    Kind,
    Question,
    part_of,
    together,
)
from audits.models import Measurement, MeasuringPlace, SurveyWave, WaveReturn
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import UserError
from engagements.models import Indicator

WAVES_KEY = "waves"  # the figure of SAT-06
NAMED = "waves"  # the key of a convention that names the waves behind a measure


class Others(StrEnum):
    """What becomes of measures that come from elsewhere."""

    REFUSED = "REFUSED"
    REPLACED = "REPLACED"
    LEFT = "LEFT"


class AlreadyMeasuredError(UserError):
    """Measures that come from elsewhere stand where those of the wave would be written."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(
            _("%(codes)s: already measured there in another way. Say that the wave replaces it.")
            % {"codes": ", ".join(codes)}
        )
        self.codes = codes


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one cell is to hold: None for nothing."""

    code: str
    place: MeasuringPlace
    period: Period
    part: Part | None
    convention: Mapping[str, object]


def feed_indicators(
    wave: SurveyWave, *, others: Others = Others.REFUSED, by: User, at: datetime
) -> int:
    """Write again every measure that the wave has a part in; how many changed.

    All closed waves of the same place and period are behind a measure together. Runs in the
    transaction of the change, which holds the organisation.

    Raises AlreadyMeasuredError when there are others and they are REFUSED.
    """
    wanted = list(_wanted(wave))
    codes = {one.code for one in wanted}
    rows = Indicator.objects.of_catalogue().filter(code__in=codes).prefetch_related("inputs")
    indicators = {row.code: row for row in rows}
    known = _known(wave, wanted, indicators.values())
    entries, standing = [], []
    for one in wanted:
        indicator = indicators.get(one.code)
        if indicator is None:  # a catalogue without it
            continue
        row = known.get((indicator.pk, one.place.pk, str(one.period.grain), one.period.start))
        is_ours = row is not None and NAMED in row.convention
        if row is not None and not is_ours:
            if one.part is None or others is Others.LEFT:
                continue
            standing.append(one.code)
        entries.append(_entry(one, indicator, row))
    if standing and others is Others.REFUSED:
        raise AlreadyMeasuredError(sorted(set(standing)))
    return record_measures(organisation=wave.organisation, entries=entries, by=by, at=at)


def _wanted(wave: SurveyWave) -> Iterator[_Wanted]:
    places = [row.place for row in wave.returns.select_related("place").order_by("pk")]
    rows = WaveReturn.objects.filter(
        wave__in=SurveyWave.objects.counted(),
        wave__organisation=wave.organisation_id,
        wave__grain=wave.grain,
        wave__starts_on=wave.starts_on,
        place__in=places,
    )
    behind = list(rows.select_related("wave").prefetch_related("counts").order_by("wave__number"))
    for place in places:
        own = [row for row in behind if row.place_id == place.pk]
        for feed in FEEDS:
            if wave.kind in feed.kinds:
                yield _of_feed(feed, place, wave.period, own)
    if wave.kind in CUSTOMERS:
        yield from _of_waves(wave, places)


def _of_feed(
    feed: Feed, place: MeasuringPlace, period: Period, rows: Sequence[WaveReturn]
) -> _Wanted:
    for kind in feed.kinds:
        used = [
            row for row in rows if row.wave.kind == kind and part_of(feed, row.answers) is not None
        ]
        if used:
            part = part_of(feed, together(row.answers for row in used))
            convention = _convention(feed, kind, (row.wave for row in used))
            return _Wanted(feed.code, place, period, part, convention)
    return _Wanted(feed.code, place, period, None, {})


def _convention(feed: Feed, kind: Kind, waves: Iterable[SurveyWave]) -> dict[str, object]:
    found: dict[str, object] = {NAMED: ", ".join(wave.reference for wave in waves)}
    if len(feed.kinds) > 1:  # a month asked hot and one asked cold are not put together
        found["survey"] = str(kind)
    if feed.question is Question.SATISFACTION:
        found["satisfied_from"] = SATISFIED_FROM
        found["satisfaction_max"] = SCALES[feed.question][-1]
    return found


def _of_waves(wave: SurveyWave, places: Sequence[MeasuringPlace]) -> Iterator[_Wanted]:
    """SAT-06 over the calendar year, of each place and of the whole: a wave at two sites is one."""
    year = period_of(wave.starts_on, Grain.YEAR)
    rows = SurveyWave.objects.counted().filter(
        organisation=wave.organisation_id,
        kind__in=[str(kind) for kind in CUSTOMERS],
        starts_on__range=(year.start, year.end),
    )
    waves = list(rows.prefetch_related("returns").order_by("number"))
    whole = place_of(wave.organisation, None)
    for place in {one.pk: one for one in (*places, whole)}.values():
        own = [
            one
            for one in waves
            if place.pk == whole.pk or any(r.place_id == place.pk for r in one.returns.all())
        ]
        part = Part({WAVES_KEY: Fraction(len(own))}) if own else None
        convention = {NAMED: ", ".join(one.reference for one in own)}
        yield _Wanted(WAVES, place, year, part, convention)


def _known(
    wave: SurveyWave, wanted: Sequence[_Wanted], indicators: Iterable[Indicator]
) -> dict[tuple[int, int, str, date], Measurement]:
    rows = Measurement.objects.filter(
        organisation=wave.organisation_id,
        indicator__in=list(indicators),
        place__in={one.place.pk for one in wanted},
        starts_on__in={one.period.start for one in wanted},
    )
    return {(row.indicator_id, row.place_id, row.grain, row.starts_on): row for row in rows}


def _entry(one: _Wanted, indicator: Indicator, row: Measurement | None) -> Entry:
    values: dict[str, Any] = {"inputs": {}}
    if one.part is not None:
        values = {
            "inputs": {key: Decimal(int(value)) for key, value in one.part.inputs.items()},
            "is_exhaustive": one.part.is_exhaustive,
            "convention": one.convention,
            "distribution": {str(mark): count for mark, count in one.part.distribution.items()},
            "note": row.note if row else "",
        }
    return Entry(
        indicator=indicator,
        place=one.place,
        period=one.period,
        version=row.version if row else None,
        **values,
    )
