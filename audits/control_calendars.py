"""How late controls are, on the working days of their sites."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from audits.calendars import calendar_of_sites
from audits.logic.control_lateness import days_late
from audits.models import Certification, ControlOccurrence
from crcaudit.core.workdays import Calendar

if TYPE_CHECKING:
    from crcaudit.accounts.models import Site


class Lateness:
    """Counts working days; reads the sites of the files once, with their closures: 2 queries."""

    def __init__(self, files: Iterable[int], *, today: date) -> None:
        """``files`` are ids of the certification files of the controls."""
        self.today = today
        sites: dict[int, list[Site]] = {}
        alone: dict[int, Site] = {}
        rows = Certification.sites.through.objects.filter(certification__in=set(files))
        for row in rows.select_related("site").prefetch_related("site__closures").order_by("pk"):
            sites.setdefault(row.certification_id, []).append(row.site)
            alone[row.site_id] = row.site
        self._calendars = {pk: calendar_of_sites([site]) for pk, site in alone.items()}
        self._together = {file: calendar_of_sites(found) for file, found in sites.items()}

    def of(self, row: ControlOccurrence) -> int:
        """Working days after the due day, 0 as long as it may still be done in time."""
        if row.due_date >= self.today:
            return 0
        return days_late(row.due_date, self.today, self.calendar(row))

    def calendar(self, row: ControlOccurrence) -> Calendar:
        """Of its site, else of the sites of the file together."""
        if row.site_id is None or row.site_id not in self._calendars:
            return self._together.get(row.line.plan.certification_id, Calendar())
        return self._calendars[row.site_id]

    def anybody_works(self, day: date) -> bool:
        """Whether some site of the files works that day; week-days of France without sites."""
        calendars = self._calendars.values() or [Calendar()]
        return any(calendar.is_working_day(day) for calendar in calendars)
