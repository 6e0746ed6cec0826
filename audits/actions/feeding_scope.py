"""What is counted for an organisation: the indicators that it follows, and over which months."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.timezone import localdate

from audits.logic import feeding as rules
from audits.logic.periods import Grain, Period, last_periods
from audits.logic.targets import in_force
from audits.measure_enums import MeasureOrigin, TargetKind
from audits.models import Measurement, Target
from crcaudit.accounts.models import Organisation
from engagements.models import Indicator

# Each round looks at the last months, and at a year and one month when something is new.
USUAL_MONTHS, MOST_MONTHS = 3, 13
NEW = timedelta(days=2)


def months_of(organisation: Organisation, *, at: datetime) -> list[Period]:
    """The closed months that a round looks at: more of them when something is new."""
    is_new = Target.objects.filter(organisation=organisation, created_at__gte=at - NEW).exists()
    known = Measurement.objects.filter(organisation=organisation)
    if not is_new:
        is_new = not known.exclude(origin=MeasureOrigin.ENTERED).exists()
    count = MOST_MONTHS if is_new else USUAL_MONTHS
    return last_periods(count + 1, grain=Grain.MONTH, today=localdate(at))[:-1]


@dataclass(slots=True)
class FollowedIndicator:
    """An indicator that can be counted, with its lines of targets, by number of the site."""

    indicator: Indicator
    lines: dict[int | None, list[Target]] = field(default_factory=lambda: defaultdict(list))

    def is_followed_at(self, site: int | None, today: date) -> bool:
        """By the line in force there, or by one that begins later."""
        own = self.lines.get(site, []) if site is not None else []
        whole = self.lines.get(None, [])
        line = in_force(today, own, whole) or next(iter([*own, *whole]), None)
        return line is not None and line.kind != TargetKind.STOPPED


def followed_in(organisation: Organisation, today: date) -> dict[int, FollowedIndicator]:
    """What may be counted, of what the organisation follows: two queries, or one."""
    rows = (
        Target.objects.filter(organisation=organisation, starts_on__lte=today + timedelta(days=31))
        .filter(Q(place__site__isnull=False) | Q(place__kind="WHOLE"))
        .select_related("indicator", "place")
        .prefetch_related("indicator__inputs")
        .order_by("starts_on", "pk")
    )
    found: dict[int, FollowedIndicator] = {}
    for row in rows:
        indicator = row.indicator
        is_ours = indicator.organisation_id is None and indicator.code in rules.FED
        if is_ours or rules.control_keys(indicator.formula) is not None:
            one = found.setdefault(indicator.pk, FollowedIndicator(indicator))
            one.lines[row.place.site_id].append(row)
    return found
