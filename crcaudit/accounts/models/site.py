"""Sites of an organisation and the days they are closed."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.enums import HolidayCalendar
from crcaudit.accounts.models.organisation import Organisation


class SiteQuerySet(models.QuerySet["Site"]):
    """Reads of sites."""

    def open_on(self, day: date) -> Self:
        """Those that are not closed for good on the day."""
        return self.filter(Q(closed_date=None) | Q(closed_date__gt=day))


class Site(models.Model):
    """A place where contacts are handled.

    ``closed_date`` is the first day without it, None while nobody plans to close it. What was done
    there stays; a closed site is no longer on offer for new files and roles.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="sites", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)
    city = models.CharField(_("city"), max_length=120, blank=True)
    calendar = models.CharField(
        _("public holidays"),
        choices=HolidayCalendar,
        default=HolidayCalendar.METROPOLE,
        max_length=16,
    )
    closed_date = models.DateField(_("closed from"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = (
            models.UniqueConstraint(name="site_name_unique", fields=["organisation", "name"]),
            models.CheckConstraint(
                name="site_calendar_known", condition=Q(calendar__in=HolidayCalendar.values)
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_closed_on(self, day: date) -> bool:
        """Whether it is closed for good on the day."""
        return self.closed_date is not None and self.closed_date <= day


class SiteClosure(models.Model):
    """Days on which a site does not work, besides week-ends and public holidays."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="closures", verbose_name=_("site"))
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("site closure")
        verbose_name_plural = _("site closures")
        constraints = (
            models.CheckConstraint(
                name="site_closure_ordered", condition=Q(end_date__gte=F("start_date"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.site} {self.start_date}"
