"""Import a catalogue of indicators, or say everything that is wrong with it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crcaudit.core.exceptions import UserError
from engagements import actions
from engagements.importers.indicators import parse_catalogue
from engagements.management.files import read_file, refuse


class Command(BaseCommand):
    help = "Import the indicators of a YAML file. Nothing is written when it has a problem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="YAML file of form indicators/1")
        parser.add_argument("--dry-run", action="store_true", help="check, and write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        parsed = parse_catalogue(read_file(options["file"]))
        refuse(parsed.problems, self.stderr)
        try:
            with transaction.atomic():
                imported = actions.import_catalogue(parsed=parsed, by=None, at=timezone.now())
                transaction.set_rollback(options["dry_run"])
        except UserError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self._sentence(imported))
        if options["dry_run"]:
            self.stdout.write(_("Trial run: nothing was written."))

    def _sentence(self, imported: actions.ImportedCatalogue) -> str:
        if not imported.is_new:
            return _("This catalogue is already there with the same content.")
        message = _("Indicators created: %(created)d, changed: %(changed)d.")
        values = {"created": len(imported.created), "changed": len(imported.changed)}
        return message % values
