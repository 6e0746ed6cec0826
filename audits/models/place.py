"""What a measure is about: all of an organisation, one of its sites, one of its providers."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audits.measure_enums import PlaceKind
from audits.models.sharing import FileShare, Subcontractor
from audits.models.team import AuditTeamMember
from crcaudit.accounts.enums import Role
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.accounts.permissions import memberships_of, organisations_with

# Who reads every figure of their organisation.
FIGURE_READERS = (Role.QUALITY_MANAGER, Role.CONTRIBUTOR, Role.DIRECTOR)


def measured_organisations(user: User) -> Q:
    """Organisations whose figures the user may know of, in whole or for a site of theirs.

    Their own; those of the audits they are named on, while they are; those that share their
    indicators with an organisation of theirs.
    """
    own = organisations_with(user, *FIGURE_READERS, Role.SITE_MANAGER)
    audited, shared = _audited_files(user), _shared_files(user)
    named = Q(certifications__in=audited) | Q(certifications__in=shared)
    return Q(pk__in=own) | named


def figure_files_read(user: User) -> Q:
    """Organisations whose written files of figures the user may look at: as above, but clients."""
    own = organisations_with(user, *FIGURE_READERS, Role.SITE_MANAGER)
    return Q(pk__in=own) | Q(certifications__in=_audited_files(user))


class MeasuringPlaceQuerySet(models.QuerySet["MeasuringPlace"]):
    """Reads of places."""

    def visible_to(self, user: User) -> Self:
        """Places whose figures the user reads.

        All of them in one's own organisation, the site alone for a site manager. The sites and
        providers of the file for its auditors, with the whole, and for those it is shared with.
        """
        shared = _shared_files(user)
        return self.filter(_read_within(user) | _of_files(shared)).distinct()

    def overseen_by(self, user: User) -> Self:
        """Places whose alerts the user reads: as `visible_to`, but for those shared with them."""
        return self.filter(_read_within(user)).distinct()

    def in_order(self) -> Self:
        """The whole first, then sites, then providers, by name."""
        position = models.Case(
            models.When(kind=PlaceKind.WHOLE, then=0),
            models.When(kind=PlaceKind.SITE, then=1),
            default=2,
            output_field=models.IntegerField(),
        )
        rows = self.select_related("site", "subcontractor")
        return rows.order_by(position, "site__name", "subcontractor__name", "pk")


class MeasuringPlace(models.Model):
    """One of the places that an organisation measures.

    The figure of the whole is what was measured for the whole, where something was, else its
    places put together.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="places", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), choices=PlaceKind, max_length=8)
    site = models.OneToOneField(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="place",
        verbose_name=_("site"),
    )
    subcontractor = models.OneToOneField(
        Subcontractor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="place",
        verbose_name=_("subcontractor"),
    )

    objects = MeasuringPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of measure")
        verbose_name_plural = _("places of measure")
        constraints = (
            models.CheckConstraint(
                name="place_kind_iff_named",
                condition=Q(kind=PlaceKind.WHOLE, site=None, subcontractor=None)
                | Q(kind=PlaceKind.SITE, site__isnull=False, subcontractor=None)
                | Q(kind=PlaceKind.PROVIDER, site=None, subcontractor__isnull=False),
            ),
            models.UniqueConstraint(
                name="place_one_whole",
                fields=["organisation"],
                condition=Q(kind=PlaceKind.WHOLE),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Name of the site or provider; of the whole, in the active language."""
        if self.site is not None:
            return self.site.name
        return self.subcontractor.name if self.subcontractor is not None else _now("All sites")

    @property
    def is_whole(self) -> bool:
        """Whether it stands for the organisation itself."""
        return self.kind == PlaceKind.WHOLE


def _read_within(user: User) -> Q:
    """Of one's own organisation or site, and of the files that one audits."""
    sites = [row.site_id for row in memberships_of(user) if row.role == Role.SITE_MANAGER]
    audited = _audited_files(user)
    seen = Q(organisation__in=organisations_with(user, *FIGURE_READERS)) | Q(site__in=sites)
    seen |= Q(kind=PlaceKind.WHOLE, organisation__certifications__in=audited)
    return seen | _of_files(audited)


def _of_files(files: models.QuerySet[Any, int]) -> Q:
    """Sites and providers of certification files."""
    return Q(site__certifications__in=files) | Q(subcontractor__certification__in=files)


def _audited_files(user: User) -> models.QuerySet[AuditTeamMember, int]:
    rows = AuditTeamMember.objects.giving_access(user)
    return rows.values_list("audit__certification", flat=True)


def _shared_files(user: User) -> models.QuerySet[FileShare, int]:
    return FileShare.objects.visible_to(user).values_list("certification", flat=True)
