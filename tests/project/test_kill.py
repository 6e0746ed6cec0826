"""The server is killed while it makes a report; started again, it finishes it, once."""

import os
import signal

import pytest

from tests.project.office import Office

pytestmark = [pytest.mark.pdf, pytest.mark.long]


@pytest.fixture
def site(tmp_path) -> Office:
    site = Office(tmp_path, CRC_REPORT_LEASE_SECONDS="2")
    site.ask_for_a_report()
    return site


def test_a_report_survives_the_death_of_every_process(site):
    with site.serving() as server:
        site.until(lambda: site.report()[2] > 0)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    state, attempt, _done = site.report()
    assert (state, attempt) == ("BUILDING", 1)

    with site.serving():
        site.until(lambda: site.report()[0] in {"READY", "FAILED"})

    site.assert_finished_once(attempt=2)
