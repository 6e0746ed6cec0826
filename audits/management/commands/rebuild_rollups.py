"""Compute the roll-ups of every audit again, from the assessments."""

from typing import Any

from django.core.management.base import BaseCommand

from audits.actions.rollup import rebuild


class Command(BaseCommand):
    help = "Compute the roll-ups of every audit again, from the assessments."

    def handle(self, *args: Any, **options: Any) -> None:
        del args, options
        self.stdout.write(f"Roll-ups written: {rebuild()}.")
