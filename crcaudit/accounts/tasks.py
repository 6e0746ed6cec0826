"""Jobs of accounts: the outbox."""

from django.utils import timezone

from crcaudit.accounts import outbox
from crcaudit.celery import app


@app.task(name="accounts.deliver_messages", acks_late=True)  # type: ignore[untyped-decorator]
def deliver_messages(**_future: object) -> None:
    """Send what is due."""
    outbox.deliver(at=timezone.now())
