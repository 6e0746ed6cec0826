"""A centre that measures one indicator. Run with a step, it goes on where the world was left.

``missed`` writes two months under the target, ``late`` lets days pass, ``returned`` writes the
two months after them over the target, ``wall`` one more indicator under its target.
"""

import sys
from datetime import date, timedelta
from decimal import Decimal

import django

if __name__ == "__main__":
    django.setup()

from django.utils import timezone
from django.utils.timezone import localdate

from audits.actions.daily import daily_round
from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.actions.target import TargetFields, set_target
from audits.logic.periods import Grain, period_of
from crcaudit.accounts.models import Organisation, User
from engagements.models import Indicator

CENTRE, MANAGER = "Centre qui mesure d'essai", "mesure@essai.test"
CODE, OTHER = "PEC-01", "ACC-01"


def measuring(organisation: Organisation, by: User) -> dict[str, str]:
    """The targets, and the key of the centre for its wall."""
    for code in (CODE, OTHER):
        set_target(
            organisation=organisation,
            indicator=Indicator.objects.get(code=code),
            subject=None,
            fields=TargetFields(
                grain=Grain.MONTH, starts_on=months()[0], operator=">=", value=Decimal(85)
            ),
            by=by,
            at=timezone.now(),
        )
    return {"measuring": str(organisation.key)}


def months() -> list[date]:
    """First days of the last four closed months."""
    running = period_of(localdate(), Grain.MONTH)
    return [running.after(back).start for back in range(-4, 0)]


def write(code: str, figures: dict[date, int]) -> None:
    """Figures of the whole, out of a thousand calls."""
    organisation = Organisation.objects.get(name=CENTRE)
    indicator = Indicator.objects.get(code=code)
    part, whole = (item.key for item in indicator.inputs.order_by("position"))
    entries = [
        Entry(
            indicator=indicator,
            place=place_of(organisation, None),
            period=period_of(month, Grain.MONTH),
            inputs={part: Decimal(10 * rate), whole: Decimal(1000)},
        )
        for month, rate in figures.items()
    ]
    by = User.objects.get(email=MANAGER)
    record_measures(organisation=organisation, entries=entries, by=by, at=timezone.now())


def go_on(step: str) -> None:
    """The next thing that happens there."""
    first, second, third, fourth = months()
    if step == "missed":
        write(CODE, {first: 78, second: 76})
    elif step == "late":
        daily_round(at=timezone.now() + timedelta(days=12))
    elif step == "returned":
        write(CODE, {third: 88, fourth: 90})
    elif step == "wall":
        write(OTHER, {fourth: 71})


if __name__ == "__main__":
    go_on(sys.argv[1])
