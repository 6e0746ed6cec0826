"""How many contacts each site is to hear, month by month."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from audits.actions.feeding import feed_day
from audits.actions.listening.common import Subject, record
from audits.models import ListeningPlan
from crcaudit.accounts.models import Organisation, User

Planned = Mapping[tuple[int, date], int]  # by primary key of the site and first day of the month


@transaction.atomic
def set_plan(*, organisation: Organisation, planned: Planned, by: User, at: datetime) -> None:
    """Keep the numbers planned; 0 takes one back. Other months and sites stay as they are.

    Sites of another organisation are passed over. Nothing changed leaves no row.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    names = dict(organisation.sites.values_list("pk", "name"))
    known = {(row.site_id, row.month): row for row in _rows(organisation)}
    before, after = {}, {}
    for (site, month), number in planned.items():
        row = known.get((site, month))
        old = row.planned if row else 0
        if site not in names or old == number:
            continue
        label = f"{names[site]} {month:%Y-%m}"
        before[label], after[label] = old, number
        _keep(row, site, month, number)
    if after:
        who = Subject("listening_plan", organisation.key, organisation.name, organisation)
        record("listening.planned", who, before=before, after=after, by=by, at=at)
        for month in sorted({month for _site, month in planned}):
            feed_day(organisation, month, at=at)


def _rows(organisation: Organisation) -> list[ListeningPlan]:
    return list(ListeningPlan.objects.filter(site__organisation=organisation))


def _keep(row: ListeningPlan | None, site: int, month: date, number: int) -> None:
    if row is None:
        ListeningPlan.objects.create(site_id=site, month=month, planned=number)
    elif number:
        row.planned = number
        row.save(update_fields=["planned"])
    else:
        row.delete()
