"""The yearly barometer: its answers, the marks of the sector, closed and opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.actions.listening.common import Subject as Told
from audits.actions.listening.common import record
from audits.actions.place import Subject, place_of
from audits.logic.barometer import SCALE
from audits.models import Barometer, SectorMark, ServiceTheme, ThemeCount
from audits.survey_enums import BarometerState
from crcaudit.accounts.models import Organisation, User
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError

KIND = "barometer"
CHANGED = gettext_lazy(
    "Somebody changed this barometer meanwhile. Nothing you typed is lost: look, then save again."
)
_STEP = gettext_lazy("This step is not available: open the barometer again.")
Counts = Mapping[tuple[int, str], Mapping[int, int]]  # by theme and aspect, then by mark


@dataclass(frozen=True, slots=True)
class SectorFields:
    """What a study says of a theme; both marks None takes it away."""

    expected: Decimal | None
    delivered: Decimal | None
    source: str = ""
    year: int = 0


@transaction.atomic
def begin_barometer(
    *, organisation: Organisation, year: int, source: str, by: User, at: datetime
) -> Barometer:
    """Open the barometer of a year.

    Raises UserError when there is one of that year, the year is to come, or nothing is asked.
    """
    _locked_organisation(organisation)
    if year > localdate(at).year:
        raise UserError(_("This year has not begun: nothing was asked yet."))
    if Barometer.objects.filter(organisation=organisation, year=year).exists():
        raise UserError(_("There is a barometer of %(year)s already.") % {"year": year})
    if not ServiceTheme.objects.filter(organisation=organisation, is_active=True).exists():
        raise UserError(_("Write the themes first: a barometer asks about themes."))
    try:
        with transaction.atomic():
            row = Barometer.objects.create(
                organisation=organisation, year=year, source=source, recorded_at=at, recorded_by=by
            )
    except IntegrityError as error:
        raise UserError(_("There is a barometer of %(year)s already.") % {"year": year}) from error
    record("barometer.begun", told(row), after={"year": year, "source": source}, by=by, at=at)
    return row


@transaction.atomic
def enter_marks(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    barometer: Barometer,
    version: int,
    subject: Subject,
    counts: Counts,
    by: User,
    at: datetime,
) -> Barometer:
    """Write what customers of one place expect and got: every mark of a theme, or none.

    Raises:
        EditConflictError: when somebody changed the barometer since ``version``.
        NotAvailableError: when it is closed.
        UserError: when a mark lacks its count.
    """
    barometer = _open(barometer)
    if any(set(by_mark) != set(SCALE) for by_mark in counts.values()):
        raise UserError(_("Give every mark its count, or none."))
    place = place_of(barometer.organisation, subject)
    rows = ThemeCount.objects.filter(barometer=barometer, place=place)
    before = _counts_json(
        rows.order_by("theme", "aspect", "mark").values_list("theme", "aspect", "mark", "count")
    )
    after = _counts_json(
        (theme, aspect, mark, by_mark[mark])
        for (theme, aspect), by_mark in sorted(counts.items())
        for mark in SCALE
    )
    if before == after:
        return barometer
    _require_version(barometer, version)
    rows.delete()
    ThemeCount.objects.bulk_create(
        ThemeCount(
            barometer=barometer,
            place=place,
            theme_id=theme,
            aspect=aspect,
            mark=mark,
            count=count,
        )
        for (theme, aspect), by_mark in counts.items()
        for mark, count in by_mark.items()
    )
    _touch(barometer)
    record(
        "barometer.entered",
        told(barometer),
        before={place.name: before},
        after={place.name: after},
        by=by,
        at=at,
    )
    return barometer


@transaction.atomic
def set_sector(
    *,
    barometer: Barometer,
    version: int,
    marks: Mapping[int, SectorFields],
    by: User,
    at: datetime,
) -> Barometer:
    """Write the marks of the sector, by theme, each with its source and year.

    Raises:
        EditConflictError: when somebody changed the barometer since ``version``.
        NotAvailableError: when it is closed.
        UserError: when a mark has no source.
    """
    barometer = _open(barometer)
    given = {
        theme: one
        for theme, one in marks.items()
        if one.expected is not None or one.delivered is not None
    }
    if any(not one.source or not one.year for one in given.values()):
        raise UserError(_("Say from which study each mark of the sector is, and of which year."))
    rows = list(SectorMark.objects.filter(barometer=barometer))
    before = {row.theme_id: _sector_json(row) for row in rows}
    after = {theme: _sector_json(one) for theme, one in given.items()}
    if before == after:
        return barometer
    _require_version(barometer, version)
    SectorMark.objects.filter(barometer=barometer).delete()
    SectorMark.objects.bulk_create(
        SectorMark(
            barometer=barometer,
            theme_id=theme,
            expected=one.expected,
            delivered=one.delivered,
            source=one.source,
            year=one.year,
        )
        for theme, one in given.items()
    )
    _touch(barometer)
    record(
        "barometer.sector",
        told(barometer),
        before={str(theme): values for theme, values in before.items()},
        after={str(theme): values for theme, values in after.items()},
        by=by,
        at=at,
    )
    return barometer


@transaction.atomic
def close_barometer(*, barometer: Barometer, by: User, at: datetime) -> Barometer:
    """Let everybody read it. A second click changes nothing.

    Raises UserError when no answer is entered.
    """
    barometer = locked(barometer)
    if barometer.state == BarometerState.CLOSED:
        return barometer
    if not ThemeCount.objects.filter(barometer=barometer, count__gt=0).exists():
        raise UserError(_("Enter the answers first: there is nothing to read yet."))
    barometer.close(by=by, at=at)
    after = {"state": str(BarometerState.CLOSED)}
    record("barometer.closed", told(barometer), after=after, by=by, at=at)
    return barometer


@transaction.atomic
def reopen_barometer(*, barometer: Barometer, reason: str, by: User, at: datetime) -> Barometer:
    """Correct a closed one, with a reason.

    Raises:
        NotAvailableError: when it is open.
        UserError: when no reason is said.
    """
    barometer = locked(barometer)
    if barometer.state != BarometerState.CLOSED:
        raise NotAvailableError(_STEP)
    if not reason:
        raise UserError(_("Say why the barometer is opened again."))
    barometer.reopen()
    before, after = {"state": "CLOSED"}, {"state": "DRAFT"}
    record(
        "barometer.reopened",
        told(barometer),
        before=before,
        after=after,
        reason=reason,
        by=by,
        at=at,
    )
    return barometer


def locked(barometer: Barometer) -> Barometer:
    """The row as it is now, held until the end of the transaction."""
    rows = Barometer.objects.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=barometer.pk)


def told(barometer: Barometer) -> Told:
    """What the rows of the journal are about."""
    return Told(KIND, barometer.key, str(barometer.year), barometer.organisation)


def _open(barometer: Barometer) -> Barometer:
    barometer = locked(barometer)
    if barometer.state != BarometerState.DRAFT:
        raise NotAvailableError(_STEP)
    return barometer


def _require_version(barometer: Barometer, version: int) -> None:
    if barometer.version != version:
        raise EditConflictError(CHANGED, barometer)


def _touch(barometer: Barometer) -> None:
    barometer.version += 1
    barometer.save(update_fields=["version"])


def _locked_organisation(organisation: Organisation) -> None:
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _counts_json(rows: Any) -> dict[str, list[int]]:
    """Counts of each theme and aspect, from the lowest mark up."""
    found: dict[str, list[int]] = {}
    for theme, aspect, _mark, count in rows:
        found.setdefault(f"{theme} {aspect}", []).append(count)
    return found


def _sector_json(row: SectorMark | SectorFields) -> dict[str, Any]:
    def text(value: Decimal | None) -> str | None:
        return None if value is None else f"{value:.2f}"

    return {
        "expected": text(row.expected),
        "delivered": text(row.delivered),
        "source": row.source,
        "year": row.year,
    }
