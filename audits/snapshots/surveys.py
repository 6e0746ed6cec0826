"""What closed waves said, place by place: what the screen of satisfaction begins with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from audits.logic.periods import Period
from audits.logic.surveys import Answers, Kind, together
from audits.models import MeasuringPlace, WaveReturn
from audits.models.survey import SurveyWave
from audits.survey_enums import WaveState
from crcaudit.accounts.models import Organisation


@dataclass(frozen=True, slots=True)
class Said:
    """What one wave says of one place, or of the whole.

    ``is_own`` is False for the whole of a wave that asked its places one by one.
    """

    wave: SurveyWave
    answers: Answers
    is_own: bool

    @property
    def period(self) -> Period:
        """The period over which it was asked."""
        return self.wave.period

    @property
    def kind(self) -> Kind:
        """Who was asked, and when."""
        return Kind(self.wave.kind)


@dataclass(frozen=True, slots=True)
class Surveys:
    """The returns of closed waves at the places that somebody reads."""

    returns: Sequence[WaveReturn]

    def at(self, place: MeasuringPlace) -> list[Said]:
        """What each wave says of a place, oldest first; of the whole, its places together."""
        by_wave: dict[int, list[WaveReturn]] = {}
        for row in self.returns:
            if place.is_whole or row.place_id == place.pk:
                by_wave.setdefault(row.wave_id, []).append(row)
        return [
            Said(
                wave=rows[0].wave,
                answers=together(row.answers for row in rows),
                is_own=rows[0].place_id == place.pk,
            )
            for rows in by_wave.values()
        ]


def read_surveys(
    organisation: Organisation, places: Iterable[MeasuringPlace], *, since: date
) -> Surveys:
    """Closed waves that began on the day or later, at these places; all with the whole.

    Two queries.
    """
    found = list(places)
    rows = WaveReturn.objects.filter(
        wave__organisation=organisation,
        wave__state=WaveState.CLOSED,
        wave__starts_on__gte=since,
    )
    if not any(place.is_whole for place in found):
        rows = rows.filter(place__in=found)
    rows = rows.select_related("wave", "place").prefetch_related("counts")
    return Surveys(list(rows.order_by("wave__starts_on", "wave__number", "pk")))
