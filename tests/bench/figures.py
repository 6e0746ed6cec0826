"""Indicators: the journey over years of figures, and files of figures against their reading."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from openpyxl import Workbook, load_workbook

from audits.actions.place import place_of
from audits.actions.results import rebuild_results
from audits.importers.measure_mapping import Known, guessed_columns
from audits.importers.measurements import read_measures
from audits.importers.tables import as_csv, pieces, read_head
from audits.logic.periods import Grain, last_periods
from audits.models import Measurement, PeriodResult, Target
from crcaudit.accounts.enums import Role
from engagements.models import Indicator, IndicatorInput
from scripts.call_records import write
from tests.bench.timing import Line, ratio, wall
from tests.factories.accounts import MembershipFactory, SiteFactory
from tests.queries import counted

INDICATORS, SITES, MONTHS = 100, 3, 60
CALLS, FEW_CALLS = 500_000, 50_000
TABLE_ROWS = 5_000
RUNS = 5
STAGES = ("access", "pickup", "handling", "closing", "complaint", "satisfaction", "workforce")
# In a process of its own, so that its peak is that of the import alone.
PEAK = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
import django
django.setup()
from pathlib import Path
from tests.bench import figures
getattr(figures, sys.argv[2])(Path(sys.argv[1]))
print(figures.peak())
"""


def measure() -> Iterator[Line]:
    yield from _journey()
    yield from _tables()
    yield from _calls()


def _journey() -> Iterator[Line]:
    member = MembershipFactory(role=Role.QUALITY_MANAGER)
    organisation = member.organisation
    places = [
        place_of(organisation, site)
        for site in SiteFactory.create_batch(SITES, organisation=organisation)
    ]
    whole = place_of(organisation, None)
    rows = Indicator.objects.bulk_create(
        Indicator(
            code=f"B-{n:03}",
            name_fr=f"Indicateur {n}",
            name_en=f"Indicator {n}",
            formula="100 * ok / total",
            unit="%",
            direction="higher",
            journey_stage=STAGES[n % len(STAGES)],
            dimension="process",
            frequency="monthly",
            statistic="proportion",
        )
        for n in range(INDICATORS)
    )
    IndicatorInput.objects.bulk_create(
        IndicatorInput(indicator=row, key=key, label_fr=key, label_en=key)
        for row in rows
        for key in ("ok", "total")
    )
    now = timezone.now()
    Target.objects.bulk_create(
        Target(
            organisation=organisation,
            indicator=row,
            place=whole,
            kind="TARGET",
            grain=Grain.MONTH,
            starts_on=date(2015, 1, 1),
            operator=">=",
            value=Decimal(85),
            created_at=now,
            created_by=member.user,
        )
        for row in rows
    )
    periods = last_periods(MONTHS, grain=Grain.MONTH, today=localdate())
    Measurement.objects.bulk_create(
        (
            Measurement(
                organisation=organisation,
                indicator=row,
                place=place,
                grain=Grain.MONTH,
                starts_on=period.start,
                inputs={"ok": str(800 + (row.pk * 7 + n * 13) % 190), "total": "1000"},
                recorded_at=now,
                recorded_by=member.user,
            )
            for row in rows
            for place in places
            for n, period in enumerate(periods)
        ),
        batch_size=1000,
    )
    spent = wall(lambda: rebuild_results(organisation))
    count = PeriodResult.objects.filter(organisation=organisation).count()
    yield Line(f"results of {INDICATORS * SITES * MONTHS:,} measures: {count:,}", spent, 60, "s")
    client = Client()
    client.force_login(member.user)
    address = reverse("audits:journey", args=[organisation.key])
    client.get(address)
    with counted() as queries:
        client.get(address)
    name = f"journey of {INDICATORS} indicators x {SITES} sites x {MONTHS // 12} years"
    yield Line(f"{name}: queries", len(queries), 12, "queries")
    shown = ratio(lambda: client.get(address), lambda: client.get("/hello/"))
    yield Line(f"{name}: CPU over hello", shown, 12, "x")


