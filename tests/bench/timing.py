"""Measuring: CPU seconds, medians, and one line per goal."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One goal: what was measured, the most it may be, and in which unit."""

    name: str
    measured: float
    goal: float
    unit: str

    @property
    def verdict(self) -> str:
        return "ok" if self.measured <= self.goal else "SHORT"


def cpu(work: Callable[[], object], *, runs: int = 15, warm: int = 3) -> float:
    """Median CPU seconds of one call."""
    for _n in range(warm):
        work()
    found = []
    for _n in range(runs):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return statistics.median(found)


def ratio(
    work: Callable[[], object], reference: Callable[[], object], *, runs: int = 25, warm: int = 3
) -> float:
    """CPU of one call over CPU of the reference, taken in turn so that both meet the same load.

    The quarter of the calls that were disturbed least counts, on both sides.
    """
    for _n in range(warm):
        work()
        reference()
    spent: tuple[list[float], list[float]] = ([], [])
    for _n in range(runs):
        for call, found in zip((work, reference), spent, strict=True):
            start = time.process_time()
            call()
            found.append(time.process_time() - start)
    return _calm(spent[0]) / _calm(spent[1])


def _calm(found: list[float]) -> float:
    return statistics.mean(sorted(found)[: max(1, len(found) // 4)])


def wall(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def show(line: Line) -> None:
    number = f"{line.measured:,.2f}".rstrip("0").rstrip(".")
    goal = f"{line.goal:,.2f}".rstrip("0").rstrip(".")
    print(f"{line.name:<66} {number:>10} {line.unit:<8} goal {goal:>8}  {line.verdict}", flush=True)
