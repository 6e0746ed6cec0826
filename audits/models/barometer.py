"""The yearly barometer: themes, what customers expect and got of each, the marks of the sector."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.logic.barometer import SCALE
from audits.models.place import MeasuringPlace, measured_organisations
from audits.survey_enums import BAROMETER_FLOW, Aspect, BarometerState
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import organisations_with

FIRST_YEAR, LAST_YEAR = 2000, 2099
_BEST = SCALE[-1]
_ON_SCALE = (SCALE[0], _BEST)


class ServiceTheme(models.Model):
    """One thing that the barometer asks about. Asked once, it is renamed or left out, never gone.

    ``journey_stage`` is a code of the catalogue, "" for none.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="themes", verbose_name=_("organisation")
    )
    label = models.CharField(_("label"), max_length=120)
    journey_stage = models.CharField(_("stage of the journey"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))
    is_active = models.BooleanField(_("asked"), default=True)

    class Meta:
        verbose_name = _("theme of the barometer")
        verbose_name_plural = _("themes of the barometer")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(name="theme_label_unique", fields=["organisation", "label"]),
            models.CheckConstraint(name="theme_has_label", condition=~Q(label="")),
        )

    def __str__(self) -> str:
        return self.label


class BarometerQuerySet(models.QuerySet["Barometer"]):
    """Reads of barometers."""

    def visible_to(self, user: User) -> Self:
        """Closed ones of the organisations whose figures the user reads.

        Open ones too for those who bring figures.
        """
        read = Organisation.objects.filter(measured_organisations(user))
        bringing = organisations_with(user, Role.QUALITY_MANAGER, Role.CONTRIBUTOR)
        closed = Q(state=BarometerState.CLOSED, organisation__in=read.values("pk"))
        return self.filter(closed | Q(organisation__in=bringing))


class Barometer(models.Model):
    """The barometer of one year. ``source`` says who asked whom, and how."""

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="barometers", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=200)
    state = models.CharField(
        _("state"), choices=BarometerState, default=BarometerState.DRAFT, max_length=6
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    recorded_at = models.DateTimeField(_("recorded on"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = BarometerQuerySet.as_manager()

    class Meta:
        verbose_name = _("barometer")
        verbose_name_plural = _("barometers")
        constraints = (
            models.UniqueConstraint(name="barometer_one_of_year", fields=["organisation", "year"]),
            models.CheckConstraint(
                name="barometer_year_known", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR))
            ),
            models.CheckConstraint(name="barometer_has_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="barometer_state_known", condition=Q(state__in=BarometerState.values)
            ),
            models.CheckConstraint(
                name="barometer_closed_iff_dated",
                condition=Q(state=BarometerState.DRAFT, closed_at=None, closed_by=None)
                | Q(state=BarometerState.CLOSED, closed_at__isnull=False, closed_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.year)

    def close(self, *, by: User, at: datetime) -> None:
        """DRAFT -> CLOSED."""
        BAROMETER_FLOW.check(source=self.state, target=BarometerState.CLOSED)
        self.state, self.closed_at, self.closed_by = BarometerState.CLOSED, at, by
        self._moved()

    def reopen(self) -> None:
        """CLOSED -> DRAFT."""
        BAROMETER_FLOW.check(source=self.state, target=BarometerState.DRAFT)
        self.state, self.closed_at, self.closed_by = BarometerState.DRAFT, None, None
        self._moved()

    def _moved(self) -> None:
        self.version += 1
        self.save(update_fields=["state", "closed_at", "closed_by", "version"])


class ThemeCount(models.Model):
    """How many gave one mark out of 10 to what they expect of a theme, or to what they got."""

    barometer = models.ForeignKey(
        Barometer, models.CASCADE, related_name="counts", verbose_name=_("barometer")
    )
    theme = models.ForeignKey(
        ServiceTheme, models.PROTECT, related_name="counts", verbose_name=_("theme")
    )
    place = models.ForeignKey(
        MeasuringPlace, models.PROTECT, related_name="+", verbose_name=_("place of measure")
    )
    aspect = models.CharField(_("expected or delivered"), choices=Aspect, max_length=9)
    mark = models.PositiveSmallIntegerField(_("mark"))
    count = models.PositiveIntegerField(_("answers"))

    class Meta:
        verbose_name = _("answers to a theme")
        verbose_name_plural = _("answers to themes")
        constraints = (
            models.UniqueConstraint(
                name="theme_count_once", fields=["barometer", "place", "theme", "aspect", "mark"]
            ),
            models.CheckConstraint(
                name="theme_aspect_known", condition=Q(aspect__in=Aspect.values)
            ),
            models.CheckConstraint(name="theme_mark_on_scale", condition=Q(mark__range=_ON_SCALE)),
        )

    def __str__(self) -> str:
        return f"{self.theme_id} {self.aspect} {self.mark}"


class SectorMark(models.Model):
    """What a study of the sector says of a theme, out of 10; either mark may be None."""

    barometer = models.ForeignKey(
        Barometer, models.CASCADE, related_name="sector_marks", verbose_name=_("barometer")
    )
    theme = models.ForeignKey(
        ServiceTheme, models.PROTECT, related_name="sector_marks", verbose_name=_("theme")
    )
    expected = models.DecimalField(
        _("expected"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    delivered = models.DecimalField(
        _("delivered"), max_digits=4, decimal_places=2, null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year of the study"))

    class Meta:
        verbose_name = _("mark of the sector")
        verbose_name_plural = _("marks of the sector")
        constraints = (
            models.UniqueConstraint(name="sector_mark_one_of_theme", fields=["barometer", "theme"]),
            models.CheckConstraint(name="sector_mark_has_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="sector_mark_says_something",
                condition=Q(expected__isnull=False) | Q(delivered__isnull=False),
            ),
            models.CheckConstraint(
                name="sector_mark_on_scale",
                condition=(Q(expected=None) | Q(expected__range=_ON_SCALE))
                & (Q(delivered=None) | Q(delivered__range=_ON_SCALE)),
            ),
            models.CheckConstraint(
                name="sector_mark_year_known", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR))
            ),
        )

    def __str__(self) -> str:
        return f"{self.theme_id} {self.year}"
