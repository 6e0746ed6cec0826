"""A file of call records, made up: seeded, three sites, a year with both nights of the clocks.

python -m scripts.call_records --rows 500000 --seed 7 >appels.csv
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TextIO
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
SITES = ("Lyon", "Massy", "Tunis")
TITLES = (
    "Date",
    "Heure",
    "Numéro de contact",
    "File",
    "Site",
    "Motif",
    "Décroché",
    "Attente",
    "Conversation",
    "Mise en attente",
    "Post-appel",
    "Note",
)
REASONS = ("Facture", "Panne", "Offre", "Résiliation", "Livraison")
_YEAR = 365


def records(
    rows: int, *, seed: int, start: datetime | None = None, days: int = _YEAR
) -> Iterator[tuple[str, ...]]:
    """``rows`` calls spread over ``days`` from ``start`` (1 January 2026), day and night."""
    random = Random(seed)  # noqa: S311 -- figures of a demonstration
    at = start or datetime(2026, 1, 1, tzinfo=PARIS)
    first = at.astimezone(UTC)
    step = timedelta(days=days) / rows
    for number in range(rows):
        # In UTC, so that no hour is made that the clocks skip, and the one they repeat is twice.
        moment = (first + number * step).astimezone(PARIS)
        yield _call(random, number, moment)


def write(target: TextIO, rows: int, *, seed: int) -> None:
    """The file as French software exports it, separated by semicolons."""
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(TITLES)
    writer.writerows(records(rows, seed=seed))


def _call(random: Random, number: int, moment: datetime) -> tuple[str, ...]:
    wait = int(random.expovariate(1 / 9))
    is_answered = random.random() > min(0.9, wait / 120)
    talk = int(random.gauss(240, 90)) if is_answered else 0
    asked = is_answered and random.random() < 0.12  # noqa: PLR2004
    return (
        f"{moment:%d/%m/%Y}",
        f"{moment:%H:%M:%S}",
        f"C{number:08}",
        random.choice(("Mobile", "Fixe", "Internet")),
        random.choices(SITES, (5, 3, 2))[0],
        random.choice(REASONS),
        "oui" if is_answered else "non",
        str(wait),
        str(max(5, talk)) if is_answered else "",
        str(int(random.expovariate(1 / 20))) if is_answered else "",
        str(max(0, int(random.gauss(45, 15)))) if is_answered else "",
        str(random.choices((1, 2, 3, 4, 5), (1, 1, 2, 6, 8))[0]) if asked else "",
    )


def main() -> None:
    """Write the file on the standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    write(sys.stdout, asked.rows, seed=asked.seed)


if __name__ == "__main__":
    main()
