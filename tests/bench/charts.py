"""Charts: time and size of the largest that a page shows."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

from reports import charts
from tests.bench.timing import Line, cpu
from tests.reports import values

THRESHOLD = Fraction(4, 5)


def measure() -> Iterator[Line]:
    for name, draw in _charts().items():
        seconds = cpu(lambda draw=draw: [draw() for _n in range(20)], runs=7) / 20
        yield Line(f"chart {name}: CPU", seconds * 1000, 2, "ms CPU")
        yield Line(f"chart {name}: size", len(draw()) / 1000, 60, "kB")


def _charts() -> dict[str, Callable[[], str]]:
    audit = values.audit()
    rows = [
        charts.MapRow(
            domain.code,
            domain.title,
            tuple(
                charts.Tile(view.code, view.shape, view.text, "/x/") for view in domain.engagements
            ),
        )
        for domain in audit.domains
    ]
    bars = [
        charts.BarRow(domain.code, domain.title, domain.gap.score, domain.baseline, THRESHOLD)
        for domain in audit.domains
    ]
    axes = [
        charts.Axis(domain.code, domain.title, domain.gap.score, domain.baseline)
        for domain in audit.domains
    ]
    points = [charts.Point("Audit", date(2026, month, 1), THRESHOLD) for month in range(1, 13)]
    return {
        "map of 27 engagements": lambda: charts.engagement_map(rows),
        "bars of 6 domains": lambda: charts.domain_bars(bars),
        "radar of 6 domains": lambda: charts.radar(axes, threshold=THRESHOLD),
        "line of 12 audits": lambda: charts.progress_line(points, threshold=THRESHOLD),
    }
