"""Jobs of audits: what passes with time, and files of figures to be read."""

import logging

from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from audits.actions import import_jobs
from audits.actions.daily import daily_round as round_of_the_day
from audits.actions.measure_import_reading import read_file
from crcaudit.celery import app

logger = logging.getLogger(__name__)


@app.task(name="audits.daily_round", acks_late=True)  # type: ignore[untyped-decorator]
def daily_round(**_future: object) -> None:
    """Escalate and remind. Asked many times a day, it does each thing once."""
    round_of_the_day(at=timezone.now())


@app.task(name="audits.read_figures", acks_late=True)  # type: ignore[untyped-decorator]
def read_figures(*, import_id: int, **_future: object) -> None:
    """Read one file of figures. Delivered twice, or late, it finds nothing to take."""
    read_file(import_id=import_id)


@app.task(name="audits.sweep_figures", acks_late=True)  # type: ignore[untyped-decorator]
def sweep_figures(**_future: object) -> None:
    """Take back what dead workers held, and send whatever waits."""
    for import_id in import_jobs.sweep(at=timezone.now()):
        send_figures(import_id)


def send_figures(import_id: int) -> None:
    """Hand one file to the workers. Without a broker the row waits and the sweep sends it."""
    try:
        read_figures.apply_async(kwargs={"import_id": import_id}, retry=False)
    except BrokerError as error:
        logger.warning("File %d waits, the broker does not answer: %s", import_id, error)
