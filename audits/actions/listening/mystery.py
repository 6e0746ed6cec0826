"""Mystery contacts: the plan of a campaign, and what each contact gave."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audits.actions.feeding import feed_day
from audits.actions.listening.common import Marks, Subject, record
from audits.actions.listening.sessions import SessionFields, create
from audits.actions.once import require_same_form
from audits.calendars import calendar_of_sites
from audits.listening_enums import ContactState, ListeningKind
from audits.logic.mystery import MAX_SIZE, Ground, spread
from audits.models import (
    MysteryCampaign,
    MysteryContact,
    MysteryScenario,
)
from crcaudit.accounts.models import Organisation, Site, User
from crcaudit.core.exceptions import NotAvailableError, UserError

CAMPAIGN, CONTACT = "mystery_campaign", "mystery_contact"
PLANNED = "mystery.campaign_planned"
SEED_BYTES = 8
MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class CampaignFields:
    """What a plan is spread over; hours of the day, of which the last one is not begun."""

    title: str
    starts_on: date
    ends_on: date
    opens_at: int
    closes_at: int
    size: int
    sites: Sequence[Site]
    scenarios: Sequence[MysteryScenario]
    testers: Sequence[User]


@transaction.atomic
def plan_campaign(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    key: UUID,
    organisation: Organisation,
    fields: CampaignFields,
    seed: str = "",
    by: User,
    at: datetime,
) -> MysteryCampaign:
    """Draw the plan of a campaign, once and for all. The same form twice leaves one.

    The server draws the seed, unless one is given to redo a plan.

    Raises:
        NotAvailableError: when the key was used for anything else.
        UserError: when a site has no working day in the period, or nothing is there to spread.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    sent = _campaign_json(fields)
    known = MysteryCampaign.objects.filter(key=key, organisation=organisation).first()
    if known is not None or MysteryCampaign.objects.filter(key=key).exists():
        require_same_form(kind=CAMPAIGN, key=key, action=PLANNED, sent=sent, by=by)
        if known is not None:
            return known
    _require_campaign(organisation.pk, fields)
    seed = seed or secrets.token_hex(SEED_BYTES)
    names = ("title", "starts_on", "ends_on", "opens_at", "closes_at", "size")
    row = MysteryCampaign.objects.create(
        key=key,
        organisation=organisation,
        seed=seed,
        planned_at=at,
        planned_by=by,
        **{name: getattr(fields, name) for name in names},
    )
    plan = spread(ground_of(fields), size=fields.size, seed=seed)
    MysteryContact.objects.bulk_create(
        MysteryContact(
            campaign=row,
            number=number,
            site_id=one.site,
            scenario_id=one.scenario,
            channel=one.channel,
            planned_on=one.day,
            hour=one.hour,
            tester_id=one.tester,
        )
        for number, one in enumerate(plan, start=1)
    )
    record(PLANNED, Subject(CAMPAIGN, row.key, row.title, organisation), after=sent, by=by, at=at)
    return row


@transaction.atomic
def record_contact(  # noqa: PLR0913 -- keyword-only, one line each
    *,
    contact: MysteryContact,
    made_on: date,
    marks: Marks,
    comment: str = "",
    evidence: str = "",
    recommendation: int | None = None,
    wait: int | None = None,
    by: User,
    at: datetime,
) -> MysteryContact:
    """Keep what a contact gave: ``recommendation`` from 0 to 10, ``wait`` in seconds.

    Raises:
        NotAvailableError: when it is settled already.
        UserError: when a mark is missing, or the day is still to come.
    """
    contact = _locked(contact)
    _require_planned(contact)
    if made_on > localdate(at):
        raise UserError(_("This day is still to come."))
    organisation = contact.campaign.organisation
    fields = SessionFields(
        site=contact.site,
        channel=contact.channel,
        heard_on=made_on,
        kind=ListeningKind.MYSTERY,
        marks=marks,
        contact_reference=evidence,
        comment=comment,
    )
    session = create(contact.scenario.grid, organisation, fields, by=by, at=at)
    contact.settle(session=session, recommendation=recommendation, wait=wait, at=at)
    after = {"state": contact.state, "recommendation": recommendation, "wait_seconds": wait}
    record("mystery.contact_done", _of_contact(contact), after=after, by=by, at=at)
    feed_day(organisation, made_on, at=at)
    return contact


