"""What the sheet of entry offers besides its cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.actions.place import Subject
from audits.figure_words import period_text
from audits.logic.periods import GRAINS, Grain, Period
from audits.measure_enums import GrainChoice
from audits.presenters.indicators.scope import Option
from audits.snapshots.figures import Followed, grain_of
from engagements import words


@dataclass(frozen=True, slots=True)
class Column:
    """A period as a heading; ``is_open`` while it runs."""

    label: str
    full: str
    is_open: bool


def periods_of(periods: Sequence[Period]) -> list[Column]:
    """The headings of the sheet."""
    today = localdate()
    return [
        Column(period_text(one, short=True), period_text(one), not one.is_over(today))
        for one in periods
    ]


def stages_of(followed: Iterable[Followed]) -> list[tuple[str, str]]:
    """Stages that have something to type, in the order of the journey."""
    codes = {one.indicator.journey_stage for one in followed}
    order = [*words.STAGES, *sorted(codes - words.STAGES.keys())]
    return [(code, words.word(words.STAGES, code)) for code in order if code in codes]


def grains_of(followed: Iterable[Followed], today: date) -> list[tuple[Grain, str]]:
    """Lengths of period that something is followed by, shortest first."""
    found = {grain_of(one, today) for one in followed}
    return [(grain, str(GrainChoice(grain).label)) for grain in GRAINS if grain in found]


def option(label: str, url: str, active: bool) -> Option:  # noqa: FBT001 -- a link, built in place
    """A link to another sheet."""
    return Option(label, url, active)


def name_of(subject: Subject) -> str:
    """Name of a place of measure."""
    return _("All sites") if subject is None else subject.name


def day_asked(text: str) -> date | None:
    """A day of the address; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
