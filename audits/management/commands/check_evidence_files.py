"""Compare the storage of evidence with the rows."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.actions import evidence_files as files
from audits.actions.evidence_files import Problem

SAFE_HOURS = 24
PROBLEMS = {
    Problem.MISSING: gettext_lazy("%(label)s: the file is missing (%(path)s)"),
    Problem.CHANGED: gettext_lazy("%(label)s: the file is not the one deposited (%(path)s)"),
    Problem.UNREADABLE: gettext_lazy("%(label)s: the file cannot be read (%(path)s)"),
}


class Command(BaseCommand):
    help = (
        "Read every deposited file again and list the files without a row; "
        "exit with 1 when a file is missing, unreadable or not the one deposited."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--delete-orphans",
            action="store_true",
            help="Remove the files without a row; the journal says which.",
        )
        parser.add_argument(
            "--min-age-hours",
            type=int,
            default=SAFE_HOURS,
            help="Leave alone files without a row that are younger (default: %(default)s).",
        )

    def handle(self, *, delete_orphans: bool, min_age_hours: int, **_options: Any) -> None:
        if min_age_hours < 1:
            raise CommandError(_("Files younger than one hour may be on their way in."))
        before = timezone.now() - timedelta(hours=min_age_hours)
        self._orphans(before, delete=delete_orphans)
        if self._damaged():
            raise SystemExit(1)

    def _orphans(self, before: Any, *, delete: bool) -> None:
        count = 0
        try:
            for path in files.orphans(before=before):
                count += 1
                removed = delete and files.remove_orphan(path, at=timezone.now())
                text = _("Removed: %(path)s") if removed else _("Without a row: %(path)s")
                self.stdout.write(text % {"path": path})
        except NotImplementedError:
            self.stdout.write(_("This storage cannot list its files: orphans were not looked for."))
            return
        text = ngettext("%(n)s file without a row.", "%(n)s files without a row.", count)
        self.stdout.write(text % {"n": count})

    def _damaged(self) -> int:
        count = damaged = 0
        for found in files.check_files():
            count += 1
            if found.problem is not None:
                damaged += 1
                told = {"label": found.label, "path": found.path}
                self.stderr.write(str(PROBLEMS[found.problem]) % told)
        text = ngettext("%(n)s deposited file read.", "%(n)s deposited files read.", count)
        self.stdout.write(text % {"n": count})
        if not damaged:
            self.stdout.write(_("Every file is the one that was deposited."))
        return damaged
