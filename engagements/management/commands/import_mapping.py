"""Import what the requirements of one edition became in another."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from engagements import actions
from engagements.importers.mapping import parse_mapping
from engagements.management.files import read_file, refuse
from engagements.models import Edition


class Command(BaseCommand):
    help = (
        "Import a CSV file (old, new, relation) that says what became of each requirement. It "
        "takes the place of the mapping of the two editions. Nothing is written when it has a "
        "problem."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="CSV file with the columns old, new, relation")
        parser.add_argument("old", help='former edition, such as "SFR-2004 2004"')
        parser.add_argument("new", help="new edition, written in the same way")
        parser.add_argument("--dry-run", action="store_true", help="check, and write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        old, new = _edition(options["old"]), _edition(options["new"])
        if old == new:
            raise CommandError(_("An edition is not mapped to itself: name two of them."))
        parsed = parse_mapping(read_file(options["file"]), old=_codes(old), new=_codes(new))
        refuse(parsed.problems, self.stderr)
        with transaction.atomic():
            count = actions.import_mapping(
                old=old, new=new, lines=parsed.value or (), by=None, at=timezone.now()
            )
            transaction.set_rollback(options["dry_run"])
        values = {"old": str(old), "new": str(new), "count": count}
        self.stdout.write(_("%(old)s to %(new)s: %(count)d links.") % values)
        if options["dry_run"]:
            self.stdout.write(_("Trial run: nothing was written."))


def _edition(name: str) -> Edition:
    code, _space, version = name.partition(" ")
    rows = Edition.objects.select_related("referential")
    row = rows.filter(referential__code=code, version=version).first()
    if row is None:
        raise CommandError(_("There is no edition %(name)s.") % {"name": name})
    return row


def _codes(edition: Edition) -> frozenset[str]:
    return frozenset(edition.requirements.values_list("code", flat=True))
