"""Try the product: referentials, a story that is already under way, three documents, sign-ins."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone
from django.utils.translation import gettext as _

from audits.models import Certification
from crcaudit.accounts.models import User
from reports.actions import issue_report
from reports.enums import ReportKind
from reports.management.demo import cast, library, referentials, story
from reports.management.demo.documents import Made, make_documents
from reports.management.demo.moments import Moments

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
MANAGER, DIRECTOR = "qualite", "direction"


class Command(BaseCommand):
    help = (
        "Create the demonstration data when they are not there, make the diagnosis report, "
        "the internal control plan and the pack of a committee, and print the sign-ins. "
        "What people entered stays as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", default="demo-output", help="folder of the three PDF files")
        parser.add_argument("--serve", action="store_true", help="serve the site afterwards")

    def handle(self, *, output: str, serve: bool, **_options: Any) -> None:
        call_command("migrate", verbosity=0)
        self._create_data()
        self._make_documents(Path(output))
        self._print_sign_ins()
        if serve:
            self.stdout.flush()
            call_command("serve")

    def _create_data(self) -> None:
        is_present = cast.is_present()
        if not is_present:
            _require_local()
        for edition in referentials.import_all(timezone.now()):
            self.stdout.write(_("Referential %(edition)s: ready.") % {"edition": edition})
        if is_present:
            self.stdout.write(_("The demonstration data are there already: nothing was changed."))
            return
        story.tell(Moments(timezone.localdate()))
        self.stdout.write(_("The demonstration data are created. The documents are being made."))
        self.stdout.flush()

    def _make_documents(self, folder: Path) -> None:
        people = library.people()
        manager = User.objects.filter(email=people[MANAGER].email).first()
        rows = Certification.objects.filter(opened_by=manager).order_by("pk")
        certification = rows.first()
        if manager is None or certification is None:
            self.stdout.write(
                _("The demonstration file is not there any more: no document was made.")
            )
            return
        for made in make_documents(certification, by=manager, folder=folder):
            _issue(made)
            self.stdout.write(
                _("%(title)s, %(pages)d pages: %(path)s")
                % {
                    "title": made.report.title,
                    "pages": made.report.page_count,
                    "path": made.path,
                }
            )

    def _print_sign_ins(self) -> None:
        people = [person for person in library.people().values() if not person.is_invited]
        wide = max(len(person.email) for person in people)
        self.stdout.write("")
        self.stdout.write(
            _("Sign-ins, password of each of them: %(password)s") % {"password": cast.PASSWORD}
        )
        for person in people:
            self.stdout.write(f"  {person.email:<{wide}}  {person.title}")


def _issue(made: Made) -> None:
    """The director issues the new diagnosis report: the client organisation may read it."""
    director = User.objects.filter(email=library.people()[DIRECTOR].email).first()
    if director and made.is_new and made.report.kind == ReportKind.DIAGNOSIS:
        issue_report(report_id=made.report.pk, by=director, at=timezone.now())


def _require_local() -> None:
    """Accounts with a printed password belong on a site that only this machine reaches."""
    if settings.HTTPS or not LOCAL_HOSTS.issuperset(settings.ALLOWED_HOSTS):
        raise CommandError(
            _(
                "The demonstration accounts have a public password, and this site is open to "
                "other machines. Try it with another database (CRC_DATA_DIR, DATABASE_URL), "
                "without CRC_HTTPS and CRC_ALLOWED_HOSTS."
            )
        )
