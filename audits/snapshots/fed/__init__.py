"""What the product counts by itself for its indicators, by place and period, as frozen values."""

from audits.snapshots.fed.cells import Cells, FedCell, Span
from audits.snapshots.fed.controls import control_counts
from audits.snapshots.fed.listening import listening_counts
from audits.snapshots.fed.steering import steering_counts

__all__ = ["Cells", "FedCell", "Span", "control_counts", "listening_counts", "steering_counts"]
