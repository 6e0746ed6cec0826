"""Check every chain of the journal."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crcaudit.core import journal


class Command(BaseCommand):
    help = "Check every chain of the journal; exit with 1 when an entry was changed or removed."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        count, broken = journal.verify()
        text = ngettext("%(count)d entry verified.", "%(count)d entries verified.", count)
        self.stdout.write(text % {"count": count})
        for row in broken:
            self.stderr.write(f"{row.stream} {row.sequence}: {row.problem}")
        if broken:
            raise SystemExit(1)
        self.stdout.write(_("The journal is intact."))
