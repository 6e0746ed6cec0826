"""Draw a sample again from its record."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from audits.logic.draw_record import RecordError, redraw


class Command(BaseCommand):
    help = (
        "Redo a draw from its record (CSV) and print the units in order; "
        "exit with 1 when they are not those of the record. Reads no database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", type=Path, help="CSV file of the record of the draw.")

    def handle(self, *, record: Path, **_options: Any) -> None:
        try:
            with record.open(encoding="utf-8-sig", newline="") as file:
                taken, is_same = redraw(csv.reader(file, delimiter=";"))
        except (OSError, UnicodeDecodeError, csv.Error, RecordError) as error:
            raise CommandError(f"{record} : {error}") from error
        for rank, row in enumerate(taken, start=1):
            self.stdout.write(f"{rank}\t{row.position}\t{row.unit.label}")
        if not is_same:
            raise CommandError(_("These are not the units of the record."))
        self.stdout.write(_("The draw gives the units of the record."))