@transaction.atomic
def miss_contact(*, contact: MysteryContact, reason: str, by: User, at: datetime) -> MysteryContact:
    """Keep that a contact was not made, and why.

    Raises:
        NotAvailableError: when it is settled already.
    """
    contact = _locked(contact)
    _require_planned(contact)
    contact.miss(reason=reason, at=at)
    after = {"state": contact.state}
    record("mystery.contact_missed", _of_contact(contact), after=after, by=by, at=at)
    return contact


def ground_of(fields: CampaignFields) -> Ground:
    """What the plan is spread over, in an order that does not depend on the form: by number."""
    scenarios: dict[str, list[int]] = {}
    for row in sorted(fields.scenarios, key=lambda row: (row.channel, row.pk)):
        scenarios.setdefault(row.channel, []).append(row.pk)
    return Ground(
        days={site.pk: _days(site, fields) for site in sorted(fields.sites, key=lambda s: s.pk)},
        scenarios=scenarios,
        hours=tuple(range(fields.opens_at, fields.closes_at)),
        testers=sorted(user.pk for user in fields.testers),
    )


def _days(site: Site, fields: CampaignFields) -> tuple[date, ...]:
    calendar = calendar_of_sites([site])
    whole = (fields.ends_on - fields.starts_on).days + 1
    days = (fields.starts_on + timedelta(days=n) for n in range(whole))
    return tuple(day for day in days if calendar.is_working_day(day) and not site.is_closed_on(day))


def _require_campaign(organisation: int, fields: CampaignFields) -> None:
    own = {site.organisation_id for site in fields.sites}
    own |= {row.organisation_id for row in fields.scenarios}
    if own - {organisation}:
        raise UserError(_("Choose sites and scenarios of the organisation."))
    if (fields.ends_on - fields.starts_on).days >= MAX_DAYS:
        raise UserError(_("A campaign lasts a year at most."))
    if not 1 <= fields.size <= MAX_SIZE:
        raise UserError(_("A campaign has 1 to 1,000 contacts."))
    if not (fields.sites and fields.scenarios and fields.testers):
        raise UserError(_("Choose at least one site, one scenario and one tester."))
    for site in fields.sites:
        if not _days(site, fields):
            raise UserError(_("%(site)s has no working day in this period.") % {"site": site.name})


def _require_planned(contact: MysteryContact) -> None:
    if contact.state != ContactState.PLANNED:
        raise NotAvailableError(_("This contact is settled already: nothing was changed."))


def _locked(contact: MysteryContact) -> MysteryContact:
    rows = MysteryContact.objects.select_for_update(of=("self",))
    return rows.select_related("campaign__organisation", "site", "scenario__grid").get(
        pk=contact.pk
    )


def _of_contact(contact: MysteryContact) -> Subject:
    label = f"{contact.campaign} · {contact.number}"
    return Subject(CONTACT, contact.key, label, contact.campaign.organisation)


def _campaign_json(fields: CampaignFields) -> dict[str, Any]:
    return {
        "title": fields.title,
        "starts_on": fields.starts_on.isoformat(),
        "ends_on": fields.ends_on.isoformat(),
        "opens_at": fields.opens_at,
        "closes_at": fields.closes_at,
        "size": fields.size,
        "sites": sorted(site.name for site in fields.sites),
        "scenarios": sorted(f"{row.title} {row.key}" for row in fields.scenarios),
        "testers": sorted(str(user.key) for user in fields.testers),
    }
