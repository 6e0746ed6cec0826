"""Import a referential file as a draft edition, or say everything that is wrong with it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crcaudit.core.exceptions import UserError
from engagements import actions
from engagements.enums import EditionState
from engagements.importers.yaml_library import parse_referential
from engagements.management.files import read_file, refuse
from engagements.models import Edition, Indicator


class Command(BaseCommand):
    help = "Import a referential from a YAML file. Nothing is written when it has a problem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="YAML file of form referential/1")
        parser.add_argument("--dry-run", action="store_true", help="check, and write nothing")
        parser.add_argument("--publish", action="store_true", help="publish the edition at once")

    def handle(self, *_args: Any, **options: Any) -> None:
        codes = frozenset(Indicator.objects.of_catalogue().values_list("code", flat=True))
        parsed = parse_referential(read_file(options["file"]), indicators=codes)
        refuse(parsed.problems, self.stderr)
        try:
            with transaction.atomic():
                imported = actions.import_referential(parsed=parsed, by=None, at=timezone.now())
                if options["publish"] and imported.edition.state == EditionState.DRAFT:
                    actions.publish_edition(edition=imported.edition, by=None, at=timezone.now())
                self._tell(imported)
                transaction.set_rollback(options["dry_run"])
        except UserError as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            self.stdout.write(_("Trial run: nothing was written."))

    def _tell(self, imported: actions.ImportedEdition) -> None:
        edition = Edition.objects.select_related("referential").get(pk=imported.edition.pk)
        values = {
            "edition": str(edition),
            "state": edition.get_state_display(),
            "domains": edition.domains.count(),
            "engagements": edition.engagements.count(),
            "requirements": edition.requirements.count(),
        }
        if not imported.is_new:
            self.stdout.write(_("%(edition)s is already there with the same content.") % values)
        self.stdout.write(
            _(
                "%(edition)s (%(state)s): %(domains)d domains, %(engagements)d engagements, "
                "%(requirements)d requirements."
            )
            % values
        )
        if imported.kept_scheme:
            self.stdout.write(_("The scheme is already there with other rules: those are kept."))
