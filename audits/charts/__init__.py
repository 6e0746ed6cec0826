"""Charts of the screens of audits: values to an inline SVG, in the colours of the theme.

Documents have their own in `reports.charts`, with the colours of paper. Each has a description
that says its figures in words, and the screen gives them in a table below it.
"""

from audits.charts.movement import Bar, Mark, trajectory_chart, waterfall_chart

__all__ = ["Bar", "Mark", "trajectory_chart", "waterfall_chart"]
