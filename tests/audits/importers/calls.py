"""What call records say, computed another way: the csv module, one row after the other."""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction

STARTS = {
    "DAY": lambda day: day,
    "WEEK": lambda day: day - timedelta(days=day.weekday()),
    "MONTH": lambda day: day.replace(day=1),
}


def independently(path, *, grain, threshold_s=15, short_s=5, satisfied_from=4):
    """Values of the indicators by code, site and first day; exact, None without denominator."""
    calls = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            day = datetime.strptime(row["Date"], "%d/%m/%Y").date()  # noqa: DTZ007
            calls[row["Site"], STARTS[grain](day)].append(row)
    values = {}
    for (site, start), rows in calls.items():
        for code, value in _values(rows, threshold_s, short_s, satisfied_from).items():
            values[code, site, start] = value
    return values


def _values(rows, threshold_s, short_s, satisfied_from):
    taken = [row for row in rows if row["Décroché"] == "oui"]
    lost = [row for row in rows if row["Décroché"] == "non"]
    short = [row for row in lost if int(row["Attente"]) < short_s]
    waits = sorted(int(row["Attente"]) for row in taken)
    marks = [int(row["Note"]) for row in taken if row["Note"]]
    talk, hold, wrap = (
        sum(int(row[name]) for row in taken)
        for name in ("Conversation", "Mise en attente", "Post-appel")
    )
    found = {
        "ACC-01": _share(len(taken), len(rows)),
        "PEC-01": _share(sum(wait < threshold_s for wait in waits), len(rows)),
        "PEC-02": _mean(sum(waits), len(taken)),
        "PEC-03": _share(len(lost) - len(short), len(rows) - len(short)),
        "TRT-02": _mean(talk, len(taken)),
        "TRT-03": _mean(talk + hold + wrap, len(taken)),
        "TRT-04": _mean(wrap, len(taken)),
    }
    if waits:
        found["PEC-05"] = Fraction(waits[-(-95 * len(waits) // 100) - 1])
    if marks:
        found["SAT-01"] = _share(sum(mark >= satisfied_from for mark in marks), len(marks))
    return found


def _share(part, whole):
    return Fraction(100 * part, whole) if whole else None


def _mean(total, count):
    return Fraction(total, count) if count else None


def day(text):
    return date.fromisoformat(text)
