"""Jobs of reports: one that makes a report, one that sweeps. Ordered through `reports.orders`."""

import logging

from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from crcaudit.celery import app
from reports import actions

logger = logging.getLogger(__name__)


@app.task(name="reports.build_report", acks_late=True)  # type: ignore[untyped-decorator]
def build_report(*, report_id: int, **_future: object) -> None:
    """Make one report. Delivered twice, or late, it finds nothing to take and does nothing.

    The next one of the same person is sent again: it may have been refused for want of a place.
    """
    if actions.build_report(report_id=report_id):
        following = actions.next_waiting(report_id)
        if following is not None:
            send(following)


@app.task(name="reports.sweep_reports", acks_late=True)  # type: ignore[untyped-decorator]
def sweep_reports(**_future: object) -> None:
    """Take back what dead workers held, and send whatever waits."""
    for report_id in actions.sweep(at=timezone.now()):
        send(report_id)


def send(report_id: int) -> None:
    """Hand one report to the workers. Without a broker the row waits and the sweep sends it."""
    try:
        build_report.apply_async(kwargs={"report_id": report_id}, retry=False)
    except BrokerError as error:
        logger.warning("Report %d waits, the broker does not answer: %s", report_id, error)
