"""With a real broker the workers are processes of their own: what is asked for is made, once."""

import os
import signal
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.project.office import Office
from tests.site import database_beside

DATABASE = os.environ.get("DATABASE_URL", "")
pytestmark = [
    pytest.mark.pdf,
    pytest.mark.services,
    pytest.mark.skipif(
        settings.CELERY_EMBEDDED or not DATABASE.startswith("postgres"),
        reason="needs PostgreSQL and a broker: make test-services",
    ),
]


@pytest.fixture
def site(tmp_path) -> Iterator[Office]:
    """Three kinds of processes on PostgreSQL and Redis: two that serve, one that works."""
    with database_beside(DATABASE) as address:
        site = Office(
            tmp_path,
            DATABASE_URL=address,
            CELERY_BROKER_URL=settings.CELERY_BROKER_URL,
            REDIS_URL=settings.REDIS_URL,
            WEB_CONCURRENCY="2",
            CRC_REPORT_LEASE_SECONDS="2",
        )
        yield site


def test_a_report_waits_for_a_worker_and_is_made(site):
    with site.serving():
        site.ask_for_a_report(requirements=1)
        assert site.report() == ("QUEUED", 0, 0)  # none of the web processes takes it

        with site.working():
            site.until(site.is_over)

        assert site.answers()
    site.assert_finished_once(attempt=1)


def test_a_report_survives_the_death_of_its_worker(site):
    site.ask_for_a_report()
    with site.working() as worker:
        site.until(lambda: site.report()[2] > 0)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    state, attempt, _done = site.report()
    assert (state, attempt) == ("BUILDING", 1)

    with site.working():
        site.until(site.is_over)

    site.assert_finished_once(attempt=2)
