"""Indicators, places, targets and measures."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone

from audits.actions.measurement import Entry, record_measures
from audits.actions.place import place_of
from audits.actions.target import TargetFields, set_target
from audits.logic.periods import Grain, period_of
from crcaudit.accounts.enums import Role
from engagements.models import Indicator, IndicatorInput
from tests.factories.accounts import MembershipFactory

AT = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


def indicator(code="PEC-01", *, keys=("answered_in_t", "offered"), **values):
    """An indicator of the catalogue; a service level unless said otherwise."""
    defaults = {
        "name_fr": f"Indicateur {code}",
        "name_en": f"Indicator {code}",
        "formula": "100 * answered_in_t / offered",
        "unit": "%",
        "direction": "higher",
        "journey_stage": "pickup",
        "dimension": "process",
        "frequency": "monthly",
        "statistic": "proportion",
    }
    row = Indicator.objects.create(code=code, **(defaults | values))
    IndicatorInput.objects.bulk_create(
        IndicatorInput(
            indicator=row, key=key, label_fr=f"donnée {key}", label_en=f"input {key}", position=n
        )
        for n, key in enumerate(keys)
    )
    return row


def member_of(organisation, role=Role.QUALITY_MANAGER, **values):
    """A person of the organisation."""
    return MembershipFactory(organisation=organisation, role=role, **values).user


def want(  # noqa: PLR0913
    organisation, row, value=85, *, subject=None, by=None, at=AT, **fields
):
    """A target of the indicator, from the month that runs unless said otherwise."""
    wanted = {
        "grain": Grain.MONTH,
        "starts_on": at.date(),
        "operator": ">=",
        "value": None if value is None else Decimal(str(value)),
    }
    return set_target(
        organisation=organisation,
        indicator=row,
        subject=subject,
        fields=TargetFields(**(wanted | fields)),
        by=by or member_of(organisation),
        at=at,
    )


def measure(  # noqa: PLR0913
    organisation, row, day, *, subject=None, grain=Grain.MONTH, by=None, at=None, **inputs
):
    """One measure, entered now unless said otherwise; ``inputs`` are its figures, by key."""
    options = {name: inputs.pop(name) for name in ("is_exhaustive", "convention") if name in inputs}
    entry = Entry(
        indicator=row,
        place=place_of(organisation, subject),
        period=period_of(day, grain),
        inputs={key: Decimal(str(value)) for key, value in inputs.items()},
        **options,
    )
    return record_measures(
        organisation=organisation,
        entries=[entry],
        by=by or member_of(organisation),
        at=at or timezone.now(),
    )


def day(text):
    """A day written as 2026-11-30."""
    return date.fromisoformat(text)