def _tables() -> Iterator[Line]:
    """A file of measures, CSV and workbook, against its reading by the same library."""
    with TemporaryDirectory() as folder:
        for kind, alone in (("csv", _cells_of_csv), ("xlsx", _cells_of_workbook)):
            many, few = Path(folder, f"many.{kind}"), Path(folder, f"few.{kind}")
            _write_table(many, TABLE_ROWS)
            _write_table(few, TABLE_ROWS // 10)
            spent = ratio(partial(measures_of, many), partial(alone, many), runs=8, warm=1)
            name = f"{TABLE_ROWS:,} measures in {kind.upper()}"
            yield Line(f"{name}: CPU over reading the file alone", spent, 2, "x")
            peaks = [_peak_of(path, "measures_of") for path in (many, few)]
            yield Line(f"{name}: peak over {TABLE_ROWS // 10:,}", peaks[0] / peaks[1], 1.3, "x")


def _write_table(path: Path, rows: int) -> None:
    titles = ("Mois", "Site", "Indicateur", "Numérateur", "Dénominateur")
    lines = [
        (f"{2016 + n // 12 % 10}-{n % 12 + 1:02}", "Lyon", f"B-{n // 120:03}", 850 + n % 100, 1000)
        for n in range(rows)
    ]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, delimiter=";").writerows([titles, *lines])
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in (titles, *lines):
        sheet.append(line)
    book.save(path)


def measures_of(path: Path) -> None:
    """The whole reading of a file of measures: every measure that it would write."""
    if path.suffix == ".xlsx":
        with as_csv(path) as table:
            return _measures_of(table)
    return _measures_of(path)


def _measures_of(table: Path) -> None:
    head = read_head(table, encoding="utf-8")
    known = [Known(f"B-{n:03}", ("ok", "total")) for n in range(100)]
    mapping = replace(guessed_columns(head.columns, head.sample, known), places={"lyon": 1})
    found = read_measures(
        table,
        head.form,
        mapping,
        titles=head.columns,
        known={one.code.lower(): one for one in known},
    )
    assert not found.problems
    assert len(found.proposals) == found.rows > 0


def _cells_of_csv(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as source:
        for _row in csv.reader(source, delimiter=";"):
            pass


def _cells_of_workbook(path: Path) -> None:
    book = load_workbook(path, read_only=True, data_only=True)
    for _row in book.worksheets[0].iter_rows(values_only=True):
        pass
    book.close()


def _calls() -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        many, few = Path(folder, "many.csv"), Path(folder, "few.csv")
        for path, rows in ((many, CALLS), (few, FEW_CALLS)):
            with path.open("w", encoding="utf-8", newline="") as target:
                write(target, rows, seed=7)
        imported(few)
        pairs = [(wall(lambda: imported(many)), wall(lambda: read(many))) for _n in range(RUNS)]
        best = min(spent for spent, _read in pairs) / min(alone for _spent, alone in pairs)
        yield Line(f"{CALLS:,} call records: time over reading the file alone", best, 2, "x")
        peaks = [_peak_of(path, "imported") for path in (many, few)]
        yield Line(
            f"{CALLS:,} call records: peak over {FEW_CALLS:,}", peaks[0] / peaks[1], 1.3, "x"
        )


def imported(path: Path) -> None:
    """The whole reading of a file of calls: every measure that it would write."""
    from audits.importers.call_mapping import guessed
    from audits.importers.call_measures import proposals
    from audits.importers.call_records import read_calls
    from scripts.call_records import SITES as NAMES

    head = read_head(path, encoding="utf-8")
    places = {name: number for number, name in enumerate(NAMES, start=1)}
    mapping = replace(guessed(head.columns, head.sample), places=places, grain=Grain.MONTH)
    found = read_calls(path, head.form, mapping, titles=head.columns)
    assert not found.problems
    assert len(list(proposals(found.totals, mapping))) > 0


def read(path: Path) -> None:
    """The file alone, every cell as a text, by the same library and in the same pieces."""
    import polars as pl

    head = read_head(path, encoding="utf-8")
    schema = {str(n): pl.String() for n in range(len(head.columns))}
    for piece in pieces(path, head.form):
        pl.read_csv(piece.content, separator=head.form.delimiter, has_header=False, schema=schema)


def peak() -> int:
    """Most memory that this process has held, in KiB.

    Not what `resource` says: that begins with the peak of the process which started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def _peak_of(path: Path, work: str) -> int:
    command = [sys.executable, "-c", PEAK, str(path), work]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
