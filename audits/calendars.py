"""The working days on which time limits are counted, and internal controls are due."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from audits.models import Assessment, MeasuringPlace
from crcaudit.accounts.enums import HolidayCalendar
from crcaudit.accounts.models import Site, SiteClosure
from crcaudit.core.workdays import Calendar, Region


def calendar_of(assessment: Assessment) -> Calendar:
    """The site's own calendar; for the whole scope, that of its sites.

    Holidays of the whole are those of the sites when all keep the same ones, else those of
    France. A day on which one site is closed is still worked by the others, so that only a
    single site's closures count.
    """
    if assessment.site is not None:
        return calendar_of_sites([assessment.site])
    return calendar_of_sites(list(assessment.audit.certification.sites.order_by("pk")))


def calendar_of_place(place: MeasuringPlace) -> Calendar:
    """The site's own calendar; for the whole and for a provider, that of the sites together."""
    if place.site is not None:
        return calendar_of_sites([place.site])
    return calendar_of_sites(list(place.organisation.sites.order_by("pk")))


def calendar_of_sites(sites: Sequence[Site]) -> Calendar:
    """That of one site, or of several together: see `calendar_of`."""
    regions = {site.calendar for site in sites}
    alsace = regions == {HolidayCalendar.ALSACE_MOSELLE}
    region = Region.ALSACE_MOSELLE if alsace else Region.METROPOLE
    closures = sites[0].closures.all() if len(sites) == 1 else []
    return Calendar(region=region, closures=frozenset(_days(closures)))


def _days(closures: Iterable[SiteClosure]) -> Iterable[date]:
    for closure in closures:
        for offset in range((closure.end_date - closure.start_date).days + 1):
            yield closure.start_date + timedelta(days=offset)
