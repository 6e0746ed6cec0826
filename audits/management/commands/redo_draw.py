"""Draw a sample again from its record."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.logic.draw_record import RecordError, RecordProblem, redraw

PROBLEMS = {
    RecordProblem.NO_RECORD: gettext_lazy("This file is not the record of a draw."),
    RecordProblem.NO_LIST: gettext_lazy("The record is incomplete: its list is missing."),
    RecordProblem.NO_NUMBER: gettext_lazy("The record holds a text where a number is expected."),
    RecordProblem.OTHER_LIST: gettext_lazy(
        "The list is not the one of the draw: its hash is another one. A spreadsheet that saved "
        "the file may have changed its references."
    ),
    RecordProblem.ALGORITHM: gettext_lazy("The algorithm of this record is not known here."),
    RecordProblem.IMPOSSIBLE: gettext_lazy("Method, size and list of this record do not agree."),
}


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
        except RecordError as error:
            raise CommandError(str(PROBLEMS[error.problem])) from error
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{record}: {error}") from error
        for rank, row in enumerate(taken, start=1):
            self.stdout.write(f"{rank}\t{row.position}\t{row.unit.label}")
        if not is_same:
            raise CommandError(_("These are not the units of the record."))
        self.stdout.write(_("The draw gives the units of the record."))
