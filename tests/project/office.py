"""A scratch installation whose reports are asked for, and watched from beside its processes."""

import contextlib
import sqlite3
from pathlib import Path

import psycopg

from tests.site import Site

ASK = """
import django; django.setup()
from django.utils import timezone
from reports import orders
from reports.enums import ReportKind
from tests.factories.audits import CertificationFactory, manager_of, running_audit
from tests.factories.engagements import published_edition
edition = published_edition(domains=6, engagements=5, requirements={requirements})
audit = running_audit(certification=CertificationFactory(edition=edition))
orders.order_report(
    kind=ReportKind.DIAGNOSIS, certification=audit.certification, audit=audit,
    language="fr", by=manager_of(audit).user, at=timezone.now(),
)
"""


class Office(Site):
    """A site on either database, with one report."""

    def ask_for_a_report(self, *, requirements: int = 3) -> None:
        """As a quality manager does; the job is sent to the broker of the site.

        With three requirements in each of 30 engagements there is time to kill what makes it.
        """
        self.run("-c", ASK.format(requirements=requirements))

    def read(self, sql: str) -> tuple:
        """One row, read beside the processes of the site."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("postgres"):
            with psycopg.connect(url) as connection:
                return connection.execute(sql).fetchone()
        with contextlib.closing(sqlite3.connect(self.database, timeout=20)) as connection:
            return connection.execute(sql).fetchone()

    def report(self) -> tuple[str, int, int]:
        """State, attempt and pages done."""
        return self.read("SELECT state, attempt, done FROM reports_report")

    def is_over(self) -> bool:
        """Whether nobody works on the report any longer."""
        return self.report()[0] in {"READY", "FAILED"}

    def files(self) -> list[Path]:
        """Every file of reports, parts included."""
        folder = self.data / "files" / "reports"
        return sorted(path for path in folder.rglob("*") if path.is_file())

    def assert_finished_once(self, *, attempt: int) -> None:
        """One report, one file, one line in a journal that holds."""
        state, last, pages = self.report()
        assert (state, last) == ("READY", attempt), self.log.read_text()
        assert pages > 0
        finished = "SELECT count(*) FROM core_journalentry WHERE action = 'report.finished'"
        assert self.read(finished) == (1,)
        (path,) = self.read("SELECT file_path FROM reports_report")
        assert self.files() == [self.data / "files" / path]
        assert self.run("manage.py", "verify_journal")  # fails on a chain that does not hold
