"""Jobs of audits: what passes with time."""

from django.utils import timezone

from audits.actions.daily import daily_round as round_of_the_day
from crcaudit.celery import app


@app.task(name="audits.daily_round", acks_late=True)  # type: ignore[untyped-decorator]
def daily_round(**_future: object) -> None:
    """Escalate and remind. Asked many times a day, it does each thing once."""
    round_of_the_day(at=timezone.now())
