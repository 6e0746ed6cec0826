"""Indicators as they are read: along the journey, by dimension, by place, over time."""
