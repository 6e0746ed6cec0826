"""Organisations and their sites."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from crcaudit.accounts.enums import HolidayCalendar, OrganisationKind
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core import journal
from crcaudit.core.exceptions import UserError

SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFields:
    """What people fill in. ``closed_date`` is the first day without the site, None while open."""

    name: str
    city: str = ""
    calendar: HolidayCalendar = HolidayCalendar.METROPOLE
    closed_date: date | None = None


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: OrganisationKind,
    key: UUID | None = None,
    by: User | None,
    at: datetime,
) -> Organisation:
    """A new organisation, with its own journal.

    ``key`` is drawn when the form is shown: the same form sent twice gives the same organisation.
    """
    organisation, created = Organisation.objects.get_or_create(
        key=key or uuid4(), defaults={"name": name, "kind": kind}
    )
    if created:
        _record(organisation, "organisation.created", after={"kind": kind}, by=by, at=at)
    return organisation


@transaction.atomic
def rename_organisation(
    *, organisation: Organisation, name: str, by: User, at: datetime
) -> Organisation:
    """Another name, from now on: issued reports keep the one that they were made with."""
    organisation = _locked(organisation)
    before, organisation.name = organisation.name, name
    if before == name:
        return organisation
    organisation.save(update_fields=["name"])
    _record(
        organisation,
        "organisation.renamed",
        before={"name": before},
        after={"name": name},
        by=by,
        at=at,
    )
    return organisation


@transaction.atomic
def add_site(*, organisation: Organisation, fields: SiteFields, by: User, at: datetime) -> Site:
    """A new site of the organisation.

    Raises:
        UserError: when a site of the organisation has this name.
    """
    organisation = _locked(organisation)
    _require_free_name(organisation, fields.name)
    site = Site.objects.create(organisation=organisation, **asdict(fields))
    _record_site(site, "site.added", before={}, after=_as_json(fields), by=by, at=at)
    return site


@transaction.atomic
def edit_site(*, site: Site, fields: SiteFields, by: User, at: datetime) -> Site:
    """Rename, correct, close or open a site again. What was done there keeps its site.

    Raises:
        UserError: when another site of the organisation has this name.
    """
    organisation = _locked(site.organisation)
    site = Site.objects.select_related("organisation").get(pk=site.pk)
    old, new = _as_json(fields_of(site)), _as_json(fields)
    if old == new:
        return site
    _require_free_name(organisation, fields.name, but=site)
    for name, value in asdict(fields).items():
        setattr(site, name, value)
    site.save(update_fields=list(asdict(fields)))
    changed = [name for name in new if old[name] != new[name]]
    before, after = ({name: row[name] for name in changed} for row in (old, new))
    _record_site(site, "site.edited", before=before, after=after, by=by, at=at)
    return site


def fields_of(site: Site) -> SiteFields:
    """The present values."""
    return SiteFields(
        name=site.name,
        city=site.city,
        calendar=HolidayCalendar(site.calendar),
        closed_date=site.closed_date,
    )


def _as_json(fields: SiteFields) -> dict[str, str]:
    day = fields.closed_date
    return asdict(fields) | {"closed_date": day.isoformat() if day else ""}


def _locked(organisation: Organisation) -> Organisation:
    """So that two sites sent at once see each other's name."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _require_free_name(organisation: Organisation, name: str, *, but: Site | None = None) -> None:
    twins = Site.objects.filter(organisation=organisation, name__iexact=name)
    if but is not None:
        twins = twins.exclude(pk=but.pk)
    if twins.exists():
        raise UserError(_("A site of this organisation already has this name."))


def _record(  # noqa: PLR0913 -- keyword-only, one line each
    organisation: Organisation,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
    by: User | None,
    at: datetime,
) -> None:
    change = journal.Change(
        action,
        "organisation",
        organisation.key,
        organisation.name,
        before=before or {},
        after=after,
    )
    journal.record(change, stream=journal.organisation_stream(organisation.key), by=by, at=at)


def _record_site(  # noqa: PLR0913 -- keyword-only, one line each
    site: Site,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    by: User,
    at: datetime,
) -> None:
    change = journal.Change(action, SITE, site.pk, site.name, before=before, after=after)
    stream = journal.organisation_stream(site.organisation.key)
    journal.record(change, stream=stream, by=by, at=at)
